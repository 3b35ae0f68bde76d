// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/metrics.h"
#include "tests/audio/golden_losses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

constexpr double pi      = 3.14159265358979323846;
constexpr size_t seconds = 3U;

// The reference works in double, we transform floats
constexpr double decibel_tolerance = 1e-3;

std::vector<double>
make_noise(const size_t n, uint32_t state)
{
  std::vector<double> x(n);
  for (double& value : x) {
    state = (state * 1103515245U + 12345U) % 2147483648U;
    value = static_cast<double>(state) / 1073741824.0 - 1.0;
  }
  return x;
}

std::vector<double>
make_hiss(const size_t n)
{
  std::vector<double> x = make_noise(n, 1U);
  for (size_t pass = 0U; pass < 2U; ++pass) {
    for (size_t i = n; --i;) {
      x[i] -= x[i - 1U];
    }
  }
  return x;
}

struct Signals {
  std::vector<float> clean;
  std::vector<float> noisy;
  std::vector<float> processed;

  std::vector<RondoLosses> measure(const size_t rate) const
  {
    std::vector<RondoLosses> losses(RONDO_N_PARTS);
    EXPECT_EQ(rondo_metrics_losses(clean.data(),
                                   noisy.data(),
                                   processed.data(),
                                   clean.size(),
                                   rate,
                                   losses.data()),
              RONDO_SUCCESS);
    return losses;
  }
};

// As in tests/golden/make_losses.py
Signals
make_signals(const size_t sample_rate, const double level)
{
  const size_t              n    = seconds * sample_rate;
  const double              rate = static_cast<double>(sample_rate);
  const std::vector<double> hiss = make_hiss(n);
  const std::vector<double> add  = make_noise(n, 2U);
  Signals                   signals;
  for (size_t i = 0U; i < n; ++i) {
    const double t     = static_cast<double>(i) / rate;
    const double place = std::fmod(t, 0.75);
    const double tones =
      0.3 * std::sin(2 * pi * 220 * t) + 0.3 * std::sin(2 * pi * 1234 * t);
    double clean = place < 0.3 ? std::exp(-place / 0.05) * tones : 0.0;
    clean += place > 0.1 && place < 0.2 && t > 1.0 ? 0.05 * hiss[i] : 0.0;
    clean += 1e-5 * hiss[i];

    const double noisy = clean + level * 0.3 * add[i];
    const double ramp =
      0.1 + 0.9 * std::min(1.0, std::max(0.0, place - 0.01) / 0.03);
    const double gain = place > 0.12 ? 0.2 + 0.2 * std::floor(t) : 1.0;
    signals.clean.push_back(static_cast<float>(clean));
    signals.noisy.push_back(static_cast<float>(noisy));
    signals.processed.push_back(static_cast<float>(ramp * gain * noisy));
  }
  return signals;
}

class LossesGolden : public ::testing::TestWithParam<GoldenLosses>
{
};

} // namespace

TEST_P(LossesGolden, MatchTheReference)
{
  const GoldenLosses&            golden = GetParam();
  const std::vector<RondoLosses> losses =
    make_signals(golden.sample_rate, golden.noise).measure(golden.sample_rate);
  for (size_t part = 0U; part < RONDO_N_PARTS; ++part) {
    const RondoLosses& expected = golden.losses[part];
    EXPECT_EQ(losses[part].n_regions, expected.n_regions) << part;
    EXPECT_EQ(losses[part].n_over_3_db, expected.n_over_3_db) << part;
    EXPECT_EQ(losses[part].n_over_6_db, expected.n_over_6_db) << part;
    EXPECT_NEAR(losses[part].sum, expected.sum, decibel_tolerance) << part;
  }
}

INSTANTIATE_TEST_SUITE_P(Made,
                         LossesGolden,
                         ::testing::ValuesIn(golden_losses));

