// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_loss.h"
#include "core/train/examples.h"
#include "core/train/wave_loss.h"
#include "tests/train/small_recipe.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace {

constexpr double rate     = 16000.0;
constexpr size_t n_frames = 150;
constexpr size_t n_gains  = 7;
constexpr size_t width    = n_gains + 1; // And the voice

/// Spans of one frame, and of two
class WaveLoss : public testing::TestWithParam<size_t>
{
protected:
  void SetUp() override
  {
    recipe = small_recipe();
    ASSERT_EQ(rondo_frames_new(rate, 0.02, GetParam(), &frames), RONDO_SUCCESS);
    RondoError error = { RONDO_SUCCESS, "" };
    ASSERT_EQ(rondo_features_new(recipe->description,
                                 rondo_frames_n_bins(frames),
                                 rondo_frames_bin_hz(frames),
                                 &features,
                                 &error),
              RONDO_SUCCESS)
      << error.message;
    ASSERT_EQ(rondo_examples_new(features, frames, n_frames, 1, &examples),
              RONDO_SUCCESS);
    ASSERT_EQ(rondo_wave_loss_new(examples, 2.0, 3.0, &loss), RONDO_SUCCESS);

    const size_t n = rondo_examples_n_samples(frames, n_frames);
    clean          = make_speech(rate, 2.0, 150.0);
    noise          = make_noise(rate, 2.0, 9);
    clean.resize(n);
    noise.resize(n);
    gains.assign(n_frames * examples->stride, 1.0F);
  }

  void TearDown() override
  {
    rondo_wave_loss_free(loss);
    rondo_examples_free(examples);
    rondo_features_free(features);
    rondo_frames_free(frames);
  }

  void set(const float noisy,
           const float bandwidth_hz = 8000.0F,
           const float snr_db       = 5.0F)
  {
    std::vector<float> mix = clean;
    for (size_t t = 0; t < mix.size(); ++t) {
      mix[t] += noisy * noise[t];
    }
    const RondoMix item = { clean.data(), mix.data(), true,
                            snr_db,       0.1F,       bandwidth_hz };
    rondo_examples_set(examples, 0, &item);
  }

  RondoWaveScore score(std::vector<float>* dgains = nullptr)
  {
    RondoWaveScore result = {};
    rondo_wave_loss_process(loss,
                            &examples->examples[0],
                            gains.data(),
                            0.5,
                            dgains ? dgains->data() : nullptr,
                            &result);
    return result;
  }

  Recipe             recipe;
  RondoFrames*       frames   = nullptr;
  RondoFeatures*     features = nullptr;
  RondoExamples*     examples = nullptr;
  RondoWaveLoss*     loss     = nullptr;
  std::vector<float> clean;
  std::vector<float> noise;
  std::vector<float> gains;
};

TEST_P(WaveLoss, HearsTheVoiceInPlaceThroughGainsOfOne)
{
  set(0.0F);
  const RondoWaveScore same = score();
  EXPECT_LT(same.quality, 1e-2);
  EXPECT_LT(same.intelligibility, 1e-5);

  set(1.0F);
  EXPECT_GT(score().quality, 1.0);
  EXPECT_GT(score().intelligibility, 0.01);
}

TEST_P(WaveLoss, GradientAgreesWithCentralDifferences)
{
  set(0.5F);
  RondoRandom random = rondo_random(4, 4);
  for (float& g : gains) {
    g = 0.3F + (0.6F * rondo_random_uniform(&random));
  }
  std::vector<float> gradient(gains.size());
  score(&gradient);

  // Along the gradient itself, where it is not lost in rounding
  double square = 0.0;
  for (const float d : gradient) {
    square += static_cast<double>(d) * static_cast<double>(d);
  }
  const double             norm = std::sqrt(square);
  const std::vector<float> kept = gains;
  const auto               move = [&](const double step) {
    for (size_t i = 0; i < gains.size(); ++i) {
      const double d = static_cast<double>(gradient[i]);
      gains[i] = kept[i] + static_cast<float>(step * d / norm);
    }
    const RondoWaveScore s = score();
    return (0.5 * 2.0 * s.quality) + (0.5 * 3.0 * s.intelligibility);
  };
  const double step = 2e-3;
  EXPECT_NEAR((move(step) - move(-step)) / (2.0 * step), norm, 0.01 * norm);
}

TEST_P(WaveLoss, DoesNotListenToWhatIsCleanOrNotKnown)
{
  set(1.0F, 8000.0F, std::numeric_limits<float>::infinity());
  EXPECT_EQ(score().quality, 0.0);
  set(1.0F, 4000.0F);
  EXPECT_EQ(score().intelligibility, 0.0);
}

TEST_P(WaveLoss, IsATermOfTheLossOfGains)
{
  set(0.5F);
  RondoDenoiseLossSettings settings = rondo_denoise_loss_default_settings();
  std::vector<float>       y(n_frames * width, 0.5F);

  const auto process = [&](std::vector<float>* dy) {
    RondoDenoiseLoss* all = nullptr;
    EXPECT_EQ(rondo_denoise_loss_new(&settings, examples, &all), RONDO_SUCCESS);
    RondoDenoiseScore result = {};
    rondo_denoise_loss_process(
      all, &examples->examples[0], y.data(), width, 1.0, dy->data(), &result);
    rondo_denoise_loss_free(all);
    return result;
  };
  std::vector<float>      without(y.size());
  std::vector<float>      with(y.size());
  const RondoDenoiseScore plain    = process(&without);
  settings.quality_weight          = 0.02;
  settings.intelligibility_weight  = 0.1;
  const RondoDenoiseScore listened = process(&with);
  EXPECT_EQ(plain.heard.quality, 0.0);
  EXPECT_NEAR(listened.loss,
              plain.loss + (0.02 * listened.heard.quality) +
                (0.1 * listened.heard.intelligibility),
              1e-9);
  EXPECT_NE(with, without);

  // Along the gradient
  double square = 0.0;
  for (const float d : with) {
    square += static_cast<double>(d) * static_cast<double>(d);
  }
  const double norm = std::sqrt(square);
  const auto   move = [&](const double step) {
    for (size_t i = 0; i < y.size(); ++i) {
      y[i] =
        0.5F + static_cast<float>(step * static_cast<double>(with[i]) / norm);
    }
    return process(&without).loss;
  };
  EXPECT_NEAR((move(5e-3) - move(-5e-3)) / 1e-2, norm, 0.02 * norm);
}

INSTANTIATE_TEST_SUITE_P(Spans, WaveLoss, testing::Values(1U, 2U));

} // namespace
