// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Model files and checkpoints

#include "core/base/random.h"
#include "core/net/safetensors.h"
#include "core/train/checkpoint.h"
#include "core/train/network.h"
#include "core/train/parameters.h"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace {

using Floats = std::vector<float>;

constexpr const char* layers =
  R"({"name": "in", "type": "linear", "out": 3, "activation": "tanh"},
     {"name": "gru", "type": "gru", "hidden": 2, "layers": 2},
     {"name": "out", "type": "lstm", "hidden": 2, "input": ["in", "gru"]})";

// A file that is removed at the end
class TrainFiles : public testing::Test
{
protected:
  TrainFiles()
    : path{ testing::TempDir() + "rondo_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() +
            ".safetensors" }
    , description{ describe(5, layers) }
    , n{ rondo_network_n_parameters(description.get()) }
  {
  }

  ~TrainFiles() override { std::remove(path.c_str()); }

  Floats draw(const unsigned seed) const
  {
    RondoRandom random = rondo_random(seed, 1);
    Floats      values(n);
    for (float& value : values) {
      value = rondo_random_normal(&random);
    }
    return values;
  }

  std::string path;
  Description description;
  size_t      n;
  RondoError  error{ RONDO_SUCCESS, "" };
};

TEST_F(TrainFiles, GiveBackTheParameters)
{
  const Floats        parameters = draw(1);
  const RondoMetadata card       = { "title", "A \"test\"" };
  ASSERT_EQ(
    rondo_parameters_write(
      path.c_str(), description.get(), parameters.data(), &card, 1, &error),
    RONDO_SUCCESS)
    << error.message;

  Floats read(n);
  ASSERT_EQ(
    rondo_parameters_read(path.c_str(), description.get(), read.data(), &error),
    RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(read, parameters);

  RondoTensors* tensors = nullptr;
  ASSERT_EQ(rondo_tensors_read(path.c_str(), &tensors, &error), RONDO_SUCCESS);
  EXPECT_STREQ(rondo_tensors_metadata(tensors, "title"), "A \"test\"");
  EXPECT_NE(rondo_tensors_metadata(tensors, "rondo"), nullptr);

  // Where the block and the file must agree: the last bias
  const RondoTensor* const tensor =
    rondo_tensors_find(tensors, "out.bias_hh_l0");
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->n_dims, 1U);
  EXPECT_EQ(tensor->dims[0], 8U);
  Floats bias(8);
  ASSERT_EQ(rondo_tensor_get_floats(tensor, bias.data(), &error),
            RONDO_SUCCESS);
  EXPECT_EQ(bias, Floats(parameters.end() - 8, parameters.end()));
  rondo_tensors_free(tensors);
}

