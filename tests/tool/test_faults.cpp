// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Whenever `rondo` is killed, the disk is full or memory runs out, what stands
// under a name that it was given is whole: the old file, the new one, or none.

#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/tool/harness.hpp"
#include "tests/tool/sounds.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr int wav    = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int killed = 128 + SIGKILL;

const char* const notes = "C4 D4 E4 F4 G4 A4 B4 C5";
const char* const old   = "What was there before\n";

using Words = std::vector<std::string>;

// A command that writes files
struct Job {
  std::string name;
  Words       arguments;
  std::string overwrite{ "--overwrite" }; // If it needs to be told
};

class Faults : public ::testing::TestWithParam<const char*>
{
protected:
  Faults()
  {
    make_denoiser(model);
    make_model(melody, melody_description(), 1U);
    make_model(harmony, harmony_description(), 2U);
    make_model(network,
               R"({"version": 1, "inputs": 5, "layers":
                  [{"name": "g", "type": "gru", "hidden": 40}]})",
               3U);
    write_sound(sound, make_sound(wav, 16000, 1, 16000U));
    std::string head = "{'descr': '<f4', 'fortran_order': False, "
                       "'shape': (200, 5), }";
    head.resize(117U, ' ');
    write_file(array,
               std::string("\x93NUMPY\x01\0\x76\0", 10U) + head + "\n" +
                 std::string(200U * 5U * 4U, '\0'));
    for (const std::string folder : { "/clean", "/noisy" }) {
      mkdir((inputs.path + folder).c_str(), 0777);
      write_sound(inputs.path + folder + "/a.wav",
                  make_sound(wav, 16000, 1, 20000U));
    }
  }

  // Return the arguments of a command that goes on with notes
  Words compose(const char* const  command,
                const std::string& with,
                const char* const  option,
                const char* const  number) const
  {
    return { command,    "--model", with,        "--notes",
             notes,      option,    number,      "--random-seed",
             "1",        "-o",      out + "mid", "--picture",
             out + "png" };
  }

  Job job() const
  {
    const std::vector<Job> jobs = {
      { "denoise", { "denoise", "--model", model, "-o", out + "wav", sound } },
      { "batch",
        { "denoise",
          "--model",
          model,
          "--output-dir",
          outputs.path,
          "--format",
          "flac",
          "--removed",
          sound } },
      { "generate", compose("generate", melody, "--bars", "6") },
      { "harmonize", compose("harmonize", harmony, "--passes", "2") },
      { "plot", { "plot", sound, "-o", out + "png" }, "" },
      { "plot --denoise",
        { "plot", "--denoise", "--model", model, sound, "-o", out + "png" },
        "" },
      { "quantize",
        { "quantize", network, "--layers", "g", "-o", out + "safetensors" },
        "" },
      { "run", { "run", network, "-i", array, "-o", out + "npy" }, "" },
      { "eval",
        { "eval",
          "denoise",
          inputs / "clean",
          inputs / "noisy",
          "--csv",
          out + "csv" },
        "" },
    };
    const auto found =
      std::find_if(jobs.begin(), jobs.end(), [](const Job& candidate) {
        return candidate.name == GetParam();
      });
    EXPECT_NE(found, jobs.end());
    return *found;
  }

  // Return the arguments of a job.
  static Words arguments(const Job& job, const bool has_old)
  {
    Words all = job.arguments;
    if (has_old && !job.overwrite.empty()) {
      all.insert(all.begin() + 1, job.overwrite);
    }
    return all;
  }

  // Remove all outputs, or put something old in their places.
  void prepare(const bool has_old) const
  {
    for (const std::string& name : outputs.list()) {
      unlink((outputs / name).c_str());
    }
    for (const auto& [name, content] : whole) {
      if (has_old) {
        write_file(outputs / name, old);
      }
    }
  }

  // Do the job in peace, and keep what it writes.
  void remember(const Job& job)
  {
    prepare(false);
    const Outcome outcome = rondo(job.arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    for (const std::string& name : outputs.list()) {
      whole[name] = read_file(outputs / name);
      EXPECT_GT(whole[name].size(), 20U) << name;
    }
    ASSERT_FALSE(whole.empty());
  }

  // See that all that is there is whole.
  void check(const bool may_leave_temporaries, const bool has_old) const
  {
    for (const std::string& name : outputs.list()) {
      const auto found = whole.find(name);
      if (found == whole.end()) {
        const bool is_temporary = !name.compare(0U, 7U, ".rondo-") ||
                                  name.find(".tmp") != std::string::npos;
        EXPECT_TRUE(may_leave_temporaries && is_temporary) << name;
      } else {
        const std::string content = read_file(outputs / name);
        EXPECT_TRUE(content == found->second || (has_old && content == old))
          << name << " has " << content.size() << " bytes";
      }
    }
    for (const auto& [name, content] : whole) {
      EXPECT_TRUE(!has_old || exists(outputs / name)) << name;
    }
  }

  const Folder                       inputs;
  const Folder                       outputs;
  const std::string                  out     = outputs / "out.";
  const std::string                  model   = inputs / "model.safetensors";
  const std::string                  melody  = inputs / "melody.safetensors";
  const std::string                  harmony = inputs / "harmony.safetensors";
  const std::string                  network = inputs / "network.safetensors";
  const std::string                  sound   = inputs / "in.wav";
  const std::string                  array   = inputs / "in.npy";
  std::map<std::string, std::string> whole; // Outputs by name
};

} // namespace

