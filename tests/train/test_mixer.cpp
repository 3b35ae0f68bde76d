// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/effects.h"
#include "core/train/examples.h"
#include "core/train/mixer.h"
#include "tests/train/small_recipe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

namespace {

constexpr double rate  = 16000.0;
constexpr size_t n     = 24000;
constexpr size_t piece = 320; // 20 ms
constexpr float  inf   = std::numeric_limits<float>::infinity();

struct FreeMixer {
  void operator()(RondoMixer* m) const { rondo_mixer_free(m); }
};

using Mixer = std::unique_ptr<RondoMixer, FreeMixer>;

Mixer
make_mixer(const Sounds& sounds, const RondoMixSettings& settings)
{
  RondoMixer* mixer = nullptr;
  EXPECT_EQ(rondo_mixer_new(sounds.get(), &settings, n, &mixer), RONDO_SUCCESS);
  return Mixer(mixer);
}

/// Speech and one recorded noise, and nothing else done to them
RondoMixSettings
plain()
{
  RondoMixSettings settings = {};
  settings.snr_low_db       = -7.0;
  settings.snr_high_db      = 25.0;
  return settings;
}

/// A mix that outlives the next draw
struct Item {
  std::vector<float> clean;
  std::vector<float> noisy;
  RondoMix           mix;
};

Item
draw(const Mixer& mixer, const uint64_t stream)
{
  RondoRandom random = rondo_random(1, stream);
  Item        item   = {};
  rondo_mixer_draw(mixer.get(), &random, &item.mix);
  item.clean.assign(item.mix.clean, item.mix.clean + n);
  item.noisy.assign(item.mix.noisy, item.mix.noisy + n);
  return item;
}

float
level(const std::vector<float>& x)
{
  return rondo_active_level(x.data(), x.size(), piece);
}

float
peak(const std::vector<float>& x)
{
  float most = 0.0F;
  for (const float value : x) {
    most = std::max(most, std::abs(value));
  }
  return most;
}

std::vector<float>
difference(const std::vector<float>& a, const std::vector<float>& b)
{
  std::vector<float> result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::minus<>());
  return result;
}

/// Return the ratio of active speech to active noise, dB
float
ratio(const Item& item)
{
  const float noise = level(difference(item.noisy, item.clean));
  return 20.0F * std::log10(level(item.clean) / noise);
}

/// Return whether the microphone was muted for a while
bool
is_muted(const std::vector<float>& noisy)
{
  size_t zeros = 0;
  for (const float x : noisy) {
    zeros = x == 0.0F ? zeros + 1 : 0;
    if (zeros == 100) {
      return true;
    }
  }
  return false;
}

class Mix : public testing::Test
{
protected:
  const Sounds sounds = make_sounds(rate);
};

TEST_F(Mix, HasTheRatioOfActiveSpeechToActiveNoiseThatItSays)
{
  const Mixer mixer   = make_mixer(sounds, plain());
  size_t      n_exact = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    const Item item = draw(mixer, i);
    EXPECT_GE(item.mix.snr_db, -7.0F);
    EXPECT_LE(item.mix.snr_db, 25.0F);
    EXPECT_TRUE(item.mix.has_speech);
    EXPECT_EQ(item.mix.level, level(item.clean));
    if (std::abs(ratio(item) - item.mix.snr_db) < 0.01F) {
      ++n_exact;
    } else {
      EXPECT_TRUE(is_muted(item.noisy)) << i;
    }
  }
  EXPECT_GE(n_exact, 54U);
}

TEST_F(Mix, KeepsTheRatioWithTwoNoises)
{
  RondoSounds* made = nullptr;
  ASSERT_EQ(rondo_sounds_new(rate, &made), RONDO_SUCCESS);
  const Sounds             steady(made);
  const std::vector<float> voice = make_speech(rate, 3.0, 110.0);
  ASSERT_EQ(
    rondo_sounds_add_speech(made, voice.data(), voice.size(), rate / 2.0),
    RONDO_SUCCESS);
  for (const uint64_t seed : { 1U, 2U }) {
    const std::vector<float> x = make_noise(rate, 2.5, seed);
    ASSERT_EQ(rondo_sounds_add_noise(made, x.data(), x.size()), RONDO_SUCCESS);
  }

  RondoMixSettings settings = plain();
  settings.second_noise     = 1.0;
  const Mixer mixer         = make_mixer(steady, settings);
  size_t      n_near        = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    const Item item = draw(mixer, i);
    n_near += std::abs(ratio(item) - item.mix.snr_db) < 0.3F ? 1 : 0;
  }
  // Others swell at different times, or are muted for a while
  EXPECT_GE(n_near, 45U);
}

