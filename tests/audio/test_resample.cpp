// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/resample.h"
#include "tests/audio/golden_resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr size_t n_golden = 300;

std::vector<float>
make_noise(const size_t n)
{
  std::vector<float> x(n);
  uint32_t           state = 1;
  for (float& value : x) {
    state = (state * 1103515245U + 12345U) & 0x7fffffffU;
    value = (float)((double)state / 1073741824.0 - 1.0);
  }
  return x;
}

std::vector<float>
resample(const std::vector<float>& in, const size_t source, const size_t target)
{
  RondoResampler* resampler = nullptr;
  EXPECT_EQ(rondo_resampler_new(source, target, &resampler), RONDO_SUCCESS);

  std::vector<float> out(rondo_resampler_length(resampler, in.size()));
  rondo_resampler_process(resampler, in.data(), in.size(), out.data());
  rondo_resampler_free(resampler);
  return out;
}

TEST(Resample, RefusesRatesOutOfRange)
{
  RondoResampler* r = nullptr;
  EXPECT_EQ(rondo_resampler_new(0, 48000, &r), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_resampler_new(48000, 0, &r), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_resampler_new(48000, 384001, &r), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(r, nullptr);
  rondo_resampler_free(nullptr);
}

TEST(Resample, EqualRatesCopy)
{
  const std::vector<float> in = make_noise(77);
  EXPECT_EQ(resample(in, 44100, 44100), in);
}

TEST(Resample, EqualsSciPyWithin2e6)
{
  // Single-precision sums of up to 384 products of values up to 1
  constexpr double tolerance = 2e-6;

  const std::vector<float> in = make_noise(n_golden);
  for (const GoldenResample& golden : golden_resample) {
    const std::vector<float> out =
      resample(in, golden.source_rate, golden.target_rate);

    ASSERT_EQ(out.size(), golden.length);
    for (size_t i = 0; i < golden.values.size(); ++i) {
      EXPECT_NEAR(out[i * golden.step], golden.values[i], tolerance)
        << golden.source_rate << " to " << golden.target_rate << " at "
        << i * golden.step;
    }
  }
}

TEST(Resample, LengthIsTheCeilingOfTheRatio)
{
  RondoResampler* r = nullptr;
  ASSERT_EQ(rondo_resampler_new(44100, 48000, &r), RONDO_SUCCESS);
  EXPECT_EQ(rondo_resampler_length(r, 0), 0U);
  EXPECT_EQ(rondo_resampler_length(r, 1), 2U);
  EXPECT_EQ(rondo_resampler_length(r, 147), 160U);
  EXPECT_EQ(rondo_resampler_length(r, 148), 162U);
  rondo_resampler_process(r, nullptr, 0, nullptr);
  rondo_resampler_free(r);
}

TEST(Resample, SignalsShorterThanTheFilterStayInStep)
{
  for (size_t n = 1; n < 200; n += 9) {
    std::vector<float> in(n, 0.0f);
    in[n / 2] = 1.0f;

    const std::vector<float> out = resample(in, 16000, 48000);
    ASSERT_EQ(out.size(), 3 * n);
    EXPECT_NEAR(out[3 * (n / 2)], 0.975f, 1e-3f);
  }
}

TEST(Resample, KeepsASineWithinMinus80dB)
{
  constexpr double two_pi = 6.28318530717958647692;
  const size_t     n      = 4000;
  for (const double hz : { 100.0, 1000.0, 3500.0, 7400.0 }) {
    std::vector<float> in(n);
    for (size_t i = 0; i < n; ++i) {
      in[i] = (float)std::sin(two_pi * hz * (double)i / 48000.0);
    }

    const std::vector<float> out = resample(in, 48000, 16000);
    for (size_t m = 150; m + 150 < out.size(); ++m) {
      EXPECT_NEAR(out[m], std::sin(two_pi * hz * (double)m / 16000.0), 1e-4);
    }
  }
}

} // namespace
