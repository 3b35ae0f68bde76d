// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Losses through a network against finite differences, in double

#include "core/train/losses.h"
#include "core/train/network.h"
#include "tests/train/describe.h"
#include "tests/train/gradient_check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace {

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

} // namespace
