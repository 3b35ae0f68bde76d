// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What hosts say, do and leave out: nothing of it upsets the melody plugin

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

TEST(MelodyHosts, SurvivesNonsensePositions)
{
  const double      values[] = { std::nan(""),
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 1e300,
                                 -1e300,
                                 1e15,
                                 -1e15,
                                 1e-300,
                                 -1.0,
                                 0.0,
                                 0.3,
                                 4.0,
                                 120.0 };
  const char* const types[]  = {
     LV2_ATOM__Int, LV2_ATOM__Long, LV2_ATOM__Float, LV2_ATOM__Double
  };
  std::minstd_rand random{ 1U };
  const auto       value = [&] { return values[random() % 13U]; };

  Player player;
  player.capture();
  for (int round = 0; round < 2000; ++round) {
    Place place;
    place.type             = types[2U + random() % 2U];
    place.speed            = random() % 3U ? 1.0 : value();
    place.bar              = value();
    place.bar_beat         = value();
    place.beats_per_bar    = value();
    place.beat_unit        = value();
    place.beats_per_minute = value();
    place.frame            = value();
    for (const char letter : std::string("sbepumf")) {
      if (random() % 4U == 0U) {
        place.skip += letter;
      }
    }
    player.place(random() % 64U, place);
    player.play_on(64U + random() % 2000U, 64U);
  }
  EXPECT_EQ(player.n_doubled + player.n_orphans, 0U);

  // And is at home again in a sane one
  Place stop;
  stop.speed = 0.0;
  player.place(0U, stop);
  player.play_on(96000U);
  EXPECT_TRUE(player.sounding.empty());
  Player fresh;
  fresh.capture();
  fresh.control("armed")  = 0.0f;
  player.control("armed") = 0.0f;
  EXPECT_EQ(player.perform(Place{}), fresh.perform(Place{}));
}

TEST(MelodyHosts, IgnoresHostileEvents)
{
  std::minstd_rand random{ 1U };
  Player           player;
  player.capture();
  Player reference;
  reference.capture();

  const LV2_URID types[] = { player.uris.number(LV2_ATOM__Object),
                             player.uris.number(LV2_ATOM__Int),
                             player.uris.number(LV2_MIDI__MidiEvent),
                             player.uris.number("urn:example:x"),
                             0U,
                             UINT32_MAX };
  for (int round = 0; round < 3000; ++round) {
    uint32_t words[32];
    for (uint32_t& word : words) {
      const uint32_t choices[] = { static_cast<uint32_t>(random()),
                                   static_cast<uint32_t>(random() % 200U),
                                   0U,
                                   UINT32_MAX,
                                   player.uris.number(LV2_TIME__Position),
                                   player.uris.number(LV2_TIME__bar),
                                   player.uris.number(LV2_TIME__speed),
                                   player.uris.number(LV2_ATOM__Double),
                                   player.uris.number(LV2_ATOM__Float) };
      word                     = choices[random() % 9U];
    }

    // No MIDI message that would mean something
    const LV2_URID type  = types[random() % 6U];
    auto* const    bytes = reinterpret_cast<uint8_t*>(words);
    bytes[0]             = static_cast<uint8_t>(bytes[0] & 0x7FU);
    words[1] = type == types[0] ? player.uris.number("urn:example:x") : 0U;
    const auto size = static_cast<uint32_t>(random() % sizeof(words));
    player.send_at(random() % 200U, type, words, size);
    player.play(64U);
  }

  // Messages of the system, and ones that are too long or cut off
  const std::vector<Bytes> messages = { {},
                                        { note_on },
                                        { note_on, 60U },
                                        { note_on, 200U, 1U },
                                        { 0xF0U, 1U, 2U, 3U, 4U, 0xF7U },
                                        { 0xF8U },
                                        { 60U, 100U },
                                        { note_on, 60U, 100U, 64U },
                                        { note_on, 60U, 200U } };
  player.sent.clear();
  for (const Bytes& bytes : messages) {
    player.midi(0U, bytes);
    player.play(64U);
  }
  EXPECT_TRUE(player.of_kind(note_on).empty());

  player.control("armed")    = 0.0f;
  reference.control("armed") = 0.0f;
  EXPECT_EQ(player.perform(Place{}), reference.perform(Place{}));
}

TEST(MelodyHosts, IgnoresSequencesThatAreCutOffOrNone)
{
  // The first event ends with byte 27
  Player player;
  for (const uint32_t size : { 0U, 4U, 8U, 12U, 20U, 24U, 26U }) {
    player.midi(0U, { note_on, 60U, 100U });
    player.cut(size);
    player.play(64U);
  }
  EXPECT_TRUE(player.sent.empty());

  player.midi(0U, { note_on, 60U, 100U });
  player.midi(1U, { note_off, 60U, 0U });
  player.cut(40U);
  player.play(64U);
  EXPECT_EQ(player.sent.size(), 1U);

  player.sent.clear();
  player.midi(0U, { note_on, 60U, 100U });
  player.retype(player.uris.number(LV2_ATOM__Chunk));
  player.play(64U);
  EXPECT_TRUE(player.sent.empty());
}

