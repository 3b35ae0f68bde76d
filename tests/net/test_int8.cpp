// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/net/golden_int8.h"
#include "tests/net/networks.h"

#include "core/net/quantise.h"
#include "core/net/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {

// One layer that multiplies only
std::string
linear_json()
{
  return R"({"version": 1, "inputs": )" + std::to_string(golden::n_inputs) +
         R"(, "layers": [{"name": "a", "type": "linear", "activation":)"
         R"( "identity", "out": )" +
         std::to_string(golden::n_rows) + "}]}";
}

/// A model file of int8, about which all can be changed before it is written
struct File {
  std::string              json = linear_json();
  std::vector<std::int8_t> integers{ std::begin(golden::integers),
                                     std::end(golden::integers) };
  std::vector<float>       scales{ std::begin(golden::scales),
                             std::end(golden::scales) };
  std::vector<float> bias{ std::begin(golden::bias), std::end(golden::bias) };
  RondoTensor        matrix = { "a.weight",
                                RONDO_DTYPE_I8,
                                2,
                                { golden::n_rows, golden::n_inputs },
                                golden::n_rows* golden::n_inputs,
                                integers.data() };
  RondoTensor        scale  = { "a.weight_scale",   RONDO_DTYPE_F32, 1,
                                { golden::n_rows }, golden::n_rows,  scales.data() };
  RondoTensor        shift  = { "a.bias",           RONDO_DTYPE_F32, 1,
                                { golden::n_rows }, golden::n_rows,  bias.data() };
};

class Int8 : public ::testing::Test
{
protected:
  void TearDown() override { std::remove(path.c_str()); }

  // Write and read a file; return the error's message
  std::string load(const File& file, const RondoKernels* kernels = nullptr)
  {
    const RondoTensor   tensors[] = { file.matrix, file.scale, file.shift };
    const RondoMetadata metadata  = { RONDO_METADATA_KEY, file.json.c_str() };
    RondoError          error     = { RONDO_SUCCESS, "" };
    RondoTensors*       read      = nullptr;
    rondo_model_free(model);
    model = nullptr;
    EXPECT_EQ(
      rondo_tensors_write(path.c_str(), tensors, 3, &metadata, 1, &error),
      RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_tensors_read(path.c_str(), &read, &error), RONDO_SUCCESS);
    const RondoStatus st = rondo_model_new_for(
      kernels ? kernels : rondo_kernels(), read, &model, &error);
    EXPECT_EQ(st != RONDO_SUCCESS, error.message[0] != '\0');
    rondo_tensors_free(read);
    return error.message;
  }

  ~Int8() override { rondo_model_free(model); }

  RondoModel*       model = nullptr;
  const std::string path =
    std::filesystem::temp_directory_path() /
    ("rondo-int8-" +
     std::string(
       ::testing::UnitTest::GetInstance()->current_test_info()->name()) +
     std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
     ".safetensors");
};

TEST_F(Int8, QuantisesAsNumPyDoes)
{
  std::vector<std::int8_t> integers(golden::n_rows * golden::n_inputs);
  std::vector<float>       scales(golden::n_rows);
  rondo_weights_quantise(golden::weights,
                         golden::n_rows,
                         golden::n_inputs,
                         integers.data(),
                         scales.data());
  for (std::size_t i = 0; i < integers.size(); ++i) {
    ASSERT_EQ(golden::integers[i], integers[i]) << i;
  }
  for (std::size_t i = 0; i < scales.size(); ++i) {
    ASSERT_FLOAT_EQ(golden::scales[i], scales[i]) << i;
  }
}

TEST_F(Int8, MultipliesAsNumPyDoes)
{
  const std::vector<float> x(std::begin(golden::inputs),
                             std::end(golden::inputs));
  for (const std::string& name : rondo::variant_names()) {
    const RondoKernels* const kernels = rondo::variant(name);
    if (!kernels) {
      continue;
    }
    ASSERT_EQ(load(File(), kernels), "");
    const auto y = rondo::run(model, 1, x, 0);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double expected = golden::products[i];
      ASSERT_NEAR(expected,
                  static_cast<double>(y[i]),
                  1e-6 * std::fmax(1.0, std::fabs(expected)))
        << name << " " << i;
    }
  }
}

