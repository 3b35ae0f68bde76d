// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/net/networks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

namespace {

// float32 sums of up to 300 products and tanh within 3e-7, over 24 steps
constexpr double tolerance = 1e-5;

// Inputs and states rounded to one of 255 values, of the largest output
constexpr double tolerance_int8 = 1e-2;

// Networks of all cells, of sizes around those of panels and tiles
std::vector<std::string>
networks()
{
  std::vector<std::string> list;
  const auto add = [&list](int inputs, const std::string& layers) {
    list.push_back(R"({"version": 1, "inputs": )" + std::to_string(inputs) +
                   ", \"layers\": [" + layers + "]}");
  };
  const auto recurrent = [](const std::string& type, int hidden) {
    return R"({"name": "a", "hidden": )" + std::to_string(hidden) +
           ", \"type\": " + type + "}";
  };
  for (const char* const type : { R"("rnn")",
                                  R"("rnn", "activation": "relu")",
                                  R"("gru")",
                                  R"("gru", "reset": "before")",
                                  R"("lstm")" }) {
    for (const int hidden : { 1, 15, 16, 17, 33, 64, 100, 129 }) {
      add(7, recurrent(type, hidden));
    }
    add(1, recurrent(type, 48));
    add(3, recurrent(std::string(type) + R"(, "layers": 3)", 20));
  }
  for (const char* const activation :
       { "identity", "relu", "tanh", "sigmoid", "softmax", "softplus" }) {
    for (const int out : { 1, 5, 16, 130 }) {
      add(9,
          R"({"name": "a", "type": "linear", "activation": ")" +
            std::string(activation) + R"(", "out": )" + std::to_string(out) +
            "}");
    }
  }
  add(5, R"({"name": "in", "type": "linear", "out": 18, "activation": "tanh"},
            {"name": "g", "type": "gru", "hidden": 21, "layers": 2},
            {"name": "l", "type": "lstm", "hidden": 3, "input": ["g", "inputs"]},
            {"name": "r", "type": "rnn", "hidden": 19, "input": "in"},
            {"name": "out", "type": "linear", "out": 7,
             "input": ["r", "inputs", "l", "in", "r"]})");
  return list;
}

// All of these, networks with more weights than stay in the first cache, and of
// the layers that the reference does not know
std::vector<std::string>
all_networks()
{
  std::vector<std::string> list = networks();
  for (const char* const type :
       { R"("rnn")", R"("gru")", R"("gru", "reset": "before")", R"("lstm")" }) {
    list.push_back(R"({"version": 1, "inputs": 150, "layers": [
      {"name": "a", "hidden": 100, "type": )" +
                   std::string(type) + "}]}");
  }
  for (const char* const network : {
         R"({"version": 1, "inputs": 6, "layers": [
           {"name": "c", "type": "conv1d", "out": 18, "kernel": 3},
           {"name": "g", "type": "gru", "hidden": 7, "layers": 2,
            "bidirectional": true, "lookahead": 4},
           {"name": "d", "type": "conv1d", "out": 4, "kernel": 20,
            "activation": "relu", "input": ["c", "g"]},
           {"name": "n", "type": "layer_norm", "input": ["g", "c"]},
           {"name": "r", "type": "rnn", "hidden": 3, "bidirectional": true,
            "lookahead": 25, "input": "n"},
           {"name": "out", "type": "linear", "out": 5,
            "input": ["r", "inputs", "g", "n", "d"]}]})",
         R"({"version": 1, "inputs": 8, "layers": [
           {"name": "a", "type": "gru", "hidden": 3, "groups": 4,
            "along": "groups", "bidirectional": true, "layers": 2},
           {"name": "b", "type": "lstm", "hidden": 17, "groups": 4,
            "bidirectional": true, "lookahead": 3},
           {"name": "c", "type": "lstm", "hidden": 2, "groups": 4,
            "along": "groups"},
           {"name": "d", "type": "gru", "reset": "before", "hidden": 5,
            "groups": 2, "bidirectional": true, "lookahead": 18,
            "input": ["c", "a"]},
           {"name": "m", "type": "mean"},
           {"name": "n", "type": "layer_norm", "groups": 5}]})",
         R"({"version": 1, "inputs": 2, "layers": [
           {"name": "e", "type": "embedding", "tokens": 2, "out": 5},
           {"name": "l", "type": "lstm", "hidden": 4},
           {"name": "s", "type": "last", "input": ["l", "e"]},
           {"name": "g", "type": "gru", "reset": "before", "hidden": 3,
            "groups": 7, "along": "groups", "bidirectional": true}]})" }) {
    list.emplace_back(network);
  }
  return list;
}

