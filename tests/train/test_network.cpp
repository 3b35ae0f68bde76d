// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "tests/train/describe.h"
#include "tests/train/small_network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr const char* mixed =
  R"({"name": "in", "type": "linear", "out": 8, "activation": "tanh"},
     {"name": "norm", "type": "layer_norm", "groups": 2},
     {"name": "over", "type": "gru", "hidden": 2, "groups": 4,
      "along": "groups", "bidirectional": true},
     {"name": "rnn", "type": "rnn", "hidden": 5},
     {"name": "conv", "type": "conv1d", "out": 6, "kernel": 4},
     {"name": "gru", "type": "gru", "hidden": 3, "layers": 2, "groups": 3},
     {"name": "old", "type": "gru", "hidden": 4, "reset": "before"},
     {"name": "lstm", "type": "lstm", "hidden": 6, "layers": 2,
      "input": ["old", "rnn"]},
     {"name": "out", "type": "linear", "out": 3, "activation": "sigmoid",
      "input": ["lstm", "gru", "in", "inputs"]})";

TEST(Network, RefusesNoStepsAndNoSequences)
{
  const Description description = describe(4, mixed);
  RondoError        error       = { RONDO_SUCCESS, "" };
  for (const auto& size : { std::pair{ 0, 1 }, std::pair{ 1, 0 } }) {
    auto* network = reinterpret_cast<RondoNetwork*>(&error);
    EXPECT_EQ(rondo_network_new(description.get(),
                                static_cast<size_t>(size.first),
                                static_cast<size_t>(size.second),
                                &network,
                                &error),
              RONDO_ERR_BAD_ARGUMENT);
    EXPECT_EQ(network, nullptr);
    EXPECT_STRNE(error.message, "");
  }
}

class HugeNetworks : public testing::TestWithParam<const char*>
{
};

TEST_P(HugeNetworks, ExceedMemoryWithAMessage)
{
  const Description description = describe(4, GetParam());
  const size_t      most        = std::numeric_limits<size_t>::max();
  RondoError        error       = { RONDO_SUCCESS, "" };
  for (const auto& size : { std::pair<size_t, size_t>{ most, 1 },
                            { most - 1, 1 },
                            { 1, most },
                            { most / 64, 2 },
                            { size_t{ 1 } << 32U, size_t{ 1 } << 32U } }) {
    auto*             network = reinterpret_cast<RondoNetwork*>(&error);
    const RondoStatus st      = rondo_network_new(
      description.get(), size.first, size.second, &network, &error);
    EXPECT_EQ(network, nullptr);
    EXPECT_EQ(
      st, size.first == most ? RONDO_ERR_BAD_ARGUMENT : RONDO_ERR_NO_MEMORY);
    EXPECT_STRNE(error.message, "");
  }
}

INSTANTIATE_TEST_SUITE_P(
  Networks,
  HugeNetworks,
  testing::Values(mixed,
                  R"({"name": "a", "type": "gru", "hidden": 2,
                      "bidirectional": true, "lookahead": 4000})",
                  R"({"name": "a", "type": "conv1d", "out": 1,
                      "kernel": 1000})",
                  R"({"name": "a", "type": "rnn", "hidden": 1, "groups": 4,
                      "along": "groups"})"));

TEST(Network, FreesNothing)
{
  rondo_network_free(nullptr);
}

TEST(Network, HasTheParametersOfItsTensors)
{
  const Description description =
    describe(5, R"({"name": "a", "type": "gru", "hidden": 3, "layers": 2},
          {"name": "b", "type": "linear", "out": 2})");
  EXPECT_EQ(rondo_network_n_parameters(description.get()), 170U);
  EXPECT_EQ(offset_of(*description, "a.weight_ih_l0"), 0U);
  EXPECT_EQ(offset_of(*description, "a.weight_hh_l0"), 45U);
  EXPECT_EQ(offset_of(*description, "a.bias_ih_l0"), 72U);
  EXPECT_EQ(offset_of(*description, "a.bias_hh_l0"), 81U);
  EXPECT_EQ(offset_of(*description, "a.weight_ih_l1"), 90U);
  EXPECT_EQ(offset_of(*description, "b.bias"), 168U);
}

