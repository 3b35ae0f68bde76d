// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace {

TEST(Random, GivesThePublishedNumbers)
{
  // The demonstration program of pcg-c-basic, seed 42, stream 54
  const std::array<std::uint32_t, 6> expected = { 0xa15c02b7U, 0x7b47f409U,
                                                  0xba1d3330U, 0x83d2f293U,
                                                  0xbfa4784bU, 0xcbed606eU };
  RondoRandom                        random   = rondo_random(42, 54);
  for (const std::uint32_t x : expected) {
    EXPECT_EQ(x, rondo_random_next(&random));
  }
}

TEST(Random, UniformFillsTheUnitInterval)
{
  RondoRandom random = rondo_random(1, 2);
  double      sum    = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const float x = rondo_random_uniform(&random);
    ASSERT_GE(x, 0.0f);
    ASSERT_LT(x, 1.0f);
    sum += x;
  }
  EXPECT_NEAR(0.5, sum / 100000, 0.005);
}

TEST(Random, NormalHasTheMomentsOfTheNormalDistribution)
{
  constexpr int n       = 400000;
  RondoRandom   random  = rondo_random(3, 4);
  double        sums[4] = {};
  int           beyond  = 0;
  for (int i = 0; i < n; ++i) {
    const double x = rondo_random_normal(&random);
    ASSERT_LT(std::fabs(x), 6.5);
    sums[0] += x;
    sums[1] += x * x;
    sums[2] += x * x * x;
    sums[3] += x * x * x * x;
    beyond += x > 1.6448536 ? 1 : 0;
  }
  EXPECT_NEAR(0.0, sums[0] / n, 0.008);
  EXPECT_NEAR(1.0, sums[1] / n, 0.01);
  EXPECT_NEAR(0.0, sums[2] / n, 0.03);
  EXPECT_NEAR(3.0, sums[3] / n, 0.1);
  EXPECT_NEAR(0.05, static_cast<double>(beyond) / n, 0.002);
}

TEST(Random, BelowIsWithoutBias)
{
  RondoRandom        random = rondo_random(5, 6);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) {
    const std::uint32_t x = rondo_random_below(&random, 7);
    ASSERT_LT(x, 7U);
    ++counts[x];
  }
  for (const int count : counts) {
    EXPECT_NEAR(10000, count, 500);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(0U, rondo_random_below(&random, 1));
  }
}

TEST(Random, StreamsDiffer)
{
  RondoRandom a    = rondo_random(7, 0);
  RondoRandom b    = rondo_random(7, 1);
  int         same = 0;
  for (int i = 0; i < 1000; ++i) {
    same += rondo_random_next(&a) == rondo_random_next(&b) ? 1 : 0;
  }
  EXPECT_LT(same, 3);
}

} // namespace
