// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Layers that look ahead, go over groups, or give one step per sequence.

#include "tests/net/networks.h"

#include "core/net/sequence.h"
#include "core/net/stream_private.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

// A network of `layers` and its model for the kernels of this processor
class Made
{
public:
  Made(std::size_t n_inputs, const std::string& layers)
    : network_(R"({"version": 1, "inputs": )" + std::to_string(n_inputs) +
                 R"(, "layers": [)" + layers + "]}",
               5)
    , model_(network_.model(rondo_kernels()))
  {
  }
  ~Made() { rondo_model_free(model_); }
  Made(const Made&)            = delete;
  Made& operator=(const Made&) = delete;

  const RondoModel* model() const { return model_; }

private:
  rondo::Network network_;
  RondoModel*    model_;
};

const char* const stack = R"(
  {"name": "a", "type": "gru", "hidden": 20, "layers": 2,
   "bidirectional": true, "lookahead": 3},
  {"name": "b", "type": "lstm", "hidden": 5, "input": "inputs",
   "bidirectional": true, "lookahead": 4},
  {"name": "c", "type": "linear", "out": 2, "input": ["b", "a", "inputs"]})";

const char* const whole =
  R"({"name": "a", "type": "linear", "out": 4},
     {"name": "both", "type": "gru", "hidden": 3, "bidirectional": true})";

std::vector<float>
table_row(const Made& made, float token)
{
  return rondo::run(made.model(), 1, { token }, 0);
}

} // namespace

TEST(Lookahead, AddsUpAlongTheLongestPath)
{
  const Made made(3, stack);
  EXPECT_EQ(6U, rondo_model_delay(made.model(), 0));
  EXPECT_EQ(20U, rondo_model_delay(made.model(), 10));

  RondoStream* stream = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_stream_new(made.model(), 1, &stream));
  EXPECT_EQ(6U, rondo_stream_delay(stream));
  rondo_stream_free(stream);
  ASSERT_EQ(RONDO_SUCCESS,
            rondo_stream_new_ahead(made.model(), 1, 10, &stream));
  EXPECT_EQ(20U, rondo_stream_delay(stream));
  rondo_stream_free(stream);
}

TEST(Lookahead, OutputBeforeTheFirstFrameAndAfterTheLastIsZero)
{
  const Made   made(3, stack);
  RondoStream* stream = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_stream_new(made.model(), 1, &stream));
  const auto x = rondo::draw_inputs(1, 10 * 3);
  for (std::size_t t = 0; t < 30; ++t) {
    float y[2] = { NAN, NAN };
    rondo_stream_step(stream, t < 10 ? &x[t * 3] : nullptr, y);
    EXPECT_EQ(t >= 6 && t < 16, y[0] != 0.0f && y[1] != 0.0f) << t;
    EXPECT_FALSE(std::isnan(y[0]) || std::isnan(y[1]));
  }
  rondo_stream_free(stream);
}

TEST(Lookahead, NothingLaterThanItIsSeen)
{
  const Made made(3, stack);
  auto       x = rondo::draw_inputs(1, 40 * 3);
  const auto y = rondo::run(made.model(), 1, x, 0);
  x[20 * 3] += 1.0f;
  const auto z = rondo::run(made.model(), 1, x, 0);
  // Frame 14 sees 6 frames ahead, that is frame 20
  EXPECT_TRUE(std::equal(y.begin(), y.begin() + (14 * 2), z.begin()));
  EXPECT_NE(y[14 * 2], z[14 * 2]);
}

TEST(Lookahead, AsLongAsTheSequenceIsAllOfIt)
{
  const Made made(3, whole);
  const auto x = rondo::draw_inputs(2, 50 * 2 * 3);
  const auto y = rondo::run_whole(made.model(), 2, x);
  for (const std::size_t lookahead : { 49U, 50U, 200U }) {
    for (const std::size_t block : { 0U, 7U, 64U }) {
      EXPECT_EQ(y, rondo::run(made.model(), 2, x, block, lookahead));
    }
  }
  EXPECT_NE(y, rondo::run(made.model(), 2, x, 0, 2));
}

