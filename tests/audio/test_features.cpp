// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "tests/audio/buffer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace {

const char* const coarse =
  R"("coarse": {"fine_hz": 0, "step_hz": 100, "erb_step": 4,
                "high_hz": 20000})";

const char* const fine =
  R"("fine": {"fine_hz": 1000, "step_hz": 100, "erb_step": 2,
              "high_hz": 20000})";

const char* const start = R"({"name": "denoise", "frame_seconds": 0.02, )";

/// A description of one linear layer, freed with it
struct Description {
  Description(const std::string& task,
              const size_t       inputs,
              const size_t       outputs)
  {
    const std::string text =
      R"({"version": 1, "inputs": )" + std::to_string(inputs) +
      R"(, "layers": [{"name": "l", "type": "linear", "out": )" +
      std::to_string(outputs) + R"(}], "task": )" + task + "}";

    RondoError   error{};
    RondoConfig* config = nullptr;
    EXPECT_EQ(rondo_config_parse(text.data(), text.size(), &config, &error),
              RONDO_SUCCESS)
      << error.message;
    EXPECT_EQ(rondo_description_new(config, &impl, &error), RONDO_SUCCESS)
      << error.message;
  }

  ~Description() { rondo_description_free(impl); }

  Description(const Description&)            = delete;
  Description& operator=(const Description&) = delete;

  RondoDescription* impl = nullptr;
};

std::string
good_task(const char* const rest)
{
  return std::string{ start } + coarse + ", " + fine + rest;
}

size_t
count_bands(const double fine_hz, const double erb_step)
{
  double centres[RONDO_MAX_BANDS] = {};
  return rondo_bands_place(fine_hz, 100.0, erb_step, 20000.0, centres);
}

void
compute(const RondoFeatures* const features,
        const std::vector<float>&  spectrum,
        std::vector<float>* const  previous,
        std::vector<float>* const  inputs)
{
  std::vector<float> work(spectrum.size() * 2);
  rondo_features_compute(
    features, spectrum.data(), previous->data(), work.data(), inputs->data());
}

