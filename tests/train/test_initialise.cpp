// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network.h"
#include "tests/train/describe.h"
#include "tests/train/small_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace {

class InitialiseTypes : public testing::TestWithParam<const char*>
{
};

TEST_P(InitialiseTypes, MakesEveryRecurrentGateOrthogonal)
{
  const size_t      H = 33;
  const std::string type{ GetParam() };
  const Description description =
    describe(5, R"({"name": "a", "type": ")" + type + R"(", "hidden": 33})");
  const Floats parameters = initialise(*description, 1);
  const size_t n_gates    = type == "lstm" ? 4 : type == "gru" ? 3 : 1;

  const float* w =
    parameters.data() + offset_of(*description, "a.weight_hh_l0");
  for (size_t gate = 0; gate < n_gates; ++gate, w += H * H) {
    for (size_t i = 0; i < H; ++i) {
      for (size_t j = 0; j <= i; ++j) {
        double sum = 0.0;
        for (size_t k = 0; k < H; ++k) {
          sum += static_cast<double>(w[(i * H) + k]) *
                 static_cast<double>(w[(j * H) + k]);
        }
        ASSERT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-6) << gate;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types,
                         InitialiseTypes,
                         testing::Values("rnn", "gru", "lstm"));

TEST(Initialise, HasASingleUnitOfSizeOne)
{
  const Description description =
    describe(1, R"({"name": "a", "type": "rnn", "hidden": 1})");
  const Floats parameters = initialise(*description, 1);
  EXPECT_EQ(std::abs(parameters[1]), 1.0F);
}

TEST(Initialise, SpreadsInputWeightsAsGlorotAndBengio)
{
  const Description description =
    describe(50, R"({"name": "a", "type": "gru", "hidden": 25})");
  const Floats parameters = initialise(*description, 1);
  const double limit      = std::sqrt(6.0 / 75.0);
  double       sum        = 0.0;
  double       square     = 0.0;
  const size_t n          = 3 * 25 * 50;
  for (size_t i = 0; i < n; ++i) {
    const double w = static_cast<double>(parameters[i]);
    ASSERT_LE(std::abs(w), limit);
    sum += w;
    square += w * w;
  }

  // Of a uniform distribution, within five deviations of their estimates
  const double count = static_cast<double>(n);
  EXPECT_NEAR(sum / count, 0.0, 5.0 * limit / std::sqrt(3.0 * count));
  EXPECT_NEAR(square / count,
              limit * limit / 3.0,
              5.0 * limit * limit * std::sqrt(4.0 / 45.0 / count));
}

TEST(Initialise, OpensTheForgetGateAndNoOther)
{
  const Description description =
    describe(2, R"({"name": "a", "type": "lstm", "hidden": 3, "layers": 2},
          {"name": "b", "type": "linear", "out": 2})");
  const Floats parameters = initialise(*description, 1);
  for (const char* const layer : { "l0", "l1" }) {
    const size_t b_ih =
      offset_of(*description, std::string("a.bias_ih_") + layer);
    const size_t b_hh =
      offset_of(*description, std::string("a.bias_hh_") + layer);
    for (size_t i = 0; i < 12; ++i) {
      EXPECT_EQ(parameters[b_ih + i], i / 3 == 1 ? 1.0F : 0.0F);
      EXPECT_EQ(parameters[b_hh + i], 0.0F);
    }
  }
  const size_t bias = offset_of(*description, "b.bias");
  EXPECT_EQ(parameters[bias], 0.0F);
  EXPECT_EQ(parameters[bias + 1], 0.0F);
}

TEST(Initialise, ScalesAndChoosesRecurrentWeights)
{
  const Description description =
    describe(2, R"({"name": "a", "type": "rnn", "hidden": 3})");
  const Floats identity =
    initialise(*description, 1, { RONDO_RECURRENT_IDENTITY, 0.5, 1.0 });
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(identity[6 + i], i % 4 ? 0.0F : 0.5F);
  }

  const Floats uniform =
    initialise(*description, 1, { RONDO_RECURRENT_GLOROT, 1.0, 1.0 });
  const Floats twice =
    initialise(*description, 1, { RONDO_RECURRENT_GLOROT, 2.0, 1.0 });
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_LE(std::abs(uniform[6 + i]), 1.0F);
    EXPECT_EQ(twice[6 + i], 2.0F * uniform[6 + i]);
  }
}

TEST(Initialise, TakesTheForgetBiasOfTheSettings)
{
  const Description description =
    describe(2, R"({"name": "a", "type": "lstm", "hidden": 3,
                    "bidirectional": true})");
  const Floats parameters =
    initialise(*description, 1, { RONDO_RECURRENT_ORTHOGONAL, 1.0, 2.5 });
  for (const char* const name : { "a.bias_ih_l0", "a.bias_ih_l0_reverse" }) {
    const size_t b_ih = offset_of(*description, name);
    EXPECT_EQ(parameters[b_ih + 2], 0.0F);
    EXPECT_EQ(parameters[b_ih + 3], 2.5F);
    EXPECT_EQ(parameters[b_ih + 6], 0.0F);
  }
}

TEST(Initialise, SpreadsConvolutionsByAllFramesThatTheySee)
{
  const Description description =
    describe(10, R"({"name": "a", "type": "conv1d", "out": 20, "kernel": 8})");
  const Floats parameters = initialise(*description, 1);
  const double limit      = std::sqrt(6.0 / 100.0);
  double       largest    = 0.0;
  for (size_t i = 0; i < 1600; ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(parameters[i])));
  }
  EXPECT_LE(largest, limit);
  EXPECT_GT(largest, 0.99 * limit);
  EXPECT_EQ(parameters[1600], 0.0F);
}

TEST(Initialise, StartsNormalisationsAtOneAndTablesSmall)
{
  const Description description =
    describe(1,
             R"({"name": "a", "type": "embedding", "tokens": 100, "out": 100},
                {"name": "b", "type": "layer_norm"})");
  const Floats parameters = initialise(*description, 1);
  double       square     = 0.0;
  for (size_t i = 0; i < 10000; ++i) {
    square += std::pow(static_cast<double>(parameters[i]), 2.0);
  }
  EXPECT_NEAR(square / 1e4, 0.01, 5.0 * 0.01 * std::sqrt(2.0 / 1e4));
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(parameters[10000 + i], 1.0F);
    EXPECT_EQ(parameters[10100 + i], 0.0F);
  }
}

} // namespace
