// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/midi_file.h"
#include "tests/music/melody_model.hpp"
#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using Notes = std::vector<std::vector<std::uint64_t>>; // Onset, ticks, pitch

class Generate : public ::testing::Test
{
protected:
  Generate() { make_model(model, melody_description(), 1U); }

  Outcome generate(std::vector<std::string> more,
                   const Conditions&        conditions = {}) const
  {
    more.insert(more.begin(), { "generate", "--model", model, "--overwrite" });
    return rondo(more, conditions);
  }

  // Generate to a file and read it again
  Notes notes(std::vector<std::string> more)
  {
    more.insert(more.end(), { "-o", output });
    const Outcome outcome = generate(more);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return notes_of(read_file(output));
  }

  Notes notes_of(const std::string& file)
  {
    RondoScore*     score = nullptr;
    RondoMidiDamage damage{};
    RondoError      error{};
    Notes           out;
    EXPECT_EQ(
      rondo_midi_parse(file.data(), file.size(), &score, &damage, &error),
      RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(damage.n_damages, 0U);
    if (score) {
      for (std::size_t i = 0U; i < score->n_notes; ++i) {
        const RondoNote& note = score->notes[i];
        out.push_back({ note.onset, note.duration, note.pitch });
      }
      end    = score->end;
      tempo  = score->tempos[0].microseconds;
      metre  = score->metres[0];
      sharps = score->keys[0].sharps;
    }
    rondo_score_free(score);
    return out;
  }

  void expect_usage(const std::vector<std::string>& more,
                    const std::string&              message) const
  {
    const Outcome outcome = generate(more);
    EXPECT_EQ(outcome.status, 2) << message;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_FALSE(exists(output));
  }

  const Folder      folder;
  const std::string model  = folder / "melody.safetensors";
  const std::string output = folder / "out.mid";
  std::uint64_t     end    = 0U;
  std::uint32_t     tempo  = 0U;
  RondoMetre        metre{};
  int               sharps = 0;
};

TEST_F(Generate, WritesTheSeedThenWholeBars)
{
  const Notes out = notes({ "--notes",
                            "D4 F#4:8 A4:8. r:16 B4:8t B4 B4 D5:2",
                            "--bars",
                            "3",
                            "--metre",
                            "3/4",
                            "--key",
                            "D",
                            "--tempo",
                            "90" });
  ASSERT_GT(out.size(), 7U);
  EXPECT_EQ(Notes(out.begin(), out.begin() + 7),
            (Notes{ { 0U, 480U, 62U },
                    { 480U, 240U, 66U },
                    { 720U, 360U, 69U },
                    { 1200U, 160U, 71U },
                    { 1360U, 160U, 71U },
                    { 1520U, 160U, 71U },
                    { 1680U, 960U, 74U } }));
  EXPECT_LE(out.back()[0] + out.back()[1], 5U * 1440U);
  EXPECT_GT(out.back()[0], 3U * 1440U);
  EXPECT_EQ(tempo, 666667U);
  EXPECT_EQ(metre.beats, 3U);
  EXPECT_EQ(sharps, 2);
}

TEST_F(Generate, IsTheSameForTheSameSeedNumber)
{
  const Notes first = notes({ "--notes", "C4 E4 G4", "--random-seed", "5" });
  EXPECT_EQ(notes({ "--notes", "C4 E4 G4", "--random-seed", "5" }), first);
  EXPECT_NE(notes({ "--notes", "C4 E4 G4", "--random-seed", "6" }), first);
}

TEST_F(Generate, LeavesOutWhatIsHardlyLikely)
{
  const std::vector<std::string> what{ "--notes", "C4 E4 G4", "--bars", "30" };
  const auto                     with = [&](const std::string& top_p) {
    std::vector<std::string> all = what;
    all.insert(all.end(), { "--top-p", top_p });
    return notes(all);
  };
  const Notes usual = notes(what);
  EXPECT_EQ(with("0.97"), usual);
  EXPECT_NE(with("1"), usual);
}

TEST_F(Generate, GoesOnFromAFileAsFromItsNotes)
{
  const std::string seed  = folder / "seed.mid";
  const Notes       first = notes({ "--notes", "C4 E4 G4:2", "--bars", "2" });
  write_file(seed, read_file(output));
  const Notes more = notes({ "--seed", seed, "--bars", "2" });
  ASSERT_GT(more.size(), first.size());
  EXPECT_EQ(Notes(more.begin(), more.begin() + (long)first.size()), first);
}

TEST_F(Generate, LeavesTheSeedOut)
{
  const std::vector<std::string> what{ "--notes", "C4 E4 G4", "--bars", "4" };
  std::vector<std::string>       alone = what;
  alone.emplace_back("--omit-seed");
  const Notes with    = notes(what);
  const Notes without = notes(alone);
  ASSERT_EQ(without.size() + 3U, with.size());
  EXPECT_EQ(without, Notes(with.begin() + 3, with.end()));
}

TEST_F(Generate, CountsSteps)
{
  for (const std::size_t n : { 1U, 7U, 50U }) {
    EXPECT_EQ(
      notes({ "--steps", std::to_string(n), "--random-seed", "2" }).size(), n);
  }
}

TEST_F(Generate, KeepsToRangeAndScale)
{
  const std::set<std::uint64_t> scale{ 9U, 11U, 1U, 4U, 6U }; // A pentatonic
  const Notes                   out = notes({ "--key",
                                              "A",
                                              "--scale",
                                              "pentatonic",
                                              "--range",
                                              "C3-B3",
                                              "--steps",
                                              "200" });
  ASSERT_EQ(out.size(), 200U);
  for (const auto& note : out) {
    EXPECT_GE(note[2], 48U);
    EXPECT_LE(note[2], 59U);
    EXPECT_EQ(scale.count(note[2] % 12U), 1U) << note[2];
  }
}

TEST_F(Generate, HearsChords)
{
  const std::vector<std::string> what{
    "--notes", "C4 E4 G4 E4", "--bars", "64"
  };
  const auto with = [&](const std::string& chords) {
    std::vector<std::string> all = what;
    all.insert(all.end(), { "--chords", chords });
    return notes(all);
  };
  const Notes heard = with("C | Fm");
  EXPECT_NE(heard, notes(what));
  EXPECT_EQ(with("| C | Fm | % N.C. |\n").front(), heard.front());
  EXPECT_EQ(with("C | Fm | C | Fm"), heard); // Again and again
  const Outcome outcome = generate({ "-o", output, "--chords", "C | Hm" });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("--chords: bar 2: expected a chord such as"),
            std::string::npos)
    << outcome.err;
}

