// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Networks made by PyTorch: tests/golden/make_networks.py.

#include "tests/net/networks.h"

#include "core/net/config.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

// Of single precision over 12 steps, relative to max(1, |y|)
constexpr double tolerance = 1e-5;

struct Golden {
  std::string        json;
  std::uint64_t      seed     = 0;
  std::size_t        n_steps  = 0;
  std::size_t        n_tokens = 0;
  std::vector<float> outputs;
};

// Parse one line: seed, steps, tokens, description
Golden
parse_line(const std::string& line)
{
  Golden       golden;
  RondoError   error{};
  RondoConfig* config      = nullptr;
  RondoConfig* description = nullptr;
  std::size_t  seed        = 0;
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_config_parse(line.data(), line.size(), &config, &error));
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_config_integer(config, "seed", 0, SIZE_MAX, &seed, &error));
  EXPECT_EQ(
    RONDO_SUCCESS,
    rondo_config_integer(config, "steps", 1, 1000, &golden.n_steps, &error));
  EXPECT_EQ(
    RONDO_SUCCESS,
    rondo_config_integer(config, "tokens", 0, 1000, &golden.n_tokens, &error));
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_config_object(config, "description", &description, &error));
  char* const text = rondo_config_write(description);
  golden.json      = text;
  golden.seed      = seed;
  std::free(text);
  rondo_config_free(config);
  return golden;
}

class Networks : public ::testing::TestWithParam<std::string>
{
protected:
  void SetUp() override
  {
    kernels = rondo::variant(GetParam());
    if (!kernels) {
      GTEST_SKIP() << "this processor has no " << GetParam();
    }
    const std::string folder = RONDO_GOLDEN;
    lines.open(folder + "/networks.jsonl");
    values.open(folder + "/networks.f32", std::ios::binary);
    ASSERT_TRUE(lines && values);

    path = (std::filesystem::temp_directory_path() / "rondo-XXXXXX").string();
    const int fd = mkstemp(path.data());
    ASSERT_GE(fd, 0);
    close(fd);
  }

  void TearDown() override
  {
    if (!path.empty()) {
      std::remove(path.c_str());
    }
  }

  // Read the next network and its outputs, of which there are `n`
  void read_outputs(Golden& golden, std::size_t n)
  {
    std::vector<unsigned char> bytes(4 * n);
    values.read(reinterpret_cast<char*>(bytes.data()),
                static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(values);
    for (std::size_t i = 0; i < n; ++i) {
      std::uint32_t bits = 0;
      for (std::size_t b = 0; b < 4; ++b) {
        bits |= static_cast<std::uint32_t>(bytes[(4 * i) + b]) << (8 * b);
      }
      float x = 0.0f;
      std::memcpy(&x, &bits, sizeof(x));
      golden.outputs.push_back(x);
    }
  }

  // Load the model file of `golden`, for the kernels under test
  RondoModel* load(const Golden& golden)
  {
    RondoError    error{};
    RondoTensors* tensors = nullptr;
    RondoModel*   loaded  = nullptr;
    RondoModel*   model   = nullptr;
    rondo::write_model(path, golden.json, golden.seed);
    EXPECT_EQ(RONDO_SUCCESS, rondo_model_load(path.c_str(), &loaded, &error))
      << error.message;
    rondo_model_free(loaded);
    EXPECT_EQ(RONDO_SUCCESS,
              rondo_tensors_read(path.c_str(), &tensors, &error));
    EXPECT_EQ(RONDO_SUCCESS,
              rondo_model_new_for(kernels, tensors, &model, &error));
    rondo_tensors_free(tensors);
    return model;
  }

  const RondoKernels* kernels = nullptr;
  std::ifstream       lines;
  std::ifstream       values;
  std::string         path;
};

TEST_P(Networks, AgreeWithPyTorchHoweverTheyAreStreamed)
{
  std::size_t n_networks = 0;
  std::size_t n_whole    = 0;
  std::size_t n_late     = 0;
  std::size_t n_single   = 0;
  double      worst      = 0.0;
  for (std::string line; std::getline(lines, line); ++n_networks) {
    Golden            golden = parse_line(line);
    RondoModel* const model  = load(golden);
    ASSERT_NE(nullptr, model);
    const std::size_t Y = rondo_model_n_outputs(model);
    const bool        is_single =
      rondo_description_is_single(rondo_model_description(model));
    read_outputs(golden, is_single ? Y : golden.n_steps * Y);

    // A network that sees the whole sequence streams with that look-ahead
    const std::size_t lookahead =
      rondo_model_check_lookahead(model, 0, nullptr) ? golden.n_steps : 0;
    n_whole += lookahead ? 1U : 0U;
    n_late += rondo_model_delay(model, 0) && !lookahead ? 1U : 0U;
    n_single += is_single ? 1U : 0U;

    const auto x =
      rondo::draw_inputs(golden.seed,
                         golden.n_steps * rondo_model_n_inputs(model),
                         golden.n_tokens);
    const auto y     = rondo::run_whole(model, 1, x);
    const auto first = y.size() - golden.outputs.size();
    for (std::size_t i = 0; i < golden.outputs.size(); ++i) {
      const double expected = static_cast<double>(golden.outputs[i]);
      const double error =
        std::fabs(static_cast<double>(y[first + i]) - expected) /
        std::fmax(1.0, std::fabs(expected));
      ASSERT_LT(error, tolerance) << golden.json << " value " << i;
      worst = std::fmax(worst, error);
    }
    for (const std::size_t block : { 0U, 1U, 7U, 64U }) {
      const auto z = rondo::run(model, 1, x, block, lookahead);
      ASSERT_EQ(y.size(), z.size());
      ASSERT_EQ(0, std::memcmp(y.data(), z.data(), y.size() * sizeof(float)))
        << golden.json << " in calls of " << block;
    }
    rondo_model_free(model);
  }
  EXPECT_GE(n_networks, 300U);
  EXPECT_GE(n_whole, 10U);
  EXPECT_GE(n_late, 10U);
  EXPECT_GE(n_single, 10U);
  EXPECT_EQ(EOF, values.peek());
  std::printf(
    "%zu networks, %zu of which see all and %zu are late; worst error "
    "%.2g\n",
    n_networks,
    n_whole,
    n_late,
    worst);
}

INSTANTIATE_TEST_SUITE_P(Variants,
                         Networks,
                         ::testing::ValuesIn(rondo::variant_names()),
                         [](const auto& parameter) { return parameter.param; });

} // namespace
