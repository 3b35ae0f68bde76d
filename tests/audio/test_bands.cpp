// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/bands.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

/// The bands of a set, freed with it
struct Bands {
  Bands(const std::vector<double>& centres,
        const size_t               n_bins,
        const double               bin_hz)
  {
    EXPECT_EQ(
      rondo_bands_new(centres.data(), centres.size(), n_bins, bin_hz, &impl),
      RONDO_SUCCESS);
  }

  ~Bands() { rondo_bands_free(impl); }

  Bands(const Bands&)            = delete;
  Bands& operator=(const Bands&) = delete;

  RondoBands* impl = nullptr;
};

std::vector<double>
place(const double fine, const double step, const double erb, const double high)
{
  std::vector<double> centres(RONDO_MAX_BANDS);
  centres.resize(rondo_bands_place(fine, step, erb, high, centres.data()));
  return centres;
}

TEST(Bands, ErbRateMatchesGlasbergAndMoore)
{
  EXPECT_DOUBLE_EQ(rondo_erb_from_hz(0.0), 0.0);
  EXPECT_NEAR(rondo_erb_from_hz(1000.0), 15.62, 0.01);
  for (const double hz : { 20.0, 500.0, 4000.0, 20000.0 }) {
    EXPECT_NEAR(rondo_hz_from_erb(rondo_erb_from_hz(hz)), hz, 1e-8 * hz);
  }
}

TEST(Bands, CentresRiseByAStepThenByErb)
{
  const std::vector<double> coarse = place(0.0, 100.0, 1.2, 20000.0);
  EXPECT_GE(coarse.size(), 30U);
  EXPECT_LE(coarse.size(), 36U);

  const std::vector<double> fine = place(4000.0, 50.0, 0.9, 20000.0);
  EXPECT_GE(fine.size(), 94U);
  EXPECT_LE(fine.size(), 100U);
  for (size_t i = 0; i <= 80; ++i) {
    EXPECT_EQ(fine[i], 50.0 * (double)i);
  }
  EXPECT_GT(fine[81], 4050.0);

  for (const auto& centres : { coarse, fine }) {
    EXPECT_EQ(centres.front(), 0.0);
    EXPECT_EQ(centres.back(), 20000.0);
    for (size_t i = 1; i < centres.size(); ++i) {
      EXPECT_GE(centres[i] - centres[i - 1], 50.0);
    }
  }
}

TEST(Bands, PlacingRefusesTooManyAndNonsense)
{
  EXPECT_TRUE(place(20000.0, 10.0, 1.0, 20000.0).empty());
  EXPECT_TRUE(place(-1.0, 10.0, 1.0, 20000.0).empty());
  EXPECT_TRUE(place(0.0, 0.0, 1.0, 20000.0).empty());
  EXPECT_TRUE(place(0.0, 10.0, 0.0, 20000.0).empty());
  EXPECT_TRUE(place(0.0, 10.0, 1.0, std::nan("")).empty());
  EXPECT_TRUE(place(0.0, 10.0, 1.0, HUGE_VAL).empty());

  // The most that fit: 511 steps and the end
  EXPECT_EQ(place(5110.0, 10.0, 1.0, 5110.0).size(), RONDO_MAX_BANDS);
  EXPECT_TRUE(place(5120.0, 10.0, 1.0, 5120.0).empty());
}

