// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

const char* const description = R"({"version": 1, "inputs": 5, "layers": [
  {"name": "in", "type": "linear", "out": 7, "activation": "tanh"},
  {"name": "gru", "type": "gru", "hidden": 9, "layers": 2},
  {"name": "head", "type": "linear", "out": 3, "input": ["in", "gru"]}]})";

std::string
header(const std::string& dictionary, const char version = 1)
{
  std::string text = dictionary;
  text.resize((text.size() + 74U) / 64U * 64U - 11U, ' ');
  text += '\n';
  std::string start = "\x93NUMPY";
  start += version;
  start += '\0';
  for (size_t i = 0U; i < (version == 1 ? 2U : 4U); ++i) {
    start += static_cast<char>((text.size() >> (8U * i)) & 0xFFU);
  }
  return start + text;
}

template<class Real>
std::string
bytes(const std::vector<Real>& values)
{
  std::string text(values.size() * sizeof(Real), '\0');
  if (!values.empty()) {
    std::memcpy(text.data(), values.data(), text.size());
  }
  return text;
}

std::string
dictionary(const std::string& type, const std::string& shape)
{
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape +
         ", }";
}

class Run : public ::testing::Test
{
protected:
  Run() { make_model(model, description, 1U); }

  Outcome run(const std::string&              content,
              const std::vector<std::string>& more = {})
  {
    write_file(input, content);
    std::vector<std::string> arguments{ "run", model,      "--input",
                                        input, "--output", output };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rondo(arguments);
  }

  const Folder             folder;
  const std::string        model  = folder / "model.safetensors";
  const std::string        input  = folder / "x.npy";
  const std::string        output = folder / "y.npy";
  const std::vector<float> values = make_noise(200U * 5U, 3U);
  const std::string        array =
    header(dictionary("<f4", "(200, 5)")) + bytes(values);
};

} // namespace

TEST_F(Run, WritesAnArrayThatNumpyReads)
{
  const Outcome outcome = run(array);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  const std::string content = read_file(output);
  ASSERT_EQ(content.size(), 128U + 200U * 3U * sizeof(float));
  EXPECT_EQ(content.substr(0U, 10U), std::string("\x93NUMPY\x01\0v\0", 10U));
  EXPECT_NE(content.find(dictionary("<f4", "(200, 3)")), std::string::npos);
  EXPECT_EQ(content[127], '\n');
}

TEST_F(Run, GivesTheSameBitsForAnyNumberOfStepsAtATime)
{
  ASSERT_EQ(run(array).status, 0);
  const std::string whole = read_file(output);
  for (const char* const n : { "1", "7", "64", "199", "200", "1000" }) {
    ASSERT_EQ(run(array, { "--stream", n }).status, 0);
    EXPECT_EQ(read_file(output), whole) << n;
  }
}

TEST_F(Run, ReadsDoublesAndNewerVersions)
{
  ASSERT_EQ(run(array).status, 0);
  const std::string         whole = read_file(output);
  const std::vector<double> doubles(values.begin(), values.end());
  for (const char version : { '\1', '\2', '\3' }) {
    ASSERT_EQ(
      run(header(dictionary("<f8", "(200, 5)"), version) + bytes(doubles))
        .status,
      0);
    EXPECT_EQ(read_file(output), whole);
  }
}

TEST_F(Run, AcceptsNoSteps)
{
  ASSERT_EQ(run(header(dictionary("<f4", "(0, 5)"))).status, 0);
  EXPECT_EQ(read_file(output).size(), 128U);
}

TEST_F(Run, ReadsAndWritesPipes)
{
  ASSERT_EQ(run(array).status, 0);
  Conditions conditions;
  conditions.input = array;
  const Outcome outcome =
    rondo({ "run", model, "--input", "-", "--output=-" }, conditions);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, read_file(output));
}