TEST(Network, GoesOnFromTheStateBefore)
{
  const Description description = describe(4, mixed);
  const Floats      parameters  = initialise(*description, 1);
  RondoRandom       random      = rondo_random(2, 1);
  const size_t      T           = 11;
  const size_t      B           = 3;
  const Floats      x           = draw(random, T * B * 4);

  const Network whole  = make_network(*description, T, B);
  const Network pieces = make_network(*description, T, B + 2);
  for (int run = 0; run < 2; ++run) {
    rondo_network_reset(whole.get());
    rondo_network_reset(pieces.get());
    const float* const y = rondo_network_forward(
      whole.get(), parameters.data(), T, B, x.data(), nullptr, nullptr);
    size_t t = 0;
    for (const size_t n : { 1U, 5U, 2U, 3U }) {
      const float* const part = rondo_network_forward(pieces.get(),
                                                      parameters.data(),
                                                      n,
                                                      B,
                                                      x.data() + (t * B * 4),
                                                      nullptr,
                                                      nullptr);
      for (size_t i = 0; i < n * B * 3; ++i) {
        ASSERT_NEAR(part[i], y[(t * B * 3) + i], 1e-6F) << t;
      }
      t += n;
    }
  }
}

TEST(Network, KeepsSequencesOfABatchApart)
{
  const Description  description = describe(4, mixed);
  const Floats       parameters  = initialise(*description, 1);
  RondoRandom        random      = rondo_random(2, 1);
  const size_t       T           = 6;
  const size_t       B           = 7;
  const Floats       x           = draw(random, T * B * 4);
  const Network      all         = make_network(*description, T, B);
  const Network      one         = make_network(*description, T, 1);
  const float* const y           = rondo_network_forward(
    all.get(), parameters.data(), T, B, x.data(), nullptr, nullptr);

  for (size_t b = 0; b < B; ++b) {
    Floats alone(T * 4);
    for (size_t t = 0; t < T; ++t) {
      for (size_t i = 0; i < 4; ++i) {
        alone[(t * 4) + i] = x[(((t * B) + b) * 4) + i];
      }
    }
    rondo_network_reset(one.get());
    const float* const y_alone = rondo_network_forward(
      one.get(), parameters.data(), T, 1, alone.data(), nullptr, nullptr);
    for (size_t t = 0; t < T; ++t) {
      for (size_t i = 0; i < 3; ++i) {
        ASSERT_NEAR(y_alone[(t * 3) + i], y[(((t * B) + b) * 3) + i], 1e-6F);
      }
    }
  }
}

// Train on one random batch; return the losses, and the last gradients too
Floats
overfit(const unsigned seed, const size_t n_updates)
{
  const Description description = describe(4, mixed);
  const size_t      T           = 8;
  const size_t      B           = 4;
  const RondoAdam   adam        = { 0.9, 0.999, 1e-8, 0.0 };
  const Network     network     = make_network(*description, T, B);
  Floats            parameters  = initialise(*description, seed);
  Floats            m(parameters.size());
  Floats            v(parameters.size());
  RondoRandom       random = rondo_random(seed, 2);
  const Floats      x      = draw(random, T * B * 4);
  Floats            target(T * B * 3);
  for (float& value : target) {
    value = 0.1F + (0.8F * rondo_random_uniform(&random));
  }

  Floats result;
  for (size_t step = 1; step <= n_updates; ++step) {
    rondo_network_reset(network.get());
    const float* const y = rondo_network_forward(
      network.get(), parameters.data(), T, B, x.data(), nullptr, nullptr);
    Floats dy(target.size());
    float  loss = 0.0F;
    for (size_t i = 0; i < target.size(); ++i) {
      dy[i] = y[i] - target[i];
      loss += dy[i] * dy[i];
    }
    result.push_back(loss);

    Floats gradients(parameters.size());
    rondo_network_backward(
      network.get(), parameters.data(), dy.data(), gradients.data(), nullptr);
    (void)rondo_clip_by_norm(gradients.data(), gradients.size(), 1.0);
    rondo_adam_step(&adam,
                    0.01,
                    step,
                    parameters.size(),
                    parameters.data(),
                    gradients.data(),
                    m.data(),
                    v.data());
    if (step == n_updates) {
      result.insert(result.end(), gradients.begin(), gradients.end());
    }
  }
  return result;
}

TEST(Network, LearnsABatchByHeart)
{
  const size_t n_updates = 600;
  const Floats result    = overfit(1, n_updates);
  EXPECT_LT(result[n_updates - 1], 0.01F * result[0]);
}

TEST(Network, RepeatsBitForBit)
{
  EXPECT_EQ(overfit(3, 20), overfit(3, 20));
  EXPECT_NE(overfit(3, 20), overfit(4, 20));
}

} // namespace