TEST(Lookahead, ASequenceKeepsToTheDescription)
{
  const Made made(3, stack);
  const auto x = rondo::draw_inputs(3, 50 * 3);
  EXPECT_EQ(rondo::run_whole(made.model(), 1, x),
            rondo::run(made.model(), 1, x, 0));
}

TEST(Lookahead, AStreamCannotSeeTheWholeSequence)
{
  const Made   made(3, whole);
  RondoError   error{};
  RondoStream* stream = nullptr;
  EXPECT_EQ(RONDO_ERR_UNSUPPORTED,
            rondo_model_check_lookahead(made.model(), 0, &error));
  EXPECT_STREQ("layer both sees the whole sequence, which a stream cannot: it "
               "needs the key \"lookahead\"",
               error.message);
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_model_check_lookahead(made.model(), 5, &error));
  EXPECT_EQ(RONDO_LOOKAHEAD_WHOLE, rondo_model_delay(made.model(), 0));
  EXPECT_EQ(0U, rondo_stream_size(made.model(), 1));
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT, rondo_stream_new(made.model(), 1, &stream));
  EXPECT_EQ(nullptr, stream);
  EXPECT_EQ(
    RONDO_ERR_BAD_ARGUMENT,
    rondo_stream_new_ahead(made.model(), 1, RONDO_MAX_LOOKAHEAD + 1U, &stream));
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT,
            rondo_sequence_run(made.model(), 0, 1, nullptr, nullptr));
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT,
            rondo_sequence_run(made.model(), 1, SIZE_MAX, nullptr, nullptr));
}

TEST(Lookahead, TakesNoMoreMemoryThanAStreamMay)
{
  const Made   made(4096, R"({"name": "a", "type": "lstm", "hidden": 1,
                            "groups": 4096, "bidirectional": true,
                            "lookahead": 4096})");
  RondoStream* stream = nullptr;
  EXPECT_EQ(0U, rondo_stream_size(made.model(), 1));
  EXPECT_EQ(RONDO_ERR_NO_MEMORY, rondo_stream_new(made.model(), 1, &stream));
  EXPECT_EQ(nullptr, stream);
  ASSERT_EQ(RONDO_SUCCESS, rondo_stream_new_ahead(made.model(), 1, 9, &stream));
  rondo_stream_free(stream);
}

TEST(Lookahead, EveryFrameCostsTheSame)
{
  const Made   made(3, stack);
  RondoStream* stream = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_stream_new(made.model(), 1, &stream));
  const auto  x     = rondo::draw_inputs(1, 200 * 3);
  std::size_t least = SIZE_MAX;
  std::size_t most  = 0;
  for (std::size_t t = 0; t < 200; ++t) {
    float             y[2];
    const std::size_t before = stream->n_work;
    rondo_stream_step(stream, &x[t * 3], y);
    const std::size_t work = stream->n_work - before;
    if (t >= rondo_stream_delay(stream)) {
      least = std::min(least, work);
      most  = std::max(most, work);
    }
    EXPECT_LE(work, most ? most : work);
  }
  std::printf("multiplications a frame: %zu to %zu\n", least, most);
  EXPECT_EQ(least, most);

  // Units are padded to 16 lanes: windows of 4 and 5 frames, both directions
  const std::size_t a =
    (2 * 3 * 32 * 3) + (2 * 3 * 32 * 40) + (2 * 5 * 3 * 32 * 20);
  const std::size_t b = (2 * 4 * 16 * 3) + (6 * 4 * 16 * 5);
  EXPECT_EQ(a + b + (16 * (10 + 40 + 3)), most);
  rondo_stream_free(stream);
}

