// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/net/sampler.h"
#include "tests/net/golden_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace {

using Doubles = std::vector<double>;

Doubles
distribution(const RondoSampler& sampler, const std::vector<float>& logits)
{
  Doubles               probabilities(logits.size(), -1.0);
  std::vector<uint32_t> order(logits.size());
  rondo_sampler_distribution(
    &sampler, logits.size(), logits.data(), probabilities.data(), order.data());
  for (size_t i = 1U; i < order.size(); ++i) {
    EXPECT_GE(logits[order[i - 1U]], logits[order[i]]);
  }
  return probabilities;
}

TEST(Sampler, DrawsFromTheDistributionsOfNumPy)
{
  for (const GoldenSampler& golden : golden_samplers) {
    const Doubles found = distribution(
      { golden.temperature, golden.top_k, golden.top_p }, golden.logits);
    for (size_t i = 0U; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], golden.probabilities[i], 1e-13);
      EXPECT_EQ(found[i] > 0.0, golden.probabilities[i] > 0.0);
    }
  }
}

TEST(Sampler, TakesTheLikeliestAtTemperatureZero)
{
  EXPECT_EQ(distribution({ 0.0, 0U, 1.0 }, { 1.0F, 3.0F, 3.0F, -HUGE_VALF }),
            (Doubles{ 0.0, 1.0, 0.0, 0.0 }));
}

TEST(Sampler, NeverDrawsWhatMustNotBeDrawn)
{
  RondoRandom   random = rondo_random(3U, 1U);
  const Doubles p =
    distribution({ 100.0, 0U, 1.0 }, { -HUGE_VALF, 0.0F, -HUGE_VALF, 1.0F });
  for (int i = 0; i < 10000; ++i) {
    const size_t token = rondo_sampler_draw(4U, p.data(), &random);
    EXPECT_TRUE(token == 1U || token == 3U);
  }
}

TEST(Sampler, DrawsAsOftenAsProbable)
{
  const Doubles       p = distribution({ 1.0, 0U, 1.0 }, { 0.0F, 1.0F, 2.0F });
  std::vector<double> counts(3U);
  RondoRandom         random = rondo_random(3U, 1U);
  const int           n      = 100000;
  for (int i = 0; i < n; ++i) {
    counts[rondo_sampler_draw(3U, p.data(), &random)] += 1.0;
  }
  for (size_t i = 0U; i < 3U; ++i) {
    // Four standard deviations
    EXPECT_NEAR(counts[i], n * p[i], 4.0 * std::sqrt(n * p[i] * (1.0 - p[i])));
  }
}

TEST(Sampler, RepeatsItself)
{
  const std::vector<float> logits(1000U, 0.5F);
  const Doubles            p   = distribution({ 1.0, 0U, 1.0 }, logits);
  RondoRandom              one = rondo_random(3U, 1U);
  RondoRandom              two = one;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(rondo_sampler_draw(1000U, p.data(), &one),
              rondo_sampler_draw(1000U, p.data(), &two));
  }
}

} // namespace
