// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/train/checkpoint.h"
#include "core/train/network.h"
#include "core/train/recipe.h"
#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr int wav = SF_FORMAT_WAV | SF_FORMAT_PCM_16;

const char* const model_text = R"({"version": 1, "inputs": 13, "layers": [
  {"name": "gru", "type": "gru", "hidden": 8},
  {"name": "head", "type": "linear", "out": 8, "activation": "sigmoid",
   "input": ["inputs", "gru"]}],
  "task": {"name": "denoise", "frame_seconds": 0.02,
    "coarse": {"fine_hz": 0, "step_hz": 100, "erb_step": 4.0,
               "high_hz": 7000},
    "fine": {"fine_hz": 300, "step_hz": 100, "erb_step": 9.0,
             "high_hz": 7000},
    "voice": true}})";

std::string
make_recipe(const std::string& training, const std::string& rest = "")
{
  return std::string{ R"({"version": 1, "model": )" } + model_text +
         R"(, "training": {"sample_rate": 16000, "batch": 2,
              "item_seconds": 0.3, "valid_items": 2, "warm_up": 2, )" +
         training + "}" + rest + "}";
}

// Return the digits that follow `words`
std::string
number_after(const std::string& text, const std::string& words)
{
  const size_t at = text.find(words);
  if (at == std::string::npos) {
    return "no '" + words + "' in " + text;
  }
  const size_t start = at + words.size();
  return text.substr(start,
                     text.find_first_not_of("0123456789", start) - start);
}

// Return the tensors of a file, which follow a header that tells its length
std::vector<float>
weights_of(const std::string& path)
{
  const std::string image  = read_file(path);
  uint64_t          length = 0;
  memcpy(&length, image.data(), sizeof(length));

  const size_t       start = sizeof(length) + length;
  std::vector<float> weights((image.size() - start) / sizeof(float));
  memcpy(weights.data(), &image[start], weights.size() * sizeof(float));
  return weights;
}

class Train : public ::testing::Test
{
protected:
  Train()
  {
    make_folder("");
    for (const std::string part : { "speech", "noise" }) {
      make_folder(part);
      for (const std::string use : { "train", "valid" }) {
        make_folder(part + "/" + use);
        const bool speech = part == "speech";
        write_sound(data + "/" + part + "/" + use + "/a.wav",
                    make_sound(wav, speech ? 16000 : 22050, 1, 16000U));
      }
    }
    set_recipe(make_recipe(R"("steps": 6, "valid_every": 3)"));
  }

  void make_folder(const std::string& name) const
  {
    ASSERT_EQ(mkdir((data + "/" + name).c_str(), 0777), 0);
  }

  void set_recipe(const std::string& text) const { write_file(recipe, text); }

  Outcome train(const std::vector<std::string>& more       = {},
                const Conditions&               conditions = {}) const
  {
    std::vector<std::string> arguments{ "train", recipe, "--data", data,
                                        "-t",    "1",    "-o",     output };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rondo(arguments, conditions);
  }

  void expect_failure(const std::string&              message,
                      const std::vector<std::string>& more = {}) const
  {
    const Outcome outcome = train(more);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("rondo train: "), std::string::npos);
    EXPECT_NE(outcome.err.find(message), std::string::npos)
      << outcome.err << "lacks " << message;
    EXPECT_EQ(outcome.err.back(), '\n');
    EXPECT_FALSE(exists(output)) << message;
  }

  const Folder      folder;
  const std::string data       = folder / "data";
  const std::string recipe     = folder / "recipe.json";
  const std::string output     = folder / "m.safetensors";
  const std::string checkpoint = output + ".checkpoint";
  const std::string log        = output + ".jsonl";
};

} // namespace

