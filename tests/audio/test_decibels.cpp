// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/decibels.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

TEST(Decibels, AreWithin1e4OfTheLogarithm)
{
  double worst = 0.0;
  for (float power = 1e-14f; power < 1e14f; power *= 1.00037f) {
    const double expected = 10.0 * std::log10((double)power);
    worst = std::fmax(worst, std::fabs(rondo_decibels(power) - expected));
  }
  EXPECT_LT(worst, 1e-4);
}

TEST(Decibels, OfOneAreZero)
{
  EXPECT_EQ(rondo_decibels(1.0f), 0.0f);
}

TEST(Decibels, AttenuationBecomesAGainWithin1e6)
{
  EXPECT_EQ(rondo_gain_from_attenuation(0.0f), 1.0f);
  for (float db = 0.0f; db <= 200.0f; db += 0.013f) {
    const double expected = std::pow(10.0, -(double)db / 20.0);
    EXPECT_NEAR(rondo_gain_from_attenuation(db), expected, 2e-6 * expected);
  }
}

} // namespace
