// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/description.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

class Description : public ::testing::Test
{
protected:
  void TearDown() override { rondo_description_free(description); }

  RondoStatus read(const std::string& text)
  {
    rondo_description_free(description);
    description         = nullptr;
    RondoConfig* config = nullptr;
    EXPECT_EQ(RONDO_SUCCESS,
              rondo_config_parse(text.data(), text.size(), &config, &error))
      << error.message;
    return rondo_description_new(config, &description, &error);
  }

  // Read `layers` in a network of 5 inputs
  RondoStatus read_layers(const std::string& layers)
  {
    return read(R"({"version": 1, "inputs": 5, "layers": [)" + layers + "]}");
  }

  RondoDescription* description = nullptr;
  RondoError        error{};
};

TEST_F(Description, ReadsWidthsAndSources)
{
  ASSERT_EQ(RONDO_SUCCESS, read(R"({
    "version": 1, "inputs": 65,
    "layers": [
      {"name": "in", "type": "linear", "out": 128, "activation": "tanh"},
      {"name": "gru", "type": "gru", "hidden": 96, "layers": 2},
      {"name": "old", "type": "gru", "hidden": 3, "reset": "before",
       "input": "inputs"},
      {"name": "rnn", "type": "rnn", "hidden": 7, "activation": "relu"},
      {"name": "mem", "type": "lstm", "hidden": 8, "input": ["rnn", "inputs"]},
      {"name": "head", "type": "linear", "out": 33, "activation": "softmax",
       "input": ["in", "gru", "in"]}
    ],
    "task": {"name": "denoise"}, "card": {"licence": "ISC"}})"))
    << error.message;
  EXPECT_EQ(65U, description->n_inputs);
  EXPECT_EQ(33U, description->n_outputs);
  ASSERT_EQ(6U, description->n_layers);

  const RondoLayer* const layers = description->layers;
  EXPECT_EQ(RONDO_SOURCE_INPUTS, layers[0].sources[0]);
  EXPECT_EQ(65U, layers[0].n_inputs);
  EXPECT_EQ(RONDO_ACTIVATION_TANH, layers[0].activation);
  EXPECT_EQ(128U, layers[1].n_inputs);
  EXPECT_EQ(2U, layers[1].n_stacked);
  EXPECT_EQ(RONDO_RESET_AFTER, layers[1].reset);
  EXPECT_EQ(65U, layers[2].n_inputs);
  EXPECT_EQ(RONDO_RESET_BEFORE, layers[2].reset);
  EXPECT_EQ(3U, layers[3].n_inputs);
  EXPECT_EQ(RONDO_ACTIVATION_RELU, layers[3].activation);
  EXPECT_EQ(7U + 65U, layers[4].n_inputs);
  EXPECT_EQ(128U + 96U + 128U, layers[5].n_inputs);
  EXPECT_EQ(3U, layers[5].n_sources);
  EXPECT_EQ(1U, layers[5].sources[1]);
}

TEST_F(Description, ListsTensorsAsPyTorchDoes)
{
  ASSERT_EQ(RONDO_SUCCESS,
            read_layers(R"({"name": "a", "type": "lstm", "hidden": 3,
                            "layers": 2},
                           {"name": "b.c", "type": "linear", "out": 2})"));
  const std::vector<std::pair<std::string, std::vector<std::size_t>>>
    expected = {
      { "a.weight_ih_l0", { 12, 5 } }, { "a.weight_hh_l0", { 12, 3 } },
      { "a.bias_ih_l0", { 12 } },      { "a.bias_hh_l0", { 12 } },
      { "a.weight_ih_l1", { 12, 3 } }, { "a.weight_hh_l1", { 12, 3 } },
      { "a.bias_ih_l1", { 12 } },      { "a.bias_hh_l1", { 12 } },
      { "b.c.weight", { 2, 3 } },      { "b.c.bias", { 2 } }
    };
  ASSERT_EQ(expected.size(), rondo_description_n_tensors(description));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const RondoTensorSpec spec = rondo_description_tensor(description, i);
    EXPECT_EQ(expected[i].first, spec.name);
    ASSERT_EQ(expected[i].second.size(), spec.n_dims);
    for (std::size_t d = 0; d < spec.n_dims; ++d) {
      EXPECT_EQ(expected[i].second[d], spec.dims[d]) << spec.name;
    }
    EXPECT_EQ(i < 8U ? 0U : 1U, spec.layer);
  }
}

