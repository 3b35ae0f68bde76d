// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/metrics.h"
#include "tests/audio/golden_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

constexpr double pi      = 3.14159265358979323846;
constexpr size_t seconds = 2U;

// The reference works in double, we transform floats
constexpr double decibel_tolerance = 1e-3;
constexpr double stoi_tolerance    = 1e-4;

class Noise
{
public:
  explicit Noise(const uint32_t seed)
    : state{ seed }
  {
  }

  double next()
  {
    state = (state * 1103515245U + 12345U) % 2147483648U;
    return static_cast<double>(state) / 1073741824.0 - 1.0;
  }

private:
  uint32_t state;
};

struct Signals {
  std::vector<float> clean;
  std::vector<float> processed;
};

std::vector<double>
widen(const std::vector<float>& x)
{
  return { x.begin(), x.end() };
}

// As in tests/golden/make_metrics.py
Signals
make_signals(const GoldenMetrics& golden)
{
  const size_t        n    = seconds * golden.sample_rate;
  const double        rate = static_cast<double>(golden.sample_rate);
  std::vector<double> voice(n);
  Noise               hiss{ 1U };
  for (size_t i = 0U; i < n; ++i) {
    const double t    = static_cast<double>(i) / rate;
    const double gate = std::max(0.0, std::sin(2.0 * pi * 1.5 * t));
    voice[i]          = gate * gate *
               (0.3 * std::sin(2.0 * pi * 220.0 * t) +
                0.2 * std::sin(2.0 * pi * 1234.0 * t) + 0.1 * hiss.next());
  }
  Signals signals;
  Noise   noise{ 2U };
  for (size_t i = 0U; i < n; ++i) {
    const long   from = static_cast<long>(i) - golden.shift;
    const bool   in   = from >= 0 && from < static_cast<long>(n);
    const double late = in ? voice[static_cast<size_t>(from)] : 0.0;
    signals.clean.push_back(static_cast<float>(voice[i]));
    signals.processed.push_back(
      static_cast<float>(0.8 * late + golden.noise * 0.3 * noise.next()));
  }
  return signals;
}

class MetricsGolden : public ::testing::TestWithParam<GoldenMetrics>
{
protected:
  const Signals signals = make_signals(GetParam());
  const float*  clean   = signals.clean.data();
  const float*  other   = signals.processed.data();

  const std::vector<double> wide_clean = widen(signals.clean);
  const std::vector<double> wide_other = widen(signals.processed);

  const size_t n = signals.clean.size();
};

} // namespace

TEST_P(MetricsGolden, SiSdrMatchesTheReference)
{
  EXPECT_NEAR(rondo_metrics_si_sdr(wide_clean.data(), wide_other.data(), n),
              GetParam().si_sdr,
              decibel_tolerance);
}

TEST_P(MetricsGolden, StoiMatchesTheReference)
{
  double stoi = 0.0;
  ASSERT_EQ(
    rondo_metrics_stoi(
      wide_clean.data(), wide_other.data(), n, GetParam().sample_rate, &stoi),
    RONDO_SUCCESS);
  EXPECT_NEAR(stoi, GetParam().stoi, stoi_tolerance);
}

TEST_P(MetricsGolden, LogSpectralDistanceMatchesTheReference)
{
  double distance = 0.0;
  ASSERT_EQ(rondo_metrics_log_spectral_distance(
              clean, other, n, GetParam().sample_rate, &distance),
            RONDO_SUCCESS);
  EXPECT_NEAR(distance, GetParam().log_spectral_distance, decibel_tolerance);
}

TEST_P(MetricsGolden, DelayMatchesTheReference)
{
  ptrdiff_t delay = 0;
  ASSERT_EQ(rondo_metrics_delay(clean, other, n, 500U, &delay), RONDO_SUCCESS);
  EXPECT_EQ(delay, GetParam().delay);
}

INSTANTIATE_TEST_SUITE_P(Made,
                         MetricsGolden,
                         ::testing::ValuesIn(golden_metrics));

TEST(Metrics, IdenticalSignalsScoreBest)
{
  const Signals signals = make_signals(golden_metrics[2]);
  const float*  clean   = signals.clean.data();
  const size_t  n       = signals.clean.size();
  double        score   = 0.0;

  const std::vector<double> wide = widen(signals.clean);
  EXPECT_GT(rondo_metrics_si_sdr(wide.data(), wide.data(), n), 100.0);
  ASSERT_EQ(rondo_metrics_stoi(wide.data(), wide.data(), n, 16000U, &score),
            RONDO_SUCCESS);
  EXPECT_NEAR(score, 1.0, 1e-9);
  ASSERT_EQ(
    rondo_metrics_log_spectral_distance(clean, clean, n, 16000U, &score),
    RONDO_SUCCESS);
  EXPECT_EQ(score, 0.0);
}

TEST(Metrics, TooShortSignalsAreRefused)
{
  const std::vector<float>  silence(4000U, 0.0f);
  const std::vector<double> wide(4000U, 0.0);
  double                    score = 0.0;
  ptrdiff_t                 delay = 0;
  for (const size_t n : { 0U, 1U, 2U, 257U, 4000U }) {
    EXPECT_EQ(rondo_metrics_stoi(wide.data(), wide.data(), n, 16000U, &score),
              RONDO_ERR_UNSUPPORTED)
      << n;
  }
  for (const size_t n : { 0U, 1U, 511U }) {
    EXPECT_EQ(rondo_metrics_log_spectral_distance(
                silence.data(), silence.data(), n, 16000U, &score),
              RONDO_ERR_UNSUPPORTED)
      << n;
  }
  EXPECT_EQ(rondo_metrics_delay(silence.data(), silence.data(), 0U, 9U, &delay),
            RONDO_ERR_UNSUPPORTED);
  EXPECT_EQ(rondo_metrics_delay(silence.data(), silence.data(), 1U, 9U, &delay),
            RONDO_SUCCESS);
}

TEST(Metrics, SilenceHasAFiniteScore)
{
  const std::vector<double> silence(16000U, 0.0);
  EXPECT_TRUE(std::isfinite(
    rondo_metrics_si_sdr(silence.data(), silence.data(), silence.size())));
}