// Every instruction set, with weights of float32 and of int8
class Stream
  : public ::testing::TestWithParam<std::tuple<std::string, rondo::Weights>>
{
protected:
  void SetUp() override
  {
    kernels = rondo::variant(std::get<0>(GetParam()));
    if (!kernels) {
      GTEST_SKIP() << "this processor has no " << std::get<0>(GetParam());
    }
  }

  const RondoKernels*  kernels = nullptr;
  const rondo::Weights weights = std::get<1>(GetParam());
};

TEST_P(Stream, MatchesAPlainReferenceInDouble)
{
  const bool    is_int8 = weights == rondo::Weights::int8;
  std::uint64_t seed    = 1;
  for (const std::string& json : networks()) {
    const rondo::Network network(json, ++seed, weights);
    RondoModel* const    model = network.model(kernels);
    const auto           x =
      rondo::draw_inputs(seed, 24 * network.description()->n_inputs);
    const auto expected = network.reference(x);
    const auto y        = rondo::run(model, 1, x, 0);
    ASSERT_EQ(expected.size(), y.size());
    double largest = 1.0;
    for (std::size_t i = 0; is_int8 && i < y.size(); ++i) {
      largest = std::fmax(largest, std::fabs(expected[i]));
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double scale = std::fmax(largest, std::fabs(expected[i]));
      ASSERT_NEAR(expected[i],
                  static_cast<double>(y[i]),
                  scale * (is_int8 ? tolerance_int8 : tolerance))
        << json << " value " << i;
    }
    rondo_model_free(model);
  }
}

TEST_P(Stream, AnyCutIntoCallsGivesTheSameBits)
{
  std::uint64_t seed = 1000;
  for (const std::string& json : all_networks()) {
    const rondo::Network network(json, ++seed, weights);
    RondoModel* const    model = network.model(kernels);
    const auto           x =
      rondo::draw_inputs(seed, 70 * network.description()->n_inputs);
    const auto steps = rondo::run(model, 1, x, 0);
    for (const std::size_t block : { 1U, 2U, 3U, 7U, 16U, 17U, 64U, 70U }) {
      const auto y = rondo::run(model, 1, x, block);
      ASSERT_EQ(0,
                std::memcmp(steps.data(), y.data(), y.size() * sizeof(float)))
        << json << " in calls of " << block;
    }
    rondo_model_free(model);
  }
}

TEST_P(Stream, ACopyGoesOnWithTheSameBits)
{
  std::uint64_t seed = 1500;
  for (const std::string& json : all_networks()) {
    const rondo::Network network(json, ++seed, weights);
    RondoModel* const    model = network.model(kernels);
    const std::size_t    X     = network.description()->n_inputs;
    const std::size_t    Y     = network.description()->n_outputs;
    const auto           x     = rondo::draw_inputs(seed, 80 * 2 * X);
    for (const std::size_t n : { 0U, 1U, 5U, 16U, 33U, 50U }) {
      RondoStream*       streams[2] = {};
      std::vector<float> y[2]       = { std::vector<float>(100 * Y),
                                        std::vector<float>(100 * Y) };
      for (RondoStream*& stream : streams) {
        ASSERT_EQ(rondo_stream_new(model, 2U, &stream), RONDO_SUCCESS);
      }
      rondo_stream_process(streams[0], n, x.data(), y[0].data());
      rondo_stream_process(streams[1], 7U, &x[20 * X], y[1].data());
      rondo_stream_copy(streams[1], streams[0]);
      for (std::size_t i = 0; i < 2; ++i) {
        y[i].assign(60 * Y, -1.0F);
        rondo_stream_process(streams[i], 30U, &x[2 * n * X], y[i].data());
        rondo_stream_free(streams[i]);
      }
      ASSERT_EQ(y[0], y[1]) << json << " after " << n;
    }
    rondo_model_free(model);
  }
}