TEST_F(Int8, BearsExtremes)
{
  // The largest products of all, of both signs, and inputs that have no scale
  File file;
  for (std::size_t i = 0; i < file.integers.size(); ++i) {
    file.integers[i] = i % 2 ? 127 : -127;
  }
  file.scales.assign(golden::n_rows, 1.0F / 127.0F);
  file.bias.assign(golden::n_rows, 0.0F);
  std::vector<float> x;
  for (const float sign : { 1.0F, -1.0F }) {
    for (std::size_t i = 0; i < golden::n_inputs; ++i) {
      x.push_back(i % 2 ? sign : -sign);
    }
  }
  x.insert(x.end(), golden::n_inputs, 0.0F);
  x.insert(x.end(), golden::n_inputs, 1e-44F);
  x.insert(x.end(), golden::n_inputs, std::numeric_limits<float>::quiet_NaN());
  for (const std::string& name : rondo::variant_names()) {
    const RondoKernels* const kernels = rondo::variant(name);
    if (!kernels) {
      continue;
    }
    ASSERT_EQ(load(file, kernels), "");
    const auto y = rondo::run(model, 1, x, 0);
    for (std::size_t i = 0; i < golden::n_rows; ++i) {
      // Rows begin with either sign in turn, being of odd length
      const float most = static_cast<float>(golden::n_inputs);
      const float sign = i % 2 ? -1.0F : 1.0F;
      ASSERT_NEAR(y[i], sign * most, 1e-4F) << name;
      ASSERT_NEAR(y[golden::n_rows + i], -sign * most, 1e-4F) << name;
      ASSERT_EQ(y[(2 * golden::n_rows) + i], 0.0F) << name;
      ASSERT_EQ(y[(3 * golden::n_rows) + i], 0.0F) << name;
      ASSERT_EQ(y[(4 * golden::n_rows) + i], 0.0F) << name;
    }
  }
}

TEST_F(Int8, SumsThatAreTooLargeAreOfFloats)
{
  constexpr std::size_t X = 16384;
  constexpr std::size_t K = 10;
  File                  file;
  file.json =
    R"({"version": 1, "inputs": 16384, "layers": [{"name": "a",
      "type": "conv1d", "kernel": 10, "out": 1, "activation": "identity"}]})";
  file.integers.assign(X * K, 127);
  file.scales.assign(1, 1.0F / 127.0F);
  file.bias.assign(1, 0.0F);
  file.matrix = { "a.weight",  RONDO_DTYPE_I8,       3,
                  { 1, X, K }, file.integers.size(), file.integers.data() };
  for (RondoTensor* const tensor : { &file.scale, &file.shift }) {
    tensor->dims[0] = tensor->n_elements = 1;
  }
  file.scale.data = file.scales.data();
  file.shift.data = file.bias.data();
  ASSERT_EQ(load(file), "");
  const auto y = rondo::run(model, 1, std::vector<float>(X * K, 1.0F), 0);
  EXPECT_FLOAT_EQ(y.back(), static_cast<float>(X * K));
}

TEST_F(Int8, RefusesWhatItCannotScale)
{
  const std::pair<std::function<void(File&)>, const char*> cases[] = {
    { [](File& f) { f.scale.name = "a.scale"; },
      "a.scale belongs to no layer" },
    { [](File& f) { f.matrix.dtype                                 = RONDO_DTYPE_U8; },
      "a.weight_scale belongs to no layer" },
    { [](File& f) {
       f.scale.dims[0]                                             = golden::n_rows - 1;
       f.scale.n_elements                                          = golden::n_rows - 1;
     },
      "layer a: a.weight: I8 needs its scales, a tensor a.weight_scale of "
      "shape (19)" },
    { [](File& f) { f.scales[4]                                    = NAN; },
      "layer a: a.weight_scale: element 4 is not a finite number" },
    { [](File& f) { f.scales[5]                                    = 3e38F; },
      "layer a: a.weight_scale: element 5 is too large for a scale" },
    { [](File& f) { f.integers[6]                                  = -128; },
      "layer a: a.weight: element 6 is -128, I8 weights are at least -127" },
    { [](File& f) {
       f.shift.dtype                                               = RONDO_DTYPE_I8;
       f.shift.data                                                = f.integers.data();
     },
      "layer a: a.bias: I8 is for matrices, not for vectors" },
  };
  for (const auto& [change, message] : cases) {
    File file;
    change(file);
    EXPECT_NE(load(file).find(message), std::string::npos)
      << message << ", but found: " << load(file);
    EXPECT_EQ(model, nullptr);
  }
}

TEST_F(Int8, RefusesScalesOfFloats)
{
  File               file;
  std::vector<float> floats(golden::n_rows * golden::n_inputs, 1.0F);
  file.matrix.dtype = RONDO_DTYPE_F32;
  file.matrix.data  = floats.data();
  EXPECT_NE(load(file).find("a.weight_scale belongs to no layer"),
            std::string::npos);
}

