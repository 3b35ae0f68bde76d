// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/safetensors.h"
#include "tests/base/folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

// A file with this header and `n_bytes` of data
std::string
image_of(const std::string& header, std::size_t n_bytes)
{
  std::string image(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) {
    image[i] = static_cast<char>(
      (static_cast<std::uint64_t>(header.size()) >> (8U * i)) & 0xFFU);
  }
  return image + header + std::string(n_bytes, '\x01');
}

class Safetensors : public ::testing::Test
{
protected:
  ~Safetensors() override { rondo_tensors_free(tensors); }

  RondoStatus parse(const std::string& image)
  {
    rondo_tensors_free(tensors);
    tensors = nullptr;
    return rondo_tensors_parse(image.data(), image.size(), &tensors, &error);
  }

  const Folder      folder;
  const std::string path    = folder / "m.safetensors";
  RondoTensors*     tensors = nullptr;
  RondoError        error{};
};

TEST_F(Safetensors, ReadsBackWhatItWrote)
{
  const std::array<float, 6> a = { 1.0f, -2.5f, 3.0f, 0.0f, 1e-40f, 6.0f };
  const std::int8_t          b = -3;
  const RondoTensor          list[3] = {
             { "a.weight", RONDO_DTYPE_F32, 2, { 2, 3 }, 6, a.data() },
             { "empty", RONDO_DTYPE_I64, 1, { 0 }, 0, nullptr },
             { "scalar", RONDO_DTYPE_I8, 0, { 0 }, 1, &b }
  };
  const RondoMetadata metadata[2] = { { "rondo", "{\"x\": \"\\\" \t é\"}" },
                                      { "format", "pt" } };
  ASSERT_EQ(RONDO_SUCCESS,
            rondo_tensors_write(path.c_str(), list, 3, metadata, 2, &error))
    << error.message;
  ASSERT_EQ(RONDO_SUCCESS, rondo_tensors_read(path.c_str(), &tensors, &error))
    << error.message;

  ASSERT_EQ(3U, rondo_tensors_count(tensors));
  const RondoTensor* const read = rondo_tensors_find(tensors, "a.weight");
  ASSERT_NE(nullptr, read);
  EXPECT_EQ(read, rondo_tensors_at(tensors, 0));
  EXPECT_EQ(RONDO_DTYPE_F32, read->dtype);
  EXPECT_EQ(2U, read->n_dims);
  EXPECT_EQ(3U, read->dims[1]);
  EXPECT_EQ(0, std::memcmp(read->data, a.data(), sizeof(a)));
  EXPECT_EQ(0U, rondo_tensors_find(tensors, "empty")->n_elements);
  EXPECT_EQ(1U, rondo_tensors_find(tensors, "scalar")->n_elements);
  EXPECT_EQ(nullptr, rondo_tensors_find(tensors, "other"));

  EXPECT_STREQ(metadata[0].value, rondo_tensors_metadata(tensors, "rondo"));
  EXPECT_STREQ("pt", rondo_tensors_metadata(tensors, "format"));
  EXPECT_EQ(nullptr, rondo_tensors_metadata(tensors, "other"));
  ASSERT_EQ(2U, rondo_tensors_n_metadata(tensors));
  const char* key   = nullptr;
  const char* value = nullptr;
  rondo_tensors_metadata_at(tensors, 1, &key, &value);
  EXPECT_STREQ("format", key);
  EXPECT_STREQ("pt", value);
}