TEST_P(Stream, ChannelsAreIndependentToTheLastBit)
{
  std::uint64_t seed = 2000;
  for (const std::string& json : all_networks()) {
    const rondo::Network  network(json, ++seed, weights);
    RondoModel* const     model = network.model(kernels);
    const std::size_t     X     = network.description()->n_inputs;
    const std::size_t     Y     = network.description()->n_outputs;
    constexpr std::size_t n     = 20;
    for (const std::size_t C : { 2U, 3U, 4U, 7U, 9U }) {
      const auto x = rondo::draw_inputs(seed, n * C * X);
      for (const std::size_t block : { 0U, 5U, 20U }) {
        const auto y = rondo::run(model, C, x, block);
        for (std::size_t c = 0; c < C; ++c) {
          std::vector<float> alone(n * X);
          for (std::size_t t = 0; t < n; ++t) {
            std::memcpy(
              &alone[t * X], &x[((t * C) + c) * X], X * sizeof(float));
          }
          const auto expected = rondo::run(model, 1, alone, 0);
          for (std::size_t t = 0; t < n; ++t) {
            ASSERT_EQ(0,
                      std::memcmp(&expected[t * Y],
                                  &y[((t * C) + c) * Y],
                                  Y * sizeof(float)))
              << json << " channel " << c << " of " << C << " step " << t;
          }
        }
      }
    }
    rondo_model_free(model);
  }
}

TEST_P(Stream, ResetIsLikeNew)
{
  std::uint64_t seed = 3000;
  for (const std::string& json : all_networks()) {
    const rondo::Network network(json, ++seed, weights);
    RondoModel* const    model = network.model(kernels);
    const std::size_t    X     = network.description()->n_inputs;
    const std::size_t    Y     = network.description()->n_outputs;
    const auto           x     = rondo::draw_inputs(seed, 60 * 2 * X);

    RondoStream* stream = nullptr;
    ASSERT_EQ(RONDO_SUCCESS, rondo_stream_new(model, 2, &stream));
    std::vector<float> first(60 * 2 * Y);
    std::vector<float> second(60 * 2 * Y);
    rondo_stream_process(stream, 60, x.data(), first.data());
    rondo_stream_step(stream, x.data(), second.data());
    rondo_stream_reset(stream);
    rondo_stream_process(stream, 60, x.data(), second.data());
    EXPECT_EQ(first, second) << json;
    rondo_stream_free(stream);
    rondo_model_free(model);
  }
}

TEST_P(Stream, SaturatesWithoutLosingItsWay)
{
  // Inputs of a million drive every gate to its end, and back
  for (const char* const type : { "rnn", "gru", "lstm" }) {
    const rondo::Network network(
      R"({"version": 1, "inputs": 2, "layers": [{"name": "a", "type": ")" +
        std::string(type) + R"(", "hidden": 33}]})",
      7);
    RondoModel* const  model = network.model(kernels);
    std::vector<float> x(40);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = i < 20 ? (i % 3 ? 1e6f : -1e6f) : 0.1f;
    }
    const auto expected = network.reference(x);
    const auto y        = rondo::run(model, 1, x, 0);
    for (std::size_t i = 0; i < y.size(); ++i) {
      ASSERT_LE(std::fabs(y[i]), 1.0f);
      ASSERT_NEAR(expected[i], static_cast<double>(y[i]), tolerance) << type;
    }
    rondo_model_free(model);
  }
}

TEST_P(Stream, ActivationsAreAccurateEverywhere)
{
  const std::pair<RondoActivation, double (*)(double)> functions[] = {
    { RONDO_ACTIVATION_TANH, [](double x) { return std::tanh(x); } },
    { RONDO_ACTIVATION_SIGMOID,
      [](double x) { return 1.0 / (1.0 + std::exp(-x)); } },
    { RONDO_ACTIVATION_SOFTPLUS,
      [](double x) {
        return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
      } }
  };
  alignas(64) float y[16];
  for (const auto& [activation, function] : functions) {
    double worst = 0.0;
    for (int i = -400000; i < 400000; i += 16) {
      float x[16];
      for (int j = 0; j < 16; ++j) {
        x[j] = y[j] = static_cast<float>(i + j) * 1e-4f;
      }
      kernels->activate(activation, 1, 16, y, 16);
      for (int j = 0; j < 16; ++j) {
        const double exact = function(static_cast<double>(x[j]));
        worst              = std::fmax(worst,
                          std::fabs(static_cast<double>(y[j]) - exact) /
                            std::fmax(1.0, exact));
      }
    }
    EXPECT_LT(worst, 4e-7) << "activation " << activation;
    for (int j = 0; j < 16; ++j) {
      y[j] = j % 2 ? 3e38f : -3e38f;
    }
    kernels->activate(activation, 1, 16, y, 16);
    EXPECT_NEAR(function(-3e38), static_cast<double>(y[0]), 4e-7);
    if (activation != RONDO_ACTIVATION_SOFTPLUS) {
      EXPECT_NEAR(1.0, static_cast<double>(y[1]), 4e-7);
    } else {
      EXPECT_EQ(3e38f, y[1]);
    }
  }
}

