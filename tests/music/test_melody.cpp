// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/music/melody.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr std::uint8_t rest = RONDO_MELODY_REST;

using Events = std::vector<std::pair<unsigned, unsigned>>; // Pitch, ticks

class Melody : public ::testing::Test
{
protected:
  ~Melody() override { rondo_melody_clear(&melody); }

  void add(const Events& events)
  {
    for (const auto& event : events) {
      ASSERT_EQ(rondo_melody_add(&melody,
                                 static_cast<std::uint8_t>(event.first),
                                 event.second),
                RONDO_SUCCESS);
    }
  }

  std::vector<std::uint8_t> encode(int shift)
  {
    std::uint8_t* tokens = nullptr;
    std::size_t   n      = 0U;
    EXPECT_EQ(rondo_melody_encode(&melody, shift, &tokens, &n, &error),
              RONDO_SUCCESS)
      << error.message;
    std::vector<std::uint8_t> out(tokens, tokens + n);
    std::free(tokens);
    return out;
  }

  static Events events_of(const RondoMelody& m)
  {
    Events out;
    for (std::size_t i = 0U; i < m.n_events; ++i) {
      out.emplace_back(m.events[i].pitch, m.events[i].ticks);
    }
    return out;
  }

  RondoMelody melody{ nullptr, 0U, { 4U, 4U }, 0U, 0U, RONDO_MODE_MAJOR };
  RondoError  error{};
};

TEST_F(Melody, IsPitchThenDuration)
{
  add({ { 60U, 24U }, { rest, 12U }, { 62U, 8U } });
  EXPECT_EQ(encode(2),
            (std::vector<std::uint8_t>{ 62U, 142U, rest, 138U, 64U, 136U }));
}

TEST_F(Melody, HoldsWhatNoDurationCanSay)
{
  add({ { 60U, 197U } });
  const auto tokens = encode(0);
  EXPECT_EQ(tokens,
            (std::vector<std::uint8_t>{
              60U, 156U, RONDO_MELODY_HOLD, 134U, RONDO_MELODY_HOLD, 131U }));
}

TEST_F(Melody, ComesBackFromItsTokens)
{
  RondoRandom random = rondo_random(1U, 1U);
  for (int round = 0; round < 200; ++round) {
    rondo_melody_clear(&melody);
    for (unsigned i = 0U; i < 100U; ++i) {
      const bool rests = i % 5U == 4U;
      const auto pitch = 30U + rondo_random_below(&random, 70U);
      add({ { rests ? rest : pitch, 1U + rondo_random_below(&random, 700U) } });
    }
    const int   shift = static_cast<int>(rondo_random_below(&random, 40U)) - 20;
    const auto  tokens = encode(shift);
    RondoMelody back   = melody;
    back.events        = nullptr;
    back.n_events      = 0U;
    ASSERT_EQ(rondo_melody_decode(&back, shift, tokens.data(), tokens.size()),
              RONDO_SUCCESS);
    EXPECT_EQ(events_of(back), events_of(melody));
    rondo_melody_clear(&back);
  }
}

TEST_F(Melody, RefusesTokensThatCannotFollow)
{
  const std::vector<std::vector<std::uint8_t>> wrong{
    { RONDO_MELODY_HOLD, 140U }, // Nothing to hold
    { 60U },                     // No duration
    { 60U, 60U },
    { 140U, 140U },
    { RONDO_MELODY_END, 140U },
    { 60U, 157U },
    { 3U, 140U }, // Below pitch 0 without the shift
  };
  for (const auto& tokens : wrong) {
    EXPECT_EQ(rondo_melody_decode(&melody, 5, tokens.data(), tokens.size()),
              RONDO_ERR_BAD_ARGUMENT);
    rondo_melody_clear(&melody);
  }
}