TEST_F(Safetensors, ConvertsRealTypesToFloats)
{
  // 1, -2, the smallest half, the largest half, 0
  const std::array<std::uint16_t, 5> half  = { 0x3C00, 0xC000, 1, 0x7BFF, 0 };
  const std::array<std::uint16_t, 2> brain = { 0x3F80, 0xC049 };
  const std::array<double, 2>        wide  = { 0.1, -3e38 };
  const RondoTensor    h = { "h", RONDO_DTYPE_F16, 1, { 5 }, 5, half.data() };
  const RondoTensor    b = { "b", RONDO_DTYPE_BF16, 1, { 2 }, 2, brain.data() };
  const RondoTensor    w = { "w", RONDO_DTYPE_F64, 1, { 2 }, 2, wide.data() };
  std::array<float, 5> out{};

  ASSERT_EQ(RONDO_SUCCESS, rondo_tensor_get_floats(&h, out.data(), &error));
  EXPECT_EQ((std::array<float, 5>{ 1.0f, -2.0f, 0x1p-24f, 65504.0f, 0.0f }),
            out);
  ASSERT_EQ(RONDO_SUCCESS, rondo_tensor_get_floats(&b, out.data(), &error));
  EXPECT_EQ(1.0f, out[0]);
  EXPECT_EQ(-3.140625f, out[1]);
  ASSERT_EQ(RONDO_SUCCESS, rondo_tensor_get_floats(&w, out.data(), &error));
  EXPECT_EQ(0.1f, out[0]);
  EXPECT_EQ(-3e38f, out[1]);
}

TEST_F(Safetensors, RefusesValuesThatAreNotFinite)
{
  const std::array<float, 2>    nan     = { 1.0f, NAN };
  const std::array<double, 1>   huge    = { 1e39 };
  const std::array<uint16_t, 1> inf     = { 0xFC00 };
  const RondoTensor             list[3] = {
                { "n", RONDO_DTYPE_F32, 1, { 2 }, 2, nan.data() },
                { "h", RONDO_DTYPE_F64, 1, { 1 }, 1, huge.data() },
                { "i", RONDO_DTYPE_F16, 1, { 1 }, 1, inf.data() }
  };
  float out[2] = {};
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_tensor_get_floats(&list[0], out, &error));
  EXPECT_STREQ("n: element 1 is not a finite number", error.message);
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_tensor_get_floats(&list[1], out, &error));
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_tensor_get_floats(&list[2], out, &error));

  const RondoTensor whole = { "w", RONDO_DTYPE_I8, 1, { 2 }, 2, nan.data() };
  EXPECT_EQ(RONDO_ERR_UNSUPPORTED,
            rondo_tensor_get_floats(&whole, out, &error));
}

TEST_F(Safetensors, AcceptsTheSmallestFile)
{
  EXPECT_EQ(RONDO_SUCCESS, parse(image_of("{}", 0))) << error.message;
  EXPECT_EQ(0U, rondo_tensors_count(tensors));
}