TEST_F(Generate, LooksForTheLikeliest)
{
  // A beam of one is what the temperature 0 draws, whatever the number
  const std::vector<std::string> seed{ "--notes", "C4 E4 G4:2" };
  const auto                     with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), seed.begin(), seed.end());
    return notes(more);
  };
  const Notes greedy = with({ "--beam", "1", "--bars", "4" });
  EXPECT_EQ(with({ "--temperature", "0", "--bars", "4" }), greedy);
  EXPECT_EQ(with({ "--beam", "1", "--bars", "4", "--random-seed", "9" }),
            greedy);
  const Notes wide = with({ "--beam", "8", "--bars", "4" });
  EXPECT_GT(wide.size(), 3U);
  EXPECT_LE(end, 5U * 1920U);
}

TEST_F(Generate, AlwaysPlaysANote)
{
  // A scale and a range of one note: rests are nearly all that may be drawn
  for (const char* const temperature : { "0", "0.01", "1", "100" }) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_FALSE(notes({ "--notes",
                           "r:1",
                           "--omit-seed",
                           "--bars",
                           "1",
                           "--range",
                           "C-1-C-1",
                           "--temperature",
                           temperature,
                           "--random-seed",
                           std::to_string(i) })
                     .empty())
        << temperature << " " << i;
    }
  }
}

TEST_F(Generate, NumbersItsTakes)
{
  const Outcome outcome = generate({ "-o", output, "--count", "3" });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  std::set<std::string> takes;
  for (const char* const n : { "1", "2", "3" }) {
    takes.insert(read_file(folder / ("out-" + std::string(n) + ".mid")));
  }
  EXPECT_EQ(takes.size(), 3U);
}

