// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/weight_drop.h"

#include "core/train/network.h"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Floats = std::vector<float>;

const char* const all_types =
  R"({"name": "in", "type": "linear", "out": 5, "activation": "tanh"},
     {"name": "rnn", "type": "rnn", "hidden": 40, "layers": 2},
     {"name": "gru", "type": "gru", "hidden": 30, "bidirectional": true},
     {"name": "lstm", "type": "lstm", "hidden": 20, "groups": 2},
     {"name": "out", "type": "linear", "out": 2})";

TEST(WeightDrop, LeavesOutItsShareOfRecurrentWeightsAndOfNoOthers)
{
  const Description d = describe(3, all_types);
  Floats            block(rondo_network_n_parameters(d.get()), 1.0F);
  rondo_weight_drop(d.get(), 0.25, rondo_random(1U, 2U), block.data());

  size_t at          = 0U;
  size_t n_recurrent = 0U;
  for (size_t i = 0U; i < rondo_description_n_tensors(d.get()); ++i) {
    const RondoTensorSpec tensor       = rondo_description_tensor(d.get(), i);
    const bool            is_recurrent = std::strstr(tensor.name, "weight_hh");
    size_t                n_left_out   = 0U;
    for (size_t j = 0U; j < tensor.n_elements; ++j, ++at) {
      n_left_out += block[at] == 0.0F ? 1U : 0U;
      ASSERT_TRUE(block[at] == 0.0F ||
                  block[at] == (is_recurrent ? 1.0F / 0.75F : 1.0F))
        << tensor.name;
    }

    // Five deviations of the binomial distribution
    const double n = static_cast<double>(tensor.n_elements);
    EXPECT_NEAR(static_cast<double>(n_left_out),
                is_recurrent ? 0.25 * n : 0.0,
                is_recurrent ? 5.0 * std::sqrt(0.25 * 0.75 * n) : 0.0)
      << tensor.name;
    n_recurrent += is_recurrent ? 1U : 0U;
  }
  EXPECT_EQ(n_recurrent, 5U);
}

TEST(WeightDrop, OfNoneLeavesAllAsItIs)
{
  const Description d = describe(3, all_types);
  Floats            block(rondo_network_n_parameters(d.get()), 0.3F);
  const Floats      before = block;
  rondo_weight_drop(d.get(), 0.0, rondo_random(1U, 2U), block.data());
  EXPECT_EQ(block, before);
}

/// A network whose recurrent weights are dropped, and the sum of its outputs
class Dropped : public testing::Test
{
protected:
  Dropped()
  {
    const RondoInitialisation usual  = rondo_initialisation();
    RondoRandom               random = rondo_random(4U, 5U);
    EXPECT_EQ(rondo_network_new(d.get(), steps, 1U, &network, &error),
              RONDO_SUCCESS);
    rondo_network_initialise(d.get(), &usual, &random, parameters.data());
    for (float& value : x) {
      value = rondo_random_normal(&random);
    }
  }

  ~Dropped() override { rondo_network_free(network); }

  double sum(Floats block)
  {
    rondo_weight_drop(d.get(), 0.4, mask, block.data());
    rondo_network_reset(network);
    const float* const y = rondo_network_forward(
      network, block.data(), steps, 1U, x.data(), nullptr, nullptr);
    double total = 0.0;
    for (size_t i = 0U; i < steps; ++i) {
      total += static_cast<double>(y[i]);
    }
    return total;
  }

  Floats gradient()
  {
    const Floats dy(steps, 1.0F);
    Floats       block = parameters;
    Floats       gradients(parameters.size());
    (void)sum(parameters);
    rondo_weight_drop(d.get(), 0.4, mask, block.data());
    rondo_network_backward(
      network, block.data(), dy.data(), gradients.data(), nullptr);
    rondo_weight_drop(d.get(), 0.4, mask, gradients.data());
    return gradients;
  }

  static constexpr size_t steps = 6U;

  const Description d    = describe(2,
                                 R"({"name": "lstm", "type": "lstm",
    "hidden": 3}, {"name": "gru", "type": "gru", "hidden": 3},
    {"name": "out", "type": "linear", "out": 1})");
  const RondoRandom mask = rondo_random(7U, 8U);
  RondoError        error{ RONDO_SUCCESS, "" };
  RondoNetwork*     network    = nullptr;
  Floats            x          = Floats(steps * 2U);
  Floats            parameters = Floats(rondo_network_n_parameters(d.get()));
};

TEST_F(Dropped, HasTheGradientOfCentralDifferences)
{
  // Float carries no more than this through a difference of 0.02
  constexpr double tolerance = 1e-3;

  const Floats gradients = gradient();
  for (size_t i = 0U; i < parameters.size(); ++i) {
    Floats up   = parameters;
    Floats down = parameters;
    up[i] += 0.01F;
    down[i] -= 0.01F;
    const double slope =
      (sum(up) - sum(down)) / static_cast<double>(up[i] - down[i]);
    EXPECT_NEAR(static_cast<double>(gradients[i]),
                slope,
                tolerance * (1.0 + std::fabs(slope)))
      << i;
  }
}

} // namespace
