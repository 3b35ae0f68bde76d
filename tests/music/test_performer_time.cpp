// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/music/performer.h"
#include "tests/music/performing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace {

using rondo::Blocks;
using rondo::Event;
using rondo::Note;
using rondo::Performance;

constexpr std::uint64_t second = 48000U;
constexpr std::uint64_t bar    = 2U * second; // Of 4/4 at 120 a minute

/// A note in ticks: onset, end, pitch, velocity
using TickNote = std::tuple<long, long, unsigned, unsigned>;

// Return the notes of a performance that began to roll at `start`, in ticks
std::vector<TickNote>
in_ticks(const std::vector<Event>& events, double start, double frames_per_tick)
{
  std::vector<TickNote> notes;
  for (const Note& note : rondo::notes_of(events, 0U)) {
    const auto tick = [&](std::uint64_t frame) {
      return std::lround((static_cast<double>(frame) - start) /
                         frames_per_tick);
    };
    notes.emplace_back(
      tick(note.on), tick(note.off), note.pitch, note.velocity);
  }
  return notes;
}

// A scenario with all that may happen at a frame, in 20 seconds
void
fill(Performance* p, RondoPerformMode mode)
{
  p->controls.mode = mode;
  p->controls.bars = 1;
  p->locate(10U, rondo::stopped(0));
  p->play(2000U, 30001U, 64U);
  p->play(31999U, 50001U, 67U);
  p->play(55555U, 66666U, 71U);
  p->locate(100003U, rondo::rolling(0));
  p->locate(200017U, rondo::rolling(0, 3.3));
  for (std::uint64_t i = 0U; i < 16U; ++i) {
    p->play(
      204000U + (13001U * i), 215000U + (13001U * i), 60U + (5U * i) % 17U);
  }
  p->locate(420000U, rondo::stopped(1, 1.0));
  RondoTransport waltz{ 1.0, 0.5, 6, 3.0, 4.0, 90.0 };
  p->locate(450001U, waltz);
  p->at(700007U, rondo_performer_regenerate);
  p->at(800013U, rondo_performer_panic);
  p->locate(900000U, rondo::rolling(-3, 2.0));
  p->locate(955000U, rondo::stopped(-3, 2.0));
}

class PerformerModes : public ::testing::TestWithParam<int>
{
};