TEST_F(Generate, WritesToAPipeAndDrawsAPicture)
{
  const std::string picture = folder / "roll.png";
  const Outcome     outcome =
    generate({ "--notes", "C4", "-o", "-", "--picture", picture });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_GT(notes_of(outcome.out).size(), 1U);
  EXPECT_EQ(read_file(picture).substr(1U, 3U), "PNG");
}

TEST_F(Generate, TellsOfDamageAndGoesOn)
{
  (void)notes({ "--notes", "C4 E4 G4", "--bars", "1" });
  const std::string seed = folder / "cut.mid";
  const std::string file = read_file(output);
  write_file(seed, file.substr(0U, file.size() - 10U));
  const Outcome outcome = generate({ "--seed", seed, "-o", output });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.err.find("cut.mid: warning: at byte "), std::string::npos)
    << outcome.err;
}

TEST_F(Generate, WritesNothingForWhatItCannotRead)
{
  const std::string seed = folder / "seed.mid";
  write_file(seed, "RIFF....");
  const Outcome outcome = generate({ "--seed", seed, "-o", output });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(
    outcome.err.find("seed.mid: not a MIDI file: no \"MThd\" at offset 0"),
    std::string::npos)
    << outcome.err;
  EXPECT_FALSE(exists(output));
}

TEST_F(Generate, NamesWhatItCannotWrite)
{
  const std::string none    = folder / "none/out.mid";
  const Outcome     outcome = generate({ "-o", none });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("none/out.mid: "), std::string::npos)
    << outcome.err;
  const Outcome picture =
    generate({ "-o", output, "--picture", folder / "none/roll.png" });
  EXPECT_EQ(picture.status, 1);
  EXPECT_NE(picture.err.find("none/roll.png: "), std::string::npos)
    << picture.err;
}

TEST_F(Generate, KeepsWhatIsThere)
{
  write_file(output, "mine");
  const Outcome outcome = rondo({ "generate", "--model", model, "-o", output });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(read_file(output), "mine");
}

TEST_F(Generate, RefusesModelsOfOtherTasks)
{
  const std::string other = folder / "other.safetensors";
  make_denoiser(other);
  const Outcome outcome = rondo({ "generate", "--model", other, "-o", output });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("other.safetensors: "), std::string::npos);
  EXPECT_FALSE(exists(output));
}

TEST_F(Generate, RefusesWhatMakesNoSense)
{
  expect_usage({}, "--output is missing");
  expect_usage({ "-o", output, "--metre", "9/4" }, "--metre: expected");
  expect_usage({ "-o", output, "--metre", "4" }, "--metre: expected");
  expect_usage({ "-o", output, "--key", "H" }, "--key: expected");
  expect_usage({ "-o", output, "--key", "C gloomy" }, "--key: expected");
  expect_usage({ "-o", output, "--range", "C5-C4" }, "--range: expected");
  expect_usage({ "-o", output, "--scale", "odd" }, "odd");
  expect_usage({ "-o", "-", "--count", "2" }, "several takes");
  expect_usage({ "-o", output, "--seed", "a", "--notes", "b" }, "exclude");
  expect_usage({ "-o", "-", "--picture", "-" }, "only one output");
  expect_usage({ "-o", output, "--beam", "0" }, "--beam");
  expect_usage({ "-o", output, "--beam", "5", "--count", "2" }, "--beam");
  expect_usage({ "-o", output, "seed.mid" }, "unexpected 'seed.mid'");

  for (const std::string text : { "H4", "C", "C4:0", "C4:7", "C4:8x", "C10" }) {
    const Outcome outcome = generate({ "-o", output, "--notes", text });
    EXPECT_EQ(outcome.status, 1) << text;
    EXPECT_NE(outcome.err.find("--notes: expected notes such as"),
              std::string::npos)
      << outcome.err;
  }
  const Outcome none =
    generate({ "-o", output, "--scale", "major", "--range", "C#4-C#4" });
  EXPECT_EQ(none.status, 1);
  EXPECT_FALSE(exists(output));
}

} // namespace
