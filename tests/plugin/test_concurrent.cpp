// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Instances that come, play and go in many threads at once, each as if alone

#include "tests/plugin/memory.h"
#include "tests/plugin/player.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr size_t n_threads   = 32U;
constexpr size_t n_instances = 6U; // Of every thread, one after the other
constexpr size_t n_samples   = 12000U;
constexpr size_t n_plugins   = 3U;
const double     rates[]     = { 8000.0, 44100.0, 48000.0, 96000.0 };

// What a plugin played
struct Played {
  Samples     samples;
  Sents       notes;
  std::string path; // Saved at the end

  bool operator==(const Played& other) const
  {
    return samples == other.samples && notes == other.notes &&
           path == other.path;
  }
};

// Let a denoiser play, go over to another model, and be saved.
Played
denoise(const char* const uri, const double rate)
{
  Offer offer;
  offer.uri         = uri;
  offer.sample_rate = rate;
  Instance instance{ offer };
  Memory   memory{ instance.uris };
  EXPECT_TRUE(instance.valid());
  instance.set_path(model_path("other.safetensors"));
  const Samples out = instance.render(make_noise(n_samples, 3U));
  EXPECT_EQ(memory.save(instance), LV2_STATE_SUCCESS);
  return { out, {}, memory.values[model_uri].bytes };
}

// Let the melody plugin hear something, and go on with it.
Played
perform(const double rate)
{
  Offer offer       = melody_offer();
  offer.sample_rate = rate;
  Player player{ offer };
  Memory memory{ player.uris };
  EXPECT_TRUE(player.valid());
  player.place(0U, Place{});
  player.feed({ 60U, 62U, 64U, 65U });
  player.play_on(static_cast<size_t>(3.0 * rate));
  EXPECT_EQ(memory.save(player), LV2_STATE_SUCCESS);
  return { {}, player.sent, memory.values["urn:rondo:seed"].bytes };
}

// Do one of the n_plugins * 4 things that there are to do.
Played
play(const size_t what)
{
  const double rate = rates[what / n_plugins % 4U];
  switch (what % n_plugins) {
    case 0U:
      return denoise(mono_uri, rate);
    case 1U:
      return denoise(stereo_uri, rate);
    default:
      return perform(rate);
  }
}

TEST(Concurrent, InstancesPlayAsIfAlone)
{
  // A host opens libraries once.  ThreadSanitizer does not see what makes other
  // threads wait until one of them has been opened
  Offer offer;
  offer.uri = mono_uri;
  const Instance denoiser{ offer };
  const Player   performer{ melody_offer() };

  constexpr size_t    n_things = n_plugins * 4U;
  std::vector<Played> alone;
  for (size_t i = 0U; i < n_things; ++i) {
    alone.push_back(play(i));
    EXPECT_FALSE(alone[i].samples.empty() && alone[i].notes.empty());
    EXPECT_FALSE(alone[i].path.empty());
  }

  std::atomic<size_t>      n_waiting{ n_threads };
  std::atomic<size_t>      n_different{ 0U };
  std::vector<std::thread> threads;
  for (size_t t = 0U; t < n_threads; ++t) {
    threads.emplace_back([&, t] {
      --n_waiting;
      while (n_waiting) {
        std::this_thread::yield(); // All at once
      }
      for (size_t i = 0U; i < n_instances; ++i) {
        const size_t what = (t + 5U * i) % n_things;
        n_different += play(what) == alone[what] ? 0U : 1U;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(n_different, 0U);
}

} // namespace