TEST(MelodyHosts, PutsEventsIntoTheBlockAndInOrder)
{
  Player player;
  player.midi(40U, { note_on, 60U, 100U });
  player.midi(10U, { note_off, 60U, 0U }); // Out of order
  player.midi(5000U, { note_on, 62U, 100U });
  player.play(64U);
  player.send_at(-7,
                 player.uris.number(LV2_MIDI__MidiEvent),
                 Bytes{ note_off, 62U, 0U }.data(),
                 3U);
  player.play(64U);
  EXPECT_EQ(player.sent,
            (Sents{ { 40U, { note_on, 60U, 100U } },
                    { 40U, { note_off, 60U, 0U } },
                    { 63U, { note_on, 62U, 100U } },
                    { 64U, { note_off, 62U, 0U } } }));
}

TEST(MelodyHosts, LosesNothingWhereTheOutputIsTooSmall)
{
  Player reference;
  reference.capture();
  reference.perform(Place{});
  const Sents expected = reference.of_kind(note_on);

  for (const size_t size : { 40U, 48U, 64U, 100U }) {
    Offer offer     = melody_offer();
    offer.midi_size = size;
    Player player{ offer };
    player.capture();
    player.perform(Place{}, 64U);
    EXPECT_EQ(player.of_kind(note_on).size(), expected.size()) << size;
    EXPECT_EQ(player.n_doubled + player.n_orphans, 0U);

    Place stop;
    stop.speed = 0.0;
    player.place(0U, stop);
    player.play_on(6400U, 64U);
    EXPECT_TRUE(player.sounding.empty());
  }
}

TEST(MelodyHosts, SendsNothingWhereNothingFits)
{
  for (const size_t size : { 0U, 8U, 15U, 16U, 24U, 39U }) {
    Offer offer     = melody_offer();
    offer.midi_size = size;
    Player player{ offer };
    player.capture();
    EXPECT_TRUE(player.perform(Place{}).empty());
  }
}

TEST(MelodyHosts, ToleratesEmptyBlocks)
{
  Player player;
  player.midi(0U, { note_on, 60U, 100U });
  player.play(0U);
  EXPECT_TRUE(player.sent.empty());
  player.play(1U);
  EXPECT_EQ(player.sent, (Sents{ { 0U, { note_on, 60U, 100U } } }));
}

TEST(MelodyHosts, RunsWithoutFeaturesAndPorts)
{
  Offer offer    = melody_offer();
  offer.features = false;
  Player bare{ offer };
  ASSERT_TRUE(bare.valid());
  bare.play_on(96000U);

  offer.atom_ports = false;
  Player barest{ offer };
  ASSERT_TRUE(barest.valid());
  barest.play_on(96000U);

  offer.features = true;
  Player unconnected{ offer };
  unconnected.control("sync") = 2.0f;
  unconnected.play_on(96000U);
  EXPECT_EQ(unconnected.control("state"), 1.0f);
}

TEST(MelodyHosts, LimitsControlsToTheirRange)
{
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Player      player;
  player.capture();
  player.place(0U, Place{});
  for (const auto& [symbol, standard] : melody_offer().controls) {
    for (const float value : { nan, inf, -inf, 1e38f, -1e38f, -1.0f, 1e9f }) {
      player.control(symbol.c_str()) = value;
      player.play_on(4800U);
      player.control(symbol.c_str()) = standard;
      player.play_on(480U);
    }
  }
  EXPECT_EQ(player.n_doubled + player.n_orphans, 0U);
  for (const char* const symbol : { "seed_notes", "progress", "state" }) {
    EXPECT_TRUE(std::isfinite(player.control(symbol))) << symbol;
  }
}

TEST(MelodyHosts, RunsAtAnySampleRate)
{
  for (const double rate : { 8000.0, 44100.0, 96000.0, 384000.0 }) {
    Offer offer       = melody_offer();
    offer.sample_rate = rate;
    Player player{ offer };
    ASSERT_TRUE(player.valid()) << rate;
    player.capture();
    EXPECT_FALSE(player.perform(Place{}).empty());
  }
}

TEST(MelodyHosts, RefusesAnImpossibleSampleRate)
{
  for (const double rate : { 0.0, 1000.0, 1e9, std::nan("") }) {
    Offer offer       = melody_offer();
    offer.sample_rate = rate;
    const Player player{ offer };
    EXPECT_FALSE(player.valid()) << rate;
    EXPECT_NE(player.logged.find("rondo"), std::string::npos);
  }
}

TEST(MelodyHosts, RefusesABundleWithoutModel)
{
  Offer offer  = melody_offer();
  offer.bundle = environment("RONDO_TEST_MODELS") + "/empty.lv2";
  const Player player{ offer };
  EXPECT_FALSE(player.valid());
  EXPECT_NE(player.logged.find("melody.safetensors"), std::string::npos);
}

} // namespace