TEST_F(Melody, RefusesBarsThatTokensCannotSay)
{
  for (const RondoBar bar : { RondoBar{ 9U, 4U },
                              RondoBar{ 3U, 64U },
                              RondoBar{ 0U, 4U },
                              RondoBar{ 4U, 0U },
                              RondoBar{ 17U, 32U } }) {
    melody.bar           = bar;
    std::uint8_t* tokens = nullptr;
    std::size_t   n      = 0U;
    EXPECT_EQ(rondo_melody_encode(&melody, 0, &tokens, &n, &error),
              RONDO_ERR_UNSUPPORTED)
      << static_cast<int>(bar.beats);
    EXPECT_NE(std::string(error.message).find("bars of"), std::string::npos);
  }
  EXPECT_EQ(rondo_melody_bar_ticks({ 7U, 8U }), 84U);
  EXPECT_EQ(rondo_melody_bar_ticks({ 5U, 4U }), 120U);
  EXPECT_EQ(rondo_melody_bar_ticks({ 12U, 8U }), 144U);
}

TEST_F(Melody, RefusesPitchesBeyondTheKeyboard)
{
  add({ { 127U, 24U } });
  std::uint8_t* tokens = nullptr;
  std::size_t   n      = 0U;
  EXPECT_EQ(rondo_melody_encode(&melody, 1, &tokens, &n, &error),
            RONDO_ERR_UNSUPPORTED);
}

TEST_F(Melody, TellsWhereInTheBarItIs)
{
  RondoMelodyState state;
  float            x[RONDO_MELODY_N_INPUTS];
  rondo_melody_begin(&state, { 6U, 8U }, RONDO_MODE_DORIAN, 12U);

  // Index by index: last eighth of the second beat of the bar before the first
  rondo_melody_inputs(&state, x);
  const std::vector<float> first(x, x + 7);
  EXPECT_EQ(first[0], 157.0F);         // No token yet
  EXPECT_EQ(first[1], 159.0F + 24.0F); // Ticks in the beat
  EXPECT_EQ(first[2], 255.0F + 1.0F);  // Beat
  EXPECT_EQ(first[3], 271.0F + 1.0F);  // Two beats
  EXPECT_EQ(first[4], 287.0F + 2.0F);  // Of 36 ticks
  EXPECT_EQ(first[5], 292.0F + 3.0F);  // Dorian
  EXPECT_EQ(first[6], 299.0F + 15.0F); // Bar -1

  rondo_melody_advance(&state, 67U);
  rondo_melody_advance(&state, 138U); // 12 ticks
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[0], 138.0F);
  EXPECT_EQ(x[1], 159.0F);
  EXPECT_EQ(x[2], 255.0F);
  EXPECT_EQ(x[6], 299.0F);
}

TEST_F(Melody, LooksBackByBars)
{
  RondoMelodyState state;
  float            x[RONDO_MELODY_N_INPUTS];
  rondo_melody_begin(&state, { 4U, 4U }, RONDO_MODE_MAJOR, 0U);
  for (unsigned bar = 0U; bar < 20U; ++bar) {
    rondo_melody_inputs(&state, x);
    const unsigned lags[] = { 1U, 2U, 4U, 8U, 16U };
    for (unsigned i = 0U; i < 5U; ++i) {
      const float pitch = bar < lags[i] ? 158.0F : 60.0F + bar - lags[i];
      EXPECT_EQ(x[7U + i], pitch) << bar << " " << i;
    }
    rondo_melody_advance(&state, 60U + bar);
    rondo_melody_inputs(&state, x);
    EXPECT_EQ(x[7], bar ? 147.0F : 158.0F); // A half
    rondo_melody_advance(&state, 147U);
    rondo_melody_inputs(&state, x);
    EXPECT_EQ(x[7], bar ? static_cast<float>(RONDO_MELODY_REST) : 158.0F);
    rondo_melody_advance(&state, RONDO_MELODY_REST);
    rondo_melody_advance(&state, 147U);
  }
}

// The first indices of the chord, of how much is alike, and of what agrees
constexpr float no_root  = 315.0F;
constexpr float no_chord = 328.0F;
constexpr float no_alike = 338.0F;
constexpr float no_agree = 346.0F;