TEST_F(Train, LeavesAModelACheckpointALogAndAPicture)
{
  const std::string picture = folder / "p.png";
  const Outcome     outcome = train({ "--picture", picture });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("speech/train: 1 s of 1 voices"),
            std::string::npos)
    << outcome.err;
  EXPECT_NE(outcome.err.find("step 6, validation loss "), std::string::npos)
    << outcome.err;
  EXPECT_EQ(folder.list(),
            (std::vector<std::string>{ "data",
                                       "m.safetensors",
                                       "m.safetensors.checkpoint",
                                       "m.safetensors.jsonl",
                                       "p.png",
                                       "recipe.json" }));
  EXPECT_EQ(read_file(picture).substr(0U, 8U), "\x89PNG\r\n\x1a\n");

  // One line of a step and two of judgements
  const std::string lines = read_file(log);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
  EXPECT_EQ(lines.find(R"({"step": 3, "valid_loss": )"), 0U) << lines;
  EXPECT_NE(lines.find(R"({"step": 6, "loss": )"), std::string::npos) << lines;

  // Its card
  EXPECT_NE(read_file(output).find(R"(\"recipe\":\"recipe.json\")"),
            std::string::npos);
}

TEST_F(Train, IsSilentWhenAskedToBe)
{
  const std::string other   = folder / "other.jsonl";
  const Outcome     outcome = train({ "-q", "--log", other });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
  EXPECT_TRUE(exists(other));
  EXPECT_FALSE(exists(log));
}

TEST_F(Train, DoesNotReplaceARunWithoutBeingTold)
{
  ASSERT_EQ(train({ "-q" }).status, 0);
  const std::string model = read_file(output);

  const Outcome again = train();
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find(checkpoint + " is there already; --overwrite starts "
                                        "again, --resume goes on"),
            std::string::npos)
    << again.err;
  ASSERT_EQ(unlink(checkpoint.c_str()), 0);
  const Outcome resumed = train({ "--resume" });
  EXPECT_EQ(resumed.status, 1);
  EXPECT_NE(resumed.err.find(output + " is there already"), std::string::npos)
    << resumed.err;
  EXPECT_EQ(read_file(output), model);

  set_recipe(make_recipe(R"("steps": 6, "valid_every": 3, "seed": 2)"));
  EXPECT_EQ(train({ "-q", "--overwrite" }).status, 0);
  EXPECT_NE(read_file(output), model);
}

TEST_F(Train, BeginsWithTheWeightsOfAModel)
{
  ASSERT_EQ(train({ "-q" }).status, 0);
  const std::string first = folder / "first.safetensors";
  ASSERT_EQ(rename(output.c_str(), first.c_str()), 0);
  ASSERT_EQ(unlink(checkpoint.c_str()), 0);

  // A step that does next to nothing leaves them as they were
  set_recipe(make_recipe(
    R"("steps": 1, "valid_every": 1, "learning_rate": 1e-9, "seed": 2)"));
  const Outcome same = train({ "--start", first });
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_NE(same.err.find(" parameters begin as in " + first),
            std::string::npos)
    << same.err;
  const std::vector<float> expected = weights_of(first);
  const std::vector<float> weights  = weights_of(output);
  ASSERT_EQ(weights.size(), expected.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_NEAR(weights[i], expected[i], 1e-7F);
  }

  // A checkpoint goes first
  const Outcome resumed = train({ "--resume", "--start", first });
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(resumed.err.find("begin as in"), std::string::npos);
}

TEST_F(Train, SaysSoIfThereIsNothingToBeginWith)
{
  const std::string header =
    R"({"else":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::string other = folder / "other.safetensors";
  write_file(other,
             static_cast<char>(header.size()) + std::string(7, '\0') + header +
               std::string(4, '\0'));
  const Outcome outcome = train({ "--start", other });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find(other + ": no tensor has the name and the shape"),
            std::string::npos)
    << outcome.err;
  EXPECT_FALSE(exists(output));
  EXPECT_EQ(train({ "--start", folder / "none" }).status, 1);

  // A model that comes with Rondo goes by its name
  EXPECT_NE(
    train({ "--start", "tiny" }).err.find("tiny.safetensors: no tensor"),
    std::string::npos);
}

