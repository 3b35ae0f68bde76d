// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/music/performer.h"
#include "tests/music/performing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace {

using rondo::Event;
using rondo::Performance;

/// Draws what hosts and players do, sane and insane
class Chance
{
public:
  explicit Chance(std::uint64_t seed)
    : random(rondo_random(seed, 99U))
  {
  }

  std::uint32_t below(std::uint32_t n)
  {
    return rondo_random_below(&random, n);
  }

  float share() { return rondo_random_uniform(&random); }

  double nonsense()
  {
    const double list[] = { std::nan(""),
                            std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(),
                            0.0,
                            -1.0,
                            -1e300,
                            1e300,
                            1e18,
                            5e-324,
                            3.7 };
    return list[below(10U)];
  }

  RondoTransport transport()
  {
    const double   beats[] = { 2.0, 3.0,  4.0,  5.0, 6.0, 7.0,
                               9.0, 12.0, 17.0, 3.5, 4.0, 4.0 };
    const double   units[] = { 1.0, 2.0, 4.0, 8.0, 16.0, 4.0, 4.0, 8.0 };
    RondoTransport at{ below(4U) ? 1.0 : 0.0,
                       0.25 * below(20U),
                       static_cast<std::int64_t>(below(12U)) - 3,
                       beats[below(12U)],
                       units[below(8U)],
                       20.0 + below(400U) };
    double* const fields[] = { &at.speed,
                               &at.bar_beat,
                               &at.beats_per_bar,
                               &at.beat_unit,
                               &at.beats_per_minute };
    if (!below(4U)) {
      *fields[below(5U)] = nonsense();
    }
    if (!below(50U)) {
      at.bar = below(2U) ? std::numeric_limits<std::int64_t>::max()
                         : std::numeric_limits<std::int64_t>::min();
    }
    return at;
  }

  std::vector<std::uint8_t> message()
  {
    if (!below(10U)) {
      std::vector<std::uint8_t> bytes(below(5U));
      for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(below(256U));
      }
      return bytes;
    }
    const std::uint8_t kinds[] = { 0x90U, 0x90U, 0x90U, 0x80U, 0xB0U };
    const auto         kind    = kinds[below(5U)];
    const std::uint8_t cc[]    = { 1U, 64U, 120U, 123U, 7U };
    return { static_cast<std::uint8_t>(kind | (below(3U) ? 0U : below(16U))),
             kind == 0xB0U ? cc[below(5U)]
                           : static_cast<std::uint8_t>(55U + below(12U)),
             static_cast<std::uint8_t>(below(128U)) };
  }

  float wild(float x)
  {
    return below(40U) ? x : static_cast<float>(nonsense());
  }

  void turn(RondoPerformerControls& c)
  {
    switch (below(24U)) {
      case 0U:
        c.enabled = below(3U) != 0U;
        break;
      case 1U:
        c.mode = static_cast<int>(below(5U));
        break;
      case 2U:
        c.sync = static_cast<int>(below(4U));
        break;
      case 3U:
        c.tempo = wild(20.0F + (400.0F * share()));
        break;
      case 4U:
        c.bars = static_cast<int>(below(20U));
        break;
      case 5U:
        c.seed_bars = static_cast<int>(below(12U));
        break;
      case 6U:
        c.armed = below(3U) != 0U;
        break;
      case 7U:
        c.locked = below(3U) == 0U;
        break;
      case 8U:
        c.freeze = below(2U) != 0U;
        break;
      case 9U:
        c.temperature = wild(2.5F * share());
        break;
      case 10U:
        c.top_p = wild(1.2F * share());
        break;
      case 11U:
        c.density = wild((3.0F * share()) - 1.5F);
        break;
      case 12U:
        c.variation = wild(share());
        break;
      case 13U:
        c.low = static_cast<int>(below(140U)) - 6;
        break;
      case 14U:
        c.high = static_cast<int>(below(140U)) - 6;
        break;
      case 15U:
        c.key = static_cast<int>(below(15U)) - 2;
        break;
      case 16U:
        c.scale = static_cast<int>(below(12U));
        break;
      case 17U:
        c.scale_lock = below(2U) != 0U;
        break;
      case 18U:
        c.channel_in = static_cast<int>(below(18U));
        break;
      case 19U:
        c.channel_out = static_cast<int>(below(4U));
        break;
      case 20U:
        c.swing = wild(share());
        break;
      case 21U:
        c.random_seed = static_cast<int>(below(5U));
        break;
      case 22U:
        c.through = below(2U) != 0U;
        break;
      default:
        c.velocity = wild(150.0F * share());
        break;
    }
  }

private:
  RondoRandom random;
};

// Let something happen at a frame
void
add_action(Performance* p, Chance* chance, std::uint64_t frame)
{
  switch (chance->below(16U)) {
    case 0U:
      p->at(frame, rondo_performer_panic);
      break;
    case 1U:
      p->at(frame, rondo_performer_regenerate);
      break;
    case 2U:
      p->at(frame, rondo_performer_clear_seed);
      break;
    case 3U:
      p->at(frame, rondo_performer_reset);
      break;
    case 4U:
    case 5U:
    case 6U:
    case 7U:
      p->locate(frame, chance->transport());
      break;
    case 8U:
    case 9U: {
      Chance* const same = chance;
      p->turn(frame, [same](RondoPerformerControls& c) { same->turn(c); });
      break;
    }
    default:
      p->hear(frame, chance->message());
      break;
  }
}

