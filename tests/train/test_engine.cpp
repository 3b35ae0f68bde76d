// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What was trained is what plays: the trainer's forward pass against the
// streaming engine, through a model file

#include "core/base/random.h"
#include "core/net/model.h"
#include "core/net/sequence.h"
#include "core/net/stream.h"
#include "core/train/network.h"
#include "core/train/parameters.h"
#include "core/train/sequence_engine.h"
#include "core/train/sequence_worker.h"
#include "tests/train/describe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using Floats = std::vector<float>;

constexpr size_t T = 60;
constexpr size_t B = 3;
constexpr size_t X = 12;

// Both round, and sum in different orders
constexpr float tolerance = 1e-5F;

Floats
draw(RondoRandom& random, const size_t n, const float scale)
{
  Floats values(n);
  for (float& value : values) {
    value = scale * rondo_random_normal(&random);
  }
  return values;
}

// Write parameters as a model file and load it into the engine
RondoModel*
load(const RondoDescription& description, const Floats& parameters)
{
  const std::string path  = testing::TempDir() + "rondo_engine.safetensors";
  RondoModel*       model = nullptr;
  RondoError        error = { RONDO_SUCCESS, "" };
  EXPECT_EQ(
    rondo_parameters_write(
      path.c_str(), &description, parameters.data(), nullptr, 0, &error),
    RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
  std::remove(path.c_str());
  return model;
}

// Run the engine: as a stream, with the frames that are late, or where a layer
// sees the whole sequence, over all of it
Floats
play(const RondoModel* const model, const Floats& x)
{
  const size_t X = rondo_model_n_inputs(model);
  const size_t n = B * rondo_model_n_outputs(model);
  Floats       y(T * n);
  if (!rondo_stream_size(model, B)) {
    EXPECT_EQ(rondo_sequence_run(model, B, T, x.data(), y.data()),
              RONDO_SUCCESS);
    return y;
  }

  RondoStream* stream = nullptr;
  EXPECT_EQ(rondo_stream_new(model, B, &stream), RONDO_SUCCESS);
  const size_t delay = rondo_stream_delay(stream);
  Floats       late((T + delay) * n);
  for (size_t t = 0; t < T + delay; ++t) {
    rondo_stream_step(
      stream, t < T ? x.data() + (t * B * X) : nullptr, late.data() + (t * n));
  }
  rondo_stream_free(stream);
  std::copy(late.begin() + static_cast<std::ptrdiff_t>(delay * n),
            late.end(),
            y.begin());
  return y;
}

class Engine : public testing::TestWithParam<const char*>
{
};

TEST_P(Engine, PlaysWhatWasTrained)
{
  const Description description = describe(X, GetParam());
  RondoRandom       random      = rondo_random(5, 1);
  const size_t      n           = rondo_network_n_parameters(description.get());
  Floats            x           = draw(random, T * B * X, 1.0F);
  for (float& value : x) {
    if (description->layers[0].type == RONDO_LAYER_EMBEDDING) {
      value = std::floor(std::abs(3.0F * value));
    }
  }

  // As initialised, with biases that are not 0
  Floats                    parameters(n);
  const Floats              more     = draw(random, n, 0.1F);
  const RondoInitialisation settings = rondo_initialisation();
  rondo_network_initialise(
    description.get(), &settings, &random, parameters.data());
  for (size_t i = 0; i < n; ++i) {
    parameters[i] += more[i];
  }

  RondoModel* const model = load(*description, parameters);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(rondo_model_n_parameters(model), n);
  const Floats played = play(model, x);
  rondo_model_free(model);

  RondoNetwork* network = nullptr;
  RondoError    error   = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_network_new(description.get(), T, B, &network, &error),
            RONDO_SUCCESS)
    << error.message;
  const float* const trained = rondo_network_forward(
    network, parameters.data(), T, B, x.data(), nullptr, nullptr);

  // Of one output per sequence a stream gives the one so far at every frame
  const size_t n_outputs =
    rondo_network_n_output_steps(network, T) * B * description->n_outputs;
  const size_t first = played.size() - n_outputs;
  for (size_t i = 0; i < n_outputs; ++i) {
    ASSERT_NEAR(played[first + i],
                trained[i],
                tolerance * std::max(1.0F, std::abs(trained[i])))
      << i;
  }
  rondo_network_free(network);
}