TEST_F(Train, GoesOnAfterAnySignalAsIfThereHadBeenNone)
{
  // All is written so often that signals come in the midst of it
  set_recipe(
    make_recipe(R"("steps": 60, "valid_every": 5, "checkpoint_every": 4)"));
  ASSERT_EQ(train({ "-q" }).status, 0);
  const std::string whole  = read_file(output);
  const std::string lines  = read_file(log);
  const auto        names  = folder.list();
  const auto        n_line = std::count(lines.begin(), lines.end(), '\n');
  EXPECT_EQ(n_line, 2 + 12);

  for (const int number : { SIGTERM, SIGINT, SIGKILL }) {
    for (const std::string& file : { output, checkpoint, log }) {
      ASSERT_EQ(unlink(file.c_str()), 0);
    }
    Conditions conditions;
    conditions.signal       = number;
    conditions.signal_after = output;
    const Outcome outcome   = train({}, conditions);
    if (number == SIGKILL) {
      EXPECT_EQ(outcome.status, 128 + SIGKILL);
    } else {
      EXPECT_EQ(outcome.status, 130) << outcome.err;
      EXPECT_NE(outcome.err.find("--resume goes on"), std::string::npos)
        << outcome.err;
      EXPECT_EQ(folder.list(), names);
    }

    const Outcome rest = train({ "-r" });
    EXPECT_EQ(rest.status, 0) << rest.err;
    if (number != SIGKILL) {
      EXPECT_EQ(number_after(rest.err, "from step "),
                number_after(outcome.err, "stopped at step "));
    }
    EXPECT_EQ(rest.err.find("from step 0"), std::string::npos) << rest.err;
    EXPECT_EQ(read_file(output), whole) << number;
    const std::string other = read_file(log);
    EXPECT_EQ(std::count(other.begin(), other.end(), '\n'), n_line);
  }
}

#ifdef RONDO_FAULTS

// All that stands under its name is whole, and training goes on from it as if
// nothing had happened.  The log grows, and loses a line that is not whole.
TEST_F(Train, GoesOnAfterFaults)
{
  set_recipe(
    make_recipe(R"("steps": 12, "valid_every": 4, "checkpoint_every": 3)"));
  ASSERT_EQ(train({ "-q" }).status, 0);
  const std::string whole = read_file(output);

  const auto clear = [this] {
    for (const std::string& file : { output, checkpoint, log }) {
      unlink(file.c_str());
    }
  };

  clear();
  const auto calls = fault_calls(
    { "train", recipe, "--data", data, "-q", "-t", "1", "-o", output }, 5);
  EXPECT_GT(calls.size(), 12U);
  for (const Fault fault : { Fault::kill, Fault::full }) {
    for (const long at : calls) {
      clear();
      const Outcome outcome = train({ "-q" }, fault_at(fault, at));
      EXPECT_TRUE(fault == Fault::full || outcome.status == 128 + SIGKILL)
        << at;
      EXPECT_TRUE(outcome.status != 1 ||
                  outcome.err.find("No space left") != std::string::npos)
        << at << ": " << outcome.err;
      if (exists(output)) {
        EXPECT_EQ(rondo({ "info", output }).status, 0) << at;
      }
      if (exists(checkpoint)) {
        const Outcome rest = train({ "-q", "-r" });
        EXPECT_EQ(rest.status, 0) << at << ": " << rest.err;
        EXPECT_EQ(read_file(output), whole) << at;
      }
    }
  }
}

#endif

TEST_F(Train, CanBeStoppedAtAnyTime)
{
  set_recipe(make_recipe(R"("steps": 1000000, "valid_every": 1000000)"));
  Conditions conditions;
  conditions.signal       = SIGTERM;
  conditions.signal_after = recipe;
  const Outcome outcome   = train({}, conditions);
  // The signal may come before the program is ready for it
  EXPECT_TRUE(outcome.status == 130 || outcome.status == 128 + SIGTERM)
    << outcome.status;
  EXPECT_EQ(outcome.err.find("rror"), std::string::npos) << outcome.err;
  EXPECT_FALSE(exists(output));
}