TEST(Layers, WhatIsNoTokenCountsAsTheFirst)
{
  const Made made(1,
                  R"({"name": "e", "type": "embedding", "tokens": 5,
                      "out": 3})");
  const auto first = table_row(made, 0.0f);
  const auto last  = table_row(made, 4.0f);
  EXPECT_NE(first, last);
  for (const float x : { NAN,
                         INFINITY,
                         -INFINITY,
                         -1.0f,
                         -1e-30f,
                         0.5f,
                         3.5f,
                         5.0f,
                         1e30f,
                         -1e30f }) {
    EXPECT_EQ(first, table_row(made, x)) << x;
  }
}

TEST(Layers, NormalisesWhatLiesFarFromZero)
{
  for (const std::size_t n : { 1U, 2U, 15U, 16U, 17U, 1000U }) {
    for (const std::string& name : rondo::variant_names()) {
      const RondoKernels* const kernels = rondo::variant(name);
      if (!kernels) {
        continue;
      }
      const std::size_t  stride = (n + 15U) / 16U * 16U;
      std::vector<float> memory((4 * stride) + 16);
      float* const       weight =
        memory.data() +
        ((64 - (reinterpret_cast<std::uintptr_t>(memory.data()) % 64)) / 4);
      float* const bias = weight + stride;
      float* const y    = bias + stride;
      auto         x    = rondo::draw_inputs(7, n);
      double       mean = 0.0;
      double       sum  = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        x[i] = 1000.0f + x[i];
        mean += static_cast<double>(x[i]) / static_cast<double>(n);
        weight[i] = 2.0f;
        bias[i]   = -1.0f;
      }
      for (const float xi : x) {
        sum += std::pow(static_cast<double>(xi) - mean, 2.0);
      }
      const double scale =
        1.0 / std::sqrt((sum / static_cast<double>(n)) + 1e-5);
      kernels->normalise(weight, bias, 1e-5f, 1, n, x.data(), n, y, stride);
      for (std::size_t i = 0; i < stride; ++i) {
        const double expected =
          i < n ? (2.0 * (static_cast<double>(x[i]) - mean) * scale) - 1.0
                : 0.0;
        EXPECT_NEAR(expected, static_cast<double>(y[i]), 1e-4)
          << name << ", " << i << " of " << n;
      }
    }
  }
}

TEST(Layers, AMeanStaysExactForLong)
{
  const Made               made(1, R"({"name": "m", "type": "mean"})");
  const std::vector<float> x(1000000, 0.1f);
  const auto               y = rondo::run(made.model(), 1, x, 1000);
  EXPECT_FLOAT_EQ(0.1f, y.back());
}

TEST(Layers, CountTheirOperations)
{
  const std::vector<std::pair<std::string, std::size_t>> list = {
    { R"({"name": "a", "type": "linear", "out": 3, "groups": 2})",
      2 * ((2 * 6) + 3) },
    { R"({"name": "a", "type": "conv1d", "out": 3, "kernel": 5})",
      (2 * 60) + 3 },
    { R"({"name": "a", "type": "layer_norm", "groups": 2})", 2 * 4 },
    { R"({"name": "a", "type": "embedding", "tokens": 9, "out": 3})", 0 },
    { R"({"name": "a", "type": "mean"})", 0 },
    { R"({"name": "a", "type": "rnn", "hidden": 3, "groups": 4})",
      4 * (6 + 18 + 6) },
    { R"({"name": "a", "type": "rnn", "hidden": 3, "bidirectional": true})",
      2 * (24 + 18 + 6) },
    { R"({"name": "x_reverse", "type": "rnn", "hidden": 3,
          "bidirectional": true, "lookahead": 9})",
      (2 * (24 + 3)) + (11 * (18 + 3)) },
    { R"({"name": "a", "type": "rnn", "hidden": 3, "bidirectional": true,
          "groups": 2, "along": "groups"})",
      2 * 2 * (12 + 18 + 6) },
  };
  for (const auto& [layer, n] : list) {
    const Made made(4, layer);
    EXPECT_EQ(n, rondo_model_n_operations(made.model())) << layer;
  }
}