TEST_P(Faults, KillingAtAnyCallLeavesNoHalfFile)
{
  const Job job = this->job();
  remember(job);
  for (const bool has_old : { false, true }) {
    prepare(has_old);
    const auto all   = arguments(job, has_old);
    const auto calls = fault_calls(all, 5);
    EXPECT_GE(calls.size(), 5U); // Made, written, synced, before and behind
    for (const long at : calls) {
      prepare(has_old);
      const Outcome outcome = rondo(all, fault_at(Fault::kill, at));
      EXPECT_EQ(outcome.status, killed) << at << ": " << outcome.err;
      check(true, has_old);
    }
  }
}

TEST_P(Faults, KillingAtAnyTimeLeavesNoHalfFile)
{
  const Job job = this->job();
  remember(job);
  std::minstd_rand random{ 1U };
  for (int i = 0; i < 12; ++i) {
    Conditions conditions;
    conditions.kill_after = static_cast<double>(random() % 1000U) * 60e-6;
    prepare(false);
    const Outcome outcome = rondo(job.arguments, conditions);
    check(outcome.status == killed, false);
  }
}

TEST_P(Faults, AFullDiskIsToldAndLeavesAllAsItWas)
{
  const Job job = this->job();
  remember(job);
  for (const bool has_old : { false, true }) {
    prepare(has_old);
    const auto all = arguments(job, has_old);
    size_t     n   = 0U; // Faults, for renaming needs no room
    for (const long at : fault_calls(all, 5)) {
      prepare(has_old);
      const Outcome outcome = rondo(all, fault_at(Fault::full, at));
      check(false, has_old);
      if (outcome.status) {
        ++n;
        EXPECT_EQ(outcome.status, 1) << at;
        EXPECT_NE(outcome.err.find("No space left"), std::string::npos)
          << at << ": " << outcome.err;
      }
    }
    EXPECT_GE(n, 3U);
  }
}

TEST_P(Faults, MemoryThatRunsOutIsToldAndLeavesAllAsItWas)
{
  const Job job = this->job();
  remember(job);
  size_t n = 0U; // Faults, for some calls can be done without
  prepare(false);
  for (const long at : memory_calls(job.arguments)) {
    prepare(false);
    const Outcome outcome = rondo(job.arguments, fault_at(Fault::memory, at));
    if (job.name != "eval") { // Which tells of what it could score
      check(false, false);
    }
    if (outcome.status) {
      ++n;
      EXPECT_EQ(outcome.status, 1) << at;
      EXPECT_NE(outcome.err.find("emory"), std::string::npos)
        << at << ": " << outcome.err;
    } else {
      EXPECT_EQ(outputs.list().size(), whole.size()) << at;
    }
  }
  EXPECT_GE(n, 5U);
}

