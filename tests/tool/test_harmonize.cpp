// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/midi_file.h"
#include "tests/music/chorale_model.hpp"
#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using Notes = std::vector<std::vector<std::uint64_t>>; // Onset, ticks, pitch

class Harmonize : public ::testing::Test
{
protected:
  Harmonize()
  {
    make_model(harmony, harmony_description(), 1U);
    make_model(chorale, chorale_description(), 1U);
  }

  ~Harmonize() override { rondo_score_free(score); }

  void read(const std::string& file)
  {
    RondoMidiDamage damage{};
    RondoError      error{};
    rondo_score_free(score);
    score = nullptr;
    ASSERT_EQ(
      rondo_midi_parse(file.data(), file.size(), &score, &damage, &error),
      RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(damage.n_damages, 0U);
  }

  Notes part(std::size_t track) const
  {
    Notes out;
    for (std::size_t i = 0U; i < score->n_notes; ++i) {
      const RondoNote& note = score->notes[i];
      if (note.track == track) {
        EXPECT_EQ(note.channel, track);
        out.push_back({ note.onset, note.duration, note.pitch });
      }
    }
    return out;
  }

  // Harmonise, and read what was written
  void harmonize(std::vector<std::string> more)
  {
    more.insert(more.begin(), { "harmonize", "--overwrite", "-o", output });
    more.insert(more.end(), { "--passes", "3" });
    const Outcome outcome = rondo(more);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    read(read_file(output));
  }

  // A file of triplets and very short notes, three to the bar, in E flat
  std::string make_file()
  {
    RondoScore* made = nullptr;
    EXPECT_EQ(rondo_score_new(96U, &made), RONDO_SUCCESS);
    made->n_tracks = 1U;
    EXPECT_EQ(rondo_score_add_metre(made, { 0U, 3U, 4U }), RONDO_SUCCESS);
    EXPECT_EQ(rondo_score_add_key(made, { 0U, -3, false }), RONDO_SUCCESS);
    EXPECT_EQ(rondo_score_add_tempo(made, { 0U, 400000U }), RONDO_SUCCESS);
    EXPECT_EQ(rondo_score_add_tempo(made, { 500U, 300000U }), RONDO_SUCCESS);
    for (std::uint64_t i = 0U; i < 30U; ++i) {
      const auto pitch = static_cast<std::uint8_t>(63U + (i % 3U * 2U));
      EXPECT_EQ(
        rondo_score_add_note(made, { i * 32U, 30U, 0U, 5U, pitch, 77U }),
        RONDO_SUCCESS);
    }
    EXPECT_EQ(rondo_score_sort(made), RONDO_SUCCESS);
    EXPECT_EQ(rondo_midi_write(input.c_str(), made, nullptr), RONDO_SUCCESS);
    rondo_score_free(made);
    return input;
  }

  void expect(const std::vector<std::string>& more,
              int                             status,
              const std::string&              message) const
  {
    std::vector<std::string> all{ "harmonize" };
    all.insert(all.end(), more.begin(), more.end());
    const Outcome outcome = rondo(all);
    EXPECT_EQ(outcome.status, status) << message;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_FALSE(exists(output));
  }

  const Folder      folder;
  const std::string harmony = folder / "harmony.safetensors";
  const std::string chorale = folder / "chorale.safetensors";
  const std::string input   = folder / "in.mid";
  const std::string output  = folder / "out.mid";
  RondoScore*       score   = nullptr;
};

TEST_F(Harmonize, AddsThreePartsToNotes)
{
  for (const std::string& model : { harmony, chorale }) {
    harmonize({ "--notes", "C5 D5:8 E5 F5:2 E5:1", "--model", model });
    EXPECT_EQ(part(0U),
              Notes({ { 0U, 480U, 72U },
                      { 480U, 240U, 74U },
                      { 720U, 240U, 76U },
                      { 960U, 960U, 77U },
                      { 1920U, 1920U, 76U } }));
    for (std::size_t i = 1U; i < 4U; ++i) {
      const Notes notes = part(i);
      ASSERT_FALSE(notes.empty());
      EXPECT_EQ(notes.front()[0], 0U);
      EXPECT_EQ(notes.back()[0] + notes.back()[1], 3840U);
      for (const auto& note : notes) {
        EXPECT_EQ(note[0] % 120U, 0U);
      }
    }
  }
}

TEST_F(Harmonize, KeepsTheMelodyOfAFileAsItIs)
{
  harmonize({ make_file(), "--model", harmony });
  EXPECT_EQ(score->division, 96U);
  EXPECT_EQ(score->metres[0].beats, 3U);
  EXPECT_EQ(score->keys[0].sharps, -3);
  ASSERT_EQ(score->n_tempos, 2U);
  EXPECT_EQ(score->tempos[1].onset, 500U);
  const Notes melody = part(0U);
  ASSERT_EQ(melody.size(), 30U);
  for (std::uint64_t i = 0U; i < 30U; ++i) {
    EXPECT_EQ(
      melody[i],
      std::vector<std::uint64_t>({ i * 32U, 30U, 63U + (i % 3U * 2U) }));
  }
  EXPECT_EQ(score->notes[0].velocity, 77U);
  EXPECT_FALSE(part(3U).empty());
}

TEST_F(Harmonize, GoesWithTheMelodyByOctaves)
{
  harmonize({ "--notes", "C3:1 D3 E3 C3", "--key", "C", "--model", harmony });
  for (const auto& note : part(3U)) {
    EXPECT_LE(note[2], 64U - 24U);
  }
  harmonize({ "--notes", "C7:1 D7 E7 C7", "--key", "C", "--model", harmony });
  for (const auto& note : part(3U)) {
    EXPECT_GE(note[2], 38U + 24U);
  }
}

TEST_F(Harmonize, TakesOptions)
{
  harmonize({ "--notes",
              "C5 D5 E5",
              "--model",
              harmony,
              "--tempo",
              "100",
              "--metre",
              "3/4",
              "--random-seed",
              "5" });
  EXPECT_EQ(score->tempos[0].microseconds, 600000U);
  EXPECT_EQ(score->metres[0].beats, 3U);
  const std::string first = read_file(output);
  harmonize({ "--notes",
              "C5 D5 E5",
              "--model",
              harmony,
              "--tempo",
              "100",
              "--metre",
              "3/4",
              "--random-seed",
              "6" });
  EXPECT_NE(read_file(output), first);

  // Takes differ, and the first is that of a single one
  const Outcome takes = rondo({ "harmonize",
                                "--notes",
                                "C5 D5 E5",
                                "--model",
                                harmony,
                                "--tempo",
                                "100",
                                "--metre",
                                "3/4",
                                "--random-seed",
                                "5",
                                "--passes",
                                "3",
                                "-o",
                                folder / "take.mid",
                                "--count",
                                "2" });
  EXPECT_EQ(takes.status, 0) << takes.err;
  EXPECT_EQ(read_file(folder / "take-1.mid"), first);
  EXPECT_NE(read_file(folder / "take-2.mid"), first);
}

TEST_F(Harmonize, DrawsThePartsInFourColours)
{
  const std::string picture = folder / "roll.png";
  harmonize({ "--notes", "C5:1 D5", "--model", harmony, "--picture", picture });
  const std::string first = read_file(picture);
  EXPECT_EQ(first.substr(1U, 3U), "PNG");
  harmonize({ "--notes",
              "C5:1 D5",
              "--model",
              harmony,
              "--picture",
              picture,
              "--random-seed",
              "9" });
  EXPECT_NE(read_file(picture), first);
}

TEST_F(Harmonize, ReadsAndWritesPipes)
{
  Conditions conditions;
  conditions.input = read_file(make_file());
  harmonize({ input, "--model", harmony });
  const Outcome outcome =
    rondo({ "harmonize", "-", "-o", "-", "--model", harmony, "--passes", "3" },
          conditions);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, read_file(output));
}

