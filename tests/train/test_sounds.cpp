// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Recordings, and the small pieces that mixes are made of

#include "core/train/effects.h"
#include "core/train/noises.h"
#include "core/train/sounds.h"
#include "tests/train/small_recipe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

constexpr double rate = 16000.0;

std::vector<float>
make_sine(const double sample_rate, const double hz, const size_t n)
{
  std::vector<float> x(n);
  for (size_t t = 0; t < n; ++t) {
    const double phase = 2.0 * M_PI * hz * static_cast<double>(t) / sample_rate;
    x[t]               = static_cast<float>(std::sin(phase));
  }
  return x;
}

// Gain in dB of one section at a frequency, once it has settled
double
measure_gain(const RondoBiquad& section, const double hz)
{
  RondoFilter filter = {};
  rondo_filter_add(&filter, section);
  std::vector<float> x      = make_sine(rate, hz, 16000);
  double             before = 0.0;
  double             after  = 0.0;
  for (size_t t = 8000; t < x.size(); ++t) {
    before += static_cast<double>(x[t]) * static_cast<double>(x[t]);
  }
  rondo_filter_process(&filter, x.size(), x.data());
  for (size_t t = 8000; t < x.size(); ++t) {
    after += static_cast<double>(x[t]) * static_cast<double>(x[t]);
  }
  return 10.0 * std::log10(after / before);
}

TEST(Effects, FiltersHaveTheGainsTheyAreNamedFor)
{
  // A slope of 12 dB per octave, and -3 dB at the corner for q = 0.7071
  const RondoBiquad low  = rondo_biquad_low_pass(rate, 500.0, 0.70711);
  const RondoBiquad high = rondo_biquad_high_pass(rate, 500.0, 0.70711);
  EXPECT_NEAR(measure_gain(low, 50.0), 0.0, 0.05);
  EXPECT_NEAR(measure_gain(low, 500.0), -3.01, 0.05);
  EXPECT_NEAR(measure_gain(low, 1000.0), -12.4, 0.5);
  EXPECT_NEAR(measure_gain(high, 4000.0), 0.0, 0.05);
  EXPECT_NEAR(measure_gain(high, 500.0), -3.01, 0.05);
  EXPECT_NEAR(measure_gain(high, 250.0), -12.3, 0.5);

  const RondoBiquad bell = rondo_biquad_peak(rate, 1000.0, 2.0, -9.0);
  EXPECT_NEAR(measure_gain(bell, 1000.0), -9.0, 0.05);
  EXPECT_NEAR(measure_gain(bell, 60.0), 0.0, 0.1);

  const RondoBiquad bass = rondo_biquad_low_shelf(rate, 400.0, 6.0);
  EXPECT_NEAR(measure_gain(bass, 20.0), 6.0, 0.1);
  EXPECT_NEAR(measure_gain(bass, 400.0), 3.0, 0.1);
  EXPECT_NEAR(measure_gain(bass, 6000.0), 0.0, 0.1);

  const RondoBiquad treble = rondo_biquad_high_shelf(rate, 2000.0, -8.0);
  EXPECT_NEAR(measure_gain(treble, 100.0), 0.0, 0.1);
  EXPECT_NEAR(measure_gain(treble, 2000.0), -4.0, 0.1);
  EXPECT_NEAR(measure_gain(treble, 7900.0), -8.0, 0.2);
}

TEST(Effects, ReadingFasterRaisesThePitch)
{
  std::vector<int16_t> samples;
  for (const float x : make_sine(rate, 300.0, 8000)) {
    samples.push_back(static_cast<int16_t>(std::lrint(30000.0F * x)));
  }
  std::vector<float> out(5000);
  rondo_read_at_speed(
    samples.data(), samples.size(), 0.0, 1.25, 0.5F, out.size(), out.data());
  const std::vector<float> expected = make_sine(rate, 375.0, out.size());
  for (size_t t = 2; t < out.size(); ++t) {
    ASSERT_NEAR(out[t], 0.5F * 30000.0F / 32768.0F * expected[t], 2e-4F) << t;
  }
}

TEST(Effects, ReadingPastTheEndGivesSilence)
{
  const std::vector<int16_t> samples(100, 16384);
  for (const double speed : { 1.0, 0.5, 1.7 }) {
    std::vector<float> out(400, 9.0F);
    rondo_read_at_speed(
      samples.data(), samples.size(), 20.0, speed, 1.0F, 400, out.data());
    const auto last = static_cast<size_t>(79.0 / speed);
    EXPECT_NEAR(out[last / 2], 0.5F, 1e-6F);
    for (size_t t = last + 2; t < out.size(); ++t) {
      ASSERT_EQ(out[t], 0.0F) << speed << ", " << t;
    }
  }
}

TEST(Effects, WhiteNoiseHasMeanZeroAndVarianceOne)
{
  RondoRandom        random = rondo_random(2, 3);
  std::vector<float> x(100000);
  rondo_white_noise(&random, x.size(), x.data());
  double mean     = 0.0;
  double variance = 0.0;
  double next     = 0.0;
  for (size_t t = 1; t < x.size(); ++t) {
    mean += static_cast<double>(x[t]) / 1e5;
    variance += static_cast<double>(x[t]) * static_cast<double>(x[t]) / 1e5;
    next += static_cast<double>(x[t]) * static_cast<double>(x[t - 1]) / 1e5;
  }
  // Five times the deviation of such means
  EXPECT_NEAR(mean, 0.0, 0.016);
  EXPECT_NEAR(variance, 1.0, 0.02);
  EXPECT_NEAR(next, 0.0, 0.016);
}