TEST(Losses, NoiseThatIsLeftIsNotALossAndNoVoice)
{
  Signals signals   = make_signals(16000U, 0.5);
  signals.processed = signals.noisy;
  for (const RondoLosses& losses : signals.measure(16000U)) {
    EXPECT_GT(losses.n_regions, 0U);
    EXPECT_NEAR(losses.sum, 0.0, 0.01);
    EXPECT_EQ(losses.n_over_3_db, 0U);
  }

  // The noise alone: as much is lost as is counted
  for (size_t i = 0U; i < signals.clean.size(); ++i) {
    signals.processed[i] = signals.noisy[i] - signals.clean[i];
  }
  for (const RondoLosses& losses : signals.measure(16000U)) {
    EXPECT_NEAR(losses.sum, 40.0 * static_cast<double>(losses.n_regions), 0.01);
  }
}

TEST(Losses, AGainIsTheLossOfEveryRegion)
{
  for (const double loss : { -2.0, 2.9, 3.1, 5.9, 6.1, 30.0 }) {
    Signals     signals = make_signals(48000U, 0.1);
    const float gain    = static_cast<float>(std::pow(10.0, -loss / 20.0));
    for (size_t i = 0U; i < signals.clean.size(); ++i) {
      signals.processed[i] = gain * signals.noisy[i];
    }
    for (const RondoLosses& losses : signals.measure(48000U)) {
      const double n = static_cast<double>(losses.n_regions);
      EXPECT_NEAR(losses.sum, loss * n, 0.01) << loss;
      EXPECT_EQ(losses.n_over_3_db, loss > 3.0 ? losses.n_regions : 0U);
      EXPECT_EQ(losses.n_over_6_db, loss > 6.0 ? losses.n_regions : 0U);
    }
  }
}

TEST(Losses, AnOnsetThatIsTakenIsTheOnlyLoss)
{
  Signals      signals = make_signals(48000U, 0.02);
  const size_t rate    = 48000U;
  for (size_t i = 0U; i < signals.clean.size(); ++i) {
    const size_t place   = i % (rate * 3U / 4U);
    signals.processed[i] = place < rate / 20U ? 0.0f : signals.noisy[i];
  }
  const std::vector<RondoLosses> losses = signals.measure(rate);
  EXPECT_EQ(losses[RONDO_PART_ONSET].n_over_6_db,
            losses[RONDO_PART_ONSET].n_regions);
  EXPECT_NEAR(losses[RONDO_PART_SIBILANT].sum, 0.0, 0.01);
  EXPECT_NEAR(losses[RONDO_PART_WORD_END].sum, 0.0, 0.01);
}

TEST(Losses, EqualOnsetsWithin50MillisecondsCountOnce)
{
  for (const size_t distance : { 640U, 960U }) {
    Signals signals;
    signals.clean.assign(16000U, 0.0f);
    signals.clean[8000U]            = 1.0f;
    signals.clean[8000U + distance] = 1.0f;
    signals.noisy                   = signals.clean;
    signals.processed               = signals.clean;

    const RondoLosses onsets = signals.measure(16000U)[RONDO_PART_ONSET];
    EXPECT_EQ(onsets.n_regions, distance < 800U ? 1U : 2U);
    EXPECT_EQ(onsets.sum, 0.0);
  }
}

TEST(Losses, SilenceHasNoRegions)
{
  Signals signals;
  signals.clean.assign(16000U, 0.0f);
  signals.noisy     = signals.clean;
  signals.processed = signals.clean;
  for (const RondoLosses& losses : signals.measure(16000U)) {
    EXPECT_EQ(losses.n_regions, 0U);
    EXPECT_EQ(losses.sum, 0.0);
  }
}

TEST(Losses, TooShortSignalsAreRefused)
{
  const std::vector<float> silence(959U, 0.0f);
  RondoLosses              losses[RONDO_N_PARTS];
  for (const size_t n : { 0U, 1U, 959U }) {
    EXPECT_EQ(
      rondo_metrics_losses(
        silence.data(), silence.data(), silence.data(), n, 48000U, losses),
      RONDO_ERR_UNSUPPORTED);
  }
}