TEST_F(Train, KeepsTheLastCheckpointWhenTheLossIsNoNumber)
{
  const std::string text = make_recipe(R"("steps": 9)");
  set_recipe(text);
  RondoRecipe* read  = nullptr;
  RondoError   error = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_recipe_parse(text.c_str(), text.size(), &read, &error),
            RONDO_SUCCESS)
    << error.message;

  // Parameters so large that their products overflow
  const size_t       n = rondo_network_n_parameters(read->description);
  std::vector<float> huge(n);
  std::vector<float> zero(n);
  for (size_t i = 0U; i < n; ++i) {
    huge[i] = i % 2U ? 3e38F : -3e38F;
  }
  RondoCheckpoint state{};
  state.step       = 4U;
  state.best_loss  = std::numeric_limits<double>::infinity();
  state.parameters = huge.data();
  state.m          = zero.data();
  state.v          = zero.data();
  state.best       = zero.data();
  state.average    = huge.data();
  ASSERT_EQ(rondo_checkpoint_write(
              checkpoint.c_str(), read->description, &state, &error),
            RONDO_SUCCESS)
    << error.message;
  rondo_recipe_free(read);

  expect_failure("step 5: the loss is not finite; try a lower learning_rate",
                 { "--resume" });
  const Outcome outcome = train({ "--resume" });
  EXPECT_NE(outcome.err.find("from step 4"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.status, 1);
}

TEST_F(Train, NamesWhatIsWrongInARecipe)
{
  const struct {
    std::string text;
    const char* message;
  } cases[] = {
    { "", "recipe.json:1:0: " },
    { "{\n \"version\": 1,\n \"model\" 3}", "recipe.json:3:10: " },
    { "{}", "recipe.json: \"version\" is missing" },
    { R"({"version": 7, "model": {}})", "version: expected 1, found 7" },
    { make_recipe(R"("steps": 0)"), "training.steps" },
    { make_recipe(R"("step": 6)"), "training: unknown key \"step\"" },
    { make_recipe(R"("batches": 6)"), "training: unknown key \"batches\"" },
    { make_recipe(R"("seed": 1)", R"(, "loss": {"exponent": "x"})"),
      "loss.exponent" },
    { make_recipe(R"("seed": 1)", R"(, "mix": {"hiss": 2})"), "mix.hiss" },
    { make_recipe(R"("seed": 1)", R"(, "data": {"speach": "x"})"),
      "data: unknown key \"speach\"" },
    { R"({"version": 1, "model": {"version": 1, "inputs": 13, "layers": [
        {"name": "a", "type": "gru", "hidden": -1}]}})",
      "model: layer a: layers[0].hidden" },
    { R"({"version": 1, "model": {"version": 1, "inputs": 13, "layers": [
        {"name": "a", "type": "gru", "hidden": 3}]}})",
      "task" },
  };
  for (const auto& bad : cases) {
    set_recipe(bad.text);
    expect_failure(bad.message);
    EXPECT_FALSE(exists(checkpoint)) << bad.message;
  }
  ASSERT_EQ(unlink(recipe.c_str()), 0);
  expect_failure("recipe.json: No such file or directory");
}

TEST_F(Train, NamesWhatIsWrongWithTheSounds)
{
  const std::string speech = data + "/speech/train";
  const std::string first  = speech + "/a.wav";

  Sound bad = make_sound(SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16000, 1, 16000U);
  bad.samples[123] = std::numeric_limits<double>::quiet_NaN();
  write_sound(first, bad);
  expect_failure(first + ": sample 123 is not finite");

  write_file(first, "RIFF, but no more");
  expect_failure(first + ": ");

  write_sound(first, Sound{ wav, 16000, 1, std::vector<double>(16000U, 0.0) });
  expect_failure(speech + ": none of the recordings is clean enough");

  ASSERT_EQ(unlink(first.c_str()), 0);
  write_file(speech + "/readme.txt", "nothing to hear");
  expect_failure(speech + ": there are no sound files");

  ASSERT_EQ(unlink((speech + "/readme.txt").c_str()), 0);
  ASSERT_EQ(rmdir(speech.c_str()), 0);
  expect_failure(speech + ": No such file or directory");
}

TEST_F(Train, UsesManifests)
{
  // Two files of one voice, one of which is told to be narrow
  const std::string speech = data + "/speech";
  write_sound(speech + "/train/b.wav", make_sound(wav, 16000, 1, 16000U));
  write_file(speech + "/manifest.csv",
             "file,speaker_or_class,\"bandwidth_hz\"\r\n"
             "train/a.wav,\"anne, the elder\",4000\r\n"
             "train/b.wav,bert,\r\n");
  Outcome outcome = train({ "--overwrite" });
  EXPECT_NE(outcome.err.find("2 s of 2 voices"), std::string::npos)
    << outcome.err;

  ASSERT_EQ(unlink((speech + "/manifest.csv").c_str()), 0);
  outcome = train({ "--overwrite" });
  EXPECT_NE(outcome.err.find("2 s of 1 voices"), std::string::npos)
    << outcome.err;

  write_file(speech + "/manifest.csv", "name,what\na,b\n");
  ASSERT_EQ(unlink(output.c_str()), 0);
  expect_failure(speech + "/manifest.csv: there is no column \"file\"",
                 { "--overwrite" });
}

