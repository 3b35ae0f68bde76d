// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Against PyTorch; built in float and in double

#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "tests/train/describe.h"
#include "tests/train/golden_gradients.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using Reals = std::vector<RondoReal>;

// Rounding of sums of about a hundred products; twelve digits are stored
constexpr double tolerance = sizeof(RondoReal) == sizeof(float) ? 1e-5 : 1e-10;

// As wave() in make_gradients.py
Reals
wave(const size_t n, const double phase, const double scale)
{
  Reals values(n);
  for (size_t i = 0; i < n; ++i) {
    const double angle = phase + (12.9898 * static_cast<double>(i + 1));
    values[i]          = static_cast<RondoReal>(scale * std::sin(angle));
  }
  return values;
}

void
expect_close(const RondoReal* const     found,
             const std::vector<double>& expected,
             const char* const          what)
{
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(found[i]),
                expected[i],
                tolerance * std::max(1.0, std::abs(expected[i])))
      << what << " " << i;
  }
}

class Golden : public testing::TestWithParam<GoldenGradients>
{
};

TEST_P(Golden, NetworkAndGradientsEqualThoseOfPyTorch)
{
  const GoldenGradients& golden      = GetParam();
  const Description      description = describe(golden.n_inputs, golden.layers);
  ASSERT_TRUE(description);

  const size_t n = rondo_network_n_parameters(description.get());
  ASSERT_EQ(golden.dparameters.size(), n);
  const Reals parameters = wave(n, 1.0, 0.7);
  const Reals x          = wave(golden.dx.size(), 2.0, 1.0);
  const Reals dy         = wave(golden.y.size(), 3.0, 1.0);
  Reals       dparameters(n);
  Reals       dx(x.size());

  RondoNetwork* network = nullptr;
  RondoError    error   = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_network_new(
              description.get(), golden_steps, golden_batch, &network, &error),
            RONDO_SUCCESS)
    << error.message;
  const RondoReal* const y = rondo_network_forward(network,
                                                   parameters.data(),
                                                   golden_steps,
                                                   golden_batch,
                                                   x.data(),
                                                   nullptr,
                                                   nullptr);
  expect_close(y, golden.y, "y");

  rondo_network_backward(
    network, parameters.data(), dy.data(), dparameters.data(), dx.data());
  expect_close(dparameters.data(), golden.dparameters, "parameter");
  expect_close(dx.data(), golden.dx, "input");
  rondo_network_free(network);
}

INSTANTIATE_TEST_SUITE_P(All, Golden, testing::ValuesIn(golden_gradients));

void
expect_adam(const double weight_decay, const std::vector<double>& golden)
{
  const size_t    n          = golden.size() / golden_updates;
  const RondoAdam adam       = { 0.9, 0.99, 1e-8, weight_decay };
  Reals           parameters = wave(n, 1.0, 0.7);
  Reals           m(n);
  Reals           v(n);
  for (size_t i = 0; i < golden_updates; ++i) {
    const double step      = static_cast<double>(i);
    const Reals  gradients = wave(n, step, std::pow(10.0, -step));
    rondo_adam_step(&adam,
                    0.01,
                    i + 1,
                    n,
                    parameters.data(),
                    gradients.data(),
                    m.data(),
                    v.data());

    const auto row = golden.begin() + static_cast<std::ptrdiff_t>(i * n);
    expect_close(parameters.data(),
                 std::vector<double>(row, row + static_cast<std::ptrdiff_t>(n)),
                 "parameter");
  }
}

TEST(GoldenAdam, UpdatesEqualThoseOfPyTorch)
{
  expect_adam(0.0, golden_adam);
}

TEST(GoldenAdam, DecayedUpdatesEqualThoseOfPyTorch)
{
  expect_adam(0.1, golden_adam_decayed);
}

TEST(GoldenClip, NormAndGradientsEqualThoseOfPyTorch)
{
  // PyTorch divides by the norm plus 1e-6
  const double slack     = 1e-6;
  Reals        gradients = wave(golden_clipped.size(), 1.0, 1.0);
  EXPECT_NEAR(rondo_clip_by_norm(gradients.data(), gradients.size(), 0.5),
              golden_norm,
              tolerance);
  for (size_t i = 0; i < golden_clipped.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(gradients[i]), golden_clipped[i], slack);
  }
}

} // namespace
