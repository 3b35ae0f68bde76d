// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What the melody plugin plays

#include "tests/plugin/player.h"

#include <gtest/gtest.h>
#include <lv2/atom/atom.h>
#include <lv2/midi/midi.h>
#include <lv2/time/time.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

TEST(MelodyRun, PlaysWhileTheTransportRolls)
{
  Player player;
  player.capture();
  EXPECT_EQ(player.control("state"), 2.0f);
  player.play_on(96000U);
  EXPECT_TRUE(player.sent.empty());

  const Sents sent = player.perform(Place{});
  EXPECT_EQ(player.control("state"), 3.0f);
  EXPECT_GT(player.of_kind(note_on).size(), 4U);
  EXPECT_EQ(player.n_doubled + player.n_orphans, 0U);

  Place stop;
  stop.speed = 0.0;
  player.place(0U, stop);
  player.play(64U);
  EXPECT_TRUE(player.sounding.empty());
}

TEST(MelodyRun, PassesOnWhatComesIn)
{
  Player player;
  player.midi(5U, { note_on, 60U, 100U });
  player.midi(7U, { 0xB0U, 1U, 64U });
  player.midi(63U, { note_off, 60U, 0U });
  player.play(64U);
  EXPECT_EQ(player.sent,
            (Sents{ { 5U, { note_on, 60U, 100U } },
                    { 7U, { 0xB0U, 1U, 64U } },
                    { 63U, { note_off, 60U, 0U } } }));

  player.sent.clear();
  player.control("through") = 0.0f;
  player.midi(5U, { note_on, 60U, 100U });
  player.midi(9U, { note_off, 60U, 0U });
  player.play(64U);
  EXPECT_TRUE(player.sent.empty());
}

TEST(MelodyRun, PlaysTheSameInBlocksOfAnySize)
{
  Player reference;
  reference.capture();
  const Sents expected = reference.perform(Place{}, 1024U);
  for (const size_t block : { 1U, 17U, 64U, 480U, 8192U }) {
    Player player;
    player.capture();
    EXPECT_EQ(player.perform(Place{}, block), expected) << block;
  }
}

TEST(MelodyRun, PlaysTheSameOnEveryPass)
{
  Player player;
  player.capture();
  const Sents first = player.perform(Place{});
  EXPECT_EQ(player.perform(Place{}), first);
  player.control("random_seed") = 1.0f;
  player.perform(Place{});
  EXPECT_NE(player.perform(Place{}), first);
  player.control("random_seed") = 0.0f;
  player.perform(Place{});
  EXPECT_EQ(player.perform(Place{}), first);
}

TEST(MelodyRun, ReadsPositionsInEveryType)
{
  Place place;
  place.bar = 4.0;
  Player reference;
  reference.capture();
  const Sents expected = reference.perform(place);
  EXPECT_FALSE(expected.empty());
  for (const char* const type :
       { LV2_ATOM__Int, LV2_ATOM__Long, LV2_ATOM__Float }) {
    Player player;
    player.capture();
    place.type = type;
    EXPECT_EQ(player.perform(place), expected) << type;
  }
}

TEST(MelodyRun, ReckonsWhatAPositionLeavesOut)
{
  Place place;
  place.bar   = 4.0;
  place.frame = 8.0 * 48000.0;
  Player reference;
  reference.capture();
  const Sents expected = reference.perform(place);

  // What is left out is as it was (metre and tempo), nothing (the beat of a
  // bar), or comes from the frame
  for (const char* const skip :
       { "p", "u", "m", "pum", "e", "b", "be", "bepum", "f" }) {
    Player player;
    player.capture();
    place.skip = skip;
    EXPECT_EQ(player.perform(place), expected) << skip;
  }

  // Where only the speed is told, it goes on from where it is
  Player player;
  player.capture();
  place.skip  = "";
  place.speed = 0.0;
  player.place(0U, place);
  player.play_on(96000U);
  place.skip  = "bepumf";
  place.speed = 1.0;
  EXPECT_EQ(player.perform(place), expected);
}