TEST_F(Description, GateCountsMatchTheCells)
{
  const std::pair<const char*, std::size_t> cells[] = { { "rnn", 1 },
                                                        { "gru", 3 },
                                                        { "lstm", 4 } };
  for (const auto& [type, gates] : cells) {
    ASSERT_EQ(RONDO_SUCCESS,
              read_layers(std::string(R"({"name": "a", "type": ")") + type +
                          R"(", "hidden": 6})"));
    EXPECT_EQ(gates * 6U, rondo_description_tensor(description, 1).dims[0]);
  }
}

TEST_F(Description, RefusesWhatIsWrongAndNamesTheLayer)
{
  const std::pair<const char*, const char*> cases[] = {
    { R"({"name": "a", "type": "linear"})", "layer a: layers[0]: \"out\"" },
    { R"({"type": "linear", "out": 1})", "layers[0]: \"name\" is missing" },
    { R"({"name": "", "type": "linear", "out": 1})", "layers[0].name" },
    { R"({"name": "inputs", "type": "linear", "out": 1})", "layers[0].name" },
    { R"({"name": "a", "out": 1})", "layer a: layers[0]: \"type\"" },
    { R"({"name": "a", "type": "linear", "out": 0})", "layers[0].out" },
    { R"({"name": "a", "type": "linear", "out": 16385})", "layers[0].out" },
    { R"({"name": "a", "type": "linear", "out": 1, "hiden": 2})",
      "layer a: layers[0]: unknown key \"hiden\"" },
    { R"({"name": "a", "type": "gru", "hidden": 1, "out": 2})",
      "unknown key \"out\"" },
    { R"({"name": "a", "type": "gru", "hidden": 1, "activation": "tanh"})",
      "unknown key \"activation\"" },
    { R"({"name": "a", "type": "gru", "hidden": 1, "reset": "never"})",
      "layers[0].reset: expected one of after, before" },
    { R"({"name": "a", "type": "rnn", "hidden": 1, "activation": "sigmoid"})",
      "expected one of tanh, relu" },
    { R"({"name": "a", "type": "lstm", "hidden": 1, "layers": 17})",
      "layers[0].layers" },
    { R"({"name": "a", "type": "linear", "out": 1, "input": "b"})",
      "input \"b\" is not \"inputs\" or an earlier layer" },
    { R"({"name": "a", "type": "linear", "out": 1, "input": "a"})",
      "input \"a\" is not" },
    { R"({"name": "a", "type": "linear", "out": 1, "input": []})",
      "expected 1 to 16 names, found 0" },
    { R"({"name": "a", "type": "linear", "out": 1, "input": [3]})",
      "layers[0].input[0]: expected a string" },
    { R"({"name": "a", "type": "linear", "out": 1},
        {"name": "a", "type": "linear", "out": 1})",
      "layers[1].name: \"a\" is layers[0] already" },
    { R"({"name": "a", "type": "cnn", "out": 1})", "layers[0].type: expected" },
    { R"({"name": "a", "type": "linear", "out": 1, "groups": 2})",
      "layer a: groups: an input of width 5 does not fall into 2 vectors" },
    { R"({"name": "a", "type": "linear", "out": 5},
        {"name": "b", "type": "linear", "out": 10, "input": ["a", "inputs"],
         "groups": 2, "join": "groups"})",
      "layer b: groups: an input of width 5 does not fall into 2 vectors" },
    { R"({"name": "a", "type": "linear", "out": 1, "join": "bands"})",
      "layers[0].join" },
    { R"({"name": "a", "type": "conv1d", "out": 1, "kernel": 1,
         "join": "groups"})",
      "unknown key \"join\"" },
    { R"({"name": "a", "type": "linear", "out": 16000, "groups": 5})",
      "layer a: an output of width 80000 is wider than 16384" },
    { R"({"name": "a", "type": "linear", "out": 1, "bidirectional": true})",
      "unknown key \"bidirectional\"" },
    { R"({"name": "a", "type": "gru", "hidden": 1, "lookahead": 2})",
      "\"lookahead\" is for layers that are bidirectional" },
    { R"({"name": "a", "type": "gru", "hidden": 1, "bidirectional": true,
         "lookahead": 0})",
      "layers[0].lookahead" },
    { R"({"name": "a", "type": "gru", "hidden": 1, "bidirectional": true,
         "along": "groups", "lookahead": 2})",
      "\"lookahead\" is for layers that are bidirectional" },
    { R"({"name": "a", "type": "linear", "out": 1},
        {"name": "b", "type": "embedding", "tokens": 2, "out": 1})",
      "layer b: an embedding reads tokens" },
    { R"({"name": "a", "type": "embedding", "out": 1})", "\"tokens\"" },
    { R"({"name": "a", "type": "conv1d", "out": 1})", "\"kernel\"" },
    { R"({"name": "a", "type": "last", "out": 1})", "unknown key \"out\"" },
    { R"({"name": "a", "type": "last"},
        {"name": "b", "type": "gru", "hidden": 1})",
      "layer b: gru cannot follow last or mean" },
    { R"({"name": "a", "type": "mean"},
        {"name": "b", "type": "linear", "out": 1, "input": ["a", "inputs"]})",
      "layer b: input: some have one step per sequence" },
    { R"(3)", "layers[0]: expected an object, found a number" },
    { "", "expected 1 to 64 layers, found 0" }
  };
  for (const auto& [layers, message] : cases) {
    EXPECT_EQ(RONDO_ERR_BAD_FILE, read_layers(layers)) << layers;
    EXPECT_EQ(nullptr, description);
    EXPECT_NE(std::string::npos, std::string(error.message).find(message))
      << error.message;
  }
}

