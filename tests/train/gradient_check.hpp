// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Networks of double run in several ways, and finite differences

#ifndef RONDO_TESTS_TRAIN_GRADIENT_CHECK_HPP
#define RONDO_TESTS_TRAIN_GRADIENT_CHECK_HPP

#include "core/base/random.h"
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
#include <vector>

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

inline Network
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

inline Reals
draw(RondoRandom& random, const size_t n, const double scale)
{
  Reals values(n);
  for (double& value : values) {
    value = scale * rondo_random_normal(&random);
  }
  return values;
}

inline bool
reads_tokens(const RondoDescription& description)
{
  return description.layers[0].type == RONDO_LAYER_EMBEDDING;
}

inline Reals
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

inline Problem
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

inline const double*
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

inline size_t
n_outputs(const RondoNetwork* const network, const Problem& problem)
{
  return problem.dy.size() / T * rondo_network_n_output_steps(network, T);
}

inline double
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
inline double
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

inline void
PrintTo(const Mode& mode, std::ostream* const out)
{
  *out << mode.name;
}

#endif // RONDO_TESTS_TRAIN_GRADIENT_CHECK_HPP