TEST_P(PerformerModes, AnyPartitionGivesTheSameEvents)
{
  const auto  mode = static_cast<RondoPerformMode>(GetParam());
  Performance one;
  fill(&one, mode);
  const std::vector<Event> expected =
    one.run(20U * second, rondo::equal_blocks(1U << 20U));
  ASSERT_GT(expected.size(), 50U);
  EXPECT_EQ(rondo::find_fault(expected), "");

  // A thousand in all modes together
  for (std::uint64_t i = 0U; i < 1000U / RONDO_N_PERFORM_MODES; ++i) {
    Performance other;
    fill(&other, mode);
    const Blocks blocks = i < 3U ? rondo::equal_blocks(1U + (31U * (i * i)))
                                 : rondo::random_blocks(i);
    const std::vector<Event> events = other.run(20U * second, blocks);
    ASSERT_EQ(events.size(), expected.size()) << "partition " << i;
    for (std::size_t k = 0U; k < events.size(); ++k) {
      ASSERT_TRUE(events[k] == expected[k])
        << "partition " << i << ", event " << k << ": " << events[k].frame
        << " and " << expected[k].frame;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
  All,
  PerformerModes,
  ::testing::Range(0, static_cast<int>(RONDO_N_PERFORM_MODES)));

TEST(PerformerTime, BlocksRatesAndPassesGiveTheSameNotes)
{
  // Bars 1 and 2 in a loop, of phrases of one bar; at each rate some passes
  std::vector<TickNote> expected;
  RondoRandom           random   = rondo_random(7U, 7U);
  const double          rates[]  = { 8000.0,  11025.0, 22050.0, 44100.0,
                                     48000.0, 88200.0, 96000.0, 192000.0 };
  int                   n_passes = 0;
  for (int run = 0; n_passes < 1000; ++run) {
    const double rate =
      run < 8 ? rates[run] : 8000.0 + rondo_random_below(&random, 184001U);
    const double tick = rate / 48.0; // Frames, at 120 quarters a minute
    Performance  p(rate);
    const auto   begin  = static_cast<std::uint64_t>(rate / 2.0);
    const auto   length = static_cast<std::uint64_t>(std::ceil(192.0 * tick));
    const int    passes = 8;
    p.controls.bars     = 1;
    p.locate(0U, rondo::stopped(1));
    for (std::uint64_t i = 0U; i < passes; ++i) {
      p.locate(begin + (i * length), rondo::rolling(1));
    }
    p.locate(begin + (passes * length), rondo::stopped(1));
    const std::vector<Event> events =
      p.run(begin + (passes * length) + 1000U,
            rondo::random_blocks(static_cast<std::uint64_t>(run)));
    ASSERT_EQ(rondo::find_fault(events), "") << rate;

    for (std::uint64_t i = 0U; i < passes; ++i, ++n_passes) {
      std::vector<Event> pass;
      for (const Event& e : events) {
        const std::uint64_t from   = begin + (i * length);
        const bool          is_end = e.kind() == 0x80U;
        if (e.frame >= from + (is_end ? 1U : 0U) &&
            e.frame < from + length + (is_end ? 1U : 0U)) {
          pass.push_back(e);
        }
      }
      const auto notes =
        in_ticks(pass, static_cast<double>(begin + (i * length)), tick);
      if (expected.empty()) {
        expected = notes;
        ASSERT_GT(expected.size(), 4U);
      }
      ASSERT_EQ(notes, expected) << rate << " Hz, pass " << i;
    }
  }
}

// Return where an eighth is that swings, by the definition of swing: the
// quarter is cut at its share, and each part is stretched evenly
long double
swung(long double tick, long double share)
{
  const long double quarter = std::floor(tick / 24.0L);
  const long double at      = tick - (24.0L * quarter);
  return (24.0L * quarter) +
         (at < 12.0L
            ? at / 12.0L * share * 24.0L
            : 24.0L * (share + ((at - 12.0L) / 12.0L * (1.0L - share))));
}

TEST(PerformerTime, EveryNoteIsOnItsSample)
{
  RondoRandom random = rondo_random(11U, 0U);
  std::size_t n      = 0U;
  for (int run = 0; run < 200; ++run) {
    const double rate  = 8000.0 + rondo_random_below(&random, 184001U);
    const double tempo = 30.0 + (0.25 * rondo_random_below(&random, 1000U));
    const auto   at    = 0.25 * rondo_random_below(&random, 16U);
    const std::uint64_t start = 1U + rondo_random_below(&random, 5000U);

    // A phrase of two bars, sixteenths and rests
    std::vector<std::vector<std::uint32_t>> notes;
    for (std::uint32_t tick = 0U; tick < 192U;) {
      const std::uint32_t ticks = 6U * (1U + rondo_random_below(&random, 4U));
      const std::uint32_t end   = tick + ticks < 192U ? tick + ticks : 192U;
      if (rondo_random_below(&random, 4U)) {
        notes.push_back({ tick, end - tick, 60U + (tick / 6U) % 20U });
      }
      tick = end;
    }
    const RondoPhrase theme = rondo::phrase(2U, notes);
    const RondoPhrase none{};

    Performance p(rate);
    p.controls.mode       = RONDO_PERFORM_VARY;
    p.controls.variation  = 0.0F;
    p.controls.scale_lock = false;
    p.controls.swing      = 0.5F + (0.125F * static_cast<float>(run % 3));
    rondo_performer_give_seed(p.performer, &none, &theme);
    p.locate(0U, { 0.0, at, 4, 4.0, 4.0, tempo });
    const std::uint64_t wait = static_cast<std::uint64_t>(rate / 4.0);
    p.locate(wait + start, { 1.0, at, 4, 4.0, 4.0, tempo });
    const auto events = p.run(
      wait + start + static_cast<std::uint64_t>(rate * 60.0 / tempo * 24.0),
      rondo::random_blocks(1000U + run));

    // Where the notes should be, in samples
    const long double frames = 60.0L * rate / tempo / 24.0L;
    std::vector<std::pair<long double, unsigned>> due;
    for (unsigned pass = 0U; pass < 4U; ++pass) {
      for (const auto& note : notes) {
        const long double tick =
          (192.0L * pass) +
          swung(note[0], static_cast<long double>(p.controls.swing));
        if (tick >= 24.0L * at - 0.01L) {
          due.emplace_back((tick - (24.0L * at)) * frames, note[2]);
        }
      }
    }
    std::size_t i = 0U;
    for (const Event& e : events) {
      if (e.kind() == 0x90U) {
        ASSERT_LT(i, due.size());
        const long double exact = due[i].first + wait + start;
        ASSERT_NEAR(static_cast<double>(e.frame - exact), 0.0, 0.5015)
          << "run " << run << ", note " << i;
        ASSERT_EQ(e.data[1], due[i].second);
        ++i;
        ++n;
      }
    }
    ASSERT_GT(i, due.size() / 2U);
  }
  EXPECT_GT(n, 5000U);
}

TEST(PerformerTime, BeatZeroSoundsAtItsFrame)
{
  const RondoPhrase theme = rondo::phrase(1U, { { 0U, 12U, 60U } });
  const RondoPhrase none{};
  for (const bool told : { true, false }) {
    for (std::uint64_t frame = 40000U; frame < 40200U; frame += 7U) {
      Performance p;
      p.controls.mode      = RONDO_PERFORM_VARY;
      p.controls.variation = 0.0F;
      rondo_performer_give_seed(p.performer, &none, &theme);
      if (told) {
        p.locate(0U, rondo::stopped(3));
      }
      // Hosts round: a thousandth of a beat late is on the beat, too
      const double late = 0.001 * static_cast<double>(frame % 2U);
      p.locate(frame, rondo::rolling(3, late));
      const auto events = p.run(60000U, rondo::equal_blocks(64U));
      ASSERT_FALSE(events.empty());
      EXPECT_EQ(events[0].kind(), 0x90U);
      EXPECT_GE(events[0].frame, frame);
      // A host that jumps while it rolls leaves no time to write ahead
      EXPECT_LE(events[0].frame, frame + (told ? 0U : 480U));
    }
  }
}

} // namespace
