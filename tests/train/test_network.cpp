// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numeric>
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
  const RondoInitialisation settings = rondo_initialisation();
  rondo_network_initialise(&description, &settings, &random, parameters.data());
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

constexpr const char* logistic =
  R"({"name": "a", "type": "linear", "out": 3, "activation": "sigmoid"})";

// Every second sequence shorter than the other
TEST(Network, TreatsPaddedSequencesAsIfAlone)
{
  const Description         description = describe(4, mixed);
  const Floats              parameters  = initialise(*description, 1);
  RondoRandom               random      = rondo_random(2, 1);
  const size_t              T           = 6;
  const size_t              B           = 2;
  const Floats              x           = draw(random, T * B * 4);
  const Network             both        = make_network(*description, T, B);
  const Network             one         = make_network(*description, T, 1);
  const std::vector<size_t> first       = { 6, 3 };
  const std::vector<size_t> second      = { 6, 2 };

  // Twice, so that the state goes on from where each sequence ended
  for (const auto& lengths : { first, second }) {
    const float* const y = rondo_network_forward(
      both.get(), parameters.data(), T, B, x.data(), lengths.data(), nullptr);
    Floats alone;
    for (size_t t = 0; t < lengths[1]; ++t) {
      const auto row =
        x.begin() + static_cast<std::ptrdiff_t>(((t * 2) + 1) * 4);
      alone.insert(alone.end(), row, row + 4);
    }
    const float* const y_alone = rondo_network_forward(one.get(),
                                                       parameters.data(),
                                                       lengths[1],
                                                       1,
                                                       alone.data(),
                                                       nullptr,
                                                       nullptr);
    for (size_t t = 0; t < T; ++t) {
      for (size_t i = 0; i < 3; ++i) {
        const float expected = t < lengths[1] ? y_alone[(t * 3) + i] : 0.0F;
        ASSERT_NEAR(y[(((t * 2) + 1) * 3) + i], expected, 1e-6F) << t;
      }
    }
  }
}

TEST(Network, LeavesOutWhatDropoutSays)
{
  const Description  description = describe(4, logistic);
  const Floats       parameters  = initialise(*description, 1);
  const size_t       T           = 50;
  const size_t       B           = 20;
  const Network      network     = make_network(*description, T, B);
  const Floats       x(T * B * 4, 1.0F);
  const RondoDropout dropout = { 0.25, 0.0, false };
  RondoError         error   = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_network_set_dropout(network.get(), &dropout, &error),
            RONDO_SUCCESS);

  // dx says what came through
  const auto kept = [&](RondoRandom* const random) {
    const Floats dy(T * B * 3, 1.0F);
    Floats       dparameters(parameters.size());
    Floats       dx(x.size());
    rondo_network_forward(
      network.get(), parameters.data(), T, B, x.data(), nullptr, random);
    rondo_network_backward(network.get(),
                           parameters.data(),
                           dy.data(),
                           dparameters.data(),
                           dx.data());
    const auto n =
      dx.size() - static_cast<size_t>(std::count(dx.begin(), dx.end(), 0.0F));
    return static_cast<double>(n) / static_cast<double>(dx.size());
  };
  RondoRandom random = rondo_random(1, 1);
  EXPECT_EQ(kept(nullptr), 1.0);
  EXPECT_NEAR(kept(&random), 0.75, 5.0 * std::sqrt(0.25 * 0.75 / 4000.0));
}

TEST(Network, KeepsTheMeanOfWhatItDrops)
{
  const Description description =
    describe(1, R"({"name": "a", "type": "linear", "out": 1})");
  const Floats       parameters = { 1.0F, 0.0F };
  const size_t       T          = 100;
  const size_t       B          = 100;
  const Network      network    = make_network(*description, T, B);
  const Floats       x(T * B, 1.0F);
  const RondoDropout dropout = { 0.5, 0.0, false };
  RondoError         error   = { RONDO_SUCCESS, "" };
  RondoRandom        random  = rondo_random(1, 1);
  ASSERT_EQ(rondo_network_set_dropout(network.get(), &dropout, &error),
            RONDO_SUCCESS);
  const float* const y = rondo_network_forward(
    network.get(), parameters.data(), T, B, x.data(), nullptr, &random);
  EXPECT_NEAR(std::accumulate(y, y + (T * B), 0.0) / 1e4, 1.0, 5.0 / 100.0);
}