TEST_F(Mix, IsNeitherTooLoudNorTooSoft)
{
  const RondoMixSettings settings = rondo_mix_default_settings();
  const Mixer            mixer    = make_mixer(sounds, settings);
  float                  lowest   = inf;
  float                  highest  = 0.0F;
  for (uint64_t i = 0; i < 150; ++i) {
    const Item item = draw(mixer, i);
    for (const float x : item.noisy) {
      ASSERT_LE(std::abs(x), 1.01F); // Hiss comes after clipping
    }
    for (const float x : item.clean) {
      ASSERT_TRUE(std::isfinite(x)) << i;
    }
    lowest  = std::min(lowest, level(item.noisy));
    highest = std::max(highest, level(item.noisy));
  }
  EXPECT_GT(lowest, rondo_amplitude_from_db(-51.0F));
  EXPECT_LT(lowest, rondo_amplitude_from_db(-40.0F));
  EXPECT_GT(highest, rondo_amplitude_from_db(-14.0F));
}

TEST_F(Mix, ClipsTheMicrophoneButNotTheTarget)
{
  RondoMixSettings settings = plain();
  settings.clipped          = 1.0;
  const Mixer clipping      = make_mixer(sounds, settings);
  const Mixer careful       = make_mixer(sounds, plain());
  float       target        = 0.0F;
  for (uint64_t i = 0; i < 30; ++i) {
    const Item item = draw(clipping, i);
    if (!is_muted(item.noisy)) {
      EXPECT_EQ(peak(item.noisy), 1.0F) << i;
    }
    target = std::max(target, peak(item.clean));
    EXPECT_LT(peak(draw(careful, i).noisy), 0.991F) << i;
  }
  EXPECT_GT(target, 1.0F);
}

TEST_F(Mix, IsPureSpeechWhenTold)
{
  RondoMixSettings settings = plain();
  settings.pure_speech      = 1.0;
  settings.hiss             = 1.0;
  const Mixer mixer         = make_mixer(sounds, settings);
  for (uint64_t i = 0; i < 10; ++i) {
    const Item item = draw(mixer, i);
    EXPECT_EQ(item.clean, item.noisy);
    EXPECT_EQ(item.mix.snr_db, inf);
    EXPECT_TRUE(item.mix.has_speech);
  }
}

TEST_F(Mix, IsPureNoiseWhenTold)
{
  RondoMixSettings settings = plain();
  settings.pure_noise       = 1.0;
  settings.reverberated     = 1.0;
  const Mixer mixer         = make_mixer(sounds, settings);
  for (uint64_t i = 0; i < 10; ++i) {
    const Item item = draw(mixer, i);
    EXPECT_EQ(item.clean, std::vector<float>(n));
    EXPECT_GT(level(item.noisy), 0.0F);
    EXPECT_EQ(item.mix.snr_db, -inf);
    EXPECT_EQ(item.mix.level, level(item.noisy));
    EXPECT_FALSE(item.mix.has_speech);
  }
}

TEST_F(Mix, IsMutedNowAndThen)
{
  RondoMixSettings settings = plain();
  settings.hiss             = 1.0;
  const Mixer mixer         = make_mixer(sounds, settings);
  size_t      n_muted       = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    const Item item = draw(mixer, i);
    n_muted += is_muted(item.noisy) ? 1 : 0;
  }
  EXPECT_GE(n_muted, 3U);
  EXPECT_LE(n_muted, 30U);
}

TEST_F(Mix, KeepsTheFirstFiftyMillisecondsOfARoomInTheTarget)
{
  RondoMixSettings settings = plain();
  settings.pure_speech      = 1.0;
  settings.reverberated     = 1.0;
  const Mixer mixer         = make_mixer(sounds, settings);
  size_t      n_tails       = 0;
  for (uint64_t i = 0; i < 20; ++i) {
    const Item  item = draw(mixer, i);
    const float loud = peak(item.noisy);
    const auto  first =
      std::find_if(item.noisy.begin(), item.noisy.end(), [loud](const float x) {
        return std::abs(x) > 1e-3F * loud;
      });
    const auto start =
      static_cast<size_t>(std::distance(item.noisy.begin(), first));
    for (size_t t = 0; t < std::min(start + 760, n); ++t) {
      ASSERT_NEAR(item.noisy[t], item.clean[t], 2e-3F * loud) << i << ", " << t;
    }
    n_tails += level(difference(item.noisy, item.clean)) > 1e-3F * loud ? 1 : 0;
  }
  EXPECT_GT(n_tails, 10U);
}