TEST_F(Melody, TellsTheChord)
{
  RondoMelodyState state;
  float            x[RONDO_MELODY_N_INPUTS];
  rondo_melody_begin(&state, { 4U, 4U }, RONDO_MODE_MAJOR, 0U);
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[RONDO_MELODY_CHORD_INPUT], no_root);
  EXPECT_EQ(x[RONDO_MELODY_CHORD_INPUT + 1], no_chord);
  rondo_melody_set_chord(&state, { 11U, RONDO_CHORD_SUSPENDED });
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[RONDO_MELODY_CHORD_INPUT], no_root + 12.0F);
  EXPECT_EQ(x[RONDO_MELODY_CHORD_INPUT + 1],
            no_chord + static_cast<float>(RONDO_CHORD_SUSPENDED));
}

TEST_F(Melody, FollowsWhereTokensWereTheSame)
{
  // 60, 62, 64 and 65, all quarters, then the same again after a rest
  const std::size_t quarter = rondo_melody_longest(24U);
  RondoMelodyState  state;
  float             x[RONDO_MELODY_N_INPUTS];
  rondo_melody_begin(&state, { 4U, 4U }, RONDO_MODE_MAJOR, 0U);
  for (const unsigned pitch : { 60U, 62U, 64U, 65U, 0U + rest, 60U, 62U }) {
    rondo_melody_inputs(&state, x);
    EXPECT_EQ(x[15], no_alike) << pitch;
    rondo_melody_advance(&state, pitch);
    rondo_melody_advance(&state, quarter);
  }
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[14], 64.0F);
  EXPECT_EQ(x[15], no_alike + 1.0F); // Four tokens
  rondo_melody_advance(&state, 64U);
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[14], static_cast<float>(quarter));
  EXPECT_EQ(x[15], no_alike + 1.0F);
  rondo_melody_advance(&state, quarter);
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[14], 65.0F);
  EXPECT_EQ(x[15], no_alike + 2.0F); // Six
  rondo_melody_advance(&state, 67U); // Not 65
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[15], no_alike);
}

TEST_F(Melody, FollowsForAsLongAsItRemembers)
{
  // A phrase, then many tokens that are all different from it, then it again
  for (const unsigned between : { 400U, 600U }) {
    RondoMelodyState state;
    float            x[RONDO_MELODY_N_INPUTS];
    rondo_melody_begin(&state, { 4U, 4U }, RONDO_MODE_MAJOR, 0U);
    const auto play = [&](std::size_t pitch, std::uint32_t ticks) {
      rondo_melody_advance(&state, pitch);
      rondo_melody_advance(&state, rondo_melody_longest(ticks));
    };
    play(60U, 24U);
    play(62U, 12U);
    play(64U, 24U);
    for (unsigned i = 0U; i < between; ++i) {
      play(70U + i % 2U, 48U);
    }
    play(60U, 24U);
    play(62U, 12U);
    rondo_melody_inputs(&state, x);
    EXPECT_EQ(x[15], no_alike + (between == 400U ? 1.0F : 0.0F));
    EXPECT_EQ(x[14], between == 400U ? 64.0F : 158.0F);
  }
}

TEST_F(Melody, TellsWhichBarsAgree)
{
  // A whole note in each bar: the third is as the first, two bars before
  const std::size_t whole = rondo_melody_longest(96U);
  RondoMelodyState  state;
  float             x[RONDO_MELODY_N_INPUTS];
  rondo_melody_begin(&state, { 4U, 4U }, RONDO_MODE_MAJOR, 0U);
  for (const std::size_t pitch : { 60U, 62U }) {
    rondo_melody_advance(&state, pitch);
    rondo_melody_advance(&state, whole);
  }
  rondo_melody_advance(&state, 60U);
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[16], no_agree + 2.0F);
  rondo_melody_advance(&state, whole);
  rondo_melody_inputs(&state, x);
  EXPECT_EQ(x[16], no_agree + 3.0F); // Both bars before were whole notes
}

