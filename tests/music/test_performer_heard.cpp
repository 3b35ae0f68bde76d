// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/music/performer.h"
#include "tests/music/performing.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using rondo::Event;
using rondo::Note;
using rondo::Performance;

constexpr std::uint64_t tick  = 1000U; // Frames, at 120 quarters a minute
constexpr std::uint64_t bar   = 96U * tick;
constexpr std::uint64_t start = 200000U;

/// A note in ticks: onset, length, pitch
using Played = std::vector<std::vector<std::uint32_t>>;

RondoPhrase
seed_of(const Performance& p)
{
  RondoPhrase seed;
  RondoPhrase frozen;
  rondo_performer_copy_seed(p.performer, &seed, &frozen);
  return seed;
}

Played
notes_of(const RondoPhrase& phrase)
{
  Played notes;
  for (std::uint32_t i = 0U; i < phrase.n_notes; ++i) {
    notes.push_back(
      { phrase.notes[i].onset, phrase.notes[i].ticks, phrase.notes[i].pitch });
  }
  return notes;
}

// Let a person play from a frame on, early and late by up to 17 ms, detached
void
play_from(Performance*  p,
          std::uint64_t frame,
          const Played& notes,
          std::uint64_t randomness,
          std::uint32_t spread = 1600U)
{
  RondoRandom random = rondo_random(randomness, 3U);
  for (const auto& note : notes) {
    const std::uint64_t early = rondo_random_below(&random, spread + 1U);
    const std::uint64_t on = frame + (note[0] * tick) + early - (spread / 2U);
    p->play(on, on + (note[1] * tick * 7U / 10U), note[2]);
  }
}

const Played riff{ { 0U, 24U, 60U },  { 24U, 12U, 64U }, { 36U, 12U, 67U },
                   { 48U, 36U, 65U }, { 84U, 12U, 62U }, { 96U, 48U, 64U },
                   { 144U, 8U, 65U }, { 152U, 8U, 64U }, { 160U, 8U, 62U },
                   { 168U, 24U, 60U } };

TEST(PerformerHeard, WhatAPersonPlaysIsPutOnTheGrid)
{
  for (std::uint64_t i = 0U; i < 40U; ++i) {
    Performance p;
    p.controls.seed_bars = 2;
    p.locate(0U, rondo::stopped(0));
    p.locate(start, rondo::rolling(7));
    play_from(&p, start + bar, riff, i);
    p.run(start + (6U * bar), rondo::random_blocks(i));
    const RondoPhrase seed = seed_of(p);
    EXPECT_EQ(seed.length, 192U);
    EXPECT_EQ(notes_of(seed), riff) << i;
    EXPECT_EQ(rondo_performer_seed_notes(p.performer), riff.size());
    EXPECT_TRUE(rondo_performer_seed_changed(p.performer));
  }
}

TEST(PerformerHeard, WithoutATransportTheFirstNoteBeginsABar)
{
  Performance p;
  p.controls.seed_bars = 2;
  p.locate(0U, rondo::stopped(3, 2.5));
  play_from(&p, 77777U, riff, 1U, 0U);
  p.run(start + (4U * bar), rondo::equal_blocks(333U));
  EXPECT_EQ(notes_of(seed_of(p)), riff);
}

TEST(PerformerHeard, KeepsTheLastBarsAndAPickup)
{
  Performance p;
  p.controls.seed_bars = 1;
  p.locate(0U, rondo::rolling(0));
  play_from(&p, bar, riff, 1U, 0U);
  play_from(&p, 5U * bar, { { 72U, 24U, 55U }, { 96U, 96U, 60U } }, 1U, 0U);
  p.run((6U * bar) + tick, rondo::equal_blocks(512U));
  EXPECT_EQ(notes_of(seed_of(p)), (Played{ { 72U, 24U, 55U } }));
  p.run(9U * bar, rondo::equal_blocks(512U));
  EXPECT_EQ(notes_of(seed_of(p)), (Played{ { 0U, 96U, 60U } }));
}

TEST(PerformerHeard, OnlyIfArmedAndNotLockedAndOnItsChannel)
{
  for (int i = 0; i < 4; ++i) {
    Performance p;
    p.controls.armed      = i != 0;
    p.controls.locked     = i == 1;
    p.controls.channel_in = i == 2 ? 5 : 0;
    p.locate(0U, rondo::rolling(0));
    play_from(&p, bar, riff, 1U, 0U);
    p.run(5U * bar, rondo::equal_blocks(512U));
    EXPECT_EQ(rondo_performer_seed_notes(p.performer), i == 3 ? 10U : 0U);
    rondo_performer_clear_seed(p.performer);
    EXPECT_EQ(rondo_performer_seed_notes(p.performer), 0U);
    EXPECT_EQ(seed_of(p).n_notes, 0U);
  }
}

