// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Against PyTorch; built in float and in double

#include "core/net/config.h"
#include "core/train/losses.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "tests/train/describe.h"
#include "tests/train/golden_updates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
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

constexpr size_t golden_steps = 4;
constexpr size_t golden_batch = 2;

struct FreeConfig {
  void operator()(RondoConfig* c) const { rondo_config_free(c); }
};

using Config = std::unique_ptr<RondoConfig, FreeConfig>;

// What PyTorch computed for a network, a line of gradients.jsonl
class GoldenNetwork
{
public:
  explicit GoldenNetwork(const std::string& line)
  {
    RondoConfig* config = nullptr;
    RondoError   error  = { RONDO_SUCCESS, "" };
    EXPECT_EQ(rondo_config_parse(line.c_str(), line.size(), &config, &error),
              RONDO_SUCCESS)
      << error.message;
    _config.reset(config);
  }

  bool has(const char* const key) const
  {
    return rondo_config_has(_config.get(), key);
  }

  size_t integer(const char* const key) const
  {
    return static_cast<size_t>(numbers(key).at(0));
  }

  std::string text(const char* const key) const
  {
    const char* value = "";
    RondoError  error = { RONDO_SUCCESS, "" };
    EXPECT_EQ(rondo_config_string(_config.get(), key, &value, &error),
              RONDO_SUCCESS);
    return value;
  }

  std::vector<double> numbers(const char* const key) const
  {
    std::vector<double> values(rondo_config_count(_config.get(), key));
    RondoError          error = { RONDO_SUCCESS, "" };
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(rondo_config_number_at(
                  _config.get(), key, i, -1e9, 1e9, &values[i], &error),
                RONDO_SUCCESS)
        << error.message;
    }
    return values;
  }

private:
  Config _config;
};

std::vector<std::string>
read_lines()
{
  std::ifstream            file(RONDO_GOLDEN "/gradients.jsonl");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
  }
  return lines;
}

// As in write_network() of make_gradients.py
Reals
make_inputs(const GoldenNetwork& golden)
{
  const size_t n = golden_steps * golden_batch * golden.integer("inputs");
  if (!golden.has("tokens")) {
    return wave(n, 2.0, 1.0);
  }
  Reals x(n);
  for (size_t i = 0; i < n; ++i) {
    x[i] = static_cast<RondoReal>(((5 * i) + 3) % 7 % golden.integer("tokens"));
  }
  return x;
}

// As score() of make_gradients.py
RondoLoss
score(const std::string&     kind,
      const RondoLossShape&  shape,
      const RondoReal* const y,
      RondoReal* const       dy)
{
  const double scale  = 0.7;
  const size_t n_rows = shape.n_steps * shape.n_batch;
  const size_t n      = shape.n_units;
  if (kind == "classes") {
    std::vector<int32_t> classes(n_rows);
    for (size_t i = 0; i < n_rows; ++i) {
      classes[i] = static_cast<int32_t>((7 * i) % (n + 1)) - 1;
    }
    return rondo_loss_classes(&shape, y, classes.data(), scale, dy);
  }

  Reals target = wave(n_rows * n, 4.0, 0.5);
  for (size_t i = 0; i < target.size(); ++i) {
    const auto half = static_cast<RondoReal>(0.5);
    target[i]       = i % 5 ? target[i] + half : static_cast<RondoReal>(NAN);
  }
  return (kind == "squared" ? rondo_loss_squared : rondo_loss_binary)(
    &shape, y, target.data(), scale, dy);
}

class Golden : public testing::TestWithParam<std::string>
{
};

TEST_P(Golden, NetworkAndGradientsEqualThoseOfPyTorch)
{
  const GoldenNetwork       golden(GetParam());
  const std::vector<double> expected_y = golden.numbers("y");

  const std::vector<double> expected = golden.numbers("dparameters");
  const Description         description =
    describe(golden.integer("inputs"), golden.text("layers"));
  ASSERT_TRUE(description);
  const size_t n = rondo_network_n_parameters(description.get());
  ASSERT_EQ(expected.size(), n);

  const Reals parameters = wave(n, 1.0, 0.7);
  const Reals x          = make_inputs(golden);
  Reals       dy         = wave(expected_y.size(), 3.0, 1.0);
  Reals       dparameters(n);
  Reals       dx(x.size());

  std::vector<size_t> lengths(golden_batch, golden_steps);
  if (golden.has("lengths")) {
    const std::vector<double> given = golden.numbers("lengths");
    lengths.assign(given.begin(), given.end());
  }

  RondoNetwork* network = nullptr;
  RondoError    error   = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_network_new(
              description.get(), golden_steps, golden_batch, &network, &error),
            RONDO_SUCCESS)
    << error.message;
  rondo_network_set_logits(network, golden.has("loss"));
  const RondoReal* const y =
    rondo_network_forward(network,
                          parameters.data(),
                          golden_steps,
                          golden_batch,
                          x.data(),
                          golden.has("lengths") ? lengths.data() : nullptr,
                          nullptr);
  expect_close(y, expected_y, "y");
  if (golden.has("loss")) {
    const size_t n_steps = rondo_network_n_output_steps(network, golden_steps);
    const RondoLossShape shape = { n_steps,
                                   golden_batch,
                                   description->n_outputs,
                                   n_steps > 1 ? lengths.data() : nullptr };
    const RondoLoss      loss = score(golden.text("loss"), shape, y, dy.data());
    EXPECT_NEAR(loss.sum, golden.numbers("sum").at(0), 10.0 * tolerance);
  }

  rondo_network_backward(
    network, parameters.data(), dy.data(), dparameters.data(), dx.data());
  expect_close(dparameters.data(), expected, "parameter");
  expect_close(dx.data(), golden.numbers("dx"), "input");
  rondo_network_free(network);
}

