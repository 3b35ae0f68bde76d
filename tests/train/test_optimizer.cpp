// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using Floats = std::vector<float>;

constexpr RondoAdam usual = { 0.9, 0.999, 1e-8, 0.0 };

TEST(Clip, LeavesShortGradientsAlone)
{
  Floats       gradients = { 3.0F, -4.0F };
  const Floats before    = gradients;
  EXPECT_EQ(rondo_clip_by_norm(gradients.data(), 2, 5.0), 5.0);
  EXPECT_EQ(gradients, before);
}

TEST(Clip, ShortensLongGradients)
{
  Floats gradients = { 3.0F, -4.0F };
  EXPECT_EQ(rondo_clip_by_norm(gradients.data(), 2, 2.5), 5.0);
  EXPECT_EQ(gradients, (Floats{ 1.5F, -2.0F }));
}

TEST(Clip, SumsEveryElementOfAnyLength)
{
  for (size_t n = 0; n < 40; ++n) {
    Floats gradients(n, 2.0F);
    EXPECT_DOUBLE_EQ(rondo_clip_by_norm(gradients.data(), n, 1e9),
                     2.0 * std::sqrt(static_cast<double>(n)));
  }
}

TEST(Clip, NeitherOverflowsNorLosesSmallGradients)
{
  Floats gradients = { 3e30F, -4e30F, 3e-3F };
  EXPECT_NEAR(rondo_clip_by_norm(gradients.data(), 3, 5.0) / 5e30, 1.0, 1e-6);
  EXPECT_FLOAT_EQ(gradients[0], 3.0F);

  Floats tiny = { 3e-30F, -4e-30F };
  EXPECT_NEAR(rondo_clip_by_norm(tiny.data(), 2, 1.0) / 5e-30, 1.0, 1e-6);
}

TEST(Clip, TellsThatAGradientIsNotFinite)
{
  for (const float bad : { std::numeric_limits<float>::quiet_NaN(),
                           std::numeric_limits<float>::infinity() }) {
    Floats gradients = { 1.0F, bad, 1.0F };
    EXPECT_FALSE(std::isfinite(rondo_clip_by_norm(gradients.data(), 3, 1.0)));
    EXPECT_EQ(gradients[0], 1.0F);
  }
}

TEST(Clip, LimitsEachGradient)
{
  Floats gradients = { 3.0F, -4.0F, 1.0F, -2.0F };
  EXPECT_EQ(rondo_clip_by_value(gradients.data(), 4, 2.0), 4.0);
  EXPECT_EQ(gradients, (Floats{ 2.0F, -2.0F, 1.0F, -2.0F }));
  EXPECT_EQ(rondo_clip_by_value(gradients.data(), 0, 2.0), 0.0);
}

TEST(Clip, LeavesAllAloneIfOneIsNotFinite)
{
  for (const float bad : { std::numeric_limits<float>::quiet_NaN(),
                           -std::numeric_limits<float>::infinity() }) {
    Floats gradients = { 9.0F, bad, 1.0F };
    EXPECT_FALSE(std::isfinite(rondo_clip_by_value(gradients.data(), 3, 1.0)));
    EXPECT_EQ(gradients[0], 9.0F);
  }
}

TEST(Descent, WithoutMomentumGoesDownTheGradient)
{
  const RondoDescent plain      = { 0.0, 0.0, false };
  Floats             parameters = { 1.0F, 2.0F };
  const Floats       gradients  = { 4.0F, -8.0F };
  Floats             v(2);
  rondo_descent_step(
    &plain, 0.25, 2, parameters.data(), gradients.data(), v.data());
  EXPECT_EQ(parameters, (Floats{ 0.0F, 4.0F }));
}

TEST(Descent, GathersMomentum)
{
  const RondoDescent heavy      = { 0.5, 0.0, false };
  Floats             parameters = { 0.0F };
  const Floats       gradients  = { 1.0F };
  Floats             v(1);
  for (const float expected : { -1.0F, -2.5F, -4.25F }) {
    rondo_descent_step(
      &heavy, 1.0, 1, parameters.data(), gradients.data(), v.data());
    EXPECT_EQ(parameters[0], expected);
  }
}

TEST(Adam, FirstStepIsTheLearningRateAgainstTheGradient)
{
  Floats       parameters = { 1.0F, 1.0F, 1.0F };
  const Floats gradients  = { 5.0F, -1e-4F, 0.0F };
  Floats       m(3);
  Floats       v(3);
  rondo_adam_step(&usual,
                  0.01,
                  1,
                  3,
                  parameters.data(),
                  gradients.data(),
                  m.data(),
                  v.data());
  EXPECT_NEAR(parameters[0], 0.99F, 1e-6);
  EXPECT_NEAR(parameters[1], 1.01F, 2e-6);
  EXPECT_EQ(parameters[2], 1.0F);
}

TEST(Adam, FindsTheBottomOfABowl)
{
  const Floats bottom     = { 1.0F, -2.0F, 3.0F };
  Floats       parameters = { 0.0F, 0.0F, 0.0F };
  Floats       gradients(3);
  Floats       m(3);
  Floats       v(3);
  for (size_t step = 1; step <= 2000; ++step) {
    for (size_t i = 0; i < 3; ++i) {
      gradients[i] = parameters[i] - bottom[i];
    }
    rondo_adam_step(&usual,
                    0.01,
                    step,
                    3,
                    parameters.data(),
                    gradients.data(),
                    m.data(),
                    v.data());
  }
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(parameters[i], bottom[i], 1e-3);
  }
}

} // namespace