TEST(PerformerClean, ThousandsOfActionsLeaveNoNoteHanging)
{
  std::size_t n_events  = 0U;
  std::size_t n_actions = 0U;
  for (std::uint64_t run = 0U; run < 60U; ++run) {
    Chance        chance(run);
    const double  rates[] = { 48000.0, 44100.0, 8000.0, 192000.0 };
    Performance   p(rates[run % 4U]);
    std::uint64_t frame = 0U;
    p.controls.bars     = 1 + static_cast<int>(run % 4U);
    p.controls.mode     = static_cast<int>(run % 5U);
    p.locate(0U, rondo::stopped(0));
    p.locate(20000U, rondo::rolling(0));
    for (int i = 0; i < 250; ++i, ++n_actions) {
      // Now and then storms: many things at one frame, or one after the other
      frame += chance.below(5U) ? chance.below(20000U) : chance.below(3U);
      add_action(&p, &chance, 20000U + frame);
    }
    // In the end all is switched off
    p.turn(20000U + frame + 50000U,
           [](RondoPerformerControls& c) { c.enabled = false; });
    p.at(20000U + frame + 60000U, rondo_performer_panic);
    p.most_taken = run % 3U == 2U ? 1U + chance.below(3U) : 0xFFFFFFFFU;
    const auto events =
      p.run(20000U + frame + (run % 3U == 2U ? 3000000U : 100000U),
            rondo::random_blocks(run));
    n_events += events.size();
    ASSERT_EQ(rondo::find_fault(events, run % 3U != 2U), "") << "run " << run;
    for (const Event& e : events) {
      ASSERT_TRUE(e.size >= 1U && e.size <= 3U && e.data[0] >= 0x80U &&
                  e.data[1] < 0x80U && e.data[2] < 0x80U);
    }
  }
  EXPECT_EQ(n_actions, 15000U);
  EXPECT_GT(n_events, 15000U);
}

TEST(PerformerClean, EverythingEndsAtOnce)
{
  constexpr std::uint64_t frame = 320000U;
  using Ending                  = std::function<void(Performance*)>;
  const auto turning =
    [](const std::function<void(RondoPerformerControls&)>& turn) {
      return [turn](Performance* p) { p->turn(frame, turn); };
    };
  const std::vector<Ending> endings{
    [](Performance* p) { p->locate(frame, rondo::stopped(1)); },
    [](Performance* p) { p->locate(frame, rondo::rolling(40)); },
    [](Performance* p) { p->locate(frame, rondo::rolling(0)); },
    [](Performance* p) {
      p->locate(frame, { 1.0, 0.0, 1, 3.0, 4.0, 120.0 });
    },
    [](Performance* p) { p->at(frame, rondo_performer_panic); },
    [](Performance* p) { p->at(frame, rondo_performer_reset); },
    turning([](RondoPerformerControls& c) { c.enabled     = false; }),
    turning([](RondoPerformerControls& c) { c.channel_out = 9; }),
    turning([](RondoPerformerControls& c) { c.mode = RONDO_PERFORM_ANSWER; }),
  };
  for (const int mode : { RONDO_PERFORM_VARY, RONDO_PERFORM_HARMONIZE }) {
    for (std::size_t i = 0U; i < endings.size(); ++i) {
      Performance       p;
      const RondoPhrase theme = rondo::phrase(1U, { { 12U, 84U, 60U } });
      const RondoPhrase none{};
      p.controls.mode      = mode;
      p.controls.variation = 0.0F;
      p.controls.through   = false;
      rondo_performer_give_seed(p.performer, &none, &theme);
      p.locate(0U, rondo::stopped(0));
      p.locate(96000U, rondo::rolling(0));
      p.hear(230000U, { 0x93U, 72U, 100U });
      endings[i](&p);
      const auto  events   = p.run(frame + 1U, rondo::equal_blocks(77U));
      std::size_t n_notes  = 0U;
      std::size_t sounding = 0U;
      for (const Event& e : events) {
        n_notes += e.kind() == 0x90U;
        sounding += e.kind() == 0x90U;
        sounding -= e.kind() == 0x80U;
      }
      EXPECT_GT(n_notes, 0U) << mode << ' ' << i;
      EXPECT_EQ(sounding, 0U) << "mode " << mode << ", ending " << i;
    }
  }
}

TEST(PerformerClean, SameActionsSameEvents)
{
  for (std::uint64_t run = 0U; run < 30U; ++run) {
    std::vector<Event> first;
    for (int part = 0; part < 3; ++part) {
      Chance        chance(1000U + run);
      Performance   p;
      std::uint64_t frame = 0U;
      p.controls.mode     = static_cast<int>(run % 4U);
      for (int i = 0; i < 200; ++i) {
        frame += chance.below(8000U);
        add_action(&p, &chance, frame);
      }
      const auto events = p.run(frame + 50000U,
                                part ? rondo::random_blocks(run + part)
                                     : rondo::equal_blocks(1U << 22U));
      if (!part) {
        first = events;
      }
      ASSERT_TRUE(events == first) << "run " << run << ", partition " << part;
    }
  }
}

TEST(PerformerClean, AFullQueueLosesNoEnd)
{
  // A storm that nobody takes, then what is left of it
  Performance p;
  for (std::uint64_t i = 0U; i < 20000U; ++i) {
    p.hear(100U + i,
           { static_cast<std::uint8_t>((i % 3U ? 0x90U : 0xB0U) | (i % 16U)),
             static_cast<std::uint8_t>((i * 7U) % 128U),
             100U });
  }
  p.most_taken           = 0U;
  std::vector<Event> all = p.run(30000U, rondo::equal_blocks(64U));
  EXPECT_TRUE(all.empty());
  p.most_taken = 5U;
  p.at(40000U, rondo_performer_panic);
  all = p.run(400000U, rondo::equal_blocks(64U));
  EXPECT_GT(all.size(), 1000U);
  EXPECT_EQ(rondo::find_fault(all, false), "");
}

} // namespace
