// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Gradients against finite differences, in double

#include "core/train/network.h"
#include "tests/train/describe.h"
#include "tests/train/gradient_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>

namespace {

// Return how far the gradients that `backward` computes are from differences
// of what `forward` computes, as a multiple of what is allowed
double
compare(const RondoDescription& forward,
        const RondoDescription& backward,
        const unsigned          seed,
        const Mode&             mode = modes[0])
{
  const Problem problem = make_problem(forward, mode, seed);

  const Network network = make_network(backward, mode.dropout);
  Reals         dparameters(problem.parameters.size(), 0.0);
  Reals         dx(problem.x.size(), NAN);
  run(network.get(), problem, problem.parameters, problem.x);
  rondo_network_backward(network.get(),
                         problem.parameters.data(),
                         problem.dy.data(),
                         dparameters.data(),
                         dx.data());

  const Network other = make_network(forward, mode.dropout);
  const Reals   expected_dparameters =
    differentiate(problem.parameters, [&](const Reals& parameters) {
      return loss(other.get(), problem, parameters, problem.x);
    });
  if (reads_tokens(forward)) {
    EXPECT_EQ(dx, Reals(dx.size(), 0.0));
    return worst(dparameters, expected_dparameters);
  }
  const Reals expected_dx = differentiate(problem.x, [&](const Reals& x) {
    return loss(other.get(), problem, problem.parameters, x);
  });

  return std::max(worst(dparameters, expected_dparameters),
                  worst(dx, expected_dx));
}

const char* const networks[] = {
  R"({"name": "a", "type": "linear", "out": 5})",
  R"({"name": "a", "type": "linear", "out": 5, "activation": "relu"})",
  R"({"name": "a", "type": "linear", "out": 5, "activation": "tanh"})",
  R"({"name": "a", "type": "linear", "out": 5, "activation": "sigmoid"})",
  R"({"name": "a", "type": "linear", "out": 5, "activation": "softmax"})",
  R"({"name": "a", "type": "linear", "out": 5, "activation": "softplus"})",
  R"({"name": "a", "type": "rnn", "hidden": 6})",
  R"({"name": "a", "type": "rnn", "hidden": 6, "activation": "relu"})",
  R"({"name": "a", "type": "rnn", "hidden": 4, "layers": 3})",
  R"({"name": "a", "type": "gru", "hidden": 5})",
  R"({"name": "a", "type": "gru", "hidden": 5, "reset": "before"})",
  R"({"name": "a", "type": "gru", "hidden": 4, "layers": 2})",
  R"({"name": "a", "type": "gru", "hidden": 3, "layers": 3,
      "reset": "before"})",
  R"({"name": "a", "type": "lstm", "hidden": 5})",
  R"({"name": "a", "type": "lstm", "hidden": 3, "layers": 3})",
  R"({"name": "a", "type": "rnn", "hidden": 3, "bidirectional": true})",
  R"({"name": "a", "type": "gru", "hidden": 3, "bidirectional": true})",
  R"({"name": "a", "type": "gru", "hidden": 3, "bidirectional": true,
      "reset": "before", "layers": 2})",
  R"({"name": "a", "type": "lstm", "hidden": 2, "bidirectional": true,
      "layers": 3})",
  R"({"name": "a", "type": "rnn", "hidden": 3, "bidirectional": true,
      "lookahead": 1, "activation": "relu"})",
  R"({"name": "a", "type": "gru", "hidden": 2, "bidirectional": true,
      "lookahead": 2, "layers": 2})",
  R"({"name": "a", "type": "lstm", "hidden": 2, "bidirectional": true,
      "lookahead": 3})",
  R"({"name": "a", "type": "lstm", "hidden": 2, "bidirectional": true,
      "lookahead": 4})",
  R"({"name": "a", "type": "linear", "out": 3, "groups": 2,
      "activation": "softmax"})",
  R"({"name": "a", "type": "rnn", "hidden": 3, "groups": 2})",
  R"({"name": "a", "type": "gru", "hidden": 2, "groups": 4, "layers": 2})",
  R"({"name": "a", "type": "lstm", "hidden": 3, "groups": 2,
      "bidirectional": true, "layers": 2})",
  R"({"name": "a", "type": "gru", "hidden": 3, "groups": 2,
      "bidirectional": true, "lookahead": 2})",
  R"({"name": "a", "type": "rnn", "hidden": 3, "groups": 4,
      "along": "groups"})",
  R"({"name": "a", "type": "gru", "hidden": 2, "groups": 4,
      "along": "groups", "bidirectional": true, "layers": 2})",
  R"({"name": "a", "type": "lstm", "hidden": 3, "groups": 2,
      "along": "groups", "bidirectional": true})",
  R"({"name": "a", "type": "conv1d", "out": 3, "kernel": 1})",
  R"({"name": "a", "type": "conv1d", "out": 5, "kernel": 3,
      "activation": "tanh"})",
  R"({"name": "a", "type": "conv1d", "out": 2, "kernel": 8,
      "activation": "softmax"})",
  R"({"name": "a", "type": "layer_norm"})",
  R"({"name": "a", "type": "layer_norm", "groups": 2, "epsilon": 0.1})",
  R"({"name": "a", "type": "last"})",
  R"({"name": "a", "type": "mean"})",
  R"({"name": "a", "type": "embedding", "tokens": 7, "out": 3},
     {"name": "b", "type": "gru", "hidden": 3},
     {"name": "c", "type": "linear", "out": 2})",
  // Many to one, with what may follow
  R"({"name": "a", "type": "lstm", "hidden": 3, "bidirectional": true},
     {"name": "b", "type": "last"},
     {"name": "c", "type": "mean", "input": ["a", "inputs"]},
     {"name": "d", "type": "layer_norm", "input": ["b", "c"]},
     {"name": "e", "type": "rnn", "hidden": 2, "groups": 4, "along": "groups",
      "bidirectional": true},
     {"name": "f", "type": "linear", "out": 3, "groups": 2,
      "activation": "sigmoid"})",
  // A dual path: over the spectrum, then through time
  R"({"name": "in", "type": "linear", "out": 2, "groups": 4},
     {"name": "over", "type": "gru", "hidden": 2, "groups": 4,
      "along": "groups", "bidirectional": true},
     {"name": "norm", "type": "layer_norm", "groups": 4},
     {"name": "through", "type": "lstm", "hidden": 2, "groups": 4,
      "input": "norm"},
     {"name": "conv", "type": "conv1d", "out": 3, "kernel": 2,
      "input": ["through", "in"], "activation": "tanh"},
     {"name": "head", "type": "linear", "out": 2,
      "input": ["conv", "through", "inputs"]})",
  // The inputs are used twice, "b" three times, once by its own neighbour
  R"({"name": "a", "type": "linear", "out": 4, "activation": "tanh"},
     {"name": "b", "type": "gru", "hidden": 3, "layers": 2},
     {"name": "c", "type": "lstm", "hidden": 3, "input": ["inputs", "b"]},
     {"name": "d", "type": "rnn", "hidden": 2, "input": ["b", "a", "c"]},
     {"name": "e", "type": "linear", "out": 3, "activation": "sigmoid",
      "input": ["d", "b", "inputs"]})",
  // As the presets
  R"({"name": "in", "type": "linear", "out": 6, "activation": "tanh"},
     {"name": "gru1", "type": "gru", "hidden": 5},
     {"name": "gru2", "type": "gru", "hidden": 5},
     {"name": "head", "type": "linear", "out": 4, "activation": "sigmoid",
      "input": ["in", "gru1", "gru2"]})",
};