TEST(PerformerHeard, ChordsGiveTheirHighestNote)
{
  Performance p;
  p.locate(0U, rondo::rolling(0));
  for (const unsigned pitch : { 60U, 64U, 67U }) {
    p.play(bar + (100U * pitch) - 6000U, bar + (20U * tick), pitch);
    p.play((bar + (24U * tick)) - (50U * (pitch - 60U)),
           bar + (70U * tick),
           pitch + 2U);
  }
  p.run(4U * bar, rondo::equal_blocks(64U));
  EXPECT_EQ(notes_of(seed_of(p)),
            (Played{ { 0U, 24U, 67U }, { 24U, 72U, 69U } }));
}

// Listen to a call and response of one bar each, silence first; return what
// begins and ends after `start`
std::vector<Event>
respond(Performance* p, const Played& call, std::uint64_t randomness = 0U)
{
  p->controls.mode    = RONDO_PERFORM_ANSWER;
  p->controls.bars    = 1;
  p->controls.through = false;
  p->locate(0U, rondo::stopped(4));
  p->locate(start - (2U * bar), rondo::rolling(4));
  play_from(p, start, call, randomness, randomness ? 1600U : 0U);
  p->locate(start + (4U * bar), rondo::stopped(10));
  const auto all = p->run(start + (5U * bar), rondo::random_blocks(randomness));
  EXPECT_EQ(rondo::find_fault(all), "");
  std::vector<Event> events;
  for (const Event& e : all) {
    if (e.frame > start) {
      events.push_back(e);
    }
  }
  return events;
}

const Played call{ { 0U, 24U, 60U },
                   { 24U, 24U, 64U },
                   { 48U, 24U, 67U },
                   { 72U, 24U, 72U } };

TEST(PerformerHeard, AnswersWhatItHeardOnTheBeat)
{
  std::vector<Event> first;
  for (std::uint64_t i = 0U; i < 20U; ++i) {
    Performance p;
    const auto  events = respond(&p, call, i);
    ASSERT_EQ(rondo::find_fault(events), "");
    ASSERT_GT(events.size(), 2U);
    for (const Event& e : events) {
      const std::uint64_t at = e.frame - start;
      const bool          answers =
        (at >= bar && at <= 2U * bar) || (at >= 3U * bar && at <= 4U * bar);
      EXPECT_TRUE(answers) << at;
      EXPECT_EQ(at % tick, 0U) << "late by " << at % tick;
    }
    // However unevenly it was played
    first = i ? first : events;
    EXPECT_TRUE(events == first) << i;
  }
}

TEST(PerformerHeard, OtherCallsGetOtherAnswersSilenceToo)
{
  Performance a;
  Performance b;
  Performance c;
  const auto  one   = respond(&a, call);
  const auto  other = respond(&b, { { 0U, 48U, 72U }, { 48U, 48U, 71U } });
  const auto  none  = respond(&c, {});
  EXPECT_FALSE(one == other);
  EXPECT_FALSE(one == none);
  EXPECT_GT(none.size(), 2U);
  EXPECT_EQ(rondo::find_fault(none), "");
}

TEST(PerformerHeard, VoicesSoundAsLongAsTheMelody)
{
  Performance p;
  p.controls.mode        = RONDO_PERFORM_HARMONIZE;
  p.controls.channel_out = 3;
  p.locate(0U, rondo::stopped(0));
  p.locate(start, rondo::rolling(0));
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
  for (std::uint64_t i = 0U; i < 24U; ++i) {
    const std::uint64_t on  = start + (i * 24U * tick) + (i * 77U);
    const std::uint64_t off = on + (i % 2U ? 20U : 23U) * tick;
    p.play(on, off, 67U + static_cast<unsigned>(i * 5U % 9U));
    spans.emplace_back(on, off);
  }
  const auto events =
    p.run(start + (24U * 24U * tick) + bar, rondo::random_blocks(1U));
  ASSERT_EQ(rondo::find_fault(events), "");
  EXPECT_EQ(rondo::notes_of(events, 0U).size(), 24U); // Passed on
  const auto  voices = rondo::notes_of(events, 2U);
  std::size_t n      = 0U;
  for (const auto& span : spans) {
    for (const Note& voice : voices) {
      if (voice.on >= span.first && voice.on < span.second) {
        EXPECT_LE(voice.on, span.first + 480U); // 10 ms
        EXPECT_EQ(voice.off, span.second);
        ++n;
      }
    }
  }
  EXPECT_EQ(n, voices.size());
  EXPECT_GT(n, 24U);
}