const char* const networks[] = {
  R"({"name": "a", "type": "linear", "out": 17})",
  R"({"name": "a", "type": "linear", "out": 17, "activation": "relu"})",
  R"({"name": "a", "type": "linear", "out": 17, "activation": "tanh"})",
  R"({"name": "a", "type": "linear", "out": 17, "activation": "sigmoid"})",
  R"({"name": "a", "type": "linear", "out": 17, "activation": "softmax"})",
  R"({"name": "a", "type": "linear", "out": 17, "activation": "softplus"})",
  R"({"name": "a", "type": "rnn", "hidden": 19})",
  R"({"name": "b", "type": "gru", "hidden": 33})",
  R"({"name": "b", "type": "gru", "hidden": 33, "reset": "before"})",
  R"({"name": "c", "type": "lstm", "hidden": 18})",
  R"({"name": "b", "type": "gru", "hidden": 16, "layers": 3})",
  R"({"name": "b", "type": "gru", "hidden": 15, "layers": 2,
      "reset": "before"})",
  R"({"name": "c", "type": "lstm", "hidden": 7, "layers": 4})",
  R"({"name": "a", "type": "rnn", "hidden": 9, "bidirectional": true})",
  R"({"name": "a", "type": "gru", "hidden": 17, "bidirectional": true,
      "layers": 2})",
  R"({"name": "a", "type": "lstm", "hidden": 5, "bidirectional": true,
      "groups": 3})",
  R"({"name": "a", "type": "rnn", "hidden": 9, "bidirectional": true,
      "lookahead": 1})",
  R"({"name": "a", "type": "gru", "hidden": 9, "bidirectional": true,
      "lookahead": 3, "layers": 2, "reset": "before"})",
  R"({"name": "a", "type": "lstm", "hidden": 9, "bidirectional": true,
      "lookahead": 100, "groups": 2})",
  R"({"name": "a", "type": "linear", "out": 7, "groups": 4,
      "activation": "softmax"})",
  R"({"name": "a", "type": "gru", "hidden": 7, "groups": 4, "layers": 2})",
  R"({"name": "a", "type": "rnn", "hidden": 7, "groups": 4,
      "along": "groups"})",
  R"({"name": "a", "type": "lstm", "hidden": 7, "groups": 6,
      "along": "groups", "bidirectional": true, "layers": 2})",
  R"({"name": "a", "type": "conv1d", "out": 17, "kernel": 5,
      "activation": "relu"})",
  R"({"name": "a", "type": "conv1d", "out": 3, "kernel": 70})",
  R"({"name": "a", "type": "layer_norm"})",
  R"({"name": "a", "type": "layer_norm", "groups": 3, "epsilon": 0.01})",
  R"({"name": "a", "type": "embedding", "tokens": 9, "out": 6},
     {"name": "b", "type": "gru", "hidden": 8})",
  R"({"name": "a", "type": "gru", "hidden": 8},
     {"name": "b", "type": "last"},
     {"name": "c", "type": "linear", "out": 4})",
  R"({"name": "a", "type": "lstm", "hidden": 8},
     {"name": "b", "type": "mean"},
     {"name": "c", "type": "rnn", "hidden": 3, "groups": 2,
      "along": "groups", "bidirectional": true})",
  R"({"name": "in", "type": "linear", "out": 6, "groups": 4},
     {"name": "over", "type": "gru", "hidden": 5, "groups": 4,
      "along": "groups", "bidirectional": true},
     {"name": "norm", "type": "layer_norm", "groups": 4},
     {"name": "through", "type": "lstm", "hidden": 5, "groups": 4,
      "bidirectional": true, "lookahead": 2},
     {"name": "conv", "type": "conv1d", "out": 9, "kernel": 3,
      "input": ["through", "in"], "activation": "tanh"},
     {"name": "head", "type": "linear", "out": 8,
      "input": ["conv", "through", "inputs"]})",
  R"({"name": "a", "type": "linear", "out": 5, "activation": "relu"},
     {"name": "b", "type": "rnn", "hidden": 9, "layers": 2},
     {"name": "c", "type": "lstm", "hidden": 20, "input": ["inputs", "b"]},
     {"name": "d", "type": "gru", "hidden": 3, "input": ["c", "a", "b"]},
     {"name": "e", "type": "linear", "out": 4, "activation": "softmax",
      "input": ["d", "b", "inputs"]})",
  R"({"name": "in", "type": "linear", "out": 64, "activation": "tanh"},
     {"name": "gru1", "type": "gru", "hidden": 80},
     {"name": "gru2", "type": "gru", "hidden": 80},
     {"name": "head", "type": "linear", "out": 49, "activation": "sigmoid",
      "input": ["in", "gru1", "gru2"]})",
};