// Training, and what reads what it wrote
class TrainFaults : public ::testing::Test
{
protected:
  // Let memory run out at every place that a command calls for it from.
  void fail_each(const std::vector<std::string>& arguments) const
  {
    SCOPED_TRACE(arguments[0]);
    const std::vector<long> calls = memory_calls(arguments);
    EXPECT_GE(calls.size(), 5U);
    for (const long at : calls) {
      for (const std::string& name : outputs.list()) {
        unlink((outputs / name).c_str());
      }
      const Outcome outcome = rondo(arguments, fault_at(Fault::memory, at));
      if (outcome.status) {
        EXPECT_EQ(outcome.status, 1) << at;
        EXPECT_NE(outcome.err.find("emory"), std::string::npos)
          << at << ": " << outcome.err;
      }
    }
    ASSERT_EQ(rondo(arguments).status, 0);
  }

  void train(const std::string& text) const
  {
    write_file(recipe, text);
    fail_each({ "train",
                recipe,
                "--data",
                inputs.path,
                "-t",
                "2",
                "--overwrite",
                "--picture",
                outputs / "loss.png",
                "-o",
                outputs / "m.safetensors" });
    rename((outputs / "m.safetensors").c_str(), model.c_str());
  }

  const Folder      inputs;
  const Folder      outputs;
  const std::string recipe = inputs / "recipe.json";
  const std::string model  = inputs / "model.safetensors";
};

TEST_F(TrainFaults, MemoryThatRunsOutIsTold)
{
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += "abcd efgh\n";
  }
  write_file(inputs / "text", text);
  train(R"({"version": 1, "card": {"name": "x"}, "model": {"version": 1,
    "layers": [{"name": "words", "type": "embedding", "out": 3},
               {"name": "gru", "type": "gru", "hidden": 4},
               {"name": "out", "type": "linear", "activation": "softmax"}],
    "task": {"name": "language"}},
    "data": {"kind": "text", "file": "text", "level": "char"},
    "training": {"epochs": 1, "batch": 2, "chunk": 20}})");
  fail_each({ "sample", model, "--length", "9", "--top-k", "3" });
  fail_each({ "run", model, "--text", "abcd" });
  fail_each({ "info", model });
  fail_each({ "eval", "language", model, "--data", inputs.path });

  for (const std::string part : { "speech", "noise" }) {
    mkdir((inputs / part).c_str(), 0777);
    for (const std::string use : { "/train", "/valid" }) {
      const std::string place = inputs / (part + use);
      mkdir(place.c_str(), 0777);
      write_sound(place + "/a.wav", make_sound(wav, 16000, 1, 16000U));
    }
  }
  train(R"({"version": 1, "model": {"version": 1, "inputs": 13, "layers": [
    {"name": "gru", "type": "gru", "hidden": 8},
    {"name": "head", "type": "linear", "out": 8, "activation": "sigmoid"}],
    "task": {"name": "denoise", "frame_seconds": 0.02, "voice": true,
      "coarse": {"fine_hz": 0, "step_hz": 100, "erb_step": 4.0,
                 "high_hz": 7000},
      "fine": {"fine_hz": 300, "step_hz": 100, "erb_step": 9.0,
               "high_hz": 7000}}},
    "training": {"sample_rate": 16000, "batch": 2, "item_seconds": 0.3,
                 "valid_items": 2, "steps": 2}})");
  fail_each({ "mix", recipe, "--data", inputs.path, "-n", "1" });
}

INSTANTIATE_TEST_SUITE_P(Commands,
                         Faults,
                         ::testing::Values("denoise",
                                           "batch",
                                           "generate",
                                           "harmonize",
                                           "plot",
                                           "plot --denoise",
                                           "quantize",
                                           "run",
                                           "eval"));