TEST(MelodyRun, TakesPositionsInsideOfABlock)
{
  Player reference;
  reference.capture();
  const Sents expected = reference.perform(Place{});

  Player player;
  player.capture();
  player.play(100U);
  player.place(37U, Place{});
  const uint64_t start = player.time + 37U;
  player.play(256U);
  player.play_on(384000U);
  Sents sent = player.sent;
  for (Sent& message : sent) {
    message.time -= start;
  }
  sent.erase(
    std::remove_if(sent.begin(),
                   sent.end(),
                   [](const Sent& message) { return message.time >= 384000U; }),
    sent.end());
  EXPECT_EQ(sent, expected);
}

TEST(MelodyRun, HasDefaultsForUnconnectedControls)
{
  Player reference;
  reference.capture();
  const Sents expected = reference.perform(Place{});

  Player player;
  player.disconnect_controls(false);
  player.capture();
  EXPECT_EQ(player.perform(Place{}), expected);
}

TEST(MelodyRun, EveryMusicalControlChangesWhatIsPlayed)
{
  const std::map<std::string, float> others = {
    { "bars", 2.0f },        { "swing", 70.0f },    { "temperature", 2.0f },
    { "top_p", 0.05f },      { "density", 90.0f },  { "random_seed", 7.0f },
    { "key", 6.0f },         { "low", 66.0f },      { "high", 60.0f },
    { "channel_out", 5.0f }, { "velocity", 30.0f }, { "accent", 100.0f },
    { "humanize", 100.0f },  { "seed_bars", 1.0f }, { "scale", 10.0f },
  };
  for (const auto& [symbol, value] : others) {
    Player reference;
    Player player;
    for (Player* const one : { &reference, &player }) {
      one->control("scale_lock") = 1.0f;
    }
    player.control(symbol.c_str()) = value;
    reference.capture();
    player.capture();
    EXPECT_NE(player.perform(Place{}), reference.perform(Place{})) << symbol;
  }
}

TEST(MelodyRun, RegeneratesByTheNextNumber)
{
  Player player;
  player.capture();
  for (const float number : { 0.0f, 7.0f, 65535.0f }) {
    player.control("random_seed") = number;
    player.perform(Place{});
    const Sents before = player.perform(Place{});
    EXPECT_EQ(player.control("number"), number);
    player.press("regenerate");
    player.press("regenerate");
    player.perform(Place{});
    const Sents after = player.perform(Place{});
    const float next  = std::fmod(number + 2.0f, 65536.0f);
    EXPECT_NE(after, before);
    EXPECT_EQ(player.control("number"), next);

    // That is what the port would say, and what it is away from
    player.control("random_seed") = next;
    player.perform(Place{});
    EXPECT_EQ(player.perform(Place{}), after);
    player.control("random_seed") = number;
    player.perform(Place{});
    EXPECT_EQ(player.perform(Place{}), before);
  }
}

TEST(MelodyRun, ButtonsActOnceWhenTheyGoDown)
{
  Player player;
  player.capture();
  const Sents first = player.perform(Place{});
  player.press("regenerate");
  player.perform(Place{});
  const Sents second = player.perform(Place{});
  EXPECT_NE(second, first);

  // Held down, it acts no more
  player.control("regenerate") = 1.0f;
  player.perform(Place{});
  const Sents third = player.perform(Place{});
  EXPECT_NE(third, second);
  EXPECT_EQ(player.perform(Place{}), third);

  // What is down when all begins was so when it was saved
  Offer offer                  = melody_offer();
  offer.controls["regenerate"] = 1.0f;
  offer.controls["clear"]      = 1.0f;
  Player loaded{ offer };
  loaded.capture();
  EXPECT_EQ(loaded.control("seed_notes"), player.control("seed_notes"));
  EXPECT_EQ(loaded.perform(Place{}), first);
}