INSTANTIATE_TEST_SUITE_P(All, Golden, testing::ValuesIn(read_lines()));

// Return whether the layers of a line have "key": "value" as stored there
bool
says(const std::string& line, const std::string& key, const std::string& value)
{
  return line.find(R"(\")" + key + R"(\": \")" + value + R"(\")") !=
         std::string::npos;
}

TEST(GoldenFile, HasEveryTypeOfLayer)
{
  const std::vector<std::string> lines = read_lines();
  for (const char* const type : { "linear",
                                  "rnn",
                                  "gru",
                                  "lstm",
                                  "embedding",
                                  "conv1d",
                                  "layer_norm",
                                  "last",
                                  "mean" }) {
    for (const bool is_masked : { false, true }) {
      EXPECT_TRUE(std::any_of(lines.begin(),
                              lines.end(),
                              [&](const std::string& line) {
                                const bool has_lengths =
                                  line.find("lengths") != std::string::npos;
                                return has_lengths == is_masked &&
                                       says(line, "type", type);
                              }))
        << type << ", masked " << is_masked;
    }
  }
}

TEST(GoldenFile, HasEveryRecurrentCellWithEveryOption)
{
  const std::vector<std::string> lines = read_lines();
  for (const auto& cell : { std::pair{ "type", "lstm" },
                            std::pair{ "type", "gru" },
                            std::pair{ "reset", "before" },
                            std::pair{ "type", "rnn" },
                            std::pair{ "activation", "relu" } }) {
    for (const char* const option : { R"(\"layers\": 2)",
                                      R"(\"bidirectional\": true)",
                                      R"(\"lookahead\": 1)",
                                      R"(\"groups\": 2)",
                                      R"(\"along\": \"groups\")" }) {
      EXPECT_TRUE(std::any_of(lines.begin(),
                              lines.end(),
                              [&](const std::string& line) {
                                return says(line, cell.first, cell.second) &&
                                       line.find(option) != std::string::npos &&
                                       line.find("hidden") != std::string::npos;
                              }))
        << cell.first << " " << cell.second << " " << option;
    }
  }
}

// Run the updates of print_updates() in make_gradients.py
template<class Step>
void
expect_updates(const std::vector<double>& golden, Step step)
{
  const size_t n          = golden.size() / golden_updates;
  Reals        parameters = wave(n, 1.0, 0.7);
  Reals        m(n);
  Reals        v(n);
  for (size_t i = 0; i < golden_updates; ++i) {
    const double exponent  = -static_cast<double>(i);
    const Reals  gradients = wave(n, -exponent, std::pow(10.0, exponent));
    step(i + 1, n, parameters.data(), gradients.data(), m.data(), v.data());

    const auto row = golden.begin() + static_cast<std::ptrdiff_t>(i * n);
    expect_close(parameters.data(),
                 std::vector<double>(row, row + static_cast<std::ptrdiff_t>(n)),
                 "parameter");
  }
}

void
expect_adam(const double weight_decay, const std::vector<double>& golden)
{
  const RondoAdam adam = { 0.9, 0.99, 1e-8, weight_decay };
  expect_updates(golden,
                 [&](const size_t           step,
                     const size_t           n,
                     RondoReal* const       parameters,
                     const RondoReal* const gradients,
                     RondoReal* const       m,
                     RondoReal* const       v) {
                   rondo_adam_step(
                     &adam, 0.01, step, n, parameters, gradients, m, v);
                 });
}

void
expect_descent(const double               weight_decay,
               const bool                 nesterov,
               const std::vector<double>& golden)
{
  const RondoDescent descent = { 0.9, weight_decay, nesterov };
  expect_updates(golden,
                 [&](const size_t /*step*/,
                     const size_t           n,
                     RondoReal* const       parameters,
                     const RondoReal* const gradients,
                     RondoReal* const /*m*/,
                     RondoReal* const v) {
                   rondo_descent_step(
                     &descent, 0.1, n, parameters, gradients, v);
                 });
}

TEST(GoldenDescent, UpdatesEqualThoseOfPyTorch)
{
  expect_descent(0.0, false, golden_descent);
  expect_descent(0.1, false, golden_descent_decayed);
  expect_descent(0.1, true, golden_descent_nesterov);
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