TEST_P(Stream, SoftmaxBearsLargeNumbers)
{
  alignas(64) float y[16] = { 1000.0f, 1000.0f, -1000.0f };
  kernels->activate(RONDO_ACTIVATION_SOFTMAX, 1, 3, y, 16);
  EXPECT_FLOAT_EQ(0.5f, y[0]);
  EXPECT_FLOAT_EQ(0.5f, y[1]);
  EXPECT_NEAR(0.0, static_cast<double>(y[2]), 1e-30);
}

INSTANTIATE_TEST_SUITE_P(
  Variants,
  Stream,
  ::testing::Combine(::testing::ValuesIn(rondo::variant_names()),
                     ::testing::Values(rondo::Weights::float32,
                                       rondo::Weights::int8)),
  [](const auto& parameter) {
    const bool is_int8 = std::get<1>(parameter.param) == rondo::Weights::int8;
    return std::get<0>(parameter.param) + (is_int8 ? "_int8" : "");
  });

TEST(StreamSetup, LivesInMemoryOfTheCaller)
{
  const rondo::Network network(networks().back(), 1);
  RondoModel* const    model = network.model(rondo_kernels());
  const std::size_t    size  = rondo_stream_size(model, 3);
  ASSERT_NE(0U, size);
  void* const memory = std::aligned_alloc(64, size + 64U);
  std::memset(memory, 0x5A, size + 64U);
  RondoStream* const stream = rondo_stream_init(memory, model, 3);
  EXPECT_EQ(memory, stream);

  const auto         x = rondo::draw_inputs(1, 30 * 3 * 5);
  std::vector<float> y(30 * 3 * 7);
  rondo_stream_process(stream, 30, x.data(), y.data());
  EXPECT_EQ(rondo::run(model, 3, x, 0), y);
  for (std::size_t i = 0; i < 64; ++i) {
    ASSERT_EQ(0x5A, static_cast<unsigned char*>(memory)[size + i]);
  }
  std::free(memory);
  rondo_model_free(model);
}

TEST(StreamSetup, RefusesWhatDoesNotFit)
{
  const rondo::Network network(networks().front(), 1);
  RondoModel* const    model  = network.model(rondo_kernels());
  RondoStream*         stream = nullptr;
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT, rondo_stream_new(model, 0, &stream));
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT, rondo_stream_new(model, SIZE_MAX, &stream));
  EXPECT_EQ(0U, rondo_stream_size(model, SIZE_MAX / 4U));
  EXPECT_EQ(nullptr, stream);
  rondo_stream_free(nullptr);
  rondo_model_free(model);
}

TEST(Kernels, UnknownVariantsAreNotThere)
{
  EXPECT_EQ(nullptr, rondo_kernels_variant("avx1024"));
  EXPECT_EQ(nullptr, rondo_kernels_variant(""));
  ASSERT_NE(nullptr, rondo_kernels_variant("baseline"));
  EXPECT_STREQ("baseline", rondo_kernels_variant("baseline")->name);
  EXPECT_NE(nullptr, rondo_kernels());
}

TEST(Kernels, TheEnvironmentChooses)
{
  // Set by the build for a run of this test alone
  const char* const wish = std::getenv("RONDO_CPU");
  if (!wish) {
    GTEST_SKIP() << "RONDO_CPU is not set";
  }
  const RondoKernels* const wished = rondo_kernels_variant(wish);
  if (wished) {
    EXPECT_EQ(wished, rondo_kernels());
  } else {
    EXPECT_NE(nullptr, rondo_kernels());
  }
}

} // namespace
