// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chord.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using Chord   = std::pair<unsigned, unsigned>; // Root and kind
using Changes = std::vector<std::pair<std::uint32_t, Chord>>;

const Chord unknown{ 0U, RONDO_CHORD_UNKNOWN };

Chord
pair_of(const RondoChordSymbol& chord)
{
  return { chord.root, chord.kind };
}

class Chords : public ::testing::Test
{
protected:
  ~Chords() override { rondo_chords_clear(&chords); }

  RondoStatus read(const std::string& text)
  {
    rondo_chords_clear(&chords);
    return rondo_chords_read(text.c_str(), 96U, &chords, &error);
  }

  Changes changes() const
  {
    Changes all;
    for (std::size_t i = 0U; i < chords.n_changes; ++i) {
      all.emplace_back(chords.changes[i].tick,
                       pair_of(chords.changes[i].chord));
    }
    return all;
  }

  RondoChords chords{};
  RondoError  error{};
};

TEST_F(Chords, AreReadAsTheyAreWritten)
{
  const std::vector<std::pair<std::string, Chord>> all{
    { "C", { 0U, RONDO_CHORD_MAJOR } },
    { "F#m", { 6U, RONDO_CHORD_MINOR } },
    { "Bb7", { 10U, RONDO_CHORD_DOMINANT } },
    { "Cb", { 11U, RONDO_CHORD_MAJOR } },
    { "B#", { 0U, RONDO_CHORD_MAJOR } },
    { "Gmaj7", { 7U, RONDO_CHORD_MAJOR_SEVENTH } },
    { "Dm7", { 2U, RONDO_CHORD_MINOR_SEVENTH } },
    { "Bdim", { 11U, RONDO_CHORD_DIMINISHED } },
    { "Bm7b5", { 11U, RONDO_CHORD_HALF_DIMINISHED } },
    { "C+", { 0U, RONDO_CHORD_AUGMENTED } },
    { "Asus4", { 9U, RONDO_CHORD_SUSPENDED } },
    { "Am/E", { 9U, RONDO_CHORD_MINOR } },
    { "C6/9", { 0U, RONDO_CHORD_MAJOR } },
    { "C6/9/G", unknown },
    { "D/", unknown },
    { "D/H", unknown },
    { "N.C.", unknown },
    { "H", unknown },
    { "c", unknown },
    { "Cx", unknown },
    { "", unknown },
  };
  for (const auto& one : all) {
    RondoChordSymbol  chord{};
    const RondoStatus st =
      rondo_chord_read(one.first.c_str(), one.first.size(), &chord);
    EXPECT_EQ(st == RONDO_SUCCESS, one.second != unknown || one.first == "N.C.")
      << one.first;
    if (!st) {
      EXPECT_EQ(pair_of(chord), one.second) << one.first;
    }
  }
}

TEST_F(Chords, AreReadAsMusicXmlNamesThem)
{
  RondoChordSymbol chord{};
  ASSERT_EQ(rondo_chord_read_kind("Bb:dominant/D", &chord), RONDO_SUCCESS);
  EXPECT_EQ(pair_of(chord), (Chord{ 10U, RONDO_CHORD_DOMINANT }));
  ASSERT_EQ(rondo_chord_read_kind("F#:half-diminished", &chord), RONDO_SUCCESS);
  EXPECT_EQ(pair_of(chord), (Chord{ 6U, RONDO_CHORD_HALF_DIMINISHED }));
  for (const char* const text : { "C", "C:", "C:odd", ":major", "H:major" }) {
    EXPECT_EQ(rondo_chord_read_kind(text, &chord), RONDO_ERR_BAD_ARGUMENT)
      << text;
  }
}

TEST_F(Chords, AreToldByTheirNotes)
{
  const std::vector<std::pair<std::vector<std::size_t>, Chord>> all{
    { { 43U, 47U, 50U }, { 7U, RONDO_CHORD_MAJOR } },
    { { 45U, 48U, 52U }, { 9U, RONDO_CHORD_MINOR } },
    { { 38U, 42U, 45U, 48U }, { 2U, RONDO_CHORD_DOMINANT } },
    { { 47U, 50U, 53U }, { 11U, RONDO_CHORD_DIMINISHED } },
    { { 43U, 59U, 38U }, { 7U, RONDO_CHORD_MAJOR } }, // In any octave
    { { 40U, 41U }, unknown },
    { {}, unknown },
  };
  for (const auto& one : all) {
    EXPECT_EQ(
      pair_of(rondo_chord_from_pitches(one.first.data(), one.first.size())),
      one.second);
  }
}

TEST_F(Chords, ShareABar)
{
  const Chord C{ 0U, RONDO_CHORD_MAJOR };
  const Chord G7{ 7U, RONDO_CHORD_DOMINANT };
  const Chord Am{ 9U, RONDO_CHORD_MINOR };
  const Chord F{ 5U, RONDO_CHORD_MAJOR };
  for (const char* const text :
       { "C | G7 % | Am F C", "C|G7 %|Am F C|", "| C  |G7  %| Am F\tC |\n" }) {
    ASSERT_EQ(read(text), RONDO_SUCCESS) << error.message;
    EXPECT_EQ(changes(),
              (Changes{ { 0U, C },
                        { 96U, G7 },
                        { 144U, G7 },
                        { 192U, Am },
                        { 224U, F },
                        { 256U, C } }));
    EXPECT_EQ(chords.length, 288U);
  }
}

TEST_F(Chords, BeginAgainAtTheirEnd)
{
  ASSERT_EQ(read("C | G7"), RONDO_SUCCESS);
  for (const std::uint64_t round : { 0ULL, 192ULL, 192ULL << 40U }) {
    EXPECT_EQ(rondo_chords_at(&chords, round).root, 0U);
    EXPECT_EQ(rondo_chords_at(&chords, round + 95U).root, 0U);
    EXPECT_EQ(rondo_chords_at(&chords, round + 96U).root, 7U);
  }
  rondo_chords_clear(&chords);
  EXPECT_EQ(pair_of(rondo_chords_at(&chords, 5U)), unknown);
  ASSERT_EQ(rondo_chords_add(&chords, 10U, { 2U, RONDO_CHORD_MINOR }),
            RONDO_SUCCESS);
  EXPECT_EQ(pair_of(rondo_chords_at(&chords, 9U)), unknown);
  EXPECT_EQ(rondo_chords_at(&chords, 1000000U).root, 2U);
}

TEST_F(Chords, MoveWithTheTonic)
{
  const RondoChordSymbol chord{ 2U, RONDO_CHORD_MINOR };
  EXPECT_EQ(pair_of(rondo_chord_above(chord, 7U)),
            (Chord{ 7U, RONDO_CHORD_MINOR }));
  EXPECT_EQ(pair_of(rondo_chord_above(chord, 0U)),
            (Chord{ 2U, RONDO_CHORD_MINOR }));
}

TEST_F(Chords, TellWhichBarIsWrong)
{
  const std::vector<std::pair<std::string, std::string>> wrong{
    { "C | H | G", "bar 2: expected a chord such as" },
    { "C | | G", "bar 2 has no chord" },
    { "", "bar 1 has no chord" },
    { "| |", "bar 1 has no chord" },
    { "% | C", "bar 1: expected a chord" },
    { "C C C C C C C C C C C C C C C C C", "bar 1 has too many chords" },
  };
  for (const auto& one : wrong) {
    EXPECT_EQ(read(one.first), RONDO_ERR_BAD_ARGUMENT) << one.first;
    EXPECT_NE(std::string(error.message).find(one.second), std::string::npos)
      << error.message;
  }
}

} // namespace