TEST(Bands, RefusesCentresThatDoNotRise)
{
  RondoBands*  bands       = nullptr;
  const double flat[]      = { 0.0, 100.0, 100.0 };
  const double negative[]  = { -1.0, 100.0 };
  const double not_a_num[] = { 0.0, std::nan("") };
  const double good[]      = { 0.0, 100.0 };
  EXPECT_EQ(rondo_bands_new(flat, 3, 10, 50.0, &bands), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_bands_new(negative, 2, 10, 50.0, &bands),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_bands_new(not_a_num, 2, 10, 50.0, &bands),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_bands_new(good, 1, 10, 50.0, &bands), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_bands_new(good, 2, 0, 50.0, &bands), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_bands_new(good, 2, 10, 0.0, &bands), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(bands, nullptr);
  rondo_bands_free(nullptr);
}

TEST(Bands, GatherTakesTheWeightedMean)
{
  const Bands        bands{ { 0.0, 100.0, 300.0 }, 8, 50.0 };
  std::vector<float> power{ 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f };
  float              energy[3] = {};

  rondo_bands_gather(bands.impl, power.data(), energy);
  EXPECT_FLOAT_EQ(energy[0], (1.0f + 0.5f * 2.0f) / 1.5f);
  EXPECT_FLOAT_EQ(
    energy[1],
    (0.5f * 2.0f + 3.0f + 0.75f * 4.0f + 0.5f * 5.0f + 0.25f * 6.0f) / 3.0f);
  EXPECT_FLOAT_EQ(energy[2],
                  (0.25f * 4.0f + 0.5f * 5.0f + 0.75f * 6.0f + 7.0f) / 2.5f);

  float lowest[3] = { -1.0f, -1.0f, -1.0f };
  rondo_bands_gather_lowest(bands.impl, 2, power.data(), lowest);
  EXPECT_EQ(lowest[0], energy[0]);
  EXPECT_EQ(lowest[1], energy[1]);
  EXPECT_EQ(lowest[2], -1.0f);

  // Four at once, summed in another order; the last is the first backwards
  std::vector<float> four(8 * 4);
  for (size_t k = 0; k < 8; ++k) {
    four[4 * k]       = power[k];
    four[(4 * k) + 1] = 1.0f;
    four[(4 * k) + 3] = power[7 - k];
  }
  float                    energies[3][4] = {};
  const std::vector<float> backwards(power.rbegin(), power.rend());
  rondo_bands_gather_four(bands.impl, four.data(), &energies[0][0]);
  rondo_bands_gather(bands.impl, backwards.data(), lowest);
  for (size_t b = 0; b < 3; ++b) {
    EXPECT_FLOAT_EQ(energies[b][0], energy[b]);
    EXPECT_FLOAT_EQ(energies[b][1], 1.0f);
    EXPECT_EQ(energies[b][2], 0.0f);
    EXPECT_FLOAT_EQ(energies[b][3], lowest[b]);
  }
}

TEST(Bands, FlatPowerGivesFlatEnergyAtAnyRate)
{
  const std::vector<double> centres = place(4000.0, 50.0, 0.9, 20000.0);
  for (const double half_rate :
       { 4000.0, 8000.0, 22050.0, 24000.0, 192000.0 }) {
    const size_t             n_bins = (size_t)(half_rate / 50.0) + 1;
    const Bands              bands{ centres, n_bins, 50.0 };
    const std::vector<float> power(n_bins, 0.25f);
    std::vector<float>       energy(centres.size());

    rondo_bands_gather(bands.impl, power.data(), energy.data());
    for (size_t b = 0; b < centres.size(); ++b) {
      const bool below = b == 0 || centres[b - 1] < half_rate;
      EXPECT_NEAR(energy[b], below ? 0.25f : 0.0f, 1e-6f) << b;
    }
  }
}

TEST(Bands, SpreadInterpolatesAndHoldsTheLast)
{
  const Bands bands{ { 100.0, 200.0, 300.0 }, 9, 50.0 };
  const float band_gains[3] = { 0.0f, 1.0f, 0.5f };
  float       gains[9]      = {};

  rondo_bands_spread(bands.impl, band_gains, gains);
  const float expected[9] = { 0.0f,  0.0f, 0.0f, 0.5f, 1.0f,
                              0.75f, 0.5f, 0.5f, 0.5f };
  for (size_t k = 0; k < 9; ++k) {
    EXPECT_FLOAT_EQ(gains[k], expected[k]) << k;
  }
}

TEST(Bands, SpreadOfOnesIsExactlyOne)
{
  const std::vector<double> centres = place(4000.0, 50.0, 0.9, 20000.0);
  const Bands               bands{ centres, 481, 49.77 };
  const std::vector<float>  ones(centres.size(), 1.0f);
  std::vector<float>        gains(481);

  rondo_bands_spread(bands.impl, ones.data(), gains.data());
  for (const float gain : gains) {
    EXPECT_EQ(gain, 1.0f);
  }
}

// <spread(g), d> = <g, adjoint(d)>
TEST(Bands, AdjointIsTheTransposeOfSpread)
{
  const std::vector<double> centres = place(1000.0, 50.0, 0.9, 20000.0);
  for (const size_t n_bins : { 7U, 161U, 481U }) {
    const Bands        bands{ centres, n_bins, 49.2 };
    std::vector<float> g(centres.size());
    std::vector<float> d(n_bins);
    std::vector<float> spread(n_bins);
    std::vector<float> adjoint(centres.size(), 1.0f);
    for (size_t b = 0; b < g.size(); ++b) {
      g[b] = (float)std::sin(1.0 + 3.0 * (double)b);
    }
    for (size_t k = 0; k < n_bins; ++k) {
      d[k] = (float)std::cos(0.5 + 7.0 * (double)k);
    }

    rondo_bands_spread(bands.impl, g.data(), spread.data());
    rondo_bands_spread_adjoint(bands.impl, d.data(), adjoint.data());

    double left  = 0.0;
    double right = 0.0;
    for (size_t k = 0; k < n_bins; ++k) {
      left += (double)spread[k] * (double)d[k];
    }
    for (size_t b = 0; b < g.size(); ++b) {
      right += (double)g[b] * ((double)adjoint[b] - 1.0);
    }
    EXPECT_NEAR(left, right, 1e-4);
  }
}

} // namespace