TEST(PerformerHeard, HarmonyIsTheSameOnEveryPass)
{
  Performance p;
  p.controls.mode        = RONDO_PERFORM_HARMONIZE;
  p.controls.channel_out = 2;
  p.controls.armed       = false; // Or the first pass would be a seed of others
  p.locate(0U, rondo::stopped(0));
  for (std::uint64_t pass = 0U; pass < 4U; ++pass) {
    p.locate(start + (pass * 2U * bar), rondo::rolling(0));
    play_from(&p, start + (pass * 2U * bar) + 1U, riff, 1U, 0U);
  }
  const auto events = p.run(start + (8U * bar), rondo::random_blocks(1U));
  const auto voices = rondo::notes_of(events, 1U);
  std::vector<std::vector<std::uint64_t>> passes(4U);
  for (const Note& voice : voices) {
    const std::uint64_t pass = (voice.on - start) / (2U * bar);
    passes[pass].push_back(voice.pitch);
  }
  EXPECT_GT(passes[0].size(), 10U);
  for (std::size_t i = 1U; i < 4U; ++i) {
    EXPECT_EQ(passes[i], passes[0]) << i;
  }
}

TEST(PerformerHeard, PassesOnWhatComesIn)
{
  Performance                                  p;
  const std::vector<std::vector<std::uint8_t>> messages{
    { 0x91U, 60U, 100U }, { 0xB1U, 1U, 77U }, { 0xE1U, 3U, 64U },
    { 0xC1U, 5U },        { 0xA1U, 60U, 9U }, { 0x81U, 60U, 33U },
    { 0xF3U, 1U },        { 0xFAU }
  };
  for (std::size_t i = 0U; i < messages.size(); ++i) {
    p.hear(100U + (10U * i), messages[i]);
  }
  // These are no messages
  p.hear(500U, {});
  p.hear(500U, { 60U, 60U });
  p.hear(500U, { 0x90U, 60U });
  p.hear(500U, { 0x90U, 60U, 200U });
  p.hear(500U, { 0x90U, 60U, 100U, 1U });
  p.hear(500U, { 0xF0U, 1U, 0xF7U });
  p.hear(500U, { 0x80U, 61U, 0U });
  const auto events = p.run(1000U, rondo::equal_blocks(64U));
  ASSERT_EQ(events.size(), messages.size());
  for (std::size_t i = 0U; i < messages.size(); ++i) {
    EXPECT_EQ(events[i].frame, 100U + (10U * i));
    EXPECT_EQ(std::vector<std::uint8_t>(events[i].data,
                                        events[i].data + events[i].size),
              messages[i]);
  }
}

TEST(PerformerHeard, APedalThatWasPassedOnIsLifted)
{
  Performance p;
  p.hear(100U, { 0xB0U, 64U, 127U });
  p.turn(200U, [](RondoPerformerControls& c) { c.through = false; });
  p.hear(300U, { 0xB0U, 1U, 5U });
  p.hear(400U, { 0xB0U, 64U, 0U });
  p.hear(500U, { 0xB0U, 64U, 0U });
  const auto events = p.run(1000U, rondo::equal_blocks(64U));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].frame, 400U);
  EXPECT_EQ(events[1].data[2], 0U);
}

TEST(PerformerHeard, SeedsThatAreGivenAreMended)
{
  RondoRandom random = rondo_random(5U, 5U);
  for (int run = 0; run < 300; ++run) {
    RondoPhrase wild;
    auto* const bytes = reinterpret_cast<unsigned char*>(&wild);
    for (std::size_t i = 0U; i < sizeof(wild); ++i) {
      bytes[i] = static_cast<unsigned char>(rondo_random_below(&random, 256U));
    }
    if (run % 2) {
      wild.bar     = { 4U, 4U };
      wild.n_notes = 100U;
      wild.length  = rondo_random_below(&random, 4000U);
      for (auto& note : wild.notes) {
        note.onset = rondo_random_below(&random, 4000U);
        note.ticks = rondo_random_below(&random, 40U);
        note.pitch &= 127U;
      }
    }
    Performance p;
    p.controls.mode      = run % 3;
    p.controls.variation = 0.0F;
    rondo_performer_give_seed(p.performer, &wild, &wild);
    RondoPhrase seed = seed_of(p); // Before the next block, too
    EXPECT_LE(seed.n_notes, RONDO_PHRASE_NOTES);
    p.locate(0U, rondo::rolling(0));
    p.locate(6U * bar, rondo::stopped(6));
    const auto events = p.run(7U * bar, rondo::random_blocks(1U));
    ASSERT_EQ(rondo::find_fault(events), "");
    EXPECT_FALSE(rondo_performer_seed_changed(p.performer));

    seed              = seed_of(p);
    std::uint32_t end = 0U;
    for (std::uint32_t i = 0U; i < seed.n_notes; ++i) {
      ASSERT_GE(seed.notes[i].onset, end);
      ASSERT_TRUE(seed.notes[i].ticks && seed.notes[i].pitch < 128U &&
                  seed.notes[i].velocity >= 1U &&
                  seed.notes[i].velocity < 128U);
      end = seed.notes[i].onset + seed.notes[i].ticks;
    }
    ASSERT_LE(end, seed.length);
    ASSERT_LE(seed.length, RONDO_PHRASE_TICKS);
  }
}

