// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/harmonizer.h"
#include "tests/music/chorale_model.hpp"
#include "tests/net/networks.h"
#include "tests/realtime/heap_probe.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace {

TEST(RealTimeHarmonizer, HarmonisingMakesNoHeapCalls)
{
  const std::string path  = ::testing::TempDir() + "harmonizing.safetensors";
  RondoModel*       model = nullptr;
  RondoHarmonizer*  harmonizer = nullptr;
  rondo::write_model(path, chorale_description(), 1U);
  ASSERT_EQ(rondo_model_load(path.c_str(), &model, nullptr), RONDO_SUCCESS);
  (void)std::remove(path.c_str());
  ASSERT_EQ(rondo_harmonizer_new(model, &harmonizer), RONDO_SUCCESS);

  heap_probe_arm();
  unsigned               n_steps = 0U;
  const RondoHarmonizing how     = rondo_harmonizing();
  for (unsigned i = 0U; i < 4U; ++i) {
    rondo_harmonizer_begin(harmonizer, { 4U, 4U }, RONDO_MODE_MAJOR, 2, i, 0U);
    for (std::uint32_t t = 0U; t < 64U; ++t) {
      const std::uint32_t pitch = 60U + (t / 2U % 12U);
      rondo_harmonizer_give(
        harmonizer, t, static_cast<std::uint8_t>(pitch), t % 2U == 0U);
      do {
        ++n_steps;
      } while (rondo_harmonizer_step(harmonizer, &how));
    }
  }
  EXPECT_EQ(heap_probe_disarm(), 0U);
  EXPECT_EQ(n_steps, 4U * 64U * RONDO_HARMONIZER_STEPS);
  rondo_harmonizer_free(harmonizer);
  rondo_model_free(model);
}

} // namespace