TEST(MelodyRun, AddsLowerVoicesWhenItHarmonises)
{
  Player player;
  player.control("mode") = 3.0f;
  player.place(0U, Place{});
  player.feed({ 72U, 74U, 76U, 77U, 79U, 77U, 76U, 74U });
  size_t n_lower = 0U;
  for (const Sent& message : player.of_kind(note_on)) {
    n_lower += message.bytes[1] < 72U ? 1U : 0U;
  }
  EXPECT_GT(n_lower, 2U);
  EXPECT_EQ(player.n_doubled + player.n_orphans, 0U);

  // When the tune stops, they do
  player.place(0U, Place{ 0.0 });
  player.play_on(96000U);
  EXPECT_TRUE(player.sounding.empty());
}

TEST(MelodyRun, PanicEndsEveryNoteAndSaysSo)
{
  Player player;
  player.capture();
  player.perform(Place{});
  player.play_on(4800U);
  player.play_until_it_sounds();
  player.control("panic") = 1.0f;
  player.sent.clear();
  player.play(64U);
  EXPECT_TRUE(player.sounding.empty());
  const Sents controllers = player.of_kind(0xB0U);
  ASSERT_FALSE(controllers.empty());
  EXPECT_EQ(controllers.back().bytes[1], 123U);
}

TEST(MelodyRun, EndsEveryNoteWhenItIsActivatedAgain)
{
  Player player;
  player.capture();
  player.perform(Place{});
  player.play_until_it_sounds();
  player.activate();
  player.play(64U);
  EXPECT_TRUE(player.sounding.empty());
  EXPECT_EQ(player.n_orphans, 0U);
}

TEST(MelodyRun, BypassEndsEveryNoteAndPassesOnWhatComesIn)
{
  Player player;
  player.capture();
  player.perform(Place{});
  player.play_until_it_sounds();
  player.control("enabled") = 0.0f;
  player.control("through") = 0.0f;
  player.play(64U);
  EXPECT_TRUE(player.sounding.empty());
  EXPECT_EQ(player.control("state"), 0.0f);
  player.sent.clear();
  player.midi(3U, { note_on, 60U, 100U });
  player.play_on(96000U);
  EXPECT_EQ(player.of_kind(note_on).size(), 1U);
}

TEST(MelodyRun, NeverLeavesANoteHangingWhateverTheTransportDoes)
{
  std::minstd_rand random{ 1U };
  Player           player;
  player.capture();
  Place place;
  for (int round = 0; round < 4000; ++round) {
    switch (random() % 8U) {
      case 0:
        place.speed = place.speed > 0.0 ? 0.0 : 1.0;
        break;
      case 1:
        place.bar      = random() % 40U;
        place.bar_beat = (random() % 8U) * 0.5;
        break;
      case 2:
        place.beats_per_minute = 40.0 + random() % 200U;
        break;
      case 3:
        place.beats_per_bar = 2.0 + random() % 5U;
        place.bar_beat      = 0.0;
        break;
      case 4:
        player.control("mode") = static_cast<float>(random() % 4U);
        break;
      case 5:
        player.control("channel_out") = static_cast<float>(1U + random() % 16U);
        break;
      case 6:
        player.control("enabled") = static_cast<float>(random() % 4U != 0U);
        break;
      default:
        player.control(random() % 2U ? "panic" : "freeze") =
          static_cast<float>(random() % 2U);
        break;
    }
    player.place(random() % 32U, place);
    player.play_on(32U + random() % 6000U, 1U + random() % 1024U);
    ASSERT_EQ(player.n_doubled + player.n_orphans, 0U) << round;
    if (place.speed <= 0.0) {
      player.play(64U);
      ASSERT_TRUE(player.sounding.empty()) << round;
    }
  }
  EXPECT_GT(player.of_kind(note_on).size(), 200U);
  place.speed = 0.0;
  player.place(0U, place);
  player.play_on(64U);
  EXPECT_TRUE(player.sounding.empty());
}

} // namespace
