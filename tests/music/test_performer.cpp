// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer.h"
#include "tests/music/performing.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#if defined(__SSE2__)
#  include <xmmintrin.h>
#endif

namespace {

using rondo::Event;
using rondo::Performance;

constexpr std::uint64_t second = 48000U;
constexpr std::uint64_t bar    = 2U * second; // Of 4/4 at 120 a minute

TEST(Performer, PlaysWhileTheHostRolls)
{
  Performance p;
  p.locate(0U, rondo::stopped(0));
  p.locate(second, rondo::rolling(0));
  p.locate(second + (8U * bar), rondo::stopped(8));
  const std::vector<Event> events =
    p.run(second + (10U * bar), rondo::equal_blocks(64U));

  ASSERT_GT(events.size(), 20U);
  EXPECT_EQ(rondo::find_fault(events), "");
  EXPECT_GE(events.front().frame, second);
  EXPECT_LE(events.back().frame, second + (8U * bar));
}

#if defined(__SSE2__)
TEST(Performer, LeavesTheHostsModeOfArithmetic)
{
  const unsigned     usual = _mm_getcsr();
  std::vector<Event> played[2];
  for (const unsigned flush : { 0U, 0x8040U }) {
    Performance p;
    p.locate(0U, rondo::rolling(0));
    _mm_setcsr((usual & ~0x8040U) | flush);
    played[flush > 0U]   = p.run(4U * bar, rondo::equal_blocks(64U));
    const unsigned after = _mm_getcsr() & 0x8040U;
    _mm_setcsr(usual);
    EXPECT_EQ(after, flush);
  }
  ASSERT_GT(played[0].size(), 4U);
  EXPECT_EQ(played[0], played[1]);
}
#endif

TEST(Performer, IsSilentWithoutAHost)
{
  Performance p;
  EXPECT_TRUE(p.run(10U * second, rondo::equal_blocks(1024U)).empty());
}

} // namespace
