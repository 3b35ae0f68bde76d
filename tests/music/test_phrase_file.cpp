// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/midi_file.h"
#include "core/music/phrase_file.h"
#include "core/music/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

namespace {

RondoPhrase
make_phrase()
{
  RondoPhrase phrase{};
  phrase.bar      = { 6U, 8U };
  phrase.length   = 144U;
  phrase.n_notes  = 2U;
  phrase.notes[0] = { 0U, 36U, 60U, 100U };
  phrase.notes[1] = { 48U, 12U, 67U, 1U };
  return phrase;
}

std::string
path()
{
  return ::testing::TempDir() + "phrase.mid";
}

TEST(PhraseFile, HoldsNotesMetreTempoAndTheRestAtTheEnd)
{
  const RondoPhrase phrase = make_phrase();
  RondoError        error  = {};
  ASSERT_EQ(rondo_phrase_write(&phrase, 90.0, path().c_str(), &error),
            RONDO_SUCCESS)
    << error.message;

  RondoScore*     score  = nullptr;
  RondoMidiDamage damage = {};
  ASSERT_EQ(rondo_midi_read(path().c_str(), &score, &damage, &error),
            RONDO_SUCCESS);
  (void)std::remove(path().c_str());
  EXPECT_EQ(damage.n_damages, 0U);
  EXPECT_EQ(score->division, 24U);
  EXPECT_EQ(score->end, 144U);
  ASSERT_EQ(score->n_tempos, 1U);
  EXPECT_EQ(score->tempos[0].microseconds, 666667U);
  ASSERT_EQ(score->n_metres, 1U);
  EXPECT_EQ(score->metres[0].beats, 6U);
  EXPECT_EQ(score->metres[0].unit, 8U);
  ASSERT_EQ(score->n_notes, 2U);
  EXPECT_EQ(score->notes[1].onset, 48U);
  EXPECT_EQ(score->notes[1].duration, 12U);
  EXPECT_EQ(score->notes[1].pitch, 67U);
  EXPECT_EQ(score->notes[1].velocity, 1U);
  rondo_score_free(score);
}

TEST(PhraseFile, HasADefaultForAnImpossibleTempo)
{
  const RondoPhrase phrase = make_phrase();
  for (const double quarters : { 0.0,
                                 -1.0,
                                 3.0,
                                 1e300,
                                 std::nan(""),
                                 std::numeric_limits<double>::infinity() }) {
    ASSERT_EQ(rondo_phrase_write(&phrase, quarters, path().c_str(), nullptr),
              RONDO_SUCCESS);
    RondoScore*     score  = nullptr;
    RondoMidiDamage damage = {};
    ASSERT_EQ(rondo_midi_read(path().c_str(), &score, &damage, nullptr),
              RONDO_SUCCESS);
    EXPECT_EQ(score->tempos[0].microseconds, 500000U) << quarters;
    rondo_score_free(score);
  }
  (void)std::remove(path().c_str());
}

TEST(PhraseFile, IsNotWrittenWithoutNotes)
{
  RondoPhrase phrase = make_phrase();
  RondoError  error  = {};
  phrase.n_notes     = 0U;
  EXPECT_EQ(rondo_phrase_write(&phrase, 90.0, path().c_str(), &error),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_STREQ(error.message, "there are no notes to write");
  EXPECT_EQ(std::fopen(path().c_str(), "r"), nullptr);
}

} // namespace