TEST_F(Run, RefusesWhatIsNotAnArrayOfItsWidth)
{
  const std::string full = bytes(values);
  const struct {
    std::string content;
    const char* reason;
  } cases[] = {
    { "", "not a NumPy array" },
    { "RIFF....WAVEfmt ", "not a NumPy array" },
    { array.substr(0U, 40U), "ends in its header" },
    { array.substr(0U, array.size() - 1U), "expected 4000 bytes" },
    { array + "x", "expected 4000 bytes" },
    { header(dictionary("<f4", "(200, 5)"), 4) + full, "version 4.0" },
    { header(dictionary(">f4", "(200, 5)")) + full, "found '>f4'" },
    { header(dictionary("<u4", "(200, 5)")) + full, "found '<u4'" },
    { header(dictionary("<i4", "(1, 5)")) +
        bytes(std::vector<std::int32_t>{ 0, 1, -1, 16777217, 2 }),
      "[0, 3] is not exact in float32" },
    { header(dictionary("<i8", "(1, 5)")) +
        bytes(std::vector<std::int64_t>{ 0, 1, INT64_MIN, 1, 2 }),
      "[0, 2] is not exact in float32" },
    { header("{'descr': '<f4', 'fortran_order': True, 'shape': (200, 5), }") +
        full,
      "Fortran" },
    { header(dictionary("<f4", "(250, 4)")) + full, "expected 5 inputs" },
    { header(dictionary("<f4", "(10, 20, 5)")) + full, "found 3 dimensions" },
    { header(dictionary("<f4", "()")) + full, "found 0 dimensions" },
    { header(dictionary("<f4", "(-1, 5)")) + full, "malformed" },
    { header(dictionary("<f4", "(1000000000000000000, 5)")) + full,
      "too large" },
    { header(dictionary("<f4", "(99999999999999999999999, 5)")) + full,
      "shape" },
    { header("{'descr': '<f4'}") + full, "lacks" },
  };
  for (const auto& bad : cases) {
    const Outcome outcome = run(bad.content);
    EXPECT_EQ(outcome.status, 1) << bad.reason;
    EXPECT_NE(outcome.err.find("rondo run: " + input + ": "), std::string::npos)
      << outcome.err;
    EXPECT_NE(outcome.err.find(bad.reason), std::string::npos) << outcome.err;
    EXPECT_FALSE(exists(output));
  }
}

TEST_F(Run, NamesTheValueThatIsNotFinite)
{
  std::vector<float> bad = values;
  bad[5U * 17U + 2U]     = std::numeric_limits<float>::quiet_NaN();
  const Outcome outcome =
    run(header(dictionary("<f4", "(200, 5)")) + bytes(bad));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("[17, 2] is not finite"), std::string::npos)
    << outcome.err;
}

TEST_F(Run, LeavesNothingBehindOnAFullDisk)
{
  write_file(input, array);
  Conditions conditions;
  conditions.file_limit = 1000;
  const Outcome outcome =
    rondo({ "run", model, "-i", input, "-o", output }, conditions);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("y.npy: File too large"), std::string::npos)
    << outcome.err;
  EXPECT_EQ(folder.list(),
            (std::vector<std::string>{ "model.safetensors", "x.npy" }));
  EXPECT_EQ(rondo({ "run", model, "-i", input, "-o", "/dev/full" }).err,
            "rondo run: /dev/full: No space left on device\n");
}

TEST_F(Run, RefusesWrongUsage)
{
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
         { "run" },
         { "run", "model", "-i", "x", "-o", "y", "--text", "z" },
         { "run", "model", "--input", "x" },
         { "run", "model", "--input" },
         { "run", "model", "other", "--input", "x", "--output", "y" },
         { "run", "model", "-i", "x", "-o", "y", "--stream", "0" },
         { "run", "model", "-i", "x", "-o", "y", "--stream", "1x" },
         { "run", "model", "-i", "x", "-o", "y", "--lookahead", "0" },
         { "run", "model", "-i", "x", "-o", "y", "--lookahead", "4097" },
         { "run", "model", "-i", "x", "-o", "y", "--none" },
       }) {
    const Outcome outcome = rondo(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("Try 'rondo run --help'"), std::string::npos)
      << outcome.err;
  }
}

TEST_F(Run, RefusesAModelThatIsNone)
{
  write_file(input, array);
  for (const std::string& bad :
       { folder / "missing", input, folder.path, std::string{ "/dev/null" } }) {
    const Outcome outcome = rondo({ "run", bad, "-i", input, "-o", output });
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err.find("rondo run: " + bad + ": "), 0U) << outcome.err;
  }
  EXPECT_FALSE(exists(output));
}

