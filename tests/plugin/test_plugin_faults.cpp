// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of a plugin fails once: it says so, keeps nothing, and goes
// on as if nothing had been asked of it.

#include "tests/base/folder.hpp"
#include "tests/base/heap_faults.hpp"
#include "tests/plugin/memory.h"
#include "tests/plugin/player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using rondo::fail_each;

constexpr size_t block = 512U;

Offer
make_offer(const std::string& uri)
{
  Offer offer = uri == melody_uri ? melody_offer() : Offer{};
  offer.uri   = uri;
  return offer;
}

// Return whether a text, which is emptied, tells that memory ran out.
bool
tells(std::string& text)
{
  const bool is_told = text.find("emory") != std::string::npos;
  text.clear();
  return is_told;
}

class PluginFaults : public testing::TestWithParam<const char*>
{
};

class DenoiseFaults : public testing::TestWithParam<const char*>
{
protected:
  // Play both for less than an exchange takes, and see whether they sound
  // alike.
  bool sound_alike(Instance& a, Instance& b)
  {
    const Samples in = make_noise(8U * block, ++n_played_);
    return a.render(in, block) == b.render(in, block);
  }

  const Offer offer_{ make_offer(GetParam()) };
  uint64_t    n_played_{ 0U };
};

TEST_P(PluginFaults, InstancesWithoutMemoryAreRefused)
{
  const Offer offer = make_offer(GetParam());
  EXPECT_GT(fail_each([&] {
              Instance instance{ offer };
              EXPECT_EQ(!instance.valid(), tells(instance.logged));
              return instance.valid() ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
            }),
            20U);
}

TEST_P(DenoiseFaults, ModelsWithoutMemoryAreNotTaken)
{
  Instance    instance{ offer_ };
  Instance    other{ offer_ };
  std::string path;
  for (const std::string& next : { model_path("ahead.safetensors"),
                                   model_path("other.safetensors"),
                                   std::string() }) {
    EXPECT_GT(fail_each([&] {
                instance.set_path(next);
                EXPECT_TRUE(sound_alike(instance, other));
                if (!tells(instance.logged)) {
                  return RONDO_SUCCESS;
                }
                EXPECT_EQ(instance.said.last_path, path);
                return RONDO_ERR_NO_MEMORY;
              }),
              next.empty() ? 5U : 20U);

    path = next;
    instance.settle();
    EXPECT_EQ(instance.said.last_path, path);
    EXPECT_FALSE(sound_alike(instance, other));
    other.set_path(path);
    other.settle();
    instance.activate();
    other.activate();
  }
}

TEST_P(DenoiseFaults, StatesWithoutMemoryPlayTheBuiltInModel)
{
  for (const bool has_worker : { true, false }) {
    for (const bool in_bundle : { true, false }) {
      Instance instance{ offer_ };
      Instance other{ offer_ };
      Memory   memory{ instance.uris };
      memory.put_path(in_bundle ? "tiny.safetensors" : "other.safetensors");
      memory.maps = !in_bundle;
      if (in_bundle) {
        memory.values[model_uri].type = LV2_ATOM__String;
      }

      EXPECT_GT(fail_each([&] {
                  const LV2_State_Status status =
                    memory.restore(instance, has_worker);
                  instance.work();
                  const bool is_lost =
                    instance.logged.find("lost") != std::string::npos;
                  if (!tells(instance.logged) && !is_lost) {
                    EXPECT_EQ(status, LV2_STATE_SUCCESS);
                    return RONDO_SUCCESS;
                  }

                  Memory again{ instance.uris };
                  again.maps = false;
                  instance.activate();
                  other.activate();
                  EXPECT_TRUE(sound_alike(instance, other));
                  EXPECT_EQ(again.save(instance), LV2_STATE_SUCCESS);
                  EXPECT_EQ(status == LV2_STATE_SUCCESS,
                            again.values.count(model_uri) == 1U);
                  return RONDO_ERR_NO_MEMORY;
                }),
                20U);
      instance.activate();
      other.activate();
      EXPECT_FALSE(sound_alike(instance, other));
    }
  }
}

TEST_P(DenoiseFaults, StatesWithoutMemoryAreNotSaved)
{
  Instance instance{ offer_ };
  Memory   memory{ instance.uris };
  memory.put_path("other.safetensors");
  ASSERT_EQ(memory.restore(instance), LV2_STATE_SUCCESS);
  EXPECT_EQ(fail_each([&] {
              memory.values.clear();
              const LV2_State_Status status = memory.save(instance);
              EXPECT_EQ(status == LV2_STATE_SUCCESS, instance.logged.empty());
              instance.logged.clear();
              return status ? RONDO_ERR_NO_MEMORY : RONDO_SUCCESS;
            }),
            1U); // The path that the host maps
  EXPECT_EQ(memory.values.count(model_uri), 1U);
}

TEST(MelodyFaults, StatesNeedNoMemory)
{
  Player player;
  Memory memory{ player.uris };
  player.capture();
  EXPECT_EQ(fail_each([&] {
              EXPECT_EQ(memory.save(player), LV2_STATE_SUCCESS);
              EXPECT_EQ(memory.restore(player, true), LV2_STATE_SUCCESS);
              player.work();
              EXPECT_EQ(memory.restore(player), LV2_STATE_SUCCESS);
              return RONDO_SUCCESS;
            }),
            0U);
  EXPECT_EQ(memory.values.count("urn:rondo:seed"), 1U);
}

TEST(MelodyFaults, PhrasesWithoutMemoryAreNotWritten)
{
  const char* const file   = "urn:rondo:midiFile";
  const char* const report = "urn:rondo:report";
  const Folder      folder;
  Player            player;
  Player            other;
  const auto        play = [&](const size_t n) {
    player.play(n);
    other.play(n);
  };
  for (Player* const p : { &player, &other }) {
    p->place(0U, Place{});
    p->feed({ 60U, 62U, 64U, 65U, 67U, 69U, 71U, 72U });
    p->play_on(96000U);
  }
  player.set_path(folder.path, false, file);
  play(64U);
  player.work();

  EXPECT_GT(fail_each([&] {
              player.control("write") = 1.0f;
              play(64U);
              player.control("write") = 0.0f;
              play(64U);
              player.work();
              play(block);
              play(block);
              EXPECT_EQ(player.sent, other.sent);
              const bool is_told = tells(player.logged);
              EXPECT_EQ(is_told, tells(player.said.texts[report]));
              EXPECT_EQ(folder.count(), is_told ? 0U : 1U);
              return is_told ? RONDO_ERR_NO_MEMORY : RONDO_SUCCESS;
            }),
            5U);
  EXPECT_GT(player.sent.size(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         PluginFaults,
                         testing::Values(mono_uri, stereo_uri, melody_uri));

INSTANTIATE_TEST_SUITE_P(Plugins,
                         DenoiseFaults,
                         testing::Values(mono_uri, stereo_uri));

} // namespace