TEST_F(Train, FindsOutAtOnceThatItCannotWrite)
{
  const std::string nowhere = folder / "none/p.png";
  expect_failure(nowhere + ": No such file or directory",
                 { "--picture", nowhere });
  ASSERT_EQ(unlink(checkpoint.c_str()), 0);
  expect_failure(folder / "none/log", { "--log", folder / "none/log" });
  expect_failure(folder / "none/m", { "-o", folder / "none/m" });
}

TEST_F(Train, RefusesACheckpointThatIsNone)
{
  write_file(checkpoint, "?");
  expect_failure(checkpoint + ": ", { "--resume" });
}

TEST_F(Train, RefusesWrongUsage)
{
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
         { "train" },
         { "train", recipe },
         { "train", recipe, "-o", output },
         { "train", recipe, "-d", data },
         { "train", recipe, recipe, "-d", data, "-o", output },
         { "train", recipe, "-d", data, "-o", output, "-t", "0" },
         { "train", recipe, "-d", data, "-o", output, "-t", "65" },
         { "train", recipe, "-d", data, "-o", output, "--steps", "1.5" },
         { "train", recipe, "-d", data, "-o", output, "--speed", "9" },
         { "train", recipe, "-d", data, "-o" },
       }) {
    const Outcome outcome = rondo(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("Try 'rondo train --help'"), std::string::npos)
      << outcome.err;
  }
  EXPECT_FALSE(exists(checkpoint));
}

TEST_F(Train, MixWritesItemsThatDoNotDependOnThreads)
{
  const auto mix = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{ "mix", recipe, "--data", data };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rondo(arguments);
  };

  // 29 hops of 160 samples and a frame of 320, twice, after four numbers
  constexpr size_t n_samples = (29 * 160) + 320;
  constexpr size_t n_bytes   = (4 + (2 * n_samples)) * sizeof(float);
  const Outcome    all       = mix({ "-n", "3", "-t", "1" });
  ASSERT_EQ(all.status, 0) << all.err;
  ASSERT_EQ(all.out.size(), 3 * n_bytes);
  EXPECT_TRUE(mix({ "-n", "3", "-t", "3" }).out == all.out);
  EXPECT_TRUE(mix({ "-n", "1", "--first", "1" }).out ==
              all.out.substr(n_bytes, n_bytes));
  // Not EXPECT_NE, which would print all of both
  EXPECT_TRUE(mix({ "-n", "3", "--random-seed", "5" }).out != all.out);
  write_sound(data + "/speech/valid/a.wav", make_sound(wav, 16000, 1, 12000U));
  EXPECT_TRUE(mix({ "-n", "3", "--valid" }).out != all.out);

  std::vector<float> values(all.out.size() / sizeof(float));
  memcpy(values.data(), all.out.data(), all.out.size());
  for (size_t i = 0; i < 3; ++i) {
    const float* const item = &values[i * (n_bytes / sizeof(float))];
    EXPECT_TRUE(item[0] == 0.0F || item[0] == 1.0F);
    EXPECT_GT(item[2], 0.0F);
    EXPECT_GT(item[3], 0.0F);
    EXPECT_LE(item[3], 8000.0F);
    for (size_t t = 0; t < n_samples; ++t) {
      ASSERT_LE(std::abs(item[4 + n_samples + t]), 1.0F);
    }
  }
}

TEST_F(Train, MixSaysWhatItLacks)
{
  EXPECT_EQ(rondo({ "mix", recipe }).status, 2);
  EXPECT_EQ(rondo({ "mix", "--data", data }).status, 2);
  const Outcome outcome =
    rondo({ "mix", recipe, "--data", folder / "none", "-n", "1" });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("none/speech/train"), std::string::npos);
}