TEST_F(TrainFiles, RefuseParametersThatAreNotFinite)
{
  Floats parameters = draw(1);
  parameters[n - 1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(
    rondo_parameters_write(
      path.c_str(), description.get(), parameters.data(), nullptr, 0, &error),
    RONDO_ERR_BAD_ARGUMENT);
  EXPECT_STREQ(error.message, "out.bias_hh_l0: element 7 is not finite");
  EXPECT_EQ(std::fopen(path.c_str(), "rb"), nullptr);
}

TEST_F(TrainFiles, RefuseAnotherDescriptionAmongTheMetadata)
{
  const Floats        parameters = draw(1);
  const RondoMetadata card       = { "rondo", "{}" };
  EXPECT_EQ(
    rondo_parameters_write(
      path.c_str(), description.get(), parameters.data(), &card, 1, &error),
    RONDO_ERR_BAD_ARGUMENT);
}

TEST_F(TrainFiles, NameTheTensorOfAnotherShape)
{
  const Floats parameters = draw(1);
  ASSERT_EQ(
    rondo_parameters_write(
      path.c_str(), description.get(), parameters.data(), nullptr, 0, &error),
    RONDO_SUCCESS);

  const Description wider = describe(6, layers);
  Floats            read(rondo_network_n_parameters(wider.get()), 7.0F);
  const Floats      before = read;
  EXPECT_EQ(
    rondo_parameters_read(path.c_str(), wider.get(), read.data(), &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message),
            path + ": tensor in.weight: expected shape (3, 6), found (3, 5)");
  EXPECT_EQ(read, before);
}

TEST_F(TrainFiles, NameTheMissingAndCountTheSurplusTensors)
{
  const Floats parameters = draw(1);
  ASSERT_EQ(
    rondo_parameters_write(
      path.c_str(), description.get(), parameters.data(), nullptr, 0, &error),
    RONDO_SUCCESS);

  Floats            read(10000);
  const Description less = describe(
    5, R"({"name": "in", "type": "linear", "out": 3, "activation": "tanh"})");
  EXPECT_EQ(
    rondo_parameters_read(path.c_str(), less.get(), read.data(), &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message),
            path + ": expected 2 tensors, found 14");

  const Description other =
    describe(5, R"({"name": "on", "type": "linear", "out": 3})");
  EXPECT_EQ(
    rondo_parameters_read(path.c_str(), other.get(), read.data(), &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message), path + ": tensor on.weight is missing");
}

class Checkpoints : public TrainFiles
{
protected:
  RondoCheckpoint checkpoint(const unsigned seed)
  {
    blocks.clear();
    for (unsigned i = 0; i < 5; ++i) {
      blocks.push_back(draw(seed + i));
    }

    RondoCheckpoint c = {};
    c.step            = (1ULL << 53U) + 1U;
    c.epoch           = 3;
    c.best_step       = 17;
    c.best_loss       = HUGE_VAL;
    c.learning_rate   = 0.1;
    c.seconds         = 1234.5678;
    c.random          = rondo_random(~0ULL, ~0ULL);
    c.parameters      = blocks[0].data();
    c.m               = blocks[1].data();
    c.v               = blocks[2].data();
    c.best            = blocks[3].data();
    c.average         = blocks[4].data();
    return c;
  }

  std::vector<Floats> blocks;
};

TEST_F(Checkpoints, GiveBackEverything)
{
  const RondoCheckpoint written = checkpoint(1);
  ASSERT_EQ(
    rondo_checkpoint_write(path.c_str(), description.get(), &written, &error),
    RONDO_SUCCESS)
    << error.message;

  const std::vector<Floats> expected = blocks;
  RondoCheckpoint           read     = checkpoint(100);
  read.step = read.epoch = read.best_step = 0;
  read.best_loss = read.learning_rate = read.seconds = 0.0;
  read.random                                        = rondo_random(1, 1);
  ASSERT_EQ(
    rondo_checkpoint_read(path.c_str(), description.get(), &read, &error),
    RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(blocks, expected);
  EXPECT_EQ(read.step, written.step);
  EXPECT_EQ(read.epoch, written.epoch);
  EXPECT_EQ(read.best_step, written.best_step);
  EXPECT_EQ(read.best_loss, written.best_loss);
  EXPECT_EQ(read.learning_rate, written.learning_rate);
  EXPECT_EQ(read.seconds, written.seconds);
  EXPECT_EQ(read.random.state, written.random.state);
  EXPECT_EQ(read.random.increment, written.random.increment);
}

TEST_F(Checkpoints, AreRefusedForAnotherNetwork)
{
  RondoCheckpoint written = checkpoint(1);
  ASSERT_EQ(
    rondo_checkpoint_write(path.c_str(), description.get(), &written, &error),
    RONDO_SUCCESS);
  const std::vector<Floats> before = blocks;

  // Of the same size
  std::string other{ layers };
  other.replace(other.find("tanh"), 4, "relu");
  const Description changed = describe(5, other);
  written.step              = 5;
  EXPECT_EQ(
    rondo_checkpoint_read(path.c_str(), changed.get(), &written, &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message),
            path + ": layer in is another one in the checkpoint");
  EXPECT_EQ(written.step, 5U);
  EXPECT_EQ(blocks, before);
}

TEST_F(Checkpoints, MayLackBlocksThatNobodyWants)
{
  RondoCheckpoint written = checkpoint(1);
  written.best            = nullptr;
  written.average         = nullptr;
  ASSERT_EQ(
    rondo_checkpoint_write(path.c_str(), description.get(), &written, &error),
    RONDO_SUCCESS);
  EXPECT_EQ(
    rondo_checkpoint_read(path.c_str(), description.get(), &written, &error),
    RONDO_SUCCESS);

  written.best = blocks[3].data();
  EXPECT_EQ(
    rondo_checkpoint_read(path.c_str(), description.get(), &written, &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message), path + ": tensor best is missing");
}

TEST_F(Checkpoints, KeepWhatElseALoopNeeds)
{
  std::vector<double> state{ 1.5, HUGE_VAL, 1e300 };
  RondoCheckpoint     written = checkpoint(1);
  written.state               = state.data();
  written.n_state             = state.size();
  ASSERT_EQ(
    rondo_checkpoint_write(path.c_str(), description.get(), &written, &error),
    RONDO_SUCCESS)
    << error.message;

  std::vector<double> read(3);
  written.state = read.data();
  EXPECT_EQ(
    rondo_checkpoint_read(path.c_str(), description.get(), &written, &error),
    RONDO_SUCCESS);
  EXPECT_EQ(read, state);

  written.n_state = 2;
  EXPECT_EQ(
    rondo_checkpoint_read(path.c_str(), description.get(), &written, &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message),
            path + ": tensor state: expected 2 F64, found 3 F64");
}

TEST_F(Checkpoints, AreNotModels)
{
  RondoCheckpoint written = checkpoint(1);
  ASSERT_EQ(
    rondo_parameters_write(
      path.c_str(), description.get(), blocks[0].data(), nullptr, 0, &error),
    RONDO_SUCCESS);
  EXPECT_EQ(
    rondo_checkpoint_read(path.c_str(), description.get(), &written, &error),
    RONDO_ERR_BAD_FILE);
  EXPECT_EQ(std::string(error.message), path + ": not a checkpoint");
}

} // namespace
