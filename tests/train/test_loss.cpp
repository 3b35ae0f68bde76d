// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_loss.h"
#include "core/train/examples.h"
#include "tests/train/small_recipe.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

namespace {

constexpr double rate     = 16000.0;
constexpr size_t n_frames = 9;
constexpr size_t n_gains  = 7;
constexpr size_t width    = n_gains + 1; // And the voice

class Loss : public testing::Test
{
protected:
  void SetUp() override
  {
    recipe = small_recipe();
    ASSERT_EQ(rondo_frames_new(rate, 0.02, 1, &frames), RONDO_SUCCESS);
    RondoError error = { RONDO_SUCCESS, "" };
    ASSERT_EQ(rondo_features_new(recipe->description,
                                 rondo_frames_n_bins(frames),
                                 rondo_frames_bin_hz(frames),
                                 &features,
                                 &error),
              RONDO_SUCCESS)
      << error.message;
    ASSERT_EQ(rondo_features_n_gains(features), n_gains);
    ASSERT_EQ(rondo_examples_new(features, frames, n_frames, 1, &examples),
              RONDO_SUCCESS);

    const size_t n = rondo_examples_n_samples(frames, n_frames);
    clean          = make_speech(rate, 1.0, 150.0);
    noisy          = make_noise(rate, 1.0, 9);
    clean.resize(n);
    noisy.resize(n);
    for (size_t t = 0; t < n; ++t) {
      noisy[t] += clean[t];
    }
    RondoRandom random = rondo_random(4, 4);
    for (size_t i = 0; i < n_frames * width; ++i) {
      y.push_back(0.05F + (0.9F * rondo_random_uniform(&random)));
    }
    set(7000.0F, true);
  }

  void TearDown() override
  {
    rondo_denoise_loss_free(loss);
    rondo_examples_free(examples);
    rondo_features_free(features);
    rondo_frames_free(frames);
  }

  void set(const float bandwidth_hz, const bool has_speech)
  {
    const RondoMix mix = { clean.data(), noisy.data(), has_speech,
                           5.0F,         0.1F,         bandwidth_hz };
    rondo_examples_set(examples, 0, &mix);
  }

  void make(const RondoDenoiseLossSettings& settings)
  {
    rondo_denoise_loss_free(loss);
    ASSERT_EQ(rondo_denoise_loss_new(&settings, examples, &loss),
              RONDO_SUCCESS);
  }

  RondoDenoiseScore score(std::vector<float>* dy = nullptr)
  {
    RondoDenoiseScore result = {};
    rondo_denoise_loss_process(loss,
                               &examples->examples[0],
                               y.data(),
                               width,
                               1.0,
                               dy ? dy->data() : nullptr,
                               &result);
    return result;
  }

  void compare_gradients()
  {
    std::vector<float> dy(y.size());
    score(&dy);
    double largest = 0.0;
    for (const float d : dy) {
      largest = std::max(largest, std::abs(static_cast<double>(d)));
    }
    for (size_t i = 0; i < y.size(); ++i) {
      // The loss is a sum of floats: this step balances its rounding against
      // the curvature
      const float kept = y[i];
      const float step = 4e-3F * kept;
      y[i]             = kept + step;
      const double up  = score().loss;
      y[i]             = kept - step;
      const double low = score().loss;
      y[i]             = kept;
      EXPECT_NEAR(
        dy[i], (up - low) / (2.0 * static_cast<double>(step)), 2e-3 * largest)
        << "frame " << i / width << ", output " << i % width;
    }
  }