TEST_F(Mix, DependsOnTheGeneratorAlone)
{
  const RondoMixSettings settings = rondo_mix_default_settings();
  const Mixer            mixer    = make_mixer(sounds, settings);
  std::vector<Item>      items;
  for (uint64_t i = 0; i < 24; ++i) {
    items.push_back(draw(mixer, i));
  }

  // Backwards, by three threads with mixers of their own
  std::vector<Item>        others(24);
  std::vector<std::thread> threads;
  for (uint64_t k = 0; k < 3; ++k) {
    threads.emplace_back([&, k] {
      const Mixer own = make_mixer(sounds, settings);
      for (uint64_t i = 24; i-- > 0;) {
        if (i % 3 == k) {
          others[i] = draw(own, i);
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(items[i].clean, others[i].clean) << i;
    EXPECT_EQ(items[i].noisy, others[i].noisy) << i;
    EXPECT_EQ(items[i].mix.snr_db, others[i].mix.snr_db) << i;
  }
  EXPECT_NE(items[0].noisy, items[1].noisy);
}

TEST_F(Mix, TellsTheBandwidthOfItsNarrowestRecording)
{
  rondo_sounds_begin_speaker(sounds.get());
  const std::vector<float> x = make_speech(rate, 40.0, 150.0);
  ASSERT_EQ(rondo_sounds_add_speech(sounds.get(), x.data(), x.size(), 3400.0),
            RONDO_SUCCESS);

  RondoMixSettings settings = plain();
  const Mixer      as_is    = make_mixer(sounds, settings);
  settings.speed_change     = 1.0;
  const Mixer changed       = make_mixer(sounds, settings);
  size_t      n_narrow      = 0;
  for (uint64_t i = 0; i < 40; ++i) {
    const float hz = draw(as_is, i).mix.bandwidth_hz;
    EXPECT_TRUE(hz == 3400.0F || hz == 8000.0F) << hz;
    n_narrow += hz == 3400.0F ? 1 : 0;

    // 0.88 to 1.14 times as fast
    const float moved = draw(changed, i).mix.bandwidth_hz;
    EXPECT_TRUE((moved > 2980.0F && moved < 3870.0F) || moved > 7000.0F)
      << moved;
  }
  EXPECT_GT(n_narrow, 10U);
  EXPECT_LT(n_narrow, 40U);
}

TEST_F(Mix, IsOnlyJudgedUpToItsBandwidth)
{
  const Recipe   recipe   = small_recipe();
  RondoFrames*   frames   = nullptr;
  RondoFeatures* features = nullptr;
  RondoExamples* examples = nullptr;
  RondoError     error    = { RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_frames_new(rate, 0.02, 1, &frames), RONDO_SUCCESS);
  ASSERT_EQ(rondo_features_new(recipe->description,
                               rondo_frames_n_bins(frames),
                               rondo_frames_bin_hz(frames),
                               &features,
                               &error),
            RONDO_SUCCESS);
  ASSERT_EQ(rondo_examples_new(features, frames, 3, 1, &examples),
            RONDO_SUCCESS);

  const Mixer mixer     = make_mixer(sounds, plain());
  Item        item      = draw(mixer, 1);
  item.mix.clean        = item.clean.data();
  item.mix.noisy        = item.noisy.data();
  item.mix.bandwidth_hz = 3400.0F;
  rondo_examples_set(examples, 0, &item.mix);
  const RondoExample& example = examples->examples[0];
  EXPECT_EQ(example.n_used, 69U); // 0 to 3400 Hz, 50 Hz apart
  float sum = 0.0F;
  for (size_t k = 0; k < examples->stride; ++k) {
    EXPECT_EQ(example.mask[k], k < 69 ? 1.0F : 0.0F) << k;
    EXPECT_EQ(example.weights[k] > 0.0F, k < 69) << k;
    sum += example.weights[k];
  }
  EXPECT_NEAR(sum, 1.0F, 1e-5F);
  rondo_examples_free(examples);
  rondo_features_free(features);
  rondo_frames_free(frames);
}

TEST_F(Mix, NeedsAVoiceButNoNoiseAndNoRoom)
{
  RondoSounds* made = nullptr;
  ASSERT_EQ(rondo_sounds_new(rate, &made), RONDO_SUCCESS);
  const Sounds           few(made);
  const RondoMixSettings settings = rondo_mix_default_settings();
  RondoMixer*            mixer    = nullptr;
  EXPECT_EQ(rondo_mixer_new(made, &settings, n, &mixer),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(mixer, nullptr);

  const std::vector<float> x = make_speech(rate, 0.5, 120.0);
  ASSERT_EQ(rondo_sounds_add_speech(made, x.data(), x.size(), rate / 2.0),
            RONDO_SUCCESS);
  EXPECT_EQ(rondo_mixer_new(made, &settings, 0, &mixer),
            RONDO_ERR_BAD_ARGUMENT);
  const Mixer good = make_mixer(few, settings);
  for (uint64_t i = 0; i < 60; ++i) {
    const Item item = draw(good, i);
    EXPECT_GT(level(item.noisy), 0.0F) << i;
    EXPECT_TRUE(std::isfinite(level(item.noisy))) << i;
  }
}

} // namespace