TEST_F(Melody, AllowsWhatTheGrammarDoes)
{
  RondoMelodyState state;
  rondo_melody_begin(&state, { 4U, 4U }, RONDO_MODE_MAJOR, 0U);
  EXPECT_TRUE(rondo_melody_allows(&state, 0U));
  EXPECT_FALSE(rondo_melody_allows(&state, RONDO_MELODY_HOLD));
  EXPECT_FALSE(rondo_melody_allows(&state, 140U));
  rondo_melody_advance(&state, 60U);
  EXPECT_TRUE(rondo_melody_allows(&state, 140U));
  EXPECT_FALSE(rondo_melody_allows(&state, 60U));
  EXPECT_FALSE(rondo_melody_allows(&state, RONDO_MELODY_TOKENS));
  rondo_melody_advance(&state, 140U);
  EXPECT_TRUE(rondo_melody_allows(&state, RONDO_MELODY_HOLD));
  EXPECT_TRUE(rondo_melody_allows(&state, RONDO_MELODY_END));
}

TEST_F(Melody, GuessesThePickup)
{
  melody.bar = { 3U, 4U };
  for (int i = 0; i < 8; ++i) {
    add({ { 67U, 24U }, { 72U, 48U } });
  }
  EXPECT_EQ(rondo_melody_guess_pickup(&melody), 24U);

  rondo_melody_clear(&melody);
  for (int i = 0; i < 8; ++i) {
    add({ { 72U, 48U }, { 67U, 24U } });
  }
  EXPECT_EQ(rondo_melody_guess_pickup(&melody), 0U);
}

TEST_F(Melody, GuessesTheKey)
{
  const unsigned major[] = { 0U, 2U, 4U, 5U, 7U, 9U, 11U };
  const unsigned minor[] = { 0U, 2U, 3U, 5U, 7U, 8U, 11U };
  for (unsigned tonic = 0U; tonic < 12U; ++tonic) {
    for (const auto* const scale : { major, minor }) {
      rondo_melody_clear(&melody);
      for (const unsigned i : { 0U, 1U, 2U, 3U, 4U, 5U, 6U, 4U, 2U, 0U }) {
        add({ { 60U + tonic + scale[i], i ? 12U : 48U } });
      }
      rondo_melody_guess_key(&melody);
      EXPECT_EQ(melody.tonic, tonic);
      EXPECT_EQ(melody.mode,
                scale == major ? RONDO_MODE_MAJOR : RONDO_MODE_MINOR);
    }
  }
}

TEST_F(Melody, MovesToC)
{
  for (unsigned tonic = 0U; tonic < 12U; ++tonic) {
    for (const unsigned octave : { 24U, 60U, 96U }) {
      rondo_melody_clear(&melody);
      melody.tonic = static_cast<std::uint8_t>(tonic);
      add({ { octave + tonic, 24U } });
      const int pitch =
        static_cast<int>(octave + tonic) + rondo_melody_shift(&melody);
      EXPECT_EQ(pitch % 12, 0);
      EXPECT_GE(pitch, 60);
      EXPECT_LE(pitch, 84);
    }
  }
}

class MelodyScore : public Melody
{
protected:
  ~MelodyScore() override { rondo_score_free(score); }

  void begin(std::uint32_t division)
  {
    ASSERT_EQ(rondo_score_new(division, &score), RONDO_SUCCESS);
  }

  void note(std::uint64_t onset,
            std::uint64_t duration,
            unsigned      pitch,
            unsigned      channel = 0U,
            unsigned      track   = 0U)
  {
    const RondoNote added{ onset,
                           duration,
                           static_cast<std::uint16_t>(track),
                           static_cast<std::uint8_t>(channel),
                           static_cast<std::uint8_t>(pitch),
                           64U };
    ASSERT_EQ(rondo_score_add_note(score, added), RONDO_SUCCESS);
  }

  RondoStatus take(int track = -1)
  {
    EXPECT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
    rondo_melody_clear(&melody);
    return rondo_melody_from_score(score, track, &melody, &error);
  }

  RondoScore* score = nullptr;
};

