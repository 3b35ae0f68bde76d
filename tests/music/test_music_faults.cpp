// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of what handles music fails once.

#include "core/music/chorale_score.h"
#include "core/music/chord.h"
#include "core/music/composer.h"
#include "core/music/continuation.h"
#include "core/music/harmonizer.h"
#include "core/music/harmony.h"
#include "core/music/melody.h"
#include "core/music/midi_file.h"
#include "core/music/performer.h"
#include "core/music/phrase_file.h"
#include "tests/base/heap_faults.hpp"
#include "tests/music/chorale_model.hpp"
#include "tests/music/melody_model.hpp"
#include "tests/music/small_model.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using rondo::fail_each;
using rondo::fail_each_new;

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
  score->n_tracks = 4U;
  EXPECT_EQ(rondo_score_sort(score), RONDO_SUCCESS);
  return score;
}

TEST(MusicFaults, EnginesWithoutMemoryFail)
{
  RondoModel* const melody  = load_small_model(melody_description());
  RondoModel* const harmony = load_small_model(chorale_description());
  EXPECT_EQ(fail_each_new<RondoComposer>(
              [&](RondoComposer** const out) {
                return rondo_composer_new(melody, out);
              },
              rondo_composer_free),
            1U);
  EXPECT_EQ(fail_each_new<RondoHarmonizer>(
              [&](RondoHarmonizer** const out) {
                return rondo_harmonizer_new(harmony, out);
              },
              rondo_harmonizer_free),
            1U);
  EXPECT_EQ(fail_each_new<RondoPerformer>(
              [&](RondoPerformer** const out) {
                return rondo_performer_new(
                  melody, harmony, 48000.0, out, nullptr);
              },
              rondo_performer_free),
            2U); // And what notes that the task was read
  rondo_model_free(harmony);
  rondo_model_free(melody);
}

TEST(MusicFaults, ContinuationsWithoutMemoryFailAndLeaveNothing)
{
  RondoModel* const model    = load_small_model(melody_description());
  RondoComposer*    composer = nullptr;
  ASSERT_EQ(rondo_composer_new(model, &composer), RONDO_SUCCESS);

  RondoContinuation how = {};
  how.composing.low     = 60U;
  how.composing.high    = 72U;
  how.composing.scale   = 0xFFFU;
  how.ticks             = 384U;
  how.composing.sampler = { 1.0, 0U, 1.0 };
  RondoFound found      = { nullptr, 0U };
  EXPECT_GT(
    fail_each([&] {
      EXPECT_EQ(found.tokens, nullptr);
      rondo_composer_begin(composer, { 4U, 4U }, RONDO_MODE_MAJOR, 0U, 1U, 1U);
      return rondo_continuation_draw(&how, composer, &found);
    }),
    3U);
  EXPECT_GT(found.count, 4U);
  rondo_found_clear(&found);

  rondo_composer_begin(composer, { 4U, 4U }, RONDO_MODE_MAJOR, 0U, 1U, 1U);
  EXPECT_GT(fail_each([&] {
              EXPECT_EQ(found.tokens, nullptr);
              return rondo_continuation_search(
                &how, model, composer, 40U, &found);
            }),
            8U);
  EXPECT_GT(found.count, 0U);
  rondo_found_clear(&found);
  rondo_composer_free(composer);
  rondo_model_free(model);
}

TEST(MusicFaults, ScoresWithoutMemoryFail)
{
  EXPECT_GT(fail_each_new<RondoScore>(
              [](RondoScore** const out) {
                RondoStatus st = rondo_score_new(480U, out);
                for (std::uint32_t i = 0U; !st && i < 9U; ++i) {
                  const std::uint64_t at = 480U * (9U - i);
                  if (!(st = rondo_score_add_note(
                          *out, { at, 480U, 0U, 0U, 60U, 90U })) &&
                      !(st = rondo_score_add_tempo(*out, { at, 500000U })) &&
                      !(st = rondo_score_add_metre(*out, { at, 4U, 4U }))) {
                    st = rondo_score_add_key(*out, { at, 0, false });
                  }
                }
                if (!st) {
                  st = rondo_score_sort(*out);
                }
                if (st) {
                  rondo_score_free(*out);
                  *out = nullptr;
                }
                return st;
              },
              rondo_score_free),
            12U);
}

