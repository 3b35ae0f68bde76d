// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/continuation.h"
#include "tests/music/melody_model.hpp"
#include "tests/net/networks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using Tokens = std::vector<std::size_t>;

class Continuation : public ::testing::Test
{
protected:
  Continuation()
  {
    const std::string path = ::testing::TempDir() + "continuation.safetensors";
    RondoError        error{};
    rondo::write_model(path, melody_description(), 3U);
    EXPECT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
      << error.message;
    (void)std::remove(path.c_str());
    EXPECT_EQ(rondo_composer_new(model, &composer), RONDO_SUCCESS);
    EXPECT_EQ(rondo_composer_new(model, &other), RONDO_SUCCESS);
    begin(1U);
  }

  ~Continuation() override
  {
    rondo_composer_free(composer);
    rondo_composer_free(other);
    rondo_model_free(model);
  }

  void begin(const std::uint64_t seed) const
  {
    rondo_composer_begin(composer, { 3U, 4U }, RONDO_MODE_MINOR, 0U, seed, 0U);
    rondo_composer_feed(composer, 67U);
    rondo_composer_feed(composer, 142U);
  }

  static RondoContinuation make(const std::uint64_t ticks,
                                const std::uint32_t notes)
  {
    RondoContinuation how{};
    how.composing.sampler = { 1.0, 0U, 1.0 };
    how.composing.low     = 60U;
    how.composing.high    = 63U;
    how.composing.scale   = 0xFFFU;
    how.composing.rests   = true;
    how.ticks             = ticks;
    how.notes             = notes;
    return how;
  }

  static Tokens take(RondoFound& found)
  {
    const Tokens tokens(found.tokens, found.tokens + found.count);
    rondo_found_clear(&found);
    return tokens;
  }

  Tokens draw(const RondoContinuation& how) const
  {
    RondoFound found{};
    EXPECT_EQ(rondo_continuation_draw(&how, composer, &found), RONDO_SUCCESS);
    return take(found);
  }

  Tokens search(const RondoContinuation& how, const std::size_t width) const
  {
    RondoFound found{};
    EXPECT_EQ(rondo_continuation_search(&how, model, composer, width, &found),
              RONDO_SUCCESS);
    return take(found);
  }

  static std::uint64_t ticks_of(const Tokens& tokens)
  {
    std::uint64_t sum = 0U;
    for (const std::size_t token : tokens) {
      sum += rondo_melody_ticks(token);
    }
    return sum;
  }

  // Score a beginning: the mean logarithm of a token's probability among those
  // that may come next
  double score(const RondoContinuation& how, const Tokens& tokens) const
  {
    double        sum  = 0.0;
    std::uint64_t left = how.ticks;
    rondo_composer_copy(other, composer);
    for (std::size_t i = 0U; i < tokens.size(); ++i) {
      RondoComposing composing  = how.composing;
      composing.holds           = i > 0U;
      composing.most            = static_cast<std::uint32_t>(left);
      const float* const logits = rondo_composer_logits(other, &composing);
      double             all    = 0.0;
      for (std::size_t k = 0U; k < RONDO_MELODY_TOKENS; ++k) {
        all += std::exp(static_cast<double>(logits[k]));
      }
      sum += static_cast<double>(logits[tokens[i]]) - std::log(all);
      left -= rondo_melody_ticks(tokens[i]);
      rondo_composer_feed(other, tokens[i]);
    }
    return sum / static_cast<double>(tokens.size());
  }

  // Go through every sequence that fills `left` ticks
  void try_all(const RondoContinuation& how,
               Tokens&                  tokens,
               const std::uint64_t      left)
  {
    if (!left) {
      ++n_tried;
      const double value = score(how, tokens);
      if (best.empty() || value > best_score) {
        best       = tokens;
        best_score = value;
      }
      return;
    }
    for (const std::size_t pitch : { 60U, 61U, 62U, 63U, 128U, 129U }) {
      if (pitch == RONDO_MELODY_HOLD && tokens.empty()) {
        continue;
      }
      for (std::size_t i = RONDO_MELODY_DURATIONS; i < RONDO_MELODY_TOKENS;
           ++i) {
        if (rondo_melody_ticks(i) <= left) {
          tokens.push_back(pitch);
          tokens.push_back(i);
          try_all(how, tokens, left - rondo_melody_ticks(i));
          tokens.resize(tokens.size() - 2U);
        }
      }
    }
  }

  RondoModel*    model    = nullptr;
  RondoComposer* composer = nullptr;
  RondoComposer* other    = nullptr;
  Tokens         best;
  double         best_score = 0.0;
  std::size_t    n_tried    = 0U;
};

