// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Memory that runs out, and files that are cut short or damaged.

#include "core/net/config.h"
#include "core/net/model.h"
#include "core/net/quantise.h"
#include "core/net/safetensors.h"
#include "core/net/sequence.h"
#include "core/net/stream.h"
#include "tests/base/folder.hpp"
#include "tests/base/heap_faults.hpp"
#include "tests/net/networks.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using rondo::fail_each;
using rondo::fail_each_new;

const char* const description =
  R"({"version":1,"inputs":2,"layers":[
{"name":"a","type":"gru","hidden":3,"layers":2},
{"name":"r","type":"rnn","hidden":2,"activation":"relu","input":"inputs"},
{"name":"l","type":"lstm","hidden":2,"input":["r","a"]},
{"name":"w","type":"gru","hidden":1,"bidirectional":true,"lookahead":9},
{"name":"v","type":"conv1d","out":2,"kernel":3},
{"name":"n","type":"layer_norm","groups":2},
{"name":"q","type":"lstm","hidden":1,"groups":2,"along":"groups",
"bidirectional":true},
{"name":"m","type":"mean"},
{"name":"b","type":"linear","out":2,"activation":"softmax"}],
"card":"A test"})";

class Faults : public ::testing::Test
{
protected:
  void SetUp() override
  {
    rondo::write_model(path, description, 1);
    std::ifstream file(path, std::ios::binary);
    image.assign(std::istreambuf_iterator<char>(file), {});
    ASSERT_GT(image.size(), 1000U);
  }

  void save(const std::string& bytes) const
  {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  // Make a model of `bytes` and run it; whether it can be is not the question
  void try_image(const std::string& bytes)
  {
    RondoTensors* tensors = nullptr;
    RondoModel*   model   = nullptr;
    RondoStream*  stream  = nullptr;
    error.message[0]      = '\0';
    RondoStatus st =
      rondo_tensors_parse(bytes.data(), bytes.size(), &tensors, &error);
    if (!st) {
      st = rondo_model_new(tensors, &model, &error);
    }
    if (st) {
      ASSERT_STRNE("", error.message);
      ASSERT_EQ(st, error.status);
      ASSERT_EQ(nullptr, model);
    } else {
      ++n_good;
      std::vector<float> in(20 * rondo_model_n_inputs(model));
      std::vector<float> out(20 * rondo_model_n_outputs(model));
      ASSERT_EQ(RONDO_SUCCESS,
                rondo_sequence_run(model, 1, 20, in.data(), out.data()));
      if (!rondo_model_check_lookahead(model, 0, &error)) {
        ASSERT_EQ(RONDO_SUCCESS, rondo_stream_new(model, 1, &stream));
        rondo_stream_process(stream, 20, in.data(), out.data());
        rondo_stream_process(stream, 20, nullptr, out.data());
      }
    }
    rondo_stream_free(stream);
    rondo_model_free(model);
    rondo_tensors_free(tensors);
  }

  const Folder      folder;
  const std::string path = folder / "m.safetensors";
  std::string       image;
  RondoError        error{};
  std::size_t       n_good = 0;
};

TEST_F(Faults, EveryAllocationOfLoadingFailsOnce)
{
  EXPECT_GT(fail_each_new<RondoModel>(
              [&](RondoModel** const out) {
                error.message[0] = '\0';
                const RondoStatus st =
                  rondo_model_load(path.c_str(), out, &error);
                EXPECT_EQ(st == RONDO_SUCCESS, error.message[0] == '\0');
                return st;
              },
              rondo_model_free),
            40U);
}

TEST_F(Faults, EveryAllocationOfAStreamFailsOnce)
{
  RondoModel*  model  = nullptr;
  RondoStream* stream = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_model_load(path.c_str(), &model, &error));
  EXPECT_EQ(1U, fail_each([&] {
              EXPECT_EQ(nullptr, stream);
              return rondo_stream_new(model, 1, &stream);
            }));

  // From here on nothing allocates
  rondo::arm_heap(0U);
  const float in[40] = {};
  float       out[40];
  rondo_stream_step(stream, in, out);
  rondo_stream_process(stream, 20, in, out);
  rondo_stream_process(stream, 20, nullptr, out);
  rondo_stream_reset(stream);
  EXPECT_FALSE(rondo::disarm_heap());
  rondo_stream_free(stream);
  rondo_model_free(model);
}

TEST_F(Faults, EveryAllocationOfASequenceFailsOnce)
{
  RondoModel* model = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_model_load(path.c_str(), &model, &error));
  const float in[40] = {};
  float       out[40];
  EXPECT_EQ(
    1U, fail_each([&] { return rondo_sequence_run(model, 1, 20, in, out); }));
  rondo_model_free(model);
}

