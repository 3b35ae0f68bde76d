// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Gradients against finite differences, in double

#include "core/base/random.h"
#include "core/train/losses.h"
#include "core/train/network.h"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace {

static_assert(sizeof(RondoReal) == sizeof(double), "not the double copy");

using Reals = std::vector<double>;

constexpr size_t T = 5;
constexpr size_t B = 3;

// What finite differences promise: the step's fourth power is below rounding,
// and rounding divided by the step is about 1e-11
constexpr double difference_step    = 1e-4;
constexpr double relative_tolerance = 1e-6;
constexpr double absolute_tolerance = 1e-9;

struct FreeNetwork {
  void operator()(RondoNetwork* n) const { rondo_network_free(n); }
};

using Network = std::unique_ptr<RondoNetwork, FreeNetwork>;

Network
make_network(const RondoDescription& description,
             const RondoDropout&     dropout = { 0.0, 0.0, false })
{
  RondoNetwork* network = nullptr;
  RondoError    error   = { RONDO_SUCCESS, "" };
  EXPECT_EQ(rondo_network_new(&description, T, B, &network, &error),
            RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(rondo_network_set_dropout(network, &dropout, &error), RONDO_SUCCESS)
    << error.message;
  return Network(network);
}

Reals
draw(RondoRandom& random, const size_t n, const double scale)
{
  Reals values(n);
  for (double& value : values) {
    value = scale * rondo_random_normal(&random);
  }
  return values;
}

bool
reads_tokens(const RondoDescription& description)
{
  return description.layers[0].type == RONDO_LAYER_EMBEDDING;
}

Reals
draw_inputs(RondoRandom& random, const RondoDescription& description)
{
  Reals x = draw(random, T * B * description.n_inputs, 1.0);
  for (double& value : x) {
    if (reads_tokens(description)) {
      const auto n = static_cast<uint32_t>(description.layers[0].n_tokens);
      value        = rondo_random_below(&random, n);
    }
  }
  return x;
}

// How a network is run
struct Mode {
  const char*        name;
  const size_t*      lengths_before; // (B), or NULL
  const size_t*      lengths;        // (B), or NULL
  const RondoDropout dropout;
};

constexpr std::array<size_t, B> lengths_before = { 5, 2, 3 };
constexpr std::array<size_t, B> lengths        = { 3, 5, 0 };

constexpr std::array<Mode, 4> modes = { {
  { "whole", nullptr, nullptr, { 0.0, 0.0, false } },
  { "masked", lengths_before.data(), lengths.data(), { 0.0, 0.0, false } },
  { "dropped", nullptr, nullptr, { 0.25, 0.5, false } },
  { "variational", lengths_before.data(), lengths.data(), { 0.25, 0.5, true } },
} };

// A loss that is a fixed sum of the outputs of the second of two batches
struct Problem {
  const Mode* mode;
  Reals       parameters;
  Reals       before; // (T, B, X): makes the state that the second starts from
  Reals       x;      // (T, B, X)
  Reals       dy;     // (T, B, Y)
};

Problem
make_problem(const RondoDescription& description,
             const Mode&             mode,
             const unsigned          seed)
{
  RondoRandom random = rondo_random(seed, 7);
  Problem     problem;
  problem.mode = &mode;
  problem.parameters =
    draw(random, rondo_network_n_parameters(&description), 0.6);
  problem.before = draw_inputs(random, description);
  problem.x      = draw_inputs(random, description);
  problem.dy     = draw(random, T * B * description.n_outputs, 1.0);
  return problem;
}

const double*
run(RondoNetwork* const network,
    const Problem&      problem,
    const Reals&        parameters,
    const Reals&        x)
{
  // The same units are dropped in every run
  const Mode&  mode       = *problem.mode;
  const bool   is_dropped = mode.dropout.inputs > 0.0;
  RondoRandom  random     = rondo_random(3, 3);
  RondoRandom* drops      = is_dropped ? &random : nullptr;

  // The state stays that of the unchanged parameters: gradients stop there
  rondo_network_reset(network);
  rondo_network_forward(network,
                        problem.parameters.data(),
                        T,
                        B,
                        problem.before.data(),
                        mode.lengths_before,
                        drops);
  return rondo_network_forward(
    network, parameters.data(), T, B, x.data(), mode.lengths, drops);
}

size_t
n_outputs(const RondoNetwork* const network, const Problem& problem)
{
  return problem.dy.size() / T * rondo_network_n_output_steps(network, T);
}

double
loss(RondoNetwork* const network,
     const Problem&      problem,
     const Reals&        parameters,
     const Reals&        x)
{
  const double* const y   = run(network, problem, parameters, x);
  const size_t        n   = n_outputs(network, problem);
  double              sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += problem.dy[i] * y[i];
  }
  return sum;
}

