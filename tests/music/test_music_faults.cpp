// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of what handles music fails once.  The sanitizers see
// what is lost.

#include "core/music/chorale_score.h"
#include "core/music/composer.h"
#include "core/music/continuation.h"
#include "core/music/harmonizer.h"
#include "core/music/harmony.h"
#include "core/music/performer.h"
#include "tests/base/heap_faults.hpp"
#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/music/small_model.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

/// Call `action` with one allocation after the other failing, until none does;
/// return how many there were
template<class Action>
size_t
fail_each(const Action action)
{
  for (size_t n_failures = 0;; ++n_failures) {
    rondo::arm_heap(n_failures);
    const RondoStatus st = action();
    rondo::disarm_heap();
    if (st == RONDO_SUCCESS || n_failures > 1000U) {
      return n_failures;
    }
    EXPECT_EQ(st, RONDO_ERR_NO_MEMORY);
  }
}

RondoScore*
make_score()
{
  RondoScore* score = nullptr;
  EXPECT_EQ(rondo_score_new(480U, &score), RONDO_SUCCESS);
  for (std::uint64_t i = 0U; i < 8U; ++i) {
    for (std::uint16_t part = 0U; part < 4U; ++part) {
      const auto pitch =
        static_cast<std::uint8_t>(72U - (part * 6U) - (i % 3U));
      EXPECT_EQ(
        rondo_score_add_note(score, { i * 480U, 480U, part, 0U, pitch, 90U }),
        RONDO_SUCCESS);
    }
  }
  EXPECT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
  return score;
}

TEST(MusicFaults, HarmonizersWithoutMemoryFail)
{
  RondoModel* const model      = load_small_model(chorale_description());
  RondoHarmonizer*  harmonizer = nullptr;
  EXPECT_EQ(fail_each([&] { return rondo_harmonizer_new(model, &harmonizer); }),
            1U);
  EXPECT_NE(harmonizer, nullptr);
  rondo_harmonizer_free(harmonizer);
  rondo_model_free(model);
}

TEST(MusicFaults, PerformersWithoutMemoryFail)
{
  RondoModel* const melody    = load_small_model(melody_description());
  RondoModel* const harmony   = load_small_model(chorale_description());
  RondoPerformer*   performer = nullptr;
  EXPECT_EQ(fail_each([&] {
              EXPECT_EQ(performer, nullptr);
              return rondo_performer_new(
                melody, harmony, 48000.0, &performer, nullptr);
            }),
            1U);
  EXPECT_NE(performer, nullptr);
  rondo_performer_free(performer);
  rondo_model_free(harmony);
  rondo_model_free(melody);
}

TEST(MusicFaults, SearchesWithoutMemoryFailAndLeaveNothing)
{
  RondoModel* const model    = load_small_model(melody_description());
  RondoComposer*    composer = nullptr;
  ASSERT_EQ(rondo_composer_new(model, &composer), RONDO_SUCCESS);
  rondo_composer_begin(composer, { 4U, 4U }, RONDO_MODE_MAJOR, 0U, 1U, 1U);

  RondoContinuation how = {};
  how.composing.low     = 60U;
  how.composing.high    = 72U;
  how.composing.scale   = 0xFFFU;
  how.ticks             = 96U;
  RondoFound found      = { nullptr, 0U };
  EXPECT_GT(fail_each([&] {
              EXPECT_EQ(found.tokens, nullptr);
              return rondo_continuation_search(
                &how, model, composer, 3U, &found);
            }),
            8U);
  EXPECT_GT(found.count, 0U);
  rondo_found_clear(&found);
  rondo_composer_free(composer);
  rondo_model_free(model);
}

TEST(MusicFaults, ChoralesWithoutMemoryFail)
{
  RondoScore* const score = make_score();
  RondoChorale      chorale{};
  std::uint64_t     begin = 0U;
  EXPECT_GT(fail_each([&] {
              rondo_chorale_clear(&chorale);
              return rondo_chorale_from_score(score, &chorale, &begin, nullptr);
            }),
            5U);
  EXPECT_EQ(chorale.n_slices, 32U);
  rondo_chorale_clear(&chorale);

  EXPECT_GT(fail_each([&] {
              RondoNote*  notes   = nullptr;
              std::size_t n_notes = 0U;
              RondoStatus st = rondo_score_melody(score, -1, &notes, &n_notes);
              rondo_chorale_clear(&chorale);
              if (st == RONDO_SUCCESS) {
                st = rondo_chorale_lay_soprano(
                  &chorale, notes, n_notes, 480U, &begin, nullptr);
              }
              std::free(notes);
              return st;
            }),
            6U);
  rondo_chorale_clear(&chorale);
  rondo_score_free(score);
}

TEST(MusicFaults, HarmoniesWithoutMemoryFailAndLeaveAllAsItWas)
{
  RondoModel* const model = load_small_model(harmony_description());
  RondoScore* const score = make_score();
  RondoChorale      chorale{};
  std::uint64_t     begin = 0U;
  ASSERT_EQ(rondo_chorale_from_score(score, &chorale, &begin, nullptr),
            RONDO_SUCCESS);
  const std::vector<std::uint8_t> holes(chorale.n_slices * 4U, 1U);
  const RondoSlice                before = chorale.slices[5];
  RondoFilling                    how    = rondo_filling(0);
  how.n_passes                           = 2U;
  EXPECT_EQ(fail_each([&] {
              for (std::size_t i = 0U; i < 4U; ++i) {
                EXPECT_EQ(chorale.slices[5].pitches[i], before.pitches[i]);
              }
              return rondo_harmony_fill(model, &how, 0, holes.data(), &chorale);
            }),
            6U); // Four blocks, and one for each pass
  rondo_chorale_clear(&chorale);
  rondo_score_free(score);
  rondo_model_free(model);
}

} // namespace