TEST_P(Engine, IsJudgedAsTheNetworkIs)
{
  const Description description = describe(X, GetParam());
  RondoRandom       random      = rondo_random(6, 1);
  Floats            x           = draw(random, T * B * X, 1.0F);
  for (float& value : x) {
    if (description->layers[0].type == RONDO_LAYER_EMBEDDING) {
      value = std::floor(std::abs(3.0F * value));
    }
  }
  Floats parameters(rondo_network_n_parameters(description.get()));
  const RondoInitialisation settings = rondo_initialisation();
  rondo_network_initialise(
    description.get(), &settings, &random, parameters.data());

  RondoModel* const    model   = load(*description, parameters);
  RondoNetwork*        network = nullptr;
  RondoSequenceEngine* engine  = nullptr;
  RondoError           error   = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_network_new(description.get(), T, B, &network, &error),
            RONDO_SUCCESS);
  ASSERT_EQ(rondo_sequence_engine_new(model, true, T, B, &engine, &error),
            RONDO_SUCCESS);
  (void)rondo_network_set_logits(network, true);

  // In two parts where that can be, of sequences that end early
  const size_t Y       = description->n_outputs;
  const size_t n_units = description->layers[description->n_layers - 1].n_units;
  const bool   whole   = rondo_description_sees_all(description.get());
  for (size_t first = 0; first < T; first += whole ? T : T / 2) {
    const size_t       n          = whole ? T : T / 2;
    const size_t       lengths[B] = { n, first ? 0 : n / 3, n - 1 };
    const float* const in         = x.data() + (first * B * X);
    const float* const expected   = rondo_network_forward(
      network, parameters.data(), n, B, in, lengths, nullptr);
    const float* const found =
      rondo_sequence_engine_run(engine, first > 0, n, B, in, lengths);
    const size_t n_out = rondo_network_n_output_steps(network, n);
    for (size_t t = 0; t < n_out; ++t) {
      for (size_t b = 0; b < B; ++b) {
        for (size_t k = 0; k < Y && t < lengths[b]; ++k) {
          const size_t at = (((t * B) + b) * Y) + k;
          // A softmax forgets what all logits of a group have in common
          const size_t one = at - (k % n_units);
          ASSERT_NEAR(found[at] - found[one],
                      expected[at] - expected[one],
                      1e-3F * std::max(1.0F, std::abs(expected[at])))
            << first << " " << t << " " << b << " " << k;
        }
      }
    }
  }
  rondo_sequence_engine_free(engine);
  rondo_network_free(network);
  rondo_model_free(model);
}

INSTANTIATE_TEST_SUITE_P(Networks, Engine, testing::ValuesIn(networks));

} // namespace