TEST(Network, DropsTheSameUnitsAtAllTimes)
{
  const Description description =
    describe(1, R"({"name": "a", "type": "linear", "out": 1})");
  const Floats       parameters = { 1.0F, 0.0F };
  const size_t       T          = 9;
  const size_t       B          = 40;
  const Network      network    = make_network(*description, T, B);
  const Floats       x(T * B, 1.0F);
  const RondoDropout dropout = { 0.5, 0.0, true };
  RondoError         error   = { RONDO_SUCCESS, "" };
  RondoRandom        random  = rondo_random(1, 1);
  ASSERT_EQ(rondo_network_set_dropout(network.get(), &dropout, &error),
            RONDO_SUCCESS);
  const float* const y = rondo_network_forward(
    network.get(), parameters.data(), T, B, x.data(), nullptr, &random);
  for (size_t i = B; i < T * B; ++i) {
    EXPECT_EQ(y[i], y[i % B]);
  }
  EXPECT_NE(std::count(y, y + B, 0.0F), 0);
  EXPECT_NE(std::count(y, y + B, 2.0F), 0);
}

TEST(Network, RefusesToLeaveOutAllOrLess)
{
  const Description description = describe(4, mixed);
  const Network     network     = make_network(*description, 3, 2);
  for (const double bad : { -0.1, 1.0, std::nan("") }) {
    for (const RondoDropout dropout :
         { RondoDropout{ bad, 0.0, false }, RondoDropout{ 0.0, bad, true } }) {
      RondoError error = { RONDO_SUCCESS, "" };
      EXPECT_EQ(rondo_network_set_dropout(network.get(), &dropout, &error),
                RONDO_ERR_BAD_ARGUMENT);
      EXPECT_STRNE(error.message, "");
    }
  }
}

TEST(Network, GivesLogitsWhereItsLastLayerHasThem)
{
  const Description description = describe(4, logistic);
  const Floats      parameters  = initialise(*description, 1);
  const Network     network     = make_network(*description, 1, 1);
  const Floats      x           = { 1.0F, -2.0F, 0.5F, 3.0F };
  const auto        run         = [&] {
    const float* const y = rondo_network_forward(
      network.get(), parameters.data(), 1, 1, x.data(), nullptr, nullptr);
    return Floats(y, y + 3);
  };

  const Floats probabilities = run();
  EXPECT_TRUE(rondo_network_set_logits(network.get(), true));
  const Floats logits = run();
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(probabilities[i], 1.0F / (1.0F + std::exp(-logits[i])), 1e-6F);
    EXPECT_NE(probabilities[i], logits[i]);
  }
  EXPECT_FALSE(rondo_network_set_logits(network.get(), false));
  EXPECT_EQ(run(), probabilities);

  const Description other =
    describe(4, R"({"name": "a", "type": "rnn", "hidden": 3})");
  const Network plain = make_network(*other, 1, 1);
  EXPECT_FALSE(rondo_network_set_logits(plain.get(), true));
}

TEST(StateNorms, DieAwayWithTheRecurrentWeight)
{
  const Description description =
    describe(1,
             R"({"name": "in", "type": "linear", "out": 1},
       {"name": "a", "type": "rnn", "hidden": 1, "activation": "relu"})");
  const Floats  parameters = { 1.0F, 0.0F, 1.0F, 0.5F, 0.0F, 0.0F };
  const size_t  T          = 4;
  const Network network    = make_network(*description, T, 2);
  const Floats  x(2 * T, 1.0F);
  Floats        dy(2 * T);
  Floats        dparameters(parameters.size());
  dy[(2 * T) - 2] = 3.0F;
  dy[(2 * T) - 1] = 4.0F;

  std::vector<double> norms(T);
  rondo_network_forward(
    network.get(), parameters.data(), T, 2, x.data(), nullptr, nullptr);
  rondo_network_backward(
    network.get(), parameters.data(), dy.data(), dparameters.data(), nullptr);
  rondo_network_state_norms(network.get(), 1, norms.data());
  EXPECT_EQ(norms, (std::vector<double>{ 0.625, 1.25, 2.5, 5.0 }));
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
