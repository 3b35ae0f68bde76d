// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chorale.h"
#include "core/music/chorale_score.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Pitches = std::vector<unsigned>;

// The beats of a bar as networks see them, each with its sixteenths
std::string
places(RondoBar bar)
{
  std::string text;
  for (std::uint32_t i = 0U; i < rondo_chorale_bar(bar); ++i) {
    const RondoPlace place = rondo_chorale_place(bar, i);
    if (i == 0U || rondo_chorale_place(bar, i - 1U).beat != place.beat) {
      text += (i > 0U ? " " : "") + std::to_string(place.beat) + ":";
    }
    text += std::to_string(place.sixteenth);
  }
  return text;
}

TEST(ChoralePlaces, AreThoseOfTheMetre)
{
  EXPECT_EQ(places({ 4U, 4U }), "0:0123 1:0123 2:0123 3:0123");
  EXPECT_EQ(places({ 3U, 4U }), "4:0123 5:0123 6:0123");
  EXPECT_EQ(places({ 2U, 4U }), "0:0123 1:0123");
  EXPECT_EQ(places({ 2U, 2U }), "0:0123 1:0123 2:0123 3:0123");
  EXPECT_EQ(places({ 3U, 8U }), "0:0123 1:01");
  EXPECT_EQ(places({ 6U, 8U }), "0:012323 1:012323");
  EXPECT_EQ(places({ 9U, 8U }), "4:012323 5:012323 6:012323");
  EXPECT_EQ(places({ 5U, 4U }), "4:0123 5:0123 6:0123 2:0123 3:0123");
  EXPECT_EQ(places({ 6U, 16U }), "0:022 1:022");
  EXPECT_EQ(places({ 7U, 4U }),
            "0:0123 1:0123 2:0123 3:0123 4:0123 5:0123 6:0123");
  EXPECT_EQ(places({ 0U, 4U }), places({ 4U, 4U }));
  EXPECT_EQ(rondo_chorale_place({ 3U, 4U }, 12U * 1000U + 5U).beat, 5U);
}

TEST(ChoraleShift, MovesToTheNotesOfCMajor)
{
  EXPECT_EQ(rondo_chorale_shift(0U, RONDO_MODE_MAJOR), 0);
  EXPECT_EQ(rondo_chorale_shift(7U, RONDO_MODE_MAJOR), 5);
  EXPECT_EQ(rondo_chorale_shift(5U, RONDO_MODE_MAJOR), -5);
  EXPECT_EQ(rondo_chorale_shift(6U, RONDO_MODE_MAJOR), 6);
  EXPECT_EQ(rondo_chorale_shift(9U, RONDO_MODE_MINOR), 0);
  EXPECT_EQ(rondo_chorale_shift(4U, RONDO_MODE_MINOR), 5);
  EXPECT_EQ(rondo_chorale_shift(2U, RONDO_MODE_DORIAN), 0);
  EXPECT_EQ(rondo_chorale_shift(7U, RONDO_MODE_MIXOLYDIAN), 0);
}

TEST(ChoraleTokens, TakeWhatIsBeyondThemByOctaves)
{
  for (int pitch = -40; pitch < 200; ++pitch) {
    const int token = rondo_chorale_token(pitch);
    if (pitch == static_cast<int>(RONDO_SILENT)) {
      EXPECT_EQ(token, RONDO_CHORALE_REST);
      continue;
    }
    ASSERT_TRUE(token >= 0 && token < RONDO_CHORALE_N_PITCHES) << pitch;
    EXPECT_EQ((token + RONDO_CHORALE_LOWEST - pitch) % 12, 0) << pitch;
    if (pitch >= 28 && pitch < 92) {
      EXPECT_EQ(token, pitch - 28);
    }
  }
}

class Chorale : public ::testing::Test
{
protected:
  ~Chorale() override
  {
    rondo_chorale_clear(&chorale);
    rondo_score_free(score);
    std::free(notes);
  }

  void add(const std::vector<std::uint8_t>& pitches, unsigned n)
  {
    for (unsigned i = 0U; i < n; ++i) {
      ASSERT_EQ(
        rondo_chorale_add(
          &chorale, { { pitches[0], pitches[1], pitches[2], pitches[3] } }),
        RONDO_SUCCESS);
    }
  }

  void note(std::uint64_t onset, std::uint64_t duration, std::uint8_t pitch)
  {
    ASSERT_EQ(
      rondo_score_add_note(score, { onset, duration, 0U, 0U, pitch, 90U }),
      RONDO_SUCCESS);
  }

  Pitches soprano(std::uint32_t division)
  {
    Pitches out;
    EXPECT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
    EXPECT_EQ(rondo_score_melody(score, -1, &notes, &n_notes), RONDO_SUCCESS);
    EXPECT_EQ(rondo_chorale_lay_soprano(
                &chorale, notes, n_notes, division, &begin, &error),
              RONDO_SUCCESS)
      << error.message;
    for (std::size_t t = 0U; t < chorale.n_slices; ++t) {
      out.push_back(chorale.slices[t].pitches[RONDO_SOPRANO]);
    }
    return out;
  }

  void start(std::uint32_t division)
  {
    ASSERT_EQ(rondo_score_new(division, &score), RONDO_SUCCESS);
  }

  RondoChorale  chorale{};
  RondoScore*   score   = nullptr;
  RondoNote*    notes   = nullptr;
  std::size_t   n_notes = 0U;
  std::uint64_t begin   = 0U;
  RondoError    error{ RONDO_SUCCESS, "" };
};

