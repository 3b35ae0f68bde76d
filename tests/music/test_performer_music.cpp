// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer.h"
#include "tests/music/performing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

namespace {

using rondo::Note;
using rondo::Performance;

constexpr double        tick  = 1000.0; // Frames, at 120 quarters a minute
constexpr std::uint64_t start = 100000U;

const RondoPhrase none{};

// A tune in G major, four bars of 4/4
RondoPhrase
tune()
{
  const unsigned pitches[] = { 67U, 69U, 71U, 72U, 74U, 71U, 67U, 66U,
                               64U, 66U, 67U, 69U, 71U, 69U, 67U, 67U };
  std::vector<std::vector<std::uint32_t>> notes;
  notes.reserve(16U);
  for (std::uint32_t i = 0U; i < 16U; ++i) {
    notes.push_back({ 24U * i, 24U, pitches[i] });
  }
  return rondo::phrase(4U, notes);
}

// Perform `bars` of a metre from bar 0, all prepared
std::vector<Note>
perform(Performance* p, unsigned bars, double beats = 4.0, double unit = 4.0)
{
  const double bpm = 120.0 * unit / 4.0;
  p->locate(0U, { 0.0, 0.0, 0, beats, unit, bpm });
  p->locate(start, { 1.0, 0.0, 0, beats, unit, bpm });
  const auto end =
    start + static_cast<std::uint64_t>(bars * beats * 96.0 / unit * tick);
  p->locate(end, { 0.0, 0.0, 0, beats, unit, bpm });
  const auto events = p->run(end + 1000U, rondo::equal_blocks(256U));
  EXPECT_EQ(rondo::find_fault(events), "");
  return rondo::notes_of(events,
                         static_cast<unsigned>(p->controls.channel_out - 1));
}

double
tick_of(std::uint64_t frame)
{
  return std::round((static_cast<double>(frame) - start) / tick);
}

TEST(PerformerMusic, KeepsToKeyScaleAndRange)
{
  const unsigned scales[][2] = {
    { RONDO_SCALE_MAJOR, 0xAB5U },
    { RONDO_SCALE_MINOR, 0x5ADU },
    { RONDO_SCALE_DORIAN, 0x6ADU },
    { RONDO_SCALE_PHRYGIAN, 0x5ABU },
    { RONDO_SCALE_LYDIAN, 0xAD5U },
    { RONDO_SCALE_MIXOLYDIAN, 0x6B5U },
    { RONDO_SCALE_PENTATONIC_MAJOR, 0x295U },
    { RONDO_SCALE_BLUES, 0x4E9U },
  };
  for (const auto& scale : scales) {
    for (int key = 0; key < 12; ++key) {
      for (const int low : { 0, 28, 60, 110 }) {
        for (const int mode : { RONDO_PERFORM_CONTINUE, RONDO_PERFORM_VARY }) {
          Performance       p;
          const RondoPhrase seed = tune();
          p.controls.mode        = mode;
          p.controls.key         = key;
          p.controls.scale       = static_cast<int>(scale[0]);
          p.controls.low         = low;
          p.controls.high        = low + 17;
          rondo_performer_give_seed(
            p.performer, key % 2 ? &seed : &none, &none);
          const auto notes = perform(&p, 4U);
          ASSERT_GT(notes.size(), 3U);
          for (const Note& note : notes) {
            const unsigned above =
              (note.pitch + 24U - static_cast<unsigned>(key)) % 12U;
            ASSERT_TRUE(scale[1] >> above & 1U)
              << note.pitch << " in key " << key << " scale " << scale[0];
            ASSERT_GE(static_cast<int>(note.pitch), low);
            ASSERT_LE(static_cast<int>(note.pitch), low + 17);
          }
        }
      }
    }
  }
}

TEST(PerformerMusic, FollowsTheKeyOfTheSeed)
{
  Performance       p;
  const RondoPhrase seed = tune();
  rondo_performer_give_seed(p.performer, &seed, &none);
  const auto     notes = perform(&p, 16U);
  const unsigned major = 0xAB5U;
  for (const Note& note : notes) {
    EXPECT_TRUE(major >> ((note.pitch + 5U) % 12U) & 1U) << note.pitch;
  }

  // Without the lock, a network of random weights plays all there is
  Performance free;
  free.controls.scale_lock = false;
  rondo_performer_give_seed(free.performer, &seed, &none);
  bool outside = false;
  for (const Note& note : perform(&free, 16U)) {
    outside = outside || !(major >> ((note.pitch + 5U) % 12U) & 1U);
  }
  EXPECT_TRUE(outside);
}

TEST(PerformerMusic, OneNoteTellsKeysApart)
{
  // In F, though C lasts longest: a B flat says so
  const unsigned played[][2] = { { 65U, 24U }, { 69U, 12U }, { 72U, 24U },
                                 { 69U, 12U }, { 70U, 12U }, { 72U, 12U },
                                 { 74U, 12U }, { 72U, 24U }, { 69U, 12U },
                                 { 70U, 12U }, { 72U, 12U }, { 74U, 12U },
                                 { 72U, 24U }, { 69U, 12U }, { 69U, 12U },
                                 { 67U, 12U }, { 65U, 12U }, { 67U, 36U } };
  RondoPhrase    seed        = rondo::phrase(3U, {});
  std::uint32_t  at          = 0U;
  for (const auto& note : played) {
    seed.notes[seed.n_notes++] = {
      at, note[1], static_cast<std::uint8_t>(note[0]), 90U
    };
    at += note[1];
  }
  Performance p;
  rondo_performer_give_seed(p.performer, &seed, &none);
  const auto notes = perform(&p, 16U);
  ASSERT_GT(notes.size(), 20U);
  for (const Note& note : notes) {
    EXPECT_NE(note.pitch % 12U, 11U);
  }
}

TEST(PerformerMusic, NoNoteRingsBeyondItsPhrase)
{
  const double metres[][2] = { { 4.0, 4.0 }, { 3.0, 4.0 },  { 2.0, 2.0 },
                               { 6.0, 8.0 }, { 9.0, 8.0 },  { 12.0, 8.0 },
                               { 5.0, 4.0 }, { 7.0, 8.0 },  { 11.0, 8.0 },
                               { 1.0, 8.0 }, { 17.0, 8.0 }, { 3.5, 4.0 },
                               { 5.0, 1.0 } };
  for (const auto& metre : metres) {
    for (int bars = 1; bars <= 5; ++bars) {
      Performance p;
      p.controls.bars      = bars;
      p.controls.density   = -1.0F;
      const double  length = bars * metre[0] * 96.0 / metre[1];
      const auto    notes  = perform(&p, 12U, metre[0], metre[1]);
      std::set<int> phrases;
      ASSERT_FALSE(notes.empty());
      for (const Note& note : notes) {
        const int k = static_cast<int>((tick_of(note.on) + 0.5) / length);
        EXPECT_LE(tick_of(note.off), std::ceil((k + 1) * length))
          << metre[0] << '/' << metre[1] << ' ' << bars << " bars";
        phrases.insert(k);
      }
      EXPECT_GE(phrases.size(), static_cast<std::size_t>(12 / bars) / 2U);
    }
  }
}

TEST(PerformerMusic, AVariationIsAShareOfThePhrase)
{
  const RondoPhrase theme = tune();
  double            last  = 0.0;
  for (const float variation : { 0.0F, 0.2F, 0.6F, 1.0F }) {
    Performance p;
    p.controls.mode       = RONDO_PERFORM_VARY;
    p.controls.variation  = variation;
    p.controls.scale_lock = false;
    rondo_performer_give_seed(p.performer, &none, &theme);
    const auto  notes = perform(&p, 32U);
    std::size_t kept  = 0U;
    for (unsigned pass = 0U; pass < 8U; ++pass) {
      for (unsigned i = 0U; i < theme.n_notes; ++i) {
        const RondoPhraseNote& note = theme.notes[i];
        for (const Note& n : notes) {
          kept += tick_of(n.on) == (384.0 * pass) + note.onset &&
                  tick_of(n.off) - tick_of(n.on) == note.ticks &&
                  n.pitch == note.pitch;
        }
      }
    }
    const double changed = 1.0 - (static_cast<double>(kept) / 128.0);
    EXPECT_GE(changed, last);
    EXPECT_NEAR(changed, static_cast<double>(variation), 0.13);
    last = changed;
  }
}

TEST(PerformerMusic, FreezesWhatSounds)
{
  Performance p;
  p.controls.bars = 1;
  p.locate(0U, rondo::stopped(0));
  p.locate(start, rondo::rolling(0));
  const std::uint64_t bar = 96000U;
  p.turn(start + (2U * bar) + 5000U,
         [](RondoPerformerControls& c) { c.freeze = true; });
  p.turn(start + (2U * bar) + 6000U, [](RondoPerformerControls& c) {
    c.freeze    = false;
    c.mode      = RONDO_PERFORM_VARY;
    c.variation = 0.0F;
  });
  const auto notes =
    rondo::notes_of(p.run(start + (8U * bar), rondo::random_blocks(3U)), 0U);
  EXPECT_TRUE(rondo_performer_is_frozen(p.performer));
  EXPECT_TRUE(rondo_performer_seed_changed(p.performer));
  EXPECT_FALSE(rondo_performer_seed_changed(p.performer));

  RondoPhrase seed;
  RondoPhrase frozen;
  rondo_performer_copy_seed(p.performer, &seed, &frozen);
  ASSERT_GT(frozen.n_notes, 2U);
  EXPECT_EQ(frozen.length, 96U);
  for (const double pass : { 3.0, 5.0, 6.0 }) {
    std::size_t i = 0U;
    for (const Note& note : notes) {
      const double at = tick_of(note.on) - (96.0 * pass);
      if (at >= 0.0 && at < 96.0) {
        ASSERT_LT(i, frozen.n_notes);
        EXPECT_EQ(at, frozen.notes[i].onset);
        EXPECT_EQ(note.pitch, frozen.notes[i].pitch);
        ++i;
      }
    }
    EXPECT_EQ(i, frozen.n_notes);
  }
}

TEST(PerformerMusic, AccentsAndHumanizingAreOfVelocities)
{
  const RondoPhrase theme  = tune();
  const auto        listen = [&theme](float accent, float humanize, int seed) {
    Performance p;
    p.controls.mode        = RONDO_PERFORM_VARY;
    p.controls.variation   = 0.0F;
    p.controls.velocity    = 80.0F;
    p.controls.accent      = accent;
    p.controls.humanize    = humanize;
    p.controls.random_seed = seed;
    rondo_performer_give_seed(p.performer, &none, &theme);
    std::vector<unsigned> velocities;
    for (const Note& note : perform(&p, 4U)) {
      velocities.push_back(note.velocity);
    }
    return velocities;
  };
  const auto flat = listen(0.0F, 0.0F, 0);
  ASSERT_EQ(flat.size(), 16U);
  EXPECT_EQ(std::set<unsigned>(flat.begin(), flat.end()).size(), 1U);
  EXPECT_EQ(flat[0], 80U);
  const auto accents = listen(1.0F, 0.0F, 0);
  EXPECT_GT(accents[0], accents[1] + 5U);
  EXPECT_EQ(accents[1], accents[2]);
  const auto human = listen(0.0F, 1.0F, 0);
  EXPECT_GT(std::set<unsigned>(human.begin(), human.end()).size(), 6U);
  EXPECT_EQ(human, listen(0.0F, 1.0F, 0));
  EXPECT_NE(human, listen(0.0F, 1.0F, 1));
}

TEST(PerformerMusic, SwingMovesOffEighthsAndNeverReorders)
{
  std::vector<std::vector<std::uint32_t>> straight;
  straight.reserve(16U);
  for (std::uint32_t i = 0U; i < 16U; ++i) {
    straight.push_back({ 6U * i, 6U, 60U + i });
  }
  const RondoPhrase sixteenths = rondo::phrase(1U, straight);
  const RondoPhrase triplets =
    rondo::phrase(1U, { { 0U, 8U, 60U }, { 8U, 8U, 62U }, { 16U, 8U, 64U } });
  const auto listen = [](const RondoPhrase& theme, double beats, double unit) {
    Performance p;
    p.controls.mode       = RONDO_PERFORM_VARY;
    p.controls.variation  = 0.0F;
    p.controls.swing      = 0.75F;
    p.controls.scale_lock = false;
    rondo_performer_give_seed(p.performer, &none, &theme);
    std::vector<double> onsets;
    for (const Note& note : perform(&p, 1U, beats, unit)) {
      onsets.push_back(tick_of(note.on));
    }
    return onsets;
  };
  const auto swung = listen(sixteenths, 4.0, 4.0);
  ASSERT_EQ(swung.size(), 16U);
  EXPECT_EQ(std::vector<double>(swung.begin(), swung.begin() + 5),
            (std::vector<double>{ 0.0, 9.0, 18.0, 21.0, 24.0 }));
  EXPECT_EQ(listen(triplets, 4.0, 4.0),
            (std::vector<double>{ 0.0, 8.0, 16.0 }));
  const auto jig = listen(sixteenths, 6.0, 8.0);
  ASSERT_GT(jig.size(), 10U);
  EXPECT_EQ(jig[2], 12.0);
}

TEST(PerformerMusic, OtherNumbersAreOtherMusic)
{
  const auto listen = [](int seed, int n_regenerate, double again) {
    Performance p;
    p.controls.random_seed = seed;
    for (int i = 0; i < n_regenerate; ++i) {
      rondo_performer_regenerate(p.performer);
    }
    if (again > 0.0) {
      p.turn(10U,
             [seed](RondoPerformerControls& c) { c.random_seed = seed + 1; });
      p.turn(20U, [seed](RondoPerformerControls& c) { c.random_seed = seed; });
    }
    std::vector<unsigned> pitches;
    for (const Note& note : perform(&p, 8U)) {
      pitches.push_back(note.pitch);
    }
    return pitches;
  };
  const auto zero = listen(0, 0, 0.0);
  EXPECT_EQ(zero, listen(0, 0, 0.0));
  EXPECT_NE(zero, listen(1, 0, 0.0));
  EXPECT_NE(zero, listen(0, 1, 0.0));
  EXPECT_NE(listen(0, 2, 0.0), listen(0, 1, 0.0));
  EXPECT_EQ(zero, listen(0, 1, 1.0));
}

TEST(PerformerMusic, ChangesAreHeardFromTheNextNoteOn)
{
  // While a knob turns all the time, it plays on
  Performance p;
  p.controls.bars = 1;
  p.locate(0U, rondo::stopped(0));
  p.locate(start, rondo::rolling(0));
  for (std::uint64_t i = 0U; i < 8000U; ++i) {
    p.turn(start + (64U * i), [i](RondoPerformerControls& c) {
      c.temperature = 0.5F + (0.0001F * static_cast<float>(i));
      c.key         = static_cast<int>(i / 500U % 12U);
    });
  }
  const auto    events = p.run(start + (64U * 8000U), rondo::equal_blocks(64U));
  const auto    notes  = rondo::notes_of(events, 0U);
  std::set<int> bars;
  for (const Note& note : notes) {
    bars.insert(static_cast<int>((note.on - start) / 96000U));
  }
  EXPECT_EQ(bars.size(), 6U);
}

} // namespace