TEST(Effects, ActiveLevelDoesNotCountPauses)
{
  std::vector<float> x(32000);
  for (size_t t = 0; t < 8000; ++t) {
    x[t] = t % 2 ? 0.5F : -0.5F;
  }
  EXPECT_NEAR(rondo_active_level(x.data(), x.size(), 320), 0.5F, 1e-5F);
  const std::vector<float> silence(1000);
  EXPECT_EQ(rondo_active_level(silence.data(), 1000, 320), 0.0F);
  EXPECT_EQ(rondo_active_level(x.data(), 0, 320), 0.0F);
}

TEST(Noises, AreHeardAndFiniteAtAnyRate)
{
  for (const double any : { 8000.0, 22050.0, 48000.0, 192000.0 }) {
    const auto         n = static_cast<size_t>(any);
    std::vector<float> x(n);
    std::vector<float> work(n);
    for (unsigned kind = 0; kind < RONDO_N_NOISES; ++kind) {
      for (uint64_t seed = 0; seed < 5; ++seed) {
        RondoRandom random = rondo_random(seed, kind);
        rondo_noise_make(static_cast<RondoNoise>(kind),
                         any,
                         &random,
                         n,
                         x.data(),
                         work.data());
        const float level = rondo_active_level(x.data(), n, n / 50);
        EXPECT_TRUE(std::isfinite(level)) << kind << " at " << any;
        EXPECT_GT(level, 1e-6F) << kind << " at " << any << ", " << seed;
      }
    }
  }
}

class Recordings : public testing::Test
{
protected:
  Recordings()
  {
    RondoSounds* made = nullptr;
    EXPECT_EQ(rondo_sounds_new(rate, &made), RONDO_SUCCESS);
    sounds.reset(made);
  }

  void add_speech(const std::vector<float>& x)
  {
    EXPECT_EQ(
      rondo_sounds_add_speech(sounds.get(), x.data(), x.size(), rate / 2.0),
      RONDO_SUCCESS);
  }

  Sounds sounds;
};

TEST_F(Recordings, OfOneVoiceStandTogether)
{
  for (const double seconds : { 1.0, 2.0 }) {
    add_speech(make_speech(rate, seconds, 100.0));
  }
  rondo_sounds_begin_speaker(sounds.get());
  rondo_sounds_begin_speaker(sounds.get());
  add_speech(make_speech(rate, 4.0, 200.0));
  ASSERT_EQ(sounds->n_speakers, 2U);
  EXPECT_EQ(sounds->speakers[0].first, 0U);
  EXPECT_EQ(sounds->speakers[0].count, 2U);
  EXPECT_EQ(sounds->speakers[1].first, 2U);
  EXPECT_EQ(sounds->speakers[1].count, 1U);
  EXPECT_NEAR(sounds->speech_seconds, 7.0, 1e-9);

  // Drawn as often as the root of its length
  const float one = sounds->speakers[0].cumulative;
  const float two = sounds->speakers[1].cumulative - one;
  EXPECT_NEAR(two / one, std::sqrt(4.0F / 3.0F), 1e-3F);
}

TEST_F(Recordings, OfNoisySilentOrCutOffSpeechAreLeftOut)
{
  std::vector<float>       noisy = make_speech(rate, 1.0, 100.0);
  const std::vector<float> noise = make_noise(rate, 1.0, 1);
  for (size_t t = 0; t < noisy.size(); ++t) {
    noisy[t] += noise[t];
  }
  add_speech(noisy);
  add_speech(std::vector<float>(16000));
  add_speech({});
  add_speech(make_speech(rate, 0.09, 100.0));
  EXPECT_EQ(sounds->n_refused, 4U);
  EXPECT_EQ(sounds->n_speech, 0U);
  EXPECT_EQ(sounds->n_speakers, 0U);

  for (const size_t n : { 0U, 700U, 16000U }) {
    const std::vector<float> silence(n);
    EXPECT_EQ(rondo_sounds_add_noise(sounds.get(), silence.data(), n),
              RONDO_SUCCESS);
    EXPECT_EQ(rondo_sounds_add_response(sounds.get(), silence.data(), n),
              RONDO_SUCCESS);
  }
  EXPECT_EQ(sounds->n_noises, 0U);
  EXPECT_EQ(sounds->n_responses, 0U);
}

TEST_F(Recordings, BeyondFullScaleAreCutNotWrapped)
{
  std::vector<float> x = make_noise(rate, 0.2, 1);
  x[0]                 = 5.0F;
  x[1]                 = -5.0F;
  ASSERT_EQ(rondo_sounds_add_noise(sounds.get(), x.data(), x.size()),
            RONDO_SUCCESS);
  EXPECT_EQ(sounds->noises[0].samples[0], 32767);
  EXPECT_EQ(sounds->noises[0].samples[1], -32768);
  EXPECT_EQ(sounds->noises[0].samples[2], std::lrint(x[2] * 32768.0F));
}

TEST_F(Recordings, OfRoomsStartWithTheDirectSound)
{
  std::vector<float> room(40000);
  room[5000] = -0.5F;
  room[5100] = 0.25F;
  ASSERT_EQ(rondo_sounds_add_response(sounds.get(), room.data(), room.size()),
            RONDO_SUCCESS);
  ASSERT_EQ(sounds->n_responses, 1U);
  const RondoResponse& response = sounds->responses[0];
  const float          energy   = (0.5F * 0.5F) + (0.25F * 0.25F);
  EXPECT_EQ(response.n_samples, 16000U);
  EXPECT_NEAR(response.samples[16], -0.5F / std::sqrt(energy), 1e-5F);
  EXPECT_NEAR(response.samples[116], 0.25F / std::sqrt(energy), 1e-5F);
}

} // namespace