TEST_F(Int8, ARecurrentLayerIsInt8AsAWholeOrNotAtAll)
{
  // Of a layer with only one matrix of int8, that is converted
  const std::string    json = R"({"version": 1, "inputs": 40, "layers": [
    {"name": "a", "type": "gru", "hidden": 33}]})";
  const rondo::Network int8(json, 5, rondo::Weights::int8);

  std::vector<float>       floats(99UL * 33UL);
  std::vector<RondoTensor> tensors;
  for (std::size_t i = 0; i < rondo_tensors_count(int8.tensors()); ++i) {
    RondoTensor tensor = *rondo_tensors_at(int8.tensors(), i);
    if (std::string(tensor.name) == "a.weight_hh_l0_scale") {
      continue;
    }
    if (std::string(tensor.name) == "a.weight_hh_l0") {
      ASSERT_EQ(rondo_weights_get_floats(
                  int8.tensors(), &tensor, floats.data(), nullptr),
                RONDO_SUCCESS);
      tensor.dtype = RONDO_DTYPE_F32;
      tensor.data  = floats.data();
    }
    tensors.push_back(tensor);
  }
  const RondoMetadata metadata = { RONDO_METADATA_KEY, json.c_str() };
  RondoError          error    = { RONDO_SUCCESS, "" };
  ASSERT_EQ(
    rondo_tensors_write(
      path.c_str(), tensors.data(), tensors.size(), &metadata, 1, &error),
    RONDO_SUCCESS);
  ASSERT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
  const auto x        = rondo::draw_inputs(5, 20UL * 40UL);
  const auto expected = int8.reference(x);
  const auto y        = rondo::run(model, 1, x, 0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    ASSERT_NEAR(expected[i], static_cast<double>(y[i]), 1e-5);
  }
}

TEST_F(Int8, AFileIsQuantisedLayerByLayer)
{
  const std::string    json = R"({"version": 1, "inputs": 40, "layers": [
    {"name": "a", "type": "gru", "hidden": 33},
    {"name": "b", "type": "linear", "out": 8},
    {"name": "n", "type": "layer_norm"},
    {"name": "c", "type": "lstm", "hidden": 8, "groups": 4, "along": "groups",
     "input": ["inputs"]}]})";
  const rondo::Network network(json, 9);
  const RondoDescription* const d          = network.description();
  const bool                    is_int8[4] = { true, false, true, true };
  RondoError                    error      = { RONDO_SUCCESS, "" };
  RondoTensors*                 read       = nullptr;
  EXPECT_TRUE(rondo_layer_gains_from_int8(&d->layers[0]));
  EXPECT_TRUE(rondo_layer_gains_from_int8(&d->layers[1]));
  EXPECT_FALSE(rondo_layer_gains_from_int8(&d->layers[2]));
  EXPECT_FALSE(rondo_layer_gains_from_int8(&d->layers[3]));
  ASSERT_EQ(rondo_quantise(network.tensors(), d, is_int8, path.c_str(), &error),
            RONDO_SUCCESS)
    << error.message;
  ASSERT_EQ(rondo_tensors_read(path.c_str(), &read, &error), RONDO_SUCCESS);
  EXPECT_EQ(rondo_tensors_count(read), 16U);
  for (const char* const name : { "a.weight_ih_l0", "c.weight_hh_l0" }) {
    EXPECT_EQ(rondo_tensors_find(read, name)->dtype, RONDO_DTYPE_I8);
  }
  for (const char* const name : { "a.bias_ih_l0", "b.weight", "n.weight" }) {
    const RondoTensor* const tensor = rondo_tensors_find(read, name);
    const RondoTensor* const before =
      rondo_tensors_find(network.tensors(), name);
    EXPECT_EQ(tensor->dtype, RONDO_DTYPE_F32);
    EXPECT_EQ(0,
              std::memcmp(tensor->data, before->data, 4 * tensor->n_elements));
  }
  EXPECT_EQ(rondo_tensors_metadata(read, RONDO_METADATA_KEY), json);

  // Once more changes nothing
  std::vector<std::int8_t> integers(99UL * 40UL);
  std::memcpy(integers.data(),
              rondo_tensors_find(read, "a.weight_ih_l0")->data,
              integers.size());
  ASSERT_EQ(rondo_quantise(read, d, is_int8, path.c_str(), &error),
            RONDO_SUCCESS);
  rondo_tensors_free(read);
  ASSERT_EQ(rondo_tensors_read(path.c_str(), &read, &error), RONDO_SUCCESS);
  EXPECT_EQ(0,
            std::memcmp(integers.data(),
                        rondo_tensors_find(read, "a.weight_ih_l0")->data,
                        integers.size()));
  rondo_tensors_free(read);
  EXPECT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
}

} // namespace
