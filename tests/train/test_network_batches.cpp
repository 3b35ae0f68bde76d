// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Sequences of different lengths, dropout, logits and norms

#include "core/base/random.h"
#include "core/train/network.h"
#include "tests/train/describe.h"
#include "tests/train/small_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

namespace {

constexpr const char* logistic =
  R"({"name": "a", "type": "linear", "out": 3, "activation": "sigmoid"})";

class Padded : public testing::TestWithParam<const char*>
{
};

// Return the rows of the second of two sequences
Floats
rows_of_second(const Floats& rows, const size_t width, const size_t n)
{
  Floats alone;
  for (size_t t = 0; t < n; ++t) {
    const auto at  = static_cast<std::ptrdiff_t>(((t * 2) + 1) * width);
    const auto row = rows.begin() + at;
    alone.insert(alone.end(), row, row + static_cast<std::ptrdiff_t>(width));
  }
  return alone;
}

TEST_P(Padded, SequencesRunAsIfAlone)
{
  const Description description = describe(4, GetParam());
  const Floats      parameters  = initialise(*description, 1);
  RondoRandom       random      = rondo_random(2, 1);
  const size_t      T           = 6;
  const size_t      Y           = description->n_outputs;
  const Network     both        = make_network(*description, T, 2);
  const Network     one         = make_network(*description, T, 1);

  // Several calls, so that the state goes on from where each sequence ended
  using Lengths = std::vector<size_t>;
  for (const Lengths& lengths :
       { Lengths{ 6, 3 }, { 5, 1 }, { 6, 5 }, { 2, 6 }, { 6, 2 } }) {
    const Floats       x       = draw(random, T * 2 * 4);
    const Floats       x_alone = rows_of_second(x, 4, lengths[1]);
    const float* const y       = rondo_network_forward(
      both.get(), parameters.data(), T, 2, x.data(), lengths.data(), nullptr);
    const float* const y_alone = rondo_network_forward(one.get(),
                                                       parameters.data(),
                                                       lengths[1],
                                                       1,
                                                       x_alone.data(),
                                                       nullptr,
                                                       nullptr);

    const size_t n_steps = rondo_network_n_output_steps(both.get(), T);
    const Floats found =
      rows_of_second(Floats(y, y + (n_steps * 2 * Y)), Y, n_steps);
    for (size_t i = 0; i < found.size(); ++i) {
      const bool  is_there = i < Y || i < lengths[1] * Y;
      const float expected = is_there ? y_alone[i] : 0.0F;
      ASSERT_NEAR(found[i], expected, 1e-6F) << lengths[1] << " " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
  Networks,
  Padded,
  testing::Values(
    R"({"name": "a", "type": "linear", "out": 3})",
    R"({"name": "a", "type": "rnn", "hidden": 3, "layers": 2})",
    R"({"name": "a", "type": "gru", "hidden": 3, "groups": 2})",
    R"({"name": "a", "type": "lstm", "hidden": 3})",
    R"({"name": "a", "type": "gru", "hidden": 3, "bidirectional": true,
        "layers": 2})",
    R"({"name": "a", "type": "lstm", "hidden": 3, "bidirectional": true,
        "lookahead": 2, "layers": 2})",
    R"({"name": "a", "type": "gru", "hidden": 3, "groups": 2,
        "along": "groups", "bidirectional": true})",
    R"({"name": "a", "type": "conv1d", "out": 3, "kernel": 3})",
    R"({"name": "a", "type": "conv1d", "out": 3, "kernel": 9},
       {"name": "b", "type": "conv1d", "out": 2, "kernel": 2})",
    R"({"name": "a", "type": "layer_norm"})",
    R"({"name": "a", "type": "embedding", "tokens": 2, "out": 3})",
    R"({"name": "a", "type": "gru", "hidden": 3},
       {"name": "b", "type": "last"})",
    R"({"name": "a", "type": "gru", "hidden": 3},
       {"name": "b", "type": "mean"},
       {"name": "c", "type": "linear", "out": 2})"));

class Exploding : public testing::TestWithParam<const char*>
{
};

