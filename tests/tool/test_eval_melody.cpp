// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/melody.h"
#include "core/music/midi_file.h"
#include "tests/music/melody_model.hpp"
#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using Events = std::vector<std::pair<unsigned, unsigned>>; // Pitch, ticks

class EvalMelody : public ::testing::Test
{
protected:
  EvalMelody() { make_model(model, melody_description(), 1U); }

  Outcome eval(std::vector<std::string> more) const
  {
    more.insert(more.begin(), { "eval", "melody", "--model", model });
    return rondo(more);
  }

  // Write a melody in D minor and three quarters
  static void write_midi(const std::string& path, const Events& events)
  {
    RondoMelody melody{};
    RondoScore* score = nullptr;
    melody.bar        = { 3U, 4U };
    melody.tonic      = 2U;
    melody.mode       = RONDO_MODE_MINOR;
    for (const auto& event : events) {
      const auto pitch = static_cast<std::uint8_t>(
        event.first ? event.first : 0U + RONDO_MELODY_REST);
      ASSERT_EQ(rondo_melody_add(&melody, pitch, event.second), RONDO_SUCCESS);
    }
    ASSERT_EQ(rondo_melody_to_score(&melody, 500000U, &score), RONDO_SUCCESS);
    EXPECT_EQ(rondo_midi_write(path.c_str(), score, nullptr), RONDO_SUCCESS);
    rondo_score_free(score);
    rondo_melody_clear(&melody);
  }

  // Return the number after the last `key` of JSON
  static double number(const std::string& json, const std::string& key)
  {
    const std::string quoted = "\"" + key + "\":";
    const std::size_t at     = json.rfind(quoted);
    EXPECT_NE(at, std::string::npos) << json;
    return at == std::string::npos ? 0.0
                                   : std::stod(json.substr(at + quoted.size()));
  }

  const Folder      folder;
  const std::string model = folder / "melody.safetensors";
};

TEST_F(EvalMelody, AgreesWithTheDataOfARecipe)
{
  const Events events{
    { 74U, 72U }, { 77U, 24U }, { 0U, 24U }, { 76U, 200U }, { 74U, 64U }
  };
  std::string line = R"({"split": "test", "metre": [3, 4], "key": "D",
    "mode": "minor", "ev": [)";
  for (const auto& event : events) {
    line += (line.back() == '[' ? "[" : ", [") + std::to_string(event.first) +
            ", " + std::to_string(event.second) + "]";
  }
  for (char& c : line) {
    c = c == '\n' ? ' ' : c;
  }
  write_file(folder / "melodies.jsonl", line + "]}\n");
  write_file(folder / "recipe.json",
             R"({"data": {"kind": "melody", "file": "melodies.jsonl"}})");
  const Outcome data = rondo({ "eval",
                               "melody",
                               model,
                               "--data",
                               folder.path,
                               "--recipe",
                               folder / "recipe.json",
                               "--json" });
  ASSERT_EQ(data.status, 0) << data.err;

  const std::string file = folder / "tune.mid";
  write_midi(file, events);
  const Outcome one = eval({ file, "--json" });
  ASSERT_EQ(one.status, 0) << one.err;
  for (const char* const key : { "nats", "nats_note" }) {
    EXPECT_NEAR(number(one.out, key), number(data.out, key), 1e-5);
  }
  EXPECT_EQ(number(one.out, "notes"), 4.0);
  EXPECT_EQ(number(one.out, "steps"), number(data.out, "targets"));

  const Outcome two = eval({ file, file, "--json" });
  EXPECT_NEAR(number(two.out, "nats"), number(one.out, "nats"), 1e-9);
  EXPECT_EQ(number(two.out, "notes"), 8.0);
}

TEST_F(EvalMelody, GoesOnAfterAFailure)
{
  const std::string good = folder / "good.mid";
  const std::string bad  = folder / "bad.mid";
  write_midi(good, { { 62U, 24U }, { 65U, 48U } });
  write_file(bad, "RIFF....");
  const Outcome outcome = eval({ bad, good, folder / "none.mid" });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("bad.mid: not a MIDI file"), std::string::npos)
    << outcome.err;
  EXPECT_NE(outcome.err.find("none.mid: "), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.out.find("bad.mid"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("good.mid "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\ntotal "), std::string::npos) << outcome.out;

  const Outcome none = eval({ bad });
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.out.find("total"), std::string::npos) << none.out;
}

TEST_F(EvalMelody, RefusesWhatMakesNoSense)
{
  EXPECT_EQ(eval({}).status, 2);
  EXPECT_EQ(eval({ "a.mid", "--track", "-2" }).status, 2);
  const std::string other = folder / "other.safetensors";
  make_denoiser(other);
  write_midi(folder / "a.mid", { { 62U, 24U } });
  const Outcome outcome =
    rondo({ "eval", "melody", folder / "a.mid", "--model", other });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("other.safetensors: "), std::string::npos)
    << outcome.err;
}

} // namespace
