// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What hosts save and restore of the melody plugin

#include "tests/plugin/memory.h"
#include "tests/plugin/player.h"

#include "core/music/performer.h"
#include "plugin/phrase_bytes.h"

#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/state/state.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

const char* const seed_uri   = "urn:rondo:seed";
const char* const frozen_uri = "urn:rondo:frozen";
const char* const file_uri   = "urn:rondo:midiFile";

const char* const regenerated_uri = "urn:rondo:regenerated";

const std::vector<uint8_t> tune = { 60U, 62U, 64U, 65U, 67U, 69U, 71U, 72U };

RondoPhrase
make_phrase()
{
  RondoPhrase phrase{};
  phrase.bar     = { 3U, 4U };
  phrase.length  = 144U;
  phrase.n_notes = 3U;
  for (uint32_t i = 0U; i < phrase.n_notes; ++i) {
    phrase.notes[i] = { 30U * i,
                        24U,
                        static_cast<uint8_t>(60U + i),
                        static_cast<uint8_t>(100U + i) };
  }
  return phrase;
}

std::string
to_bytes(const RondoPhrase& phrase)
{
  uint8_t      bytes[RONDO_PHRASE_BYTES];
  const size_t size = rondo_phrase_to_bytes(&phrase, bytes);
  return { reinterpret_cast<const char*>(bytes), size };
}

void
put_phrase(Memory& memory, const char* const uri, const std::string& bytes)
{
  const int32_t version      = 1;
  memory.values[version_uri] = {
    std::string(reinterpret_cast<const char*>(&version), sizeof(version)),
    LV2_ATOM__Int,
    LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE
  };
  memory.values[uri] = { bytes,
                         LV2_ATOM__Chunk,
                         LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE };
}

TEST(MelodyState, HoldsAVersionAndNothingElseAtFirst)
{
  Player player;
  Memory memory{ player.uris };
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  ASSERT_EQ(memory.values.size(), 1U);
  EXPECT_EQ(memory.values.count(version_uri), 1U);
}

TEST(MelodyState, HoldsThePhraseInBytesThatMeanTheSameEverywhere)
{
  const std::string bytes      = to_bytes(make_phrase());
  const uint8_t     expected[] = { 1,  3, 4, 0,  144, 0,  0, 0,  3,  0,   0,
                                   0,  0, 0, 0,  0,   24, 0, 0,  0,  60,  100,
                                   30, 0, 0, 0,  24,  0,  0, 0,  61, 101, 60,
                                   0,  0, 0, 24, 0,   0,  0, 62, 102 };
  EXPECT_EQ(
    bytes,
    std::string(reinterpret_cast<const char*>(expected), sizeof(expected)));

  RondoPhrase phrase{};
  ASSERT_TRUE(rondo_phrase_from_bytes(&phrase, bytes.data(), bytes.size()));
  EXPECT_EQ(to_bytes(phrase), bytes);
}

TEST(MelodyState, TakesNoPhraseFromBytesThatAreNone)
{
  const std::string whole = to_bytes(make_phrase());
  RondoPhrase       phrase{};
  for (size_t size = 0U; size < whole.size(); ++size) {
    EXPECT_FALSE(rondo_phrase_from_bytes(&phrase, whole.data(), size));
    EXPECT_EQ(phrase.n_notes, 0U);
  }

  std::string newer = whole;
  newer[0]          = 2;
  EXPECT_FALSE(rondo_phrase_from_bytes(&phrase, newer.data(), newer.size()));
  std::string longer = whole + "x";
  EXPECT_FALSE(rondo_phrase_from_bytes(&phrase, longer.data(), longer.size()));
  std::string many = whole;
  many[9]          = 2;
  EXPECT_FALSE(rondo_phrase_from_bytes(&phrase, many.data(), many.size()));
}