TEST_F(Description, ReadsGroupsAndDirections)
{
  ASSERT_EQ(RONDO_SUCCESS, read(R"({"version": 1, "inputs": 12, "layers": [
    {"name": "a", "type": "linear", "out": 4, "groups": 6},
    {"name": "b", "type": "gru", "hidden": 3, "layers": 2, "groups": 6,
     "along": "groups", "bidirectional": true},
    {"name": "c", "type": "layer_norm", "groups": 6},
    {"name": "d", "type": "lstm", "hidden": 5, "groups": 6},
    {"name": "e", "type": "rnn", "hidden": 2, "bidirectional": true,
     "lookahead": 3},
    {"name": "f", "type": "rnn", "hidden": 2, "bidirectional": true},
    {"name": "g", "type": "linear", "out": 2, "input": ["inputs", "c"],
     "groups": 3, "join": "groups"}]})"))
    << error.message;
  const RondoLayer* const layers = description->layers;
  EXPECT_EQ(24U, layers[0].n_outputs);
  EXPECT_EQ(4U, layers[0].n_units);
  EXPECT_EQ(36U, layers[1].n_outputs);
  EXPECT_TRUE(layers[1].along_groups);
  EXPECT_EQ(2U, layers[1].n_directions);
  EXPECT_EQ(0U, layers[1].lookahead);
  EXPECT_EQ(6U, layers[2].n_units);
  EXPECT_EQ(36U, layers[2].n_outputs);
  EXPECT_EQ(30U, layers[3].n_outputs);
  EXPECT_FALSE(layers[3].along_groups);
  EXPECT_EQ(4U, layers[4].n_outputs);
  EXPECT_EQ(3U, layers[4].lookahead);
  EXPECT_EQ(RONDO_LOOKAHEAD_WHOLE, layers[5].lookahead);
  EXPECT_FALSE(layers[5].joins_groups);
  EXPECT_TRUE(layers[6].joins_groups);
  EXPECT_EQ(48U, layers[6].n_inputs);
  EXPECT_EQ(6U, description->n_outputs);
  EXPECT_FALSE(rondo_description_is_single(description));

  // PyTorch's order, with the reverse direction after the forward one
  const std::vector<std::pair<std::size_t, const char*>> tensors = {
    { 0, "a.weight" },
    { 2, "b.weight_ih_l0" },
    { 5, "b.bias_hh_l0" },
    { 6, "b.weight_ih_l0_reverse" },
    { 10, "b.weight_ih_l1" },
    { 15, "b.weight_hh_l1_reverse" },
    { 18, "c.weight" },
    { 19, "c.bias" },
    { 20, "d.weight_ih_l0" },
    { 24, "e.weight_ih_l0" },
    { 28, "e.weight_ih_l0_reverse" }
  };
  for (const auto& [index, name] : tensors) {
    EXPECT_STREQ(name, rondo_description_tensor(description, index).name);
  }
  EXPECT_EQ(2U, rondo_description_tensor(description, 0).dims[1]);
  EXPECT_EQ(4U, rondo_description_tensor(description, 2).dims[1]);
  EXPECT_EQ(6U, rondo_description_tensor(description, 10).dims[1]);
  EXPECT_EQ(6U, rondo_description_tensor(description, 18).n_elements);
}

