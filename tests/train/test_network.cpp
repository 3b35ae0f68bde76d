// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using Floats = std::vector<float>;

constexpr const char* mixed =
  R"({"name": "in", "type": "linear", "out": 7, "activation": "tanh"},
     {"name": "rnn", "type": "rnn", "hidden": 5},
     {"name": "gru", "type": "gru", "hidden": 9, "layers": 2},
     {"name": "old", "type": "gru", "hidden": 4, "reset": "before"},
     {"name": "lstm", "type": "lstm", "hidden": 6, "layers": 2,
      "input": ["old", "rnn"]},
     {"name": "out", "type": "linear", "out": 3, "activation": "sigmoid",
      "input": ["lstm", "gru", "in", "inputs"]})";

struct FreeNetwork {
  void operator()(RondoNetwork* n) const { rondo_network_free(n); }
};

using Network = std::unique_ptr<RondoNetwork, FreeNetwork>;

Network
make_network(const RondoDescription& description,
             const size_t            n_steps,
             const size_t            n_batch)
{
  RondoNetwork* network = nullptr;
  RondoError    error   = { RONDO_SUCCESS, "" };
  EXPECT_EQ(rondo_network_new(&description, n_steps, n_batch, &network, &error),
            RONDO_SUCCESS)
    << error.message;
  return Network(network);
}

Floats
draw(RondoRandom& random, const size_t n)
{
  Floats values(n);
  for (float& value : values) {
    value = rondo_random_normal(&random);
  }
  return values;
}

Floats
initialise(const RondoDescription& description, const unsigned seed)
{
  RondoRandom random = rondo_random(seed, 1);
  Floats      parameters(rondo_network_n_parameters(&description), NAN);
  EXPECT_EQ(rondo_network_initialise(&description, &random, parameters.data()),
            RONDO_SUCCESS);
  return parameters;
}

// Return where the tensor called `name` starts
size_t
offset_of(const RondoDescription& description, const std::string& name)
{
  for (size_t i = 0; i < rondo_description_n_tensors(&description); ++i) {
    if (name == rondo_description_tensor(&description, i).name) {
      return rondo_network_offset(&description, i);
    }
  }
  ADD_FAILURE() << name;
  return 0;
}

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

TEST(Network, TellsThatSizesExceedMemory)
{
  const Description description = describe(4, mixed);
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
    const float* const y =
      rondo_network_forward(whole.get(), parameters.data(), T, B, x.data());
    size_t t = 0;
    for (const size_t n : { 1U, 5U, 2U, 3U }) {
      const float* const part = rondo_network_forward(
        pieces.get(), parameters.data(), n, B, x.data() + (t * B * 4));
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
  const float* const y =
    rondo_network_forward(all.get(), parameters.data(), T, B, x.data());

  for (size_t b = 0; b < B; ++b) {
    Floats alone(T * 4);
    for (size_t t = 0; t < T; ++t) {
      for (size_t i = 0; i < 4; ++i) {
        alone[(t * 4) + i] = x[(((t * B) + b) * 4) + i];
      }
    }
    rondo_network_reset(one.get());
    const float* const y_alone =
      rondo_network_forward(one.get(), parameters.data(), T, 1, alone.data());
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
    const float* const y =
      rondo_network_forward(network.get(), parameters.data(), T, B, x.data());
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

} // namespace
