// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Memory that runs out, and files that are cut short or damaged.
//
// The linker sends every allocation of our own here (--wrap), so that each can
// be made to fail.  Those inside the JSON library are left alone: jansson 2.14
// stops the program by an assertion when its text buffer cannot grow.

#include "tests/net/networks.h"

#include "core/net/model.h"
#include "core/net/safetensors.h"
#include "core/net/sequence.h"
#include "core/net/stream.h"

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

// Allocations until one fails; below 0 none does
long allocations_left = -1;

bool
must_fail()
{
  return allocations_left >= 0 && allocations_left-- == 0;
}

} // namespace

// The linker gives these names
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

void*
__real_malloc(std::size_t size);
void*
__real_calloc(std::size_t count, std::size_t size);
void*
__real_realloc(void* memory, std::size_t size);
void*
__real_aligned_alloc(std::size_t alignment, std::size_t size);
char*
__real_strdup(const char* text);
char*
__real_realpath(const char* path, char* resolved);

void*
__wrap_malloc(std::size_t size)
{
  return must_fail() ? nullptr : __real_malloc(size);
}

void*
__wrap_calloc(std::size_t count, std::size_t size)
{
  return must_fail() ? nullptr : __real_calloc(count, size);
}

void*
__wrap_realloc(void* memory, std::size_t size)
{
  return must_fail() ? nullptr : __real_realloc(memory, size);
}

void*
__wrap_aligned_alloc(std::size_t alignment, std::size_t size)
{
  return must_fail() ? nullptr : __real_aligned_alloc(alignment, size);
}

char*
__wrap_strdup(const char* text)
{
  return must_fail() ? nullptr : __real_strdup(text);
}

char*
__wrap_realpath(const char* path, char* resolved)
{
  return must_fail() ? nullptr : __real_realpath(path, resolved);
}

} // extern "C"
// NOLINTEND(bugprone-reserved-identifier)

namespace {

namespace fs = std::filesystem;

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
    std::string name = (fs::temp_directory_path() / "rondo-XXXXXX").string();
    ASSERT_NE(nullptr, mkdtemp(name.data()));
    folder = name;
    path   = (folder / "m.safetensors").string();
    rondo::write_model(path, description, 1);
    std::ifstream file(path, std::ios::binary);
    image.assign(std::istreambuf_iterator<char>(file), {});
    ASSERT_GT(image.size(), 1000U);
  }

  void TearDown() override
  {
    allocations_left = -1;
    fs::remove_all(folder);
  }

  std::size_t n_files() const
  {
    return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), {}));
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

  fs::path    folder;
  std::string path;
  std::string image;
  RondoError  error{};
  std::size_t n_good = 0;
};

TEST_F(Faults, EveryAllocationOfLoadingFailsOnce)
{
  long n = 0;
  for (bool failed = true; failed; ++n) {
    ASSERT_LT(n, 10000);
    RondoModel* model = nullptr;
    error.message[0]  = '\0';
    allocations_left  = n;

    const RondoStatus st = rondo_model_load(path.c_str(), &model, &error);
    failed               = allocations_left < 0;
    allocations_left     = -1;
    if (failed) {
      EXPECT_NE(RONDO_SUCCESS, st) << "allocation " << n;
      EXPECT_EQ(nullptr, model);
      EXPECT_STRNE("", error.message);
    } else {
      EXPECT_EQ(RONDO_SUCCESS, st) << error.message;
      rondo_model_free(model);
    }
  }
  EXPECT_GT(n, 40);
}

TEST_F(Faults, EveryAllocationOfAStreamFailsOnce)
{
  RondoModel*  model  = nullptr;
  RondoStream* stream = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_model_load(path.c_str(), &model, &error));
  allocations_left = 0;
  EXPECT_EQ(RONDO_ERR_NO_MEMORY, rondo_stream_new(model, 1, &stream));
  EXPECT_EQ(nullptr, stream);
  EXPECT_EQ(RONDO_SUCCESS, rondo_stream_new(model, 1, &stream));

  // From here on nothing allocates
  allocations_left   = 0;
  const float in[40] = {};
  float       out[40];
  rondo_stream_step(stream, in, out);
  rondo_stream_process(stream, 20, in, out);
  rondo_stream_process(stream, 20, nullptr, out);
  rondo_stream_reset(stream);
  EXPECT_EQ(0, allocations_left);
  allocations_left = -1;
  rondo_stream_free(stream);
  rondo_model_free(model);
}

TEST_F(Faults, EveryAllocationOfASequenceFailsOnce)
{
  RondoModel* model = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_model_load(path.c_str(), &model, &error));
  const float in[40] = {};
  float       out[40];
  allocations_left = 0;
  EXPECT_EQ(RONDO_ERR_NO_MEMORY, rondo_sequence_run(model, 1, 20, in, out));
  EXPECT_EQ(RONDO_SUCCESS, rondo_sequence_run(model, 1, 20, in, out));
  allocations_left = -1;
  rondo_model_free(model);
}

TEST_F(Faults, EveryAllocationOfWritingFailsOnce)
{
  const float         values[4] = { 1.0f, 2.0f, 3.0f, 4.0f };
  const RondoTensor   tensor    = { "t", RONDO_DTYPE_F32, 1, { 4 }, 4, values };
  const RondoMetadata pair      = { "key", "value" };
  save("old");
  long n = 0;
  for (bool failed = true; failed; ++n) {
    ASSERT_LT(n, 1000);
    allocations_left = n;
    const RondoStatus st =
      rondo_tensors_write(path.c_str(), &tensor, 1, &pair, 1, &error);
    failed           = allocations_left < 0;
    allocations_left = -1;
    EXPECT_EQ(1U, n_files());
    if (st) {
      EXPECT_TRUE(failed) << error.message;
      EXPECT_EQ(3U, fs::file_size(path)) << "the old file is gone";
    } else if (failed) {
      save("old"); // What failed could be done without: syncing the folder
    }
  }
  EXPECT_GT(n, 5);
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
