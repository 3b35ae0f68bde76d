// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer.h"
#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"
#include "tests/realtime/heap_probe.h"
#include "tests/realtime/performing.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace {

RondoModel*
load(const std::string& description)
{
  const std::string path  = ::testing::TempDir() + "rt_performer.safetensors";
  RondoModel*       model = nullptr;
  rondo::write_model(path, description, 1U);
  EXPECT_EQ(rondo_model_load(path.c_str(), &model, nullptr), RONDO_SUCCESS);
  (void)std::remove(path.c_str());
  return model;
}

TEST(RealTimePerformer, PerformingMakesNoHeapCalls)
{
  RondoModel* const melody  = load(melody_description());
  RondoModel* const harmony = load(chorale_description());
  for (const double rate : { 8000.0, 44100.0, 48000.0, 192000.0 }) {
    RondoPerformer* performer = nullptr;
    ASSERT_EQ(rondo_performer_new(melody, harmony, rate, &performer, nullptr),
              RONDO_SUCCESS);
    heap_probe_arm();
    const std::size_t n_events = performing_run(performer);
    EXPECT_EQ(heap_probe_disarm(), 0U);
    EXPECT_GT(n_events, 1000U);
    rondo_performer_free(performer);
  }
  rondo_model_free(harmony);
  rondo_model_free(melody);
}

} // namespace