TEST_F(Harmonize, SaysWhatIsWrong)
{
  const std::string m = "--model";
  expect({ "-o", output }, 2, "a MIDI file or --notes is needed");
  expect({ "--notes", "C4" }, 2, "--output is missing");
  expect({ input, "--notes", "C4", "-o", output }, 2, "unexpected");
  expect({ "--notes", "C4", "-o", "-", "--count", "2" }, 2, "need files");
  expect({ "--notes", "C4", "-o", output, "--key", "H" }, 2, "--key: expected");
  expect({ "--notes", "C4 X", "-o", output, m, harmony }, 1, "--notes");
  expect({ "--notes", "r r", "-o", output, m, harmony }, 1, "no notes");
  expect({ folder / "none.mid", "-o", output, m, harmony }, 1, "none.mid");
  expect({ "--notes", "C4", "-o", output, m, input }, 1, "in.mid");
  expect({ "--notes", "C4", "-o", folder / "no/out.mid", m, harmony },
         1,
         "no/out.mid");

  // A model of another task
  const std::string other = folder / "other.safetensors";
  std::string       text  = chorale_description();
  make_model(
    other, text.replace(text.find("\"chorale\""), 9U, "\"frames\""), 1U);
  expect({ "--notes", "C4", "-o", output, m, other }, 1, "frames");

  // A file that is there stays
  harmonize({ "--notes", "C5 D5", m, harmony });
  const std::string before = read_file(output);
  const Outcome     outcome =
    rondo({ "harmonize", "--notes", "E5", "-o", output, m, harmony });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("--overwrite"), std::string::npos);
  EXPECT_EQ(read_file(output), before);
}