TEST_F(Continuation, IsAsLongAsWasAskedFor)
{
  for (const std::uint64_t ticks : { 1ULL, 23ULL, 72ULL, 1000ULL }) {
    EXPECT_EQ(ticks_of(draw(make(ticks, 0U))), ticks);
    EXPECT_EQ(ticks_of(search(make(ticks, 0U), 3U)), ticks);
  }
  for (const std::uint32_t notes : { 1U, 7U, 40U }) {
    for (const Tokens& tokens : { draw(make(UINT64_MAX, notes)),
                                  search(make(UINT64_MAX, notes), 4U) }) {
      std::uint32_t n = 0U;
      for (const std::size_t token : tokens) {
        n += token < RONDO_MELODY_REST ? 1U : 0U;
      }
      EXPECT_EQ(n, notes);
      EXPECT_GT(rondo_melody_ticks(tokens.back()), 0U);
    }
  }
}

TEST_F(Continuation, OfABeamIsTheLikeliestOfAll)
{
  // 5 first pitches, 6 later ones, and durations of 1 to 4 ticks
  const RondoContinuation how = make(4U, 0U);
  Tokens                  tokens;
  try_all(how, tokens, 4U);
  EXPECT_EQ(n_tried, 5U * 7U * 7U * 7U);
  EXPECT_EQ(search(how, n_tried), best);
  for (const std::size_t width : { 1U, 2U, 8U }) {
    EXPECT_LE(score(how, search(how, width)), best_score);
  }
}

TEST_F(Continuation, OfTheNarrowestBeamTakesTheLikeliestToken)
{
  RondoContinuation how             = make(200U, 0U);
  const Tokens      found           = search(how, 1U);
  how.composing.sampler.temperature = 0.0;
  EXPECT_EQ(draw(how), found);
}

TEST_F(Continuation, OfABeamLeavesTheComposerWhereItWas)
{
  const RondoContinuation how   = make(100U, 0U);
  const Tokens            first = search(how, 5U);
  EXPECT_EQ(search(how, 5U), first);
  const Tokens drawn = draw(how);
  begin(1U);
  EXPECT_EQ(draw(how), drawn);
}

TEST_F(Continuation, HearsChordsFromTheirBeginning)
{
  RondoChords chords{};
  ASSERT_EQ(rondo_chords_read("Am | E7", 72U, &chords, nullptr), RONDO_SUCCESS);
  RondoContinuation how = make(14400U, 0U);
  how.composing.low     = 0U;
  how.composing.high    = 127U;
  const Tokens without  = draw(how);
  how.chords            = &chords;
  how.tonic             = 9U;
  std::vector<Tokens> heard;
  for (const std::uint32_t upbeat : { 0U, 24U, 20000U }) {
    how.upbeat = upbeat;
    begin(1U);
    heard.push_back(draw(how));
  }
  EXPECT_NE(heard[0], without);
  EXPECT_NE(heard[1], heard[0]);
  EXPECT_EQ(heard[2], without); // They never begin

  // Chords are counted from the tonic
  for (std::size_t i = 0U; i < chords.n_changes; ++i) {
    chords.changes[i].chord.root =
      static_cast<std::uint8_t>((chords.changes[i].chord.root + 1U) % 12U);
  }
  how.upbeat = 0U;
  how.tonic  = 10U;
  begin(1U);
  EXPECT_EQ(draw(how), heard[0]);
  rondo_chords_clear(&chords);
}

TEST_F(Continuation, RefusesWhatNeverEnds)
{
  RondoFound found{};
  for (const RondoContinuation& how : { make(UINT64_MAX, 0U), make(0U, 5U) }) {
    EXPECT_EQ(rondo_continuation_draw(&how, composer, &found),
              RONDO_ERR_BAD_ARGUMENT);
    EXPECT_EQ(rondo_continuation_search(&how, model, composer, 2U, &found),
              RONDO_ERR_BAD_ARGUMENT);
  }
  const RondoContinuation bar = make(72U, 0U);
  for (const std::size_t width : { 0U, RONDO_WIDEST_BEAM + 1U }) {
    EXPECT_EQ(rondo_continuation_search(&bar, model, composer, width, &found),
              RONDO_ERR_BAD_ARGUMENT);
  }
  RondoContinuation none = make(72U, 0U);
  none.composing.scale   = 0U;
  none.composing.rests   = false;
  EXPECT_EQ(rondo_continuation_search(&none, model, composer, 2U, &found),
            RONDO_ERR_UNSUPPORTED);
  EXPECT_EQ(found.tokens, nullptr);
}

} // namespace