TEST(MelodyState, ComesBackToTheBit)
{
  Player player;
  player.capture();
  player.place(0U, Place{});
  player.play_on(48000U);
  player.press("freeze");
  player.press("regenerate");
  player.play_on(4800U);
  Memory memory{ player.uris };
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  ASSERT_EQ(memory.values.size(), 4U);
  ASSERT_EQ(memory.values.count(seed_uri), 1U);
  EXPECT_EQ(memory.values[seed_uri].type, LV2_ATOM__Chunk);
  EXPECT_EQ(memory.values[seed_uri].flags,
            LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);

  for (const bool running : { true, false }) {
    Player restored;
    Memory copy{ restored.uris };
    if (running) {
      restored.play_on(1000U);
    }
    copy.values = memory.values;
    ASSERT_EQ(copy.restore(restored, running), LV2_STATE_SUCCESS);

    // Before a block has taken it, and after
    for (int i = 0; i < 2; ++i) {
      copy.values.clear();
      ASSERT_EQ(copy.save(restored), LV2_STATE_SUCCESS);
      EXPECT_EQ(copy.values.size(), memory.values.size());
      for (const char* const uri : { seed_uri, frozen_uri, regenerated_uri }) {
        EXPECT_EQ(copy.values[uri].bytes, memory.values[uri].bytes) << uri;
      }
      restored.play_on(1000U);
    }
    EXPECT_EQ(restored.control("seed_notes"), player.control("seed_notes"));
    EXPECT_EQ(restored.said.n_changes, 0U);
  }
}

TEST(MelodyState, IsSavedWholeWhileItRuns)
{
  Player            player;
  std::atomic<bool> over{ false };
  size_t            n_seeds = 0U;
  player.place(0U, Place{});
  std::thread saver{ [&] {
    while (!over) {
      Memory memory{ player.uris };
      EXPECT_EQ(memory.save(player), LV2_STATE_SUCCESS);
      const auto found = memory.values.find(seed_uri);
      if (found != memory.values.end()) {
        const std::string& bytes = found->second.bytes;
        RondoPhrase        seed  = {};
        EXPECT_TRUE(rondo_phrase_from_bytes(&seed, bytes.data(), bytes.size()));
        for (uint32_t i = 1U; i < seed.n_notes; ++i) {
          EXPECT_EQ(seed.notes[i].pitch, seed.notes[0].pitch);
        }
        ++n_seeds;
      }
    }
  } };
  for (uint8_t i = 0U; i < 20U; ++i) {
    const auto pitch            = static_cast<uint8_t>(50U + i);
    player.control("seed_bars") = 1.0f;
    player.feed({ pitch, pitch, pitch, pitch });
  }
  over = true;
  saver.join();
  EXPECT_GT(n_seeds, 0U);
}

TEST(MelodyState, TellsTheHostThatASeedWasCaptured)
{
  Player player;
  player.place(0U, Place{});
  player.play_on(1000U);
  EXPECT_EQ(player.said.n_changes, 0U);
  player.feed(tune);
  EXPECT_GT(player.said.n_changes, 0U);
  EXPECT_GT(player.control("seed_notes"), 0.0f);
  player.play_on(48000U);

  const size_t before = player.said.n_changes;
  player.press("clear");
  player.play_on(1000U);
  EXPECT_EQ(player.said.n_changes, before + 1U);
  EXPECT_EQ(player.control("seed_notes"), 0.0f);
}

TEST(MelodyState, KeepsWhatWasRegeneratedInWhateverOrderPortsAreSet)
{
  Player player;
  player.control("random_seed") = 7.0f;
  player.play(64U);
  for (int i = 0; i < 3; ++i) {
    player.press("regenerate");
  }
  player.play(64U);
  EXPECT_EQ(player.control("number"), 10.0f);
  EXPECT_EQ(player.said.n_changes, 3U);
  Memory memory{ player.uris };
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);

  for (const bool ports_first : { true, false }) {
    Player restored;
    Memory copy{ restored.uris };
    copy.values = memory.values;
    restored.play(64U);
    if (ports_first) {
      restored.control("random_seed") = 7.0f;
      restored.play(64U);
    }
    ASSERT_EQ(copy.restore(restored, true), LV2_STATE_SUCCESS);
    restored.play(64U);
    restored.control("random_seed") = 7.0f;
    restored.play(64U);
    EXPECT_EQ(restored.control("number"), 10.0f) << ports_first;

    // Moved by hand, it is what it says
    restored.control("random_seed") = 8.0f;
    restored.play(64U);
    EXPECT_EQ(restored.control("number"), 8.0f);
    restored.control("random_seed") = 7.0f;
    restored.play(64U);
    EXPECT_EQ(restored.control("number"), 7.0f);
  }
}