TEST(Features, CountsInputsAndGains)
{
  const size_t      n_inputs = count_bands(0.0, 4.0) + 11;
  const size_t      n_gains  = count_bands(1000.0, 2.0);
  const Description d{ good_task(R"(, "voice": true})"),
                       n_inputs,
                       n_gains + 1 };

  RondoFeatures* features = nullptr;
  RondoError     error{};
  ASSERT_EQ(rondo_features_new(d.impl, 481, 50.0, &features, &error),
            RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(rondo_features_count(features), n_inputs);
  EXPECT_EQ(rondo_features_n_gains(features), n_gains);
  EXPECT_EQ(rondo_bands_count(rondo_features_gain_bands(features)), n_gains);
  EXPECT_TRUE(rondo_features_has_voice(features));
  rondo_features_free(features);

  RondoFrames* frames = nullptr;
  EXPECT_EQ(rondo_features_make_frames(d.impl, 48000.0, &frames, &error),
            RONDO_SUCCESS);
  EXPECT_EQ(rondo_frames_size(frames), 960U);
  EXPECT_EQ(rondo_frames_span(frames), 960U);
  rondo_frames_free(frames);
}

TEST(Features, LevelsFollowTheFormula)
{
  const size_t      n_coarse = count_bands(0.0, 4.0);
  const Description d{ good_task("}"),
                       n_coarse + 11,
                       count_bands(1000.0, 2.0) };

  RondoFeatures* features = nullptr;
  ASSERT_EQ(rondo_features_new(d.impl, 161, 50.0, &features, nullptr),
            RONDO_SUCCESS);
  EXPECT_FALSE(rondo_features_has_voice(features));

  std::vector<float> spectrum(161 * 2, 0.0f);
  std::vector<float> previous(161 * 2, 0.0f);
  std::vector<float> levels(n_coarse + 11);
  const float        floor = (-110.0f + 70.0f) / 30.0f;
  compute(features, spectrum, &previous, &levels);
  for (const float level : levels) {
    EXPECT_NEAR(level, floor, 1e-5f);
  }

  // The fine band of 500 Hz is bins 9 (half), 10 and 11 (half)
  spectrum[20] = 0.6f;
  spectrum[21] = -0.8f;
  compute(features, spectrum, &previous, &levels);
  for (size_t i = 0; i < 11; ++i) {
    const double energy = i == 5 ? 0.5 : 0.0;
    EXPECT_NEAR(levels[n_coarse + i],
                (10.0 * std::log10(energy + 1e-11) + 70.0) / 30.0,
                1e-5);
  }
  rondo_features_free(features);
}

TEST(Features, WithoutCoarseBandsAllFineOnesAreSeen)
{
  const size_t      n = count_bands(1000.0, 2.0);
  const Description d{ std::string{ start } + fine + "}", n, n };

  RondoFeatures* features = nullptr;
  ASSERT_EQ(rondo_features_new(d.impl, 481, 50.0, &features, nullptr),
            RONDO_SUCCESS);
  ASSERT_EQ(rondo_features_count(features), n);

  // At 20 kHz there is one bin that belongs to the last band alone
  std::vector<float> spectrum(481 * 2, 0.0f);
  std::vector<float> previous(481 * 2, 0.0f);
  std::vector<float> levels(n);
  spectrum[2 * 400] = 1.0f;
  compute(features, spectrum, &previous, &levels);
  EXPECT_NEAR(levels[0], (-110.0f + 70.0f) / 30.0f, 1e-5f);
  EXPECT_GT(levels[n - 1], 1.0f);
  rondo_features_free(features);
}

class Tone : public ::testing::TestWithParam<size_t>
{
};

// What a steady tone does, here of 1010 Hz and 3.7 ms into its period at first
TEST_P(Tone, PhaseTellsHowFarItIsFromItsBin)
{
  const double      bin_hz = 50.0 / static_cast<double>(GetParam());
  const std::string narrow =
    R"("fine": {"fine_hz": 2000, "step_hz": )" + std::to_string(bin_hz) +
    R"(, "erb_step": 2, "high_hz": 20000}, )" +
    R"("phase": true, "spanned_frames": )" + std::to_string(GetParam()) + "}";

  double       centres[RONDO_MAX_BANDS] = {};
  const size_t n = rondo_bands_place(2000.0, bin_hz, 2.0, 20000.0, centres);
  const Description d{ start + narrow, 3 * n, n };

  RondoFrames* frames = nullptr;
  ASSERT_EQ(rondo_features_make_frames(d.impl, 48000.0, &frames, nullptr),
            RONDO_SUCCESS);
  const size_t   n_bins   = rondo_frames_n_bins(frames);
  const size_t   span     = rondo_frames_span(frames);
  RondoFeatures* features = nullptr;
  ASSERT_EQ(rondo_features_new(d.impl, n_bins, bin_hz, &features, nullptr),
            RONDO_SUCCESS);
  ASSERT_EQ(rondo_features_count(features), 3 * n);

  std::vector<float> samples(span + 480);
  for (size_t i = 0; i < samples.size(); ++i) {
    const double seconds = (static_cast<double>(i) / 48000.0) + 0.0037;
    samples[i] =
      static_cast<float>(0.5 * std::sin(2.0 * M_PI * 1010.0 * seconds));
  }

  Buffer             work{ 4 * n_bins };
  Buffer             spectrum{ 2 * n_bins };
  std::vector<float> previous(n_bins * 2, 0.0f);
  std::vector<float> inputs(3 * n);
  for (size_t t = 0; t < 2; ++t) {
    rondo_frames_analyse(
      frames, samples.data() + (t * 480), work.data, spectrum.data);
    rondo_features_compute(
      features, spectrum.data, previous.data(), work.data, inputs.data());

    // The first frame has none before it
    const auto nearest = static_cast<size_t>(std::lround(1010.0 / bin_hz));
    for (size_t bin = nearest - 1; bin < nearest + 2; ++bin) {
      const double above = 1010.0 - (bin_hz * static_cast<double>(bin));
      const double angle = 2.0 * M_PI * above * 0.01;
      EXPECT_NEAR(inputs[(3 * bin) + 1], t ? std::cos(angle) : 0.0, 0.01);
      EXPECT_NEAR(inputs[(3 * bin) + 2], t ? std::sin(angle) : 0.0, 0.01);
    }
  }
  rondo_features_free(features);
  rondo_frames_free(frames);
}

INSTANTIATE_TEST_SUITE_P(Features, Tone, ::testing::Values(1, 2));

TEST(Features, RefusesWidthsThatDoNotFit)
{
  const size_t n_inputs = count_bands(0.0, 4.0) + 11;
  const size_t n_gains  = count_bands(1000.0, 2.0);

  RondoFeatures* features = nullptr;
  RondoError     error{};

  const Description wide{ good_task("}"), n_inputs + 1, n_gains };
  EXPECT_EQ(rondo_features_new(wide.impl, 481, 50.0, &features, &error),
            RONDO_ERR_BAD_FILE);
  EXPECT_NE(std::string{ error.message }.find(std::to_string(n_inputs + 1)),
            std::string::npos);

  const Description mute{ good_task(R"(, "voice": true})"), n_inputs, n_gains };
  EXPECT_EQ(rondo_features_new(mute.impl, 481, 50.0, &features, &error),
            RONDO_ERR_BAD_FILE);
  EXPECT_EQ(features, nullptr);
  rondo_features_free(nullptr);
}

TEST(Features, RefusesTasksThatItDoesNotUnderstand)
{
  const std::string bad[] = {
    R"({"name": "compose"})",
    R"({"name": "denoise"})",
    std::string{ start } + coarse + "}",
    std::string{ start } + fine + "}",
    good_task(R"(, "voice": 1})"),
    good_task(R"(, "phase": true})"),
    good_task(R"(, "colour": "red"})"),
    std::string{ R"({"name": "denoise", "frame_seconds": 0.2, )" } + coarse +
      ", " + fine + "}",
    std::string{ start } + coarse +
      R"(, "fine": {"fine_hz": 1000, "step_hz": 100, "erb_step": 2}})",
    std::string{ start } + coarse +
      R"(, "fine": {"fine_hz": 20000, "step_hz": 1, "erb_step": 2,
                    "high_hz": 20000}})",
    std::string{ start } + coarse +
      R"(, "fine": {"fine_hz": 1000, "step_hz": 100, "erb_step": 2,
                    "high_hz": 20000, "low_hz": 0}})",
  };

  for (const std::string& task : bad) {
    const Description d{ task, 2, 2 };
    RondoFeatures*    features = nullptr;
    RondoError        error{};
    EXPECT_NE(rondo_features_new(d.impl, 481, 50.0, &features, &error),
              RONDO_SUCCESS)
      << task;
    EXPECT_NE(error.message[0], '\0') << task;
    EXPECT_EQ(features, nullptr);
  }
}

} // namespace