TEST_F(Safetensors, RefusesHostileHeaders)
{
  const auto tensor = [](const std::string& dtype,
                         const std::string& shape,
                         const std::string& offsets) {
    return R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape +
           R"(,"data_offsets":)" + offsets + "}}";
  };
  const std::string two =
    R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":)";
  const struct {
    std::string header;
    std::size_t n_bytes;
    const char* message;
  } cases[] = {
    { tensor("\"F32\"", "[2]", "[0,4]"), 4, "shape does not fit" },
    { tensor("\"F32\"", "[1]", "[0,8]"), 8, "shape does not fit" },
    { tensor("\"F32\"", "[1]", "[0,4]"), 3, "data_offsets[1]" },
    { tensor("\"F32\"", "[1]", "[4,0]"), 4, "data_offsets[1]" },
    { tensor("\"F32\"", "[1]", "[-4,0]"), 4, "data_offsets[0]" },
    { tensor("\"F32\"", "[1]", "[0,4]"), 5, "1 bytes after the last tensor" },
    { tensor("\"F32\"", "[1]", "[1,5]"), 5, "a gap before" },
    { tensor("\"F32\"", "[1]", "[0]"), 4, "expected 2 data_offsets" },
    { tensor("\"F32\"", "[1]", "4"), 4, "expected an array" },
    { tensor("\"F32\"", "1", "[0,4]"), 4, "expected an array" },
    { tensor("\"F32\"", "[1.0]", "[0,4]"), 4, "expected an integer" },
    { tensor("\"F32\"", "[-1]", "[0,4]"), 4, "expected an integer" },
    { tensor("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0, "overflows" },
    { tensor("\"F64\"", "[2305843009213693952]", "[0,0]"), 0, "does not fit" },
    { tensor("\"F32\"", "[1,1,1,1,1]", "[0,4]"), 4, "more than 4" },
    { tensor("\"F8\"", "[4]", "[0,4]"), 4, "dtype \"F8\"" },
    { tensor("3", "[4]", "[0,4]"), 4, "expected a string" },
    { R"({"a":{"dtype":"U8","shape":[1]}})", 1, "\"data_offsets\" is missing" },
    { R"({"a":{"dtype":"U8","data_offsets":[0,1]}})",
      1,
      "\"shape\" is missing" },
    { R"({"a":{"shape":[1],"data_offsets":[0,1]}})",
      1,
      "\"dtype\" is missing" },
    { R"({"a":3})", 0, "expected an object" },
    { R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":0}})",
      1,
      "unknown key \"x\"" },
    { two + R"({"dtype":"U8","shape":[4],"data_offsets":[3,7]}})",
      7,
      "overlap" },
    { two + R"({"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
      4,
      "overlap" },
    { two + R"({"dtype":"U8","shape":[4],"data_offsets":[5,9]}})", 9, "a gap" },
    { R"({"__metadata__":{"a":3}})", 0, "__metadata__.a: expected a string" },
    { R"({"__metadata__":"a"})", 0, "__metadata__: expected an object" },
    { R"({"a":1,"a":2})", 0, "duplicate" },
    { R"([])", 0, "no header" },
    { "", 0, "no header" },
    { "{", 0, "no header" },
    { "{]", 0, "safetensors header: line 1" },
    { "{\"a\":" + std::string(40, '['), 0, "nested deeper" }
  };
  for (const auto& c : cases) {
    error.message[0] = '\0';
    EXPECT_NE(RONDO_SUCCESS, parse(image_of(c.header, c.n_bytes))) << c.header;
    EXPECT_EQ(nullptr, tensors);
    EXPECT_NE(std::string::npos, std::string(error.message).find(c.message))
      << c.header << ": " << error.message;
  }
}

TEST_F(Safetensors, RefusesFilesThatAreSomethingElse)
{
  const auto read = [this](const char* name) {
    return rondo_tensors_read(name, &tensors, &error);
  };
  std::ofstream(path) << "This is a text file, not a model.\n";
  EXPECT_EQ(RONDO_ERR_BAD_FILE, read(path.c_str()));
  EXPECT_EQ(0U,
            std::string(error.message)
              .find(path + ": not a safetensors file, or cut short"));
  std::ofstream(path) << "";
  EXPECT_EQ(RONDO_ERR_BAD_FILE, read(path.c_str()));
  EXPECT_EQ(path + ": not a safetensors file: 0 bytes are too few",
            error.message);
  EXPECT_EQ(RONDO_ERR_IO, read(folder.path.c_str()));
  EXPECT_EQ(folder.path + ": Is a directory", error.message);
  EXPECT_EQ(RONDO_ERR_IO, read((folder / "none").c_str()));
  EXPECT_EQ(nullptr, tensors);
}

TEST_F(Safetensors, WriterRefusesWhatCouldNotBeRead)
{
  const float         x       = 1.0f;
  const RondoTensor   same[2] = { { "a", RONDO_DTYPE_F32, 1, { 1 }, 1, &x },
                                  { "a", RONDO_DTYPE_F32, 1, { 1 }, 1, &x } };
  const RondoTensor   odd     = { "a", RONDO_DTYPE_F32, 1, { 2 }, 1, &x };
  const RondoMetadata bad     = { "a", "\xff" };
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT,
            rondo_tensors_write(path.c_str(), same, 2, nullptr, 0, &error));
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT,
            rondo_tensors_write(path.c_str(), &odd, 1, nullptr, 0, &error));
  EXPECT_EQ(RONDO_ERR_BAD_ARGUMENT,
            rondo_tensors_write(path.c_str(), same, 1, &bad, 1, &error));
  EXPECT_FALSE(std::filesystem::exists(path));
}

} // namespace