// Return the gradient of `f` at `at` by central differences of fourth order
template<class Function>
Reals
differentiate(const Reals& at, Function f)
{
  const double h = difference_step;
  Reals        gradient(at.size());
  Reals        moved = at;
  for (size_t i = 0; i < at.size(); ++i) {
    const auto value = [&](const double by) {
      moved[i] = at[i] + by;
      return f(moved);
    };
    const double near = value(h) - value(-h);
    const double far  = value(2.0 * h) - value(-2.0 * h);
    gradient[i]       = ((8.0 * near) - far) / (12.0 * h);
    moved[i]          = at[i];
  }
  return gradient;
}

// Return the largest error as a multiple of what is allowed
double
worst(const Reals& found, const Reals& expected)
{
  double largest = 0.0;
  for (size_t i = 0; i < found.size(); ++i) {
    const double scale = std::max(std::abs(found[i]), std::abs(expected[i]));
    const double error = std::abs(found[i] - expected[i]);
    const double share =
      error / ((relative_tolerance * scale) + absolute_tolerance);
    largest = std::isfinite(share) ? std::max(largest, share) : HUGE_VAL;
  }
  return largest;
}

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

void
PrintTo(const Mode& mode, std::ostream* const out)
{
  *out << mode.name;
}

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

// A loss on the logits of a network whose sequences have lengths
double
score(RondoNetwork* const network,
      const size_t        kind,
      const Problem&      problem,
      const Reals&        parameters,
      double* const       dy)
{
  const double* const  y     = run(network, problem, parameters, problem.x);
  const RondoLossShape shape = {
    T, B, problem.dy.size() / (T * B), problem.mode->lengths
  };
  if (kind == 2) {
    const std::vector<int32_t> classes = { 0, 2, 1, -1, 1, 0, 2, 2,
                                           1, 0, 1, 2,  0, 1, -1 };
    return rondo_loss_classes(&shape, y, classes.data(), 0.5, dy).sum;
  }

  Reals target = problem.dy;
  for (size_t i = 0; i < target.size(); ++i) {
    target[i] = i % 4 ? std::abs(target[i]) : NAN;
  }
  return (kind ? rondo_loss_binary
               : rondo_loss_squared)(&shape, y, target.data(), 0.5, dy)
    .sum;
}

class LossGradients
  : public testing::TestWithParam<std::tuple<size_t, const char*, Mode>>
{
};

TEST_P(LossGradients, AgreeWithCentralDifferencesTo1e6)
{
  const size_t kind       = std::get<0>(GetParam());
  const auto   activation = std::string(std::get<1>(GetParam()));
  const Mode&  mode       = std::get<2>(GetParam());

  const Description description =
    describe(4,
             R"({"name": "a", "type": "gru", "hidden": 3,
                 "bidirectional": true},
                {"name": "b", "type": "linear", "out": 3,
                 "activation": ")" +
               activation + R"("})");
  const Problem problem = make_problem(*description, mode, 1);
  const Network network = make_network(*description, mode.dropout);
  EXPECT_TRUE(rondo_network_set_logits(network.get(), true));

  Reals dy(problem.dy.size());
  Reals dparameters(problem.parameters.size());
  score(network.get(), kind, problem, problem.parameters, dy.data());
  rondo_network_backward(network.get(),
                         problem.parameters.data(),
                         dy.data(),
                         dparameters.data(),
                         nullptr);
  const Reals expected =
    differentiate(problem.parameters, [&](const Reals& parameters) {
      return 0.5 * score(network.get(), kind, problem, parameters, nullptr);
    });
  EXPECT_LE(worst(dparameters, expected), 1.0);
}

INSTANTIATE_TEST_SUITE_P(Every,
                         LossGradients,
                         testing::Combine(testing::Range(size_t{ 0 },
                                                         size_t{ 3 }),
                                          testing::Values("sigmoid", "softmax"),
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