TEST_F(Chorale, GuessesBarsByLongNotes)
{
  add({ 67U, 64U, 60U, 48U }, 4U); // Pickup, then a half note, a quarter …
  for (unsigned i = 0U; i < 4U; ++i) {
    add({ 72U, 67U, 64U, 48U }, 8U);
    add({ 71U, 67U, 62U, 43U }, 4U);
  }
  rondo_chorale_guess_bar(&chorale);
  EXPECT_EQ(chorale.bar.beats, 3U);
  EXPECT_EQ(chorale.pickup, 4U);
  EXPECT_EQ(rondo_chorale_place_at(&chorale, 0U).beat, 6U);
  EXPECT_EQ(rondo_chorale_place_at(&chorale, 4U).beat, 4U);
  EXPECT_EQ(rondo_chorale_place_at(&chorale, 9U).sixteenth, 1U);
}

TEST_F(Chorale, GuessesTheKeyByAllParts)
{
  add({ 69U, 64U, 61U, 57U }, 8U); // A major
  add({ 71U, 68U, 64U, 52U }, 8U);
  add({ 74U, 66U, 62U, 50U }, 4U);
  add({ 73U, 69U, 64U, 45U }, 8U);
  rondo_chorale_guess_key(&chorale);
  EXPECT_EQ(chorale.tonic, 9U);
  EXPECT_EQ(chorale.mode, RONDO_MODE_MAJOR);
}

TEST_F(Chorale, HasWhatSoundsLongestInASixteenth)
{
  // Three in the time of a quarter: 8 of 24 ticks each; then two very short
  // ones
  start(24U);
  note(24U, 8U, 60U);
  note(32U, 8U, 62U);
  note(40U, 8U, 64U);
  note(48U, 1U, 65U);
  note(49U, 5U, 67U);
  EXPECT_EQ(soprano(24U), Pitches({ 60U, 62U, 62U, 64U, 67U }));
  EXPECT_EQ(begin, 4U);
}

TEST_F(Chorale, SingsOverShortRests)
{
  start(4U);
  note(1U, 1U, 60U);
  note(4U, 1U, 62U);
  note(13U, 1U, 64U);
  Pitches expected{ 60U, 60U, 60U, 62U };
  expected.insert(expected.end(), 8U, RONDO_SILENT);
  expected.push_back(64U);
  EXPECT_EQ(soprano(4U), expected);
}

TEST_F(Chorale, TakesTheHighestVoiceAsItStands)
{
  start(480U);
  note(0U, 1000U, 60U);
  note(0U, 1000U, 72U);
  note(240U, 100U, 64U); // Under it
  note(480U, 7U, 76U);   // Ends it
  note(500U, 0U, 60U);
  EXPECT_EQ(soprano(480U).size(), 5U);
  ASSERT_EQ(n_notes, 3U);
  EXPECT_EQ(notes[0].pitch, 72U);
  EXPECT_EQ(notes[0].duration, 480U);
  EXPECT_EQ(notes[1].duration, 7U);
  EXPECT_EQ(notes[2].pitch, 60U);
}

TEST_F(Chorale, GoesToAScoreAndBack)
{
  add({ 72U, 67U, 64U, 48U }, 4U);
  add({ 72U, 69U, 65U, 53U }, 2U);
  add({ 71U, 67U, RONDO_SILENT, 55U }, 2U);
  add({ 72U, 67U, 64U, 48U }, 8U);
  start(480U);
  // Tracks in another order
  const int order[] = { 2, 0, 3, 1 };
  for (const int part : order) {
    ASSERT_EQ(
      rondo_chorale_add_part(
        &chorale, static_cast<RondoPart>(part), 3U, UINT64_MAX, 80U, score),
      RONDO_SUCCESS);
  }
  for (std::size_t i = 0U; i < score->n_notes; ++i) {
    score->notes[i].track =
      static_cast<std::uint16_t>((score->notes[i].track + 2U) % 4U);
  }
  ASSERT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
  EXPECT_EQ(score->notes[0].onset, 360U);
  EXPECT_EQ(score->n_notes, 3U + 3U + 3U + 4U);

  RondoChorale again{};
  ASSERT_EQ(rondo_chorale_from_score(score, &again, &begin, &error),
            RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(begin, 3U);
  ASSERT_EQ(again.n_slices, chorale.n_slices);
  for (std::size_t t = 0U; t < again.n_slices; ++t) {
    for (std::size_t i = 0U; i < 4U; ++i) {
      EXPECT_EQ(again.slices[t].pitches[i], chorale.slices[t].pitches[i]);
    }
  }
  rondo_chorale_clear(&again);
}

TEST_F(Chorale, NeedsFourVoices)
{
  start(480U);
  note(0U, 480U, 60U);
  EXPECT_EQ(rondo_chorale_from_score(score, &chorale, &begin, &error),
            RONDO_ERR_UNSUPPORTED);
  EXPECT_NE(std::string(error.message).find("found 1"), std::string::npos);
  for (std::uint8_t i = 1U; i < 5U; ++i) {
    ASSERT_EQ(rondo_score_add_note(score, { 0U, 480U, 0U, i, 60U, 90U }),
              RONDO_SUCCESS);
  }
  EXPECT_EQ(rondo_chorale_from_score(score, &chorale, &begin, &error),
            RONDO_ERR_UNSUPPORTED);
  EXPECT_NE(std::string(error.message).find("more than 4"), std::string::npos);
}

TEST_F(Chorale, HasALimit)
{
  start(4U);
  note(0U, 1U, 60U);
  note(20000U, 1U, 60U);
  ASSERT_EQ(rondo_score_melody(score, -1, &notes, &n_notes), RONDO_SUCCESS);
  EXPECT_EQ(
    rondo_chorale_lay_soprano(&chorale, notes, n_notes, 4U, &begin, &error),
    RONDO_ERR_UNSUPPORTED);
  EXPECT_NE(std::string(error.message).find("16384"), std::string::npos);
}

} // namespace