TEST_F(Description, ReadsTokensKernelsAndManyToOne)
{
  ASSERT_EQ(RONDO_SUCCESS, read(R"({"version": 1, "inputs": 2, "layers": [
    {"name": "notes", "type": "embedding", "tokens": 90, "out": 8},
    {"name": "conv", "type": "conv1d", "out": 7, "kernel": 3,
     "activation": "relu"},
    {"name": "norm", "type": "layer_norm", "epsilon": 0.001},
    {"name": "end", "type": "last"},
    {"name": "all", "type": "mean", "input": "norm"},
    {"name": "head", "type": "linear", "out": 2, "input": ["end", "all"]}]})"))
    << error.message;
  const RondoLayer* const layers = description->layers;
  EXPECT_EQ(16U, layers[0].n_outputs);
  EXPECT_EQ(90U, layers[0].n_tokens);
  EXPECT_EQ(RONDO_ACTIVATION_RELU, layers[1].activation);
  EXPECT_EQ(0.001, layers[2].epsilon);
  EXPECT_EQ(7U, layers[3].n_outputs);
  EXPECT_EQ(14U, layers[5].n_inputs);
  EXPECT_TRUE(rondo_description_is_single(description));

  ASSERT_EQ(7U, rondo_description_n_tensors(description));
  const RondoTensorSpec table = rondo_description_tensor(description, 0);
  EXPECT_STREQ("notes.weight", table.name);
  EXPECT_EQ(90U, table.dims[0]);
  EXPECT_EQ(8U, table.dims[1]);
  const RondoTensorSpec conv = rondo_description_tensor(description, 1);
  ASSERT_EQ(3U, conv.n_dims);
  EXPECT_EQ(7U, conv.dims[0]);
  EXPECT_EQ(16U, conv.dims[1]);
  EXPECT_EQ(3U, conv.dims[2]);
  EXPECT_EQ(336U, conv.n_elements);
  EXPECT_STREQ("norm.bias", rondo_description_tensor(description, 4).name);
  EXPECT_STREQ("head.weight", rondo_description_tensor(description, 5).name);
}

TEST_F(Description, ChecksTheTopLevel)
{
  const std::string layers =
    R"("layers": [{"name": "a", "type": "linear", "out": 1}])";
  EXPECT_EQ(RONDO_ERR_BAD_VERSION,
            read(R"({"version": 2, "inputs": 1, )" + layers + "}"));
  EXPECT_EQ(RONDO_ERR_BAD_FILE, read(R"({"inputs": 1, )" + layers + "}"));
  EXPECT_EQ(RONDO_ERR_BAD_FILE, read(R"({"version": 1, )" + layers + "}"));
  EXPECT_EQ(RONDO_ERR_BAD_FILE, read(R"({"version": 1, "inputs": 1})"));
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            read(R"({"version": 1, "inputs": 1, "more": 0, )" + layers + "}"));
  EXPECT_STREQ("unknown key \"more\"", error.message);
  EXPECT_EQ(
    RONDO_SUCCESS,
    read(R"({"version": 1, "inputs": 1, "card": "text", )" + layers + "}"));
}

TEST_F(Description, GivesTheTaskToWhoCanDoIt)
{
  ASSERT_EQ(RONDO_SUCCESS,
            read(R"({"version": 1, "inputs": 1, "task": {"name": "denoise"},
                     "layers": [{"name": "a", "type": "linear", "out": 1}]})"));
  RondoConfig* task = nullptr;
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_description_task(description, "denoise", &task, &error));
  EXPECT_NE(nullptr, task);
  EXPECT_EQ(RONDO_ERR_UNSUPPORTED,
            rondo_description_task(description, "melody", &task, &error));
  EXPECT_STREQ("expected a model for \"melody\", found one for \"denoise\"",
               error.message);
  EXPECT_EQ(nullptr, task);
}

} // namespace
