// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"

#include "core/net/model.h"
#include "core/net/stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace {

const char* const description = R"({"version": 1, "inputs": 40, "layers": [
  {"name": "in", "type": "linear", "out": 64, "activation": "tanh"},
  {"name": "gru", "type": "gru", "hidden": 48},
  {"name": "norm", "type": "layer_norm"},
  {"name": "few", "type": "lstm", "hidden": 8},
  {"name": "head", "type": "linear", "out": 3, "input": ["few", "gru"]}]})";

class Quantize : public ::testing::Test
{
protected:
  Quantize() { make_model(model, description, 1U); }

  // Return the outputs of 30 steps of a wave
  static std::vector<float> run_model(const std::string& path)
  {
    RondoModel*        made   = nullptr;
    RondoStream*       stream = nullptr;
    RondoError         error{};
    std::vector<float> y(90U);
    EXPECT_EQ(rondo_model_load(path.c_str(), &made, &error), RONDO_SUCCESS)
      << error.message;
    if (made && !rondo_stream_new(made, 1U, &stream)) {
      std::vector<float> x(30U * 40U);
      for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = std::sin(static_cast<float>(i * i));
      }
      rondo_stream_process(stream, 30U, x.data(), y.data());
    }
    rondo_stream_free(stream);
    rondo_model_free(made);
    return y;
  }

  const Folder      folder;
  const std::string model = folder / "model.safetensors";
  const std::string small = folder / "small.safetensors";
};

} // namespace

TEST_F(Quantize, MakesASmallerModelThatComputesNearlyTheSame)
{
  const Outcome outcome = rondo({ "quantize", model, "--output", small });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("small.safetensors: "), std::string::npos);
  EXPECT_LT(2U * std::filesystem::file_size(small),
            std::filesystem::file_size(model));
  const std::vector<float> expected = run_model(model);
  const std::vector<float> y        = run_model(small);
  float                    worst    = 0.0F;
  for (std::size_t i = 0; i < y.size(); ++i) {
    worst = std::fmax(worst, std::fabs(y[i] - expected[i]));
  }
  EXPECT_GT(worst, 0.0F);
  EXPECT_LT(worst, 1e-2F);

  const std::string info = rondo({ "info", small }).out;
  EXPECT_NE(info.find("tanh, int8, of inputs"), std::string::npos) << info;
  EXPECT_NE(info.find("few          lstm 48 -> 8, of norm"), std::string::npos)
    << info;
}

TEST_F(Quantize, TakesTheLayersThatAreNamed)
{
  const Outcome outcome =
    rondo({ "quantize", "-q", "-l", "few,head", model, "-o", small });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  const std::string info = rondo({ "info", small }).out;
  EXPECT_NE(info.find("lstm 48 -> 8, int8,"), std::string::npos) << info;
  EXPECT_NE(info.find("identity, int8,"), std::string::npos) << info;
  EXPECT_EQ(info.find("tanh, int8,"), std::string::npos) << info;
}

TEST_F(Quantize, RefusesWhatItCannotDo)
{
  const std::string tiny = folder / "tiny.safetensors";
  make_model(tiny,
             R"({"version": 1, "inputs": 2, "layers": [
               {"name": "a", "type": "rnn", "hidden": 3}]})",
             1U);
  const struct {
    std::vector<std::string> arguments;
    int                      status;
    const char*              message;
  } cases[] = {
    { { model }, 2, "--output is missing" },
    { { "-o", small }, 2, "expected one model, found 0" },
    { { model, tiny, "-o", small }, 2, "expected one model, found 2" },
    { { tiny, "-o", small }, 1, "no layer gains from int8" },
    { { model, "-o", small, "-l", "gru,,head" }, 1, "there is no layer " },
    { { model, "-o", small, "-l", "gr" }, 1, "there is no layer gr" },
    { { model, "-o", small, "-l", "norm" },
      1,
      "layer norm has no matrices for int8" },
    { { folder / "none", "-o", small }, 1, "No such file" },
    { { model, "-o", folder / "none/small" }, 1, "No such file" },
  };
  for (const auto& c : cases) {
    std::vector<std::string> arguments = { "quantize" };
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Outcome outcome = rondo(arguments);
    EXPECT_EQ(outcome.status, c.status);
    EXPECT_NE(outcome.err.find(c.message), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(small)) << c.message;
  }
}