TEST_F(Faults, EveryAllocationOfWritingFailsOnce)
{
  const float         values[4] = { 1.0f, 2.0f, 3.0f, 4.0f };
  const RondoTensor   tensor    = { "t", RONDO_DTYPE_F32, 1, { 4 }, 4, values };
  const std::string   long_text(10000U, 'x');
  const RondoMetadata pair = { "key", long_text.c_str() };
  save("old");
  EXPECT_GT(
    fail_each([&] {
      EXPECT_EQ(1U, folder.count());
      EXPECT_EQ(3U, std::filesystem::file_size(path)) << "the old file is gone";
      return rondo_tensors_write(path.c_str(), &tensor, 1, &pair, 1, &error);
    }),
    5U);
  EXPECT_EQ(1U, folder.count());
}

TEST_F(Faults, EveryAllocationOfQuantisingFailsOnce)
{
  RondoTensors*     tensors = nullptr;
  RondoModel*       model   = nullptr;
  const std::string to      = folder / "int8.safetensors";
  const bool        all[]   = {
             true, true, true, true, false, false, true, false, true
  };
  ASSERT_EQ(RONDO_SUCCESS, rondo_tensors_read(path.c_str(), &tensors, &error));
  ASSERT_EQ(RONDO_SUCCESS, rondo_model_new(tensors, &model, &error));
  EXPECT_GT(
    fail_each([&] {
      EXPECT_EQ(1U, folder.count());
      return rondo_quantise(
        tensors, rondo_model_description(model), all, to.c_str(), &error);
    }),
    20U);
  rondo_model_free(model);
  rondo_tensors_free(tensors);

  EXPECT_GT(fail_each_new<RondoModel>(
              [&](RondoModel** const out) {
                return rondo_model_load(to.c_str(), out, &error);
              },
              rondo_model_free),
            40U);
}

TEST_F(Faults, AFileCutAtAnyByteIsAnError)
{
  for (std::size_t size = 0; size < image.size(); ++size) {
    RondoTensors* tensors = nullptr;
    error.message[0]      = '\0';
    ASSERT_EQ(RONDO_ERR_BAD_FILE,
              rondo_tensors_parse(image.data(), size, &tensors, &error))
      << "cut to " << size << " bytes";
    ASSERT_EQ(nullptr, tensors);
    ASSERT_STRNE("", error.message);
  }
  for (std::size_t size = 0; size < image.size(); size += 61) {
    save(image.substr(0, size));
    RondoModel* model = nullptr;
    ASSERT_EQ(RONDO_ERR_BAD_FILE,
              rondo_model_load(path.c_str(), &model, &error));
    ASSERT_EQ(nullptr, model);
    ASSERT_EQ(0U, std::string(error.message).find(path + ": "));
  }
}

TEST_F(Faults, BytesAfterTheEndAreAnError)
{
  RondoModel* model = nullptr;
  save(image + "x");
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_model_load(path.c_str(), &model, &error));
  EXPECT_EQ(path + ": 1 bytes after the last tensor", error.message);
}

TEST_F(Faults, AnyByteMayBeWrong)
{
  for (std::size_t i = 0; i < image.size(); ++i) {
    for (const int change : { 0x01, 0x80, 0xFF }) {
      std::string damaged = image;
      damaged[i]          = static_cast<char>(damaged[i] ^ change);
      try_image(damaged);
      if (HasFatalFailure()) {
        FAIL() << "byte " << i;
      }
    }
  }
}

TEST_F(Faults, RandomDamageIsBorne)
{
  // Mostly the header, where structure is; bytes set, doubled, left out
  const std::size_t header = image.size() * 3U / 4U;
  std::uint64_t     next   = 0;
  const auto        below  = [&next](std::size_t limit) {
    return static_cast<std::size_t>(rondo::hash(99, next++) % limit);
  };
  const std::string useful = "0123456789-{}[]\",:.eEtfn\\u";
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = image;
    for (std::size_t n = 1U + below(4); n > 0U; --n) {
      const std::size_t at = below(below(4) ? header : damaged.size());
      switch (below(4)) {
        case 0:
          damaged[at] = static_cast<char>(below(256));
          break;
        case 1:
          damaged[at] = useful[below(useful.size())];
          break;
        case 2:
          damaged.insert(at, damaged, at, 1U + below(20));
          break;
        default:
          damaged.erase(at, 1U + below(20));
          break;
      }
      damaged.resize(std::max<std::size_t>(damaged.size(), header));
    }
    // A header whose length is right gets further
    if (below(2)) {
      const std::size_t end = damaged.find("}}", 8U);
      if (end < 0xFFFFU) {
        damaged[0] = static_cast<char>((end - 6U) & 0xFFU);
        damaged[1] = static_cast<char>((end - 6U) >> 8U);
      }
    }
    try_image(damaged);
    if (HasFatalFailure()) {
      FAIL() << "damage " << i;
    }
  }
  EXPECT_GT(n_good, 10U) << "no damage left a model that can run";
}

} // namespace
