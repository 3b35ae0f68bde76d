// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/net/networks.h"

#include "core/net/model.h"
#include "tests/base/folder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

const char* const description =
  R"({"version": 1, "inputs": 2, "layers": [
      {"name": "a", "type": "gru", "hidden": 3},
      {"name": "b", "type": "linear", "out": 1}]})";

// A tensor that a test can spoil
struct Tensor {
  std::string              name;
  std::vector<std::size_t> shape;
  std::vector<float>       values;
  RondoDtype               dtype;
};

class Model : public ::testing::Test
{
protected:
  void SetUp() override
  {
    for (const auto& [tensor, shape] :
         std::vector<std::pair<std::string, std::vector<std::size_t>>>{
           { "a.weight_ih_l0", { 9, 2 } },
           { "a.weight_hh_l0", { 9, 3 } },
           { "a.bias_ih_l0", { 9 } },
           { "a.bias_hh_l0", { 9 } },
           { "b.weight", { 1, 3 } },
           { "b.bias", { 1 } } }) {
      const std::size_t n = shape[0] * (shape.size() > 1 ? shape[1] : 1U);
      tensors.push_back(
        { tensor, shape, std::vector<float>(n, 0.5f), RONDO_DTYPE_F32 });
    }
  }

  ~Model() override { rondo_model_free(model); }

  // Write the tensors with `text` as description, and load the file
  RondoStatus load(const char* text = description)
  {
    std::vector<RondoTensor> list;
    for (const Tensor& tensor : tensors) {
      RondoTensor one = { tensor.name.c_str(),  tensor.dtype,
                          tensor.shape.size(),  { 0 },
                          tensor.values.size(), tensor.values.data() };
      std::copy(tensor.shape.begin(), tensor.shape.end(), one.dims);
      list.push_back(one);
    }
    const RondoMetadata metadata = { "rondo", text };
    EXPECT_EQ(RONDO_SUCCESS,
              rondo_tensors_write(path.c_str(),
                                  list.data(),
                                  list.size(),
                                  &metadata,
                                  text ? 1 : 0,
                                  &error))
      << error.message;
    rondo_model_free(model);
    model = nullptr;
    return rondo_model_load(path.c_str(), &model, &error);
  }

  // Expect a failure that says `message` after the path
  void expect_failure(RondoStatus status, const std::string& message)
  {
    EXPECT_EQ(RONDO_ERR_BAD_FILE, status);
    EXPECT_EQ(nullptr, model);
    EXPECT_EQ(path + ": " + message, error.message);
  }

  const Folder        folder;
  const std::string   path = folder / "m.safetensors";
  std::vector<Tensor> tensors;
  RondoModel*         model = nullptr;
  RondoError          error{};
};

TEST_F(Model, TellsItsSizes)
{
  ASSERT_EQ(RONDO_SUCCESS, load()) << error.message;
  EXPECT_EQ(2U, rondo_model_n_inputs(model));
  EXPECT_EQ(1U, rondo_model_n_outputs(model));
  EXPECT_EQ(18U + 27U + 9U + 9U + 3U + 1U, rondo_model_n_parameters(model));
  EXPECT_EQ(2U * (18U + 27U + 3U) + 9U + 9U + 1U,
            rondo_model_n_operations(model));
  EXPECT_STREQ("a", rondo_model_description(model)->layers[0].name);
}

TEST_F(Model, ReadsTensorsInAnyOrderOfTheFile)
{
  std::swap(tensors[0], tensors[5]);
  std::swap(tensors[1], tensors[3]);
  EXPECT_EQ(RONDO_SUCCESS, load()) << error.message;
}

TEST_F(Model, NamesAMissingTensor)
{
  tensors.erase(tensors.begin() + 1);
  expect_failure(load(), "layer a: tensor a.weight_hh_l0 is missing");
}

TEST_F(Model, NamesASurplusTensor)
{
  tensors.push_back({ "c.bias", { 1 }, { 0.0f }, RONDO_DTYPE_F32 });
  expect_failure(load(), "tensor c.bias belongs to no layer");
}

TEST_F(Model, NamesTheShapeExpectedAndFound)
{
  tensors[0].shape = { 2, 9 };
  expect_failure(
    load(), "layer a: a.weight_ih_l0: expected shape (9, 2), found (2, 9)");
  tensors[0].shape = { 18 };
  expect_failure(load(),
                 "layer a: a.weight_ih_l0: expected shape (9, 2), found (18)");
  tensors[0].shape = { 9, 2, 1 };
  expect_failure(
    load(), "layer a: a.weight_ih_l0: expected shape (9, 2), found (9, 2, 1)");
  tensors[0].shape = { 9, 2 };
  tensors[5].shape = {};
  expect_failure(load(), "layer b: b.bias: expected shape (1), found ()");
}

TEST_F(Model, NamesAWeightThatIsNotFinite)
{
  tensors[4].values[2] = INFINITY;
  expect_failure(load(), "layer b: b.weight: element 2 is not a finite number");
}

TEST_F(Model, RefusesIntegersForWeights)
{
  tensors[5].dtype = RONDO_DTYPE_I32;
  EXPECT_EQ(RONDO_ERR_UNSUPPORTED, load());
  EXPECT_EQ(path + ": layer b: b.bias: expected F32, F16, BF16 or F64, found "
                   "integers",
            error.message);
}

TEST_F(Model, NeedsADescription)
{
  expect_failure(load(nullptr),
                 "not a Rondo model: \"__metadata__\" has no key \"rondo\" "
                 "with a description");
  expect_failure(load("{"),
                 "description: line 1, column 1: string or '}' expected near "
                 "end of file");
}

TEST_F(Model, FileErrorsNameThePath)
{
  EXPECT_EQ(RONDO_ERR_IO,
            rondo_model_load(folder.path.c_str(), &model, &error));
  EXPECT_EQ(folder.path + ": Is a directory", error.message);
  EXPECT_EQ(RONDO_ERR_IO, rondo_model_load(path.c_str(), &model, &error));
  EXPECT_EQ(path + ": No such file or directory", error.message);
  EXPECT_EQ(nullptr, model);
  rondo_model_free(nullptr);
}

} // namespace