class Gradients
  : public testing::TestWithParam<std::tuple<const char*, unsigned, Mode>>
{
};

TEST_P(Gradients, AgreeWithCentralDifferencesTo1e6)
{
  const Description description = describe(4, std::get<0>(GetParam()));
  ASSERT_TRUE(description);

  EXPECT_LE(compare(*description,
                    *description,
                    std::get<1>(GetParam()),
                    std::get<2>(GetParam())),
            1.0);
}

INSTANTIATE_TEST_SUITE_P(Every,
                         Gradients,
                         testing::Combine(testing::ValuesIn(networks),
                                          testing::Values(1U, 2U),
                                          testing::ValuesIn(modes)));

// What a slip of the pen would do, each far above the tolerance
TEST(GradientChecks, CatchTheOtherResetGate)
{
  const Description right =
    describe(4, R"({"name": "a", "type": "gru", "hidden": 5})");
  const Description wrong = describe(
    4, R"({"name": "a", "type": "gru", "hidden": 5, "reset": "before"})");

  EXPECT_GT(compare(*right, *wrong, 1), 100.0);
}

TEST(GradientChecks, CatchAnotherActivation)
{
  const Description right =
    describe(4, R"({"name": "a", "type": "rnn", "hidden": 5})");
  const Description wrong = describe(
    4, R"({"name": "a", "type": "rnn", "hidden": 5, "activation": "relu"})");

  EXPECT_GT(compare(*right, *wrong, 1), 100.0);
}

TEST(GradientChecks, CatchSwappedSources)
{
  const std::string layers =
    R"({"name": "a", "type": "linear", "out": 3, "activation": "tanh"},
       {"name": "b", "type": "linear", "out": 3, "activation": "tanh"},)";
  const Description right =
    describe(4, layers + R"({"name": "c", "type": "rnn", "hidden": 2,
                    "input": ["a", "b"]})");
  const Description wrong =
    describe(4, layers + R"({"name": "c", "type": "rnn", "hidden": 2,
                    "input": ["b", "a"]})");

  EXPECT_GT(compare(*right, *wrong, 1), 100.0);
}

TEST(GradientChecks, CatchOneElementOffByTenParts)
{
  const Reals expected = { 1.0, -2.0, 3e-3 };
  Reals       found    = expected;
  EXPECT_LE(worst(found, expected), 1.0);

  found[2] *= 1.0 + 1e-5;
  EXPECT_GT(worst(found, expected), 1.0);

  found[2] = NAN;
  EXPECT_GT(worst(found, expected), 1.0);
}

TEST(Network, AddsGradientsToThoseThere)
{
  const Description description =
    describe(4, R"({"name": "a", "type": "lstm", "hidden": 5})");
  const Problem problem = make_problem(*description, modes[0], 1);
  const Network network = make_network(*description);

  Reals once(problem.parameters.size(), 0.0);
  Reals more(problem.parameters.size(), 1.0);
  for (Reals* const gradient : { &once, &more }) {
    run(network.get(), problem, problem.parameters, problem.x);
    rondo_network_backward(network.get(),
                           problem.parameters.data(),
                           problem.dy.data(),
                           gradient->data(),
                           nullptr);
  }

  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_NEAR(more[i], once[i] + 1.0, 1e-12);
  }
}

} // namespace