// A state that doubles at each step would not be finite at the last one
TEST_P(Exploding, StatesOfPaddingLeaveNoTrace)
{
  const Description   description = describe(1, GetParam());
  Floats              parameters  = initialise(*description, 1);
  const size_t        T           = 200;
  const Network       network     = make_network(*description, T, 2);
  const Floats        x(T * 2, 1.0F);
  const Floats        dy(T * 2 * description->n_outputs, 1.0F);
  Floats              dparameters(parameters.size());
  Floats              dx(x.size());
  std::vector<size_t> lengths = { 3, 20 };
  for (size_t i = 0; i < parameters.size(); i += 4) {
    parameters[i]     = 1.0F;
    parameters[i + 1] = 4.0F;
    parameters[i + 2] = 1.0F;
  }

  for (int call = 0; call < 2; ++call) {
    const float* const y = rondo_network_forward(network.get(),
                                                 parameters.data(),
                                                 T,
                                                 2,
                                                 x.data(),
                                                 lengths.data(),
                                                 nullptr);
    EXPECT_TRUE(std::all_of(
      y, y + dy.size(), [](const float v) { return std::isfinite(v); }));
    rondo_network_backward(network.get(),
                           parameters.data(),
                           dy.data(),
                           dparameters.data(),
                           dx.data());
    for (const Floats& gradient : { dparameters, dx }) {
      EXPECT_TRUE(std::all_of(gradient.begin(),
                              gradient.end(),
                              [](const float v) { return std::isfinite(v); }));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
  Networks,
  Exploding,
  testing::Values(
    R"({"name": "a", "type": "rnn", "hidden": 1, "activation": "relu"})",
    R"({"name": "a", "type": "rnn", "hidden": 1, "activation": "relu",
        "bidirectional": true})"));

class Restored : public testing::TestWithParam<const char*>
{
};

TEST_P(Restored, StatesGoOn)
{
  const Description         description = describe(4, GetParam());
  const Floats              parameters  = initialise(*description, 1);
  RondoRandom               random      = rondo_random(2, 1);
  const size_t              T           = 5;
  const Floats              x           = draw(random, T * 2 * 4);
  const Network             one         = make_network(*description, T, 2);
  const Network             two         = make_network(*description, T, 2);
  const std::vector<size_t> lengths     = { 2, 5 };
  const auto                run         = [&](RondoNetwork* const network) {
    const float* const y = rondo_network_forward(
      network, parameters.data(), T, 2, x.data(), lengths.data(), nullptr);
    return Floats(y, y + (T * 2 * description->n_outputs));
  };

  std::vector<double> state(rondo_network_state_size(one.get()));
  const Floats        fresh = run(one.get());
  rondo_network_get_state(one.get(), state.data());
  rondo_network_set_state(two.get(), state.data());
  const Floats next = run(one.get());
  EXPECT_EQ(run(two.get()), next);
  EXPECT_NE(next, fresh);
}

INSTANTIATE_TEST_SUITE_P(
  Networks,
  Restored,
  testing::Values(
    R"({"name": "a", "type": "gru", "hidden": 3, "layers": 2, "groups": 2})",
    R"({"name": "a", "type": "lstm", "hidden": 3, "bidirectional": true,
        "groups": 2, "layers": 2})",
    R"({"name": "a", "type": "rnn", "hidden": 3, "bidirectional": true,
        "lookahead": 2})",
    R"({"name": "a", "type": "conv1d", "out": 3, "kernel": 4})"));

TEST(Network, GivesZerosForTheLastOfNoSteps)
{
  for (const std::string type : { "last", "mean" }) {
    const Description description =
      describe(2, R"({"name": "a", "type": ")" + type + R"("})");
    const Network             network = make_network(*description, 2, 2);
    const Floats              x(8, 1.0F);
    const std::vector<size_t> lengths = { 2, 0 };
    const float* const        y       = rondo_network_forward(
      network.get(), nullptr, 2, 2, x.data(), lengths.data(), nullptr);
    EXPECT_EQ(Floats(y, y + 4), (Floats{ 1.0F, 1.0F, 0.0F, 0.0F }));
  }
}