  Recipe             recipe;
  RondoFrames*       frames   = nullptr;
  RondoFeatures*     features = nullptr;
  RondoExamples*     examples = nullptr;
  RondoDenoiseLoss*  loss     = nullptr;
  std::vector<float> clean;
  std::vector<float> noisy;
  std::vector<float> y;
};

TEST_F(Loss, GradientAgreesWithCentralDifferencesTermByTerm)
{
  // exponent, complex, magnitude, over-suppression, distortion, voice; for
  // what is heard, see test_wave_loss.cpp
  const RondoDenoiseLossSettings terms[] = {
    { 0.3, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0 },
    { 0.3, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0 },
    { 0.3, 0.0, 1.0, 3.0, 0.0, 0.0, 0.0, 0.0 },
    { 0.3, 0.0, 0.0, 1.0, 0.01, 0.0, 0.0, 0.0 },
    { 0.3, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0 },
    { 0.5, 0.3, 0.7, 1.5, 0.002, 0.02, 0.0, 0.0 },
    { 1.0, 0.3, 0.7, 1.5, 0.002, 0.02, 0.0, 0.0 }
  };
  for (const RondoDenoiseLossSettings& settings : terms) {
    SCOPED_TRACE(&settings - terms);
    make(settings);
    compare_gradients();
  }
}

TEST_F(Loss, GradientHoldsWithoutSpeechAndInNarrowBands)
{
  make(rondo_denoise_loss_default_settings());
  set(1234.0F, true);
  compare_gradients();
  std::fill(clean.begin(), clean.end(), 0.0F);
  set(8000.0F, false);
  compare_gradients();
}

TEST_F(Loss, IsTheFormulaOfTheHeader)
{
  const RondoDenoiseLossSettings settings = { 0.3, 0.3, 0.7, 2.0,
                                              0.0, 0.0, 0.0, 0.0 };
  make(settings);
  const RondoExample& e = examples->examples[0];

  double             sum = 0.0;
  std::vector<float> g(rondo_frames_n_bins(frames));
  for (size_t t = 0; t < n_frames; ++t) {
    rondo_bands_spread(
      rondo_features_gain_bands(features), &y[t * width], g.data());
    for (size_t k = 0; k < e.n_used; ++k) {
      const size_t at = (t * examples->stride) + k;
      const double yk = std::sqrt(static_cast<double>(e.noisy_power[at]));
      const double sk = std::sqrt(static_cast<double>(e.clean_power[at]));
      const double c  = static_cast<double>(e.cross[at]) / (yk * sk + 1e-30);
      const double u  = std::pow(static_cast<double>(g[k]) * yk, 0.3);
      const double s  = std::pow(sk, 0.3);
      const double a  = (u * u) + (s * s) - (2.0 * u * s * c);
      const double m  = (u - s) * (u - s) * (u < s ? 2.0 : 1.0);
      sum += static_cast<double>(e.weights[k]) * ((0.3 * a) + (0.7 * m));
    }
  }
  // The powers of silent bins have a floor of -120 dB
  EXPECT_NEAR(score().loss, sum / static_cast<double>(n_frames), 1e-4);
}

TEST_F(Loss, RatiosAreThoseOfTheSpectra)
{
  make(rondo_denoise_loss_default_settings());
  const RondoExample& e = examples->examples[0];

  double clean_energy = 0.0;
  double noisy_energy = 0.0;
  double cross        = 0.0;
  for (size_t t = 0; t < n_frames; ++t) {
    for (size_t k = 0; k < e.n_used; ++k) {
      const size_t at = (t * examples->stride) + k;
      clean_energy += static_cast<double>(e.clean_power[at]);
      noisy_energy += static_cast<double>(e.noisy_power[at]);
      cross += static_cast<double>(e.cross[at]);
    }
  }
  const double signal = cross * cross / clean_energy;
  const double before = 10.0 * std::log10(signal / (noisy_energy - signal));
  EXPECT_NEAR(score().before_db, before, 1e-3);

  std::fill(y.begin(), y.end(), 1.0F);
  EXPECT_NEAR(score().after_db, before, 1e-3);
}

TEST_F(Loss, IsZeroForCleanSpeechLeftAlone)
{
  const RondoDenoiseLossSettings settings = { 0.3, 0.3, 0.7, 2.0,
                                              0.0, 0.0, 0.0, 0.0 };
  make(settings);
  noisy = clean;
  set(8000.0F, true);
  std::fill(y.begin(), y.end(), 1.0F);
  EXPECT_LT(score().loss, 1e-6);
}

TEST_F(Loss, CountsOverSuppressionAsOftenAsTold)
{
  noisy = clean;
  set(8000.0F, true);
  std::fill(y.begin(), y.end(), 0.25F);
  make({ 0.3, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0 });
  const double once = score().loss;
  make({ 0.3, 0.0, 1.0, 3.0, 0.0, 0.0, 0.0, 0.0 });
  EXPECT_NEAR(score().loss, 3.0 * once, 1e-4 * once);
}

TEST_F(Loss, DoesNotLookAboveTheBandwidth)
{
  make(rondo_denoise_loss_default_settings());
  set(2000.0F, true);
  std::vector<float> dy(y.size());
  const double       before = score(&dy).loss;
  EXPECT_EQ(dy[n_gains - 1], 0.0F);
  for (size_t t = 0; t < n_frames; ++t) {
    y[(t * width) + n_gains - 1] = 0.123F; // Its band starts above 2 kHz
  }
  EXPECT_EQ(score().loss, before);
}

TEST_F(Loss, StaysFiniteAtTheEdges)
{
  make(rondo_denoise_loss_default_settings());
  std::vector<float> dy(y.size());
  for (const float extreme : { 0.0F, 1.0F }) {
    std::fill(y.begin(), y.end(), extreme);
    const RondoDenoiseScore result = score(&dy);
    EXPECT_TRUE(std::isfinite(result.loss));
    for (const float d : dy) {
      EXPECT_TRUE(std::isfinite(d));
    }
  }

  std::fill(clean.begin(), clean.end(), 0.0F);
  std::fill(noisy.begin(), noisy.end(), 0.0F);
  set(8000.0F, true);
  EXPECT_TRUE(std::isfinite(score(&dy).loss));
}

TEST_F(Loss, MarksTheFramesInWhichSomebodySpeaks)
{
  const size_t hop = rondo_frames_hop(frames);
  std::fill(clean.begin(), clean.begin() + static_cast<long>(3 * hop), 0.0F);
  set(8000.0F, true);
  EXPECT_EQ(examples->examples[0].voice[0], 0.0F);
  EXPECT_EQ(examples->examples[0].voice[1], 0.0F);
  EXPECT_GT(examples->examples[0].voice[5], 0.9F);
  set(8000.0F, false);
  EXPECT_EQ(examples->examples[0].voice[5], 0.0F);
}

} // namespace