TEST(MelodyState, LeavesTheSeedAloneWhereAPresetHasNone)
{
  Player player;
  player.capture();
  Memory memory{ player.uris };
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  const std::string before = memory.values[seed_uri].bytes;

  Memory preset{ player.uris };
  ASSERT_EQ(preset.restore(player, true), LV2_STATE_SUCCESS);
  player.play_on(1000U);
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  EXPECT_EQ(memory.values[seed_uri].bytes, before);
}

TEST(MelodyState, ForgetsWhatAStateDoesNotHold)
{
  Player player;
  player.capture();
  Memory memory{ player.uris };
  put_phrase(memory, "urn:example:other", "x");
  ASSERT_EQ(memory.restore(player, true), LV2_STATE_SUCCESS);
  player.play_on(1000U);
  EXPECT_EQ(player.control("seed_notes"), 0.0f);
  EXPECT_EQ(player.logged, "");
}

TEST(MelodyState, RefusesWhatIsNoPhraseAndKeepsWhatThereWas)
{
  Player player;
  player.capture();
  Memory memory{ player.uris };
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  const std::string before = memory.values[seed_uri].bytes;

  for (const char* const uri : { seed_uri, frozen_uri }) {
    Memory bad{ player.uris };
    put_phrase(bad, uri, "nonsense");
    EXPECT_EQ(bad.restore(player, true), LV2_STATE_ERR_BAD_TYPE);
    put_phrase(bad, uri, before);
    bad.values[uri].type = LV2_ATOM__String;
    EXPECT_EQ(bad.restore(player, true), LV2_STATE_ERR_BAD_TYPE);
  }
  EXPECT_NE(player.logged.find("saved seed"), std::string::npos);
  EXPECT_NE(player.logged.find("saved frozen phrase"), std::string::npos);

  player.play_on(1000U);
  memory.values.clear();
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  EXPECT_EQ(memory.values[seed_uri].bytes, before);
}

TEST(MelodyState, DoesNoHarmWithAnyNumbers)
{
  std::minstd_rand random{ 1U };
  Player           player;
  Memory           memory{ player.uris };
  for (int round = 0; round < 300; ++round) {
    RondoPhrase phrase = make_phrase();
    phrase.n_notes     = random() % (RONDO_PHRASE_NOTES + 1U);
    phrase.length      = static_cast<uint32_t>(random() >> (random() % 31U));
    phrase.bar.beats   = static_cast<uint8_t>(random());
    phrase.bar.unit    = static_cast<uint8_t>(random());
    for (RondoPhraseNote& note : phrase.notes) {
      note.onset    = static_cast<uint32_t>(random() >> (random() % 31U));
      note.ticks    = static_cast<uint32_t>(random() >> (random() % 31U));
      note.pitch    = static_cast<uint8_t>(random());
      note.velocity = static_cast<uint8_t>(random());
    }
    const char* const uri  = round % 2 ? seed_uri : frozen_uri;
    player.control("mode") = static_cast<float>(random() % 4U);
    put_phrase(memory, uri, to_bytes(phrase));
    ASSERT_EQ(memory.restore(player, true), LV2_STATE_SUCCESS);
    player.place(0U, Place{});
    player.play_on(4800U);
    EXPECT_EQ(player.n_doubled + player.n_orphans, 0U);
  }
}

TEST(MelodyState, HoldsThePlaceOfMidiFilesAsItIs)
{
  Player player;
  Memory memory{ player.uris };
  player.set_path("/some/where", false, file_uri);
  player.play(64U);
  player.work();
  player.play(64U);
  EXPECT_EQ(player.said.texts[file_uri], "/some/where");
  EXPECT_EQ(player.said.n_changes, 1U);
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  EXPECT_EQ(memory.values[file_uri].type, LV2_ATOM__String);
  EXPECT_STREQ(memory.values[file_uri].bytes.c_str(), "/some/where");
  EXPECT_EQ(memory.n_mapped, 0);

  for (const bool running : { true, false }) {
    Player restored;
    Memory copy{ restored.uris };
    copy.values = memory.values;
    ASSERT_EQ(copy.restore(restored, running), LV2_STATE_SUCCESS);

    // It can be saved again even before the worker looked at it
    copy.values.clear();
    ASSERT_EQ(copy.save(restored), LV2_STATE_SUCCESS);
    EXPECT_STREQ(copy.values[file_uri].bytes.c_str(), "/some/where");
    restored.work();
    restored.play(64U);
    EXPECT_EQ(restored.said.texts[file_uri], "/some/where");
    EXPECT_EQ(restored.said.n_changes, 0U);
  }
}