TEST(Network, TakesWhatIsNoTokenForTheFirst)
{
  const Description description =
    describe(1, R"({"name": "a", "type": "embedding", "tokens": 3, "out": 1})");
  const Network      network    = make_network(*description, 7, 1);
  const Floats       parameters = { 5.0F, 6.0F, 7.0F };
  const Floats       x          = { 2.0F, 3.0F, -1.0F, 1.5F, 1e30F, NAN, 1.0F };
  const float* const y          = rondo_network_forward(
    network.get(), parameters.data(), 7, 1, x.data(), nullptr, nullptr);
  EXPECT_EQ(Floats(y, y + 7),
            (Floats{ 7.0F, 5.0F, 5.0F, 5.0F, 5.0F, 5.0F, 6.0F }));
}

// An embedding is not dropped, but what reads it is; what passes on is not
TEST(Network, DropsRowsOfATableByWhoReadsThem)
{
  const Description description =
    describe(1,
             R"({"name": "a", "type": "embedding", "tokens": 2, "out": 50},
       {"name": "b", "type": "layer_norm"},
       {"name": "c", "type": "linear", "out": 50, "input": "a"},
       {"name": "d", "type": "mean"})");
  const Network      network = make_network(*description, 1, 1);
  Floats             parameters(rondo_network_n_parameters(description.get()));
  const RondoDropout dropout = { 0.5, 0.9, false };
  RondoError         error   = { RONDO_SUCCESS, "" };
  RondoRandom        random  = rondo_random(1, 1);
  const size_t       w       = rondo_network_offset(description.get(), 3);
  for (size_t i = 0; i < 50; ++i) {
    parameters[50 + i]       = 1.0F;
    parameters[w + (i * 51)] = 1.0F;
  }

  const Floats x = { 1.0F };
  ASSERT_EQ(rondo_network_set_dropout(network.get(), &dropout, &error),
            RONDO_SUCCESS);
  const float* const y = rondo_network_forward(
    network.get(), parameters.data(), 1, 1, x.data(), nullptr, &random);
  const auto n_kept    = std::count(y, y + 50, 2.0F);
  const auto n_dropped = std::count(y, y + 50, 0.0F);
  EXPECT_EQ(n_kept + n_dropped, 50);
  EXPECT_NEAR(static_cast<double>(n_kept), 25.0, 5.0 * std::sqrt(12.5));
}

// Of sources that are joined group by group, each has its own share
TEST(Network, DropsWhatEachSourceOfAGroupGives)
{
  const Description description =
    describe(4,
             R"({"name": "a", "type": "linear", "out": 2, "groups": 2},
       {"name": "b", "type": "linear", "out": 4, "input": ["inputs", "a"],
        "groups": 2, "join": "groups"})");
  const size_t       T       = 30;
  const Network      network = make_network(*description, T, 1);
  Floats             parameters(rondo_network_n_parameters(description.get()));
  const RondoDropout dropout = { 0.0, 0.9, false };
  RondoError         error   = { RONDO_SUCCESS, "" };
  RondoRandom        random  = rondo_random(1, 1);
  const size_t       w       = rondo_network_offset(description.get(), 2);
  for (size_t i = 0; i < 2; ++i) {
    parameters[i * 3] = 1.0F;
  }
  for (size_t i = 0; i < 4; ++i) {
    parameters[w + (i * 5)] = 1.0F;
  }

  const Floats x(T * 4, 1.0F);
  ASSERT_EQ(rondo_network_set_dropout(network.get(), &dropout, &error),
            RONDO_SUCCESS);
  const float* const y = rondo_network_forward(
    network.get(), parameters.data(), T, 1, x.data(), nullptr, &random);
  for (size_t i = 0; i < T * 8; ++i) {
    if (i % 4 < 2) {
      EXPECT_EQ(y[i], 1.0F) << i;
    } else {
      EXPECT_NE(y[i], 1.0F) << i;
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
  const Description description = describe(4, logistic);
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

} // namespace