TEST_F(Run, SeesTheWholeSequenceOrSomeOfItAhead)
{
  make_model(model,
             R"({"version": 1, "inputs": 5, "layers": [
               {"name": "gru", "type": "gru", "hidden": 9, "layers": 2,
                "bidirectional": true},
               {"name": "head", "type": "linear", "out": 3}]})",
             1U);
  ASSERT_EQ(run(array).status, 0);
  const std::string whole = read_file(output);
  EXPECT_NE(run(array, { "--stream", "7" })
              .err.find("layer gru sees the whole sequence, which a stream "
                        "cannot: it needs the key \"lookahead\", or "
                        "--lookahead\n"),
            std::string::npos);
  ASSERT_EQ(run(array, { "--lookahead", "3" }).status, 0);
  const std::string some = read_file(output);
  EXPECT_EQ(some.size(), whole.size());
  EXPECT_NE(some, whole);
  for (const char* const n : { "1", "7", "200", "1000" }) {
    ASSERT_EQ(run(array, { "--stream", n, "--lookahead", "200" }).status, 0);
    EXPECT_EQ(read_file(output), whole) << n;
    ASSERT_EQ(run(array, { "--stream", n, "--lookahead", "3" }).status, 0);
    EXPECT_EQ(read_file(output), some) << n;
  }
}

TEST_F(Run, KeepsToTheLookaheadOfTheModel)
{
  const std::string layer = R"({"version": 1, "inputs": 5, "layers": [
    {"name": "gru", "type": "gru", "hidden": 9, "bidirectional": true)";
  make_model(model, layer + R"(, "lookahead": 4}]})", 1U);
  ASSERT_EQ(run(array).status, 0);
  const std::string described = read_file(output);
  ASSERT_EQ(run(array, { "--stream", "7" }).status, 0);
  EXPECT_EQ(read_file(output), described);
  ASSERT_EQ(run(array, { "--lookahead", "5" }).status, 0);
  EXPECT_NE(read_file(output), described);
  make_model(model, layer + "}]}", 1U);
  ASSERT_EQ(run(array, { "--lookahead", "4" }).status, 0);
  EXPECT_EQ(read_file(output), described);
}

TEST_F(Run, HasNothingToLookAheadWithoutAReverseDirection)
{
  const Outcome outcome = run(array, { "--lookahead", "4" });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err.find("rondo run: " + model + ": no layer is bidirec"),
            0U)
    << outcome.err;
}

TEST_F(Run, ReadsTokensAndWritesASingleRow)
{
  make_model(model,
             R"({"version": 1, "inputs": 1, "layers": [
               {"name": "e", "type": "embedding", "tokens": 9, "out": 4},
               {"name": "gru", "type": "gru", "hidden": 5},
               {"name": "head", "type": "linear", "out": 3}]})",
             1U);
  const std::string tokens = header(dictionary("<i8", "(4,)")) +
                             bytes(std::vector<std::int64_t>{ 1, 8, 0, 3 });
  ASSERT_EQ(run(tokens).status, 0);
  const std::string all = read_file(output);
  make_model(model,
             R"({"version": 1, "inputs": 1, "layers": [
               {"name": "e", "type": "embedding", "tokens": 9, "out": 4},
               {"name": "gru", "type": "gru", "hidden": 5},
               {"name": "last", "type": "last"},
               {"name": "head", "type": "linear", "out": 3}]})",
             1U);
  ASSERT_EQ(run(tokens).status, 0);
  const std::string one = read_file(output);
  EXPECT_EQ(one.substr(128U), all.substr(all.size() - 12U));
  EXPECT_NE(one.find(dictionary("<f4", "(1, 3)")), std::string::npos);
  ASSERT_EQ(run(header(dictionary("<i4", "(4, 1)")) +
                  bytes(std::vector<std::int32_t>{ 1, 8, 0, 3 }),
                { "--stream", "3" })
              .status,
            0);
  EXPECT_EQ(read_file(output), one);
  for (const float bad : { 9.0F, -1.0F, 0.5F }) {
    const Outcome outcome = run(header(dictionary("<f4", "(3,)")) +
                                bytes(std::vector<float>{ 0.0F, 2.0F, bad }));
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.err.find(input + ": step 2: expected tokens from 0 to 8, "
                                       "found "),
              std::string::npos)
      << outcome.err;
  }
}
