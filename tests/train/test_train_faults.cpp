// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of training fails once.

#include "core/base/random.h"
#include "core/train/checkpoint.h"
#include "core/train/network.h"
#include "core/train/parameters.h"
#include "tests/base/heap_faults.hpp"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using Floats = std::vector<float>;

/// Call `action` with one allocation after the other failing, until none does
template<class Action, class Check>
void
fail_each(const Action action, const Check check_after_failure)
{
  size_t n_failures = 0;
  for (;; ++n_failures) {
    ASSERT_LT(n_failures, 1000U);

    RondoError error{ RONDO_SUCCESS, "" };
    rondo::arm_heap(n_failures);
    const RondoStatus st = action(&error);
    rondo::disarm_heap();
    if (st == RONDO_SUCCESS) {
      break;
    }

    EXPECT_EQ(st, RONDO_ERR_NO_MEMORY) << error.message;
    EXPECT_NE(error.message[0], '\0');
    check_after_failure();
  }
  EXPECT_GT(n_failures, 0U);
}

class TrainFaults : public testing::Test
{
protected:
  void TearDown() override { std::remove(path.c_str()); }

  bool file_exists() const
  {
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    return file && !std::fclose(file);
  }

  std::string path{ testing::TempDir() + "rondo_train_faults.safetensors" };
  Description description{ describe(
    5,
    R"({"name": "in", "type": "linear", "out": 3, "activation": "tanh"},
       {"name": "gru", "type": "gru", "hidden": 2, "layers": 2})") };
  size_t      n{ rondo_network_n_parameters(description.get()) };
};

TEST_F(TrainFaults, NetworksWithoutMemoryFail)
{
  RondoNetwork* network = nullptr;
  fail_each(
    [&](RondoError* const error) {
      return rondo_network_new(description.get(), 7, 3, &network, error);
    },
    [&] { EXPECT_EQ(network, nullptr); });
  rondo_network_free(network);
}

TEST_F(TrainFaults, DropoutWithoutMemoryFails)
{
  RondoNetwork*      network = nullptr;
  RondoError         none    = { RONDO_SUCCESS, "" };
  const RondoDropout dropout = { 0.5, 0.5, true };
  ASSERT_EQ(rondo_network_new(description.get(), 7, 3, &network, &none),
            RONDO_SUCCESS);
  fail_each(
    [&](RondoError* const error) {
      return rondo_network_set_dropout(network, &dropout, error);
    },
    [] {});
  rondo_network_free(network);
}

TEST_F(TrainFaults, ParametersWithoutMemoryFail)
{
  const Floats written(n, 0.5F);
  fail_each(
    [&](RondoError* const error) {
      return rondo_parameters_write(
        path.c_str(), description.get(), written.data(), nullptr, 0, error);
    },
    [&] { EXPECT_FALSE(file_exists()); });

  Floats       read(n, 0.25F);
  const Floats before = read;
  fail_each(
    [&](RondoError* const error) {
      return rondo_parameters_read(
        path.c_str(), description.get(), read.data(), error);
    },
    [&] { EXPECT_EQ(read, before); });
  EXPECT_EQ(read, written);
}

TEST_F(TrainFaults, CheckpointsWithoutMemoryFail)
{
  Floats          blocks(3 * n, 0.5F);
  RondoCheckpoint checkpoint = {};
  checkpoint.step            = 17;
  checkpoint.random          = rondo_random(1, 1);
  checkpoint.parameters      = blocks.data();
  checkpoint.m               = blocks.data() + n;
  checkpoint.v               = blocks.data() + (2 * n);
  fail_each(
    [&](RondoError* const error) {
      return rondo_checkpoint_write(
        path.c_str(), description.get(), &checkpoint, error);
    },
    [&] { EXPECT_FALSE(file_exists()); });

  const Floats before(3 * n, 0.25F);
  blocks          = before;
  checkpoint.step = 1;
  fail_each(
    [&](RondoError* const error) {
      return rondo_checkpoint_read(
        path.c_str(), description.get(), &checkpoint, error);
    },
    [&] {
      EXPECT_EQ(blocks, before);
      EXPECT_EQ(checkpoint.step, 1U);
    });
  EXPECT_EQ(blocks, Floats(3 * n, 0.5F));
  EXPECT_EQ(checkpoint.step, 17U);
}

} // namespace