TEST_F(Harmonize, IsGoneOnWithByGenerate)
{
  harmonize({ "--notes", "C5 D5 E5 F5 G5:1", "--model", harmony });
  const Notes   seed    = part(3U);
  const Outcome outcome = rondo({ "generate",
                                  "--seed",
                                  output,
                                  "--model",
                                  chorale,
                                  "--bars",
                                  "2",
                                  "-o",
                                  folder / "more.mid" });
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  read(read_file(folder / "more.mid"));
  EXPECT_EQ(score->end, 4U * 1920U);
  const Notes bass = part(3U);
  ASSERT_GT(bass.size(), seed.size());
  EXPECT_EQ(Notes(bass.begin(), bass.begin() + 1),
            Notes(seed.begin(), seed.begin() + 1));
  EXPECT_EQ(score->n_tracks, 4U);

  // Only what was added, at its place
  const Outcome rest = rondo({ "generate",
                               "--seed",
                               output,
                               "--model",
                               chorale,
                               "--bars",
                               "2",
                               "--omit-seed",
                               "-o",
                               folder / "rest.mid" });
  ASSERT_EQ(rest.status, 0) << rest.err;
  read(read_file(folder / "rest.mid"));
  EXPECT_GE(score->notes[0].onset, 2U * 1920U);

  // Without a seed
  const Outcome alone = rondo({ "generate",
                                "--model",
                                chorale,
                                "--bars",
                                "3",
                                "--key",
                                "D",
                                "-o",
                                folder / "alone.mid" });
  ASSERT_EQ(alone.status, 0) << alone.err;
  read(read_file(folder / "alone.mid"));
  EXPECT_EQ(score->end, 3U * 1920U);
}

TEST_F(Harmonize, RefusesSeedsThatAreNoChorales)
{
  const Outcome one = rondo(
    { "generate", "--seed", make_file(), "--model", chorale, "-o", output });
  EXPECT_EQ(one.status, 1);
  EXPECT_NE(one.err.find("in.mid: expected four voices"), std::string::npos)
    << one.err;
  const Outcome steps = rondo({ "generate",
                                "--seed",
                                input,
                                "--model",
                                chorale,
                                "--steps",
                                "3",
                                "-o",
                                output });
  EXPECT_EQ(steps.status, 1);
  EXPECT_NE(steps.err.find("--steps"), std::string::npos) << steps.err;
  EXPECT_FALSE(exists(output));
}

} // namespace