TEST(MusicFaults, MidiFilesWithoutMemoryFailAndLeaveNone)
{
  const std::string path  = testing::TempDir() + "rondo_music_faults.mid";
  RondoScore* const score = make_score();
  RondoPhrase       phrase{};
  RondoError        error{};
  phrase.bar      = { 4U, 4U };
  phrase.length   = 96U;
  phrase.n_notes  = 1U;
  phrase.notes[0] = { 0U, 96U, 60U, 100U };

  const auto write_each = [&](const auto& write) {
    return fail_each([&] {
      EXPECT_FALSE(std::filesystem::exists(path));
      error.message[0]     = '\0';
      const RondoStatus st = write();
      EXPECT_EQ(st == RONDO_SUCCESS, error.message[0] == '\0');
      return st;
    });
  };
  EXPECT_GT(write_each([&] {
              return rondo_phrase_write(&phrase, 120.0, path.c_str(), &error);
            }),
            6U);
  std::filesystem::remove(path);
  EXPECT_GT(
    write_each([&] { return rondo_midi_write(path.c_str(), score, &error); }),
    3U);
  EXPECT_GT(fail_each_new<RondoScore>(
              [&](RondoScore** const out) {
                RondoMidiDamage   damage{};
                const RondoStatus st =
                  rondo_midi_read(path.c_str(), out, &damage, &error);
                EXPECT_EQ(damage.n_damages, 0U);
                return st;
              },
              rondo_score_free),
            5U);
  std::filesystem::remove(path);
  rondo_score_free(score);
}

TEST(MusicFaults, MelodiesWithoutMemoryFail)
{
  RondoScore* const score = make_score();
  RondoError        error{};
  EXPECT_GT(fail_each([&] {
              RondoMelody melody{};
              RondoMelody again{};
              RondoScore* back     = nullptr;
              uint8_t*    tokens   = nullptr;
              size_t      n_tokens = 0U;
              RondoStatus st =
                rondo_melody_from_score(score, -1, &melody, &error);
              if (!st) {
                st =
                  rondo_melody_encode(&melody, 0, &tokens, &n_tokens, &error);
              }
              if (!st) {
                st = rondo_melody_decode(&again, 0, tokens, n_tokens);
              }
              if (!st) {
                st = rondo_melody_to_score(&again, 500000U, &back);
              }
              rondo_score_free(back);
              std::free(tokens);
              rondo_melody_clear(&again);
              rondo_melody_clear(&melody);
              return st;
            }),
            10U);
  rondo_score_free(score);

  EXPECT_GT(fail_each([&] {
              RondoChords       chords{};
              const RondoStatus st =
                rondo_chords_read("C | G7 | Am F | C", 96U, &chords, &error);
              rondo_chords_clear(&chords);
              return st;
            }),
            2U);
}

TEST(MusicFaults, ChoralesWithoutMemoryFail)
{
  RondoScore* const score = make_score();
  std::uint64_t     begin = 0U;
  RondoError        error{};
  EXPECT_GT(fail_each([&] {
              RondoChorale chorale{};
              RondoScore*  back = nullptr;
              RondoStatus  st =
                rondo_chorale_from_score(score, &chorale, &begin, &error);
              if (!st) {
                st = rondo_score_new(480U, &back);
              }
              if (!st) {
                EXPECT_EQ(chorale.n_slices, 32U);
                st = rondo_chorale_add_part(
                  &chorale, RONDO_BASS, begin, 3840U, 90U, back);
              }
              rondo_score_free(back);
              rondo_chorale_clear(&chorale);
              return st;
            }),
            8U);

  EXPECT_GT(fail_each([&] {
              RondoChorale chorale{};
              RondoNote*   notes   = nullptr;
              std::size_t  n_notes = 0U;
              RondoStatus  st = rondo_score_melody(score, -1, &notes, &n_notes);
              if (st == RONDO_SUCCESS) {
                st = rondo_chorale_lay_soprano(
                  &chorale, notes, n_notes, 480U, &begin, &error);
              }
              std::free(notes);
              rondo_chorale_clear(&chorale);
              return st;
            }),
            6U);
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