TEST(PerformerHeard, OtherThreadsSeeWholeSeeds)
{
  // All notes of a seed have its first pitch
  const auto make = [](std::uint32_t pitch) {
    Played notes;
    for (std::uint32_t i = 0U; i < 64U; ++i) {
      notes.push_back({ 6U * i, 6U, pitch });
    }
    return rondo::phrase(4U, notes);
  };
  Performance       p;
  std::atomic<bool> done{ false };
  std::atomic<int>  n_torn{ 0 };
  std::thread       giver([&] {
    for (std::uint32_t i = 0U; !done; ++i) {
      const RondoPhrase given = make(i % 128U);
      rondo_performer_give_seed(p.performer, &given, &given);
      std::this_thread::yield();
    }
  });
  std::thread       reader([&] {
    while (!done) {
      RondoPhrase seed;
      RondoPhrase frozen;
      rondo_performer_copy_seed(p.performer, &seed, &frozen);
      for (std::uint32_t k = 0U; k < seed.n_notes; ++k) {
        n_torn += seed.notes[k].pitch != seed.notes[0].pitch ||
                  frozen.notes[k].pitch != seed.notes[0].pitch;
      }
    }
  });
  for (int i = 0; i < 300000; ++i) {
    rondo_performer_begin_block(p.performer, &p.controls);
    rondo_performer_advance(p.performer, 1U);
  }
  done = true;
  giver.join();
  reader.join();
  EXPECT_EQ(n_torn, 0);
}

TEST(PerformerHeard, ResetEndsWhatSounds)
{
  Performance p;
  p.locate(0U, rondo::rolling(0));
  p.hear(500U, { 0x95U, 50U, 100U });
  p.at(123456U, rondo_performer_reset);
  const auto events = p.run(3U * bar, rondo::equal_blocks(100U));
  EXPECT_EQ(rondo::find_fault(events), "");
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().frame, 123456U);
}

TEST(PerformerSetup, RefusesWhatDoesNotFit)
{
  const auto&     models    = rondo::models();
  RondoPerformer* performer = nullptr;
  RondoError      error{};
  for (const double rate : { 0.0, 7999.0, 1e6, -1.0, 0.0 / 0.0 }) {
    EXPECT_NE(
      rondo_performer_new(models.melody, nullptr, rate, &performer, &error),
      RONDO_SUCCESS);
    EXPECT_NE(std::string(error.message).find("sample rate"),
              std::string::npos);
    EXPECT_EQ(performer, nullptr);
  }
  EXPECT_NE(
    rondo_performer_new(models.harmony, nullptr, 48000.0, &performer, &error),
    RONDO_SUCCESS);
  EXPECT_NE(rondo_performer_new(
              models.melody, models.melody, 48000.0, &performer, &error),
            RONDO_SUCCESS);
  rondo_performer_free(nullptr);
}

TEST(PerformerSetup, WithoutAModelNoVoicesAreAdded)
{
  RondoPerformer* performer = nullptr;
  ASSERT_EQ(rondo_performer_new(
              rondo::models().melody, nullptr, 48000.0, &performer, nullptr),
            RONDO_SUCCESS);
  RondoPerformerControls controls = rondo_performer_defaults();
  controls.mode                   = RONDO_PERFORM_HARMONIZE;
  const std::uint8_t on[]         = { 0x90U, 60U, 100U };
  rondo_performer_begin_block(performer, &controls);
  rondo_performer_hear(performer, on, 3U);
  rondo_performer_advance(performer, 48000U);
  ASSERT_NE(rondo_performer_peek(performer), nullptr);
  rondo_performer_pop(performer);
  EXPECT_EQ(rondo_performer_peek(performer), nullptr);
  rondo_performer_pop(performer);
  rondo_performer_free(performer);
}

} // namespace