TEST_F(MelodyScore, TakesTheHighestVoice)
{
  begin(480U);
  note(0U, 960U, 48U);
  note(0U, 480U, 72U);
  note(480U, 240U, 74U);
  note(600U, 480U, 50U); // Below what sounds
  note(960U, 480U, 76U);
  note(960U, 480U, 36U, 9U); // Percussion
  ASSERT_EQ(take(), RONDO_SUCCESS) << error.message;
  EXPECT_EQ(
    events_of(melody),
    (Events{ { 72U, 24U }, { 74U, 12U }, { rest, 12U }, { 76U, 24U } }));
}

TEST_F(MelodyScore, TakesOneTrack)
{
  begin(24U);
  note(0U, 24U, 72U, 0U, 0U);
  note(0U, 24U, 60U, 0U, 1U);
  ASSERT_EQ(take(1), RONDO_SUCCESS);
  EXPECT_EQ(events_of(melody), (Events{ { 60U, 24U } }));
  EXPECT_EQ(take(2), RONDO_ERR_UNSUPPORTED);
}

TEST_F(MelodyScore, JoinsNotesThatAreReleasedEarly)
{
  begin(480U);
  note(0U, 455U, 60U);
  note(480U, 455U, 62U);
  ASSERT_EQ(take(), RONDO_SUCCESS);
  EXPECT_EQ(events_of(melody), (Events{ { 60U, 24U }, { 62U, 23U } }));
}

TEST_F(MelodyScore, CountsBarsFromTheLastMetre)
{
  begin(24U);
  ASSERT_EQ(rondo_score_add_metre(score, { 0U, 4U, 4U }), RONDO_SUCCESS);
  ASSERT_EQ(rondo_score_add_metre(score, { 60U, 3U, 4U }), RONDO_SUCCESS);
  ASSERT_EQ(rondo_score_add_key(score, { 0U, 2, false }), RONDO_SUCCESS);
  note(36U, 24U, 60U);
  note(60U, 24U, 62U);
  ASSERT_EQ(take(), RONDO_SUCCESS);
  EXPECT_EQ(melody.bar.beats, 3U);
  EXPECT_EQ(melody.pickup, 24U);
  EXPECT_EQ(melody.tonic, 2U);
  EXPECT_EQ(melody.mode, RONDO_MODE_MAJOR);
}

TEST_F(MelodyScore, ShortensWhatLastsForEver)
{
  begin(24U);
  note(0U, 24U, 60U);
  note(96000024U, 24U, 62U);
  ASSERT_EQ(take(), RONDO_SUCCESS);
  ASSERT_EQ(melody.n_events, 3U);
  EXPECT_EQ(melody.events[1].ticks, 15U * 96U);
}

TEST_F(MelodyScore, RefusesPercussionAlone)
{
  begin(24U);
  note(0U, 24U, 60U, 9U);
  EXPECT_EQ(take(), RONDO_ERR_UNSUPPORTED);
  EXPECT_STREQ(error.message, "there are no notes but percussion");
}

TEST_F(MelodyScore, ComesBackAsAScore)
{
  melody.bar    = { 6U, 8U };
  melody.pickup = 12U;
  melody.tonic  = 9U;
  melody.mode   = RONDO_MODE_DORIAN; // A dorian has the notes of G major
  const Events events{
    { 69U, 12U }, { 72U, 36U }, { rest, 18U }, { 74U, 12U }
  };
  add(events);
  ASSERT_EQ(rondo_melody_to_score(&melody, 400000U, &score), RONDO_SUCCESS);
  ASSERT_EQ(score->n_notes, 3U);
  EXPECT_EQ(score->notes[0].onset, 60U * 20U);
  EXPECT_EQ(score->keys[0].sharps, 1);
  EXPECT_EQ(score->tempos[0].microseconds, 400000U);
  EXPECT_EQ(score->end, (60U + 78U) * 20U);
  ASSERT_EQ(take(), RONDO_SUCCESS);
  EXPECT_EQ(events_of(melody), events);
  EXPECT_EQ(melody.pickup, 12U);
  EXPECT_EQ(melody.bar.beats, 6U);
}

} // namespace