TEST(MelodyState, RefusesAPlaceThatIsNoPath)
{
  Player player;
  for (const std::string& path : { std::string("relative") + '\0',
                                   std::string("/endless"),
                                   "/" + std::string(5000U, 'x') + '\0' }) {
    Memory memory{ player.uris };
    put_phrase(memory, "urn:example:other", "x");
    memory.values[file_uri] = { path, LV2_ATOM__String, LV2_STATE_IS_POD };
    EXPECT_EQ(memory.restore(player), LV2_STATE_ERR_BAD_TYPE);
  }
}

TEST(MelodyState, OutdoesAnOlderPathThatIsStillUnderWay)
{
  Player player;
  Memory memory{ player.uris };
  player.set_path("/older", false, file_uri);
  player.play(64U); // Sent, and not done yet
  put_phrase(memory, "urn:example:other", "x");
  memory.values[file_uri] = { std::string("/newer") + '\0',
                              LV2_ATOM__String,
                              LV2_STATE_IS_POD };
  ASSERT_EQ(memory.restore(player, true), LV2_STATE_SUCCESS);
  player.work();
  player.play(64U);
  EXPECT_EQ(player.said.texts[file_uri], "/newer");
  memory.values.clear();
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  EXPECT_STREQ(memory.values[file_uri].bytes.c_str(), "/newer");
}

TEST(MelodyState, NeedsNumbersOfUris)
{
  Offer offer    = melody_offer();
  offer.features = false;
  Player player{ offer };
  Memory memory{ player.uris };
  EXPECT_EQ(memory.save(player), LV2_STATE_ERR_NO_FEATURE);
  EXPECT_EQ(memory.restore(player), LV2_STATE_ERR_NO_FEATURE);
}

TEST(MelodyState, GoesThroughLilvAndText)
{
  const World             world{ environment("RONDO_TEST_BUNDLE") };
  const LilvPlugin* const plugin = world.plugin(melody_uri);
  ASSERT_TRUE(plugin);

  Player player;
  player.capture();
  Memory memory{ player.uris };
  ASSERT_EQ(memory.save(player), LV2_STATE_SUCCESS);

  LilvInstance     mirror = { player.descriptor(), player.handle(), nullptr };
  LilvState* const state  = lilv_state_new_from_instance(plugin,
                                                        &mirror,
                                                        &player.uris.map,
                                                        nullptr,
                                                        nullptr,
                                                        nullptr,
                                                        nullptr,
                                                        nullptr,
                                                        nullptr,
                                                        0U,
                                                        nullptr);
  ASSERT_TRUE(state);
  char* const text = lilv_state_to_string(world.get(),
                                          &player.uris.map,
                                          &player.uris.unmap,
                                          state,
                                          "urn:example:state",
                                          nullptr);
  lilv_state_free(state);
  ASSERT_TRUE(text);

  // In a host that numbers URIs in another way
  Player           restored;
  LilvInstance     reflection = { restored.descriptor(),
                                  restored.handle(),
                                  nullptr };
  LilvState* const loaded =
    lilv_state_new_from_string(world.get(), &restored.uris.map, text);
  ASSERT_TRUE(loaded);
  lilv_state_restore(loaded, &reflection, nullptr, nullptr, 0U, nullptr);
  lilv_state_free(loaded);
  lilv_free(text);

  Memory again{ restored.uris };
  ASSERT_EQ(again.save(restored), LV2_STATE_SUCCESS);
  EXPECT_EQ(again.values[seed_uri].bytes, memory.values[seed_uri].bytes);
  EXPECT_FALSE(memory.values[seed_uri].bytes.empty());
}

} // namespace
