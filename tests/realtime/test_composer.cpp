// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/composer.h"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"
#include "tests/realtime/heap_probe.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <string>

namespace {

TEST(RealTimeComposer, ComposingMakesNoHeapCalls)
{
  const std::string path     = ::testing::TempDir() + "realtime.safetensors";
  RondoModel*       model    = nullptr;
  RondoComposer*    composer = nullptr;
  rondo::write_model(path, melody_description(), 1U);
  ASSERT_EQ(rondo_model_load(path.c_str(), &model, nullptr), RONDO_SUCCESS);
  (void)std::remove(path.c_str());
  ASSERT_EQ(rondo_composer_new(model, &composer), RONDO_SUCCESS);
  const RondoComposing how{
    { 1.0, 20U, 0.9 }, 40U, 90U, 0xFFFU, true, true, false, 192U, 0.5F, 3U
  };

  heap_probe_arm();
  for (unsigned i = 0U; i < 4U; ++i) {
    rondo_composer_begin(composer, { 4U, 4U }, RONDO_MODE_MAJOR, 0U, i, 0U);
    rondo_composer_feed(composer, 60U);
    rondo_composer_feed(composer, 142U);
    for (unsigned n = 0U; n < 200U; ++n) {
      (void)rondo_composer_next(composer, &how);
    }
  }
  EXPECT_EQ(heap_probe_disarm(), 0U);
  rondo_composer_free(composer);
  rondo_model_free(model);
}

} // namespace
