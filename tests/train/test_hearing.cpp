// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/intelligibility.h"
#include "core/train/quality.h"
#include "tests/train/golden_hearing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace {

constexpr double pi      = 3.14159265358979323846;
constexpr double seconds = 1.5;

struct FreeQuality {
  void operator()(RondoQuality* q) const { rondo_quality_free(q); }
};

struct FreeIntelligibility {
  void operator()(RondoIntelligibility* m) const
  {
    rondo_intelligibility_free(m);
  }
};

using Quality = std::unique_ptr<RondoQuality, FreeQuality>;
using Intelligibility =
  std::unique_ptr<RondoIntelligibility, FreeIntelligibility>;

/// The signals of make_hearing.py
struct Signals {
  Signals(const size_t rate, const double noise)
  {
    const auto n     = static_cast<size_t>(seconds * static_cast<double>(rate));
    int64_t    state = 1;
    for (size_t i = 0; i < n; ++i) {
      const double t     = static_cast<double>(i) / static_cast<double>(rate);
      double       voice = 0.0;
      for (int k = 1; k <= 30; ++k) {
        voice += std::sin(2.0 * pi * k * ((140.0 * t) + (30.0 * t * t))) / k;
      }
      voice *= 0.1 * std::max(std::sin(2.0 * pi * 3.0 * t), 0.0);

      state = ((state * 1103515245) + 12345) % (int64_t{ 1 } << 31);
      const double white =
        (static_cast<double>(state) / static_cast<double>(1 << 30)) - 1.0;
      const double breath = 0.7 + (0.3 * std::sin(2.0 * pi * 1.7 * t));
      const double fall   = static_cast<int>(t * 3.0) % 2 == 1 ? 0.1 : 1.0;
      target.push_back(static_cast<float>(voice));
      heard.push_back(
        static_cast<float>((voice + (noise * 0.1 * white)) * breath * fall));
    }
  }

  std::vector<float> target;
  std::vector<float> heard;
};

Quality
make_quality(const size_t rate, const size_t n)
{
  RondoQuality* quality = nullptr;
  EXPECT_EQ(rondo_quality_new(static_cast<double>(rate), n, &quality),
            RONDO_SUCCESS);
  return Quality(quality);
}

Intelligibility
make_intelligibility(const size_t rate, const size_t n)
{
  RondoIntelligibility* measure = nullptr;
  EXPECT_EQ(rondo_intelligibility_new(static_cast<double>(rate), n, &measure),
            RONDO_SUCCESS);
  return Intelligibility(measure);
}

void
compare(const double              loss,
        const std::vector<float>& gradient,
        const double              scale,
        const GoldenMeasure&      golden)
{
  EXPECT_NEAR(loss, golden.loss, 2e-5 * golden.loss);
  double square = 0.0;
  for (const float d : gradient) {
    square += static_cast<double>(d) * static_cast<double>(d);
  }
  EXPECT_NEAR(std::sqrt(square) / scale, golden.norm, 1e-3 * golden.norm);
  for (size_t i = 0; i < 8; ++i) {
    const double d =
      static_cast<double>(gradient[i * (gradient.size() / 8)]) / scale;
    EXPECT_NEAR(d, golden.gradient[i], 1e-4 * golden.norm) << i;
  }
}

TEST(Hearing, AgreesWithPyTorchAndItsGradients)
{
  constexpr double scale = 0.5;
  for (const GoldenHearing& golden : golden_hearing) {
    SCOPED_TRACE(golden.sample_rate);
    const Signals         s(golden.sample_rate, golden.noise);
    const size_t          n       = s.target.size();
    const Quality         quality = make_quality(golden.sample_rate, n);
    const Intelligibility measure = make_intelligibility(golden.sample_rate, n);

    // Twice: nothing of a pair of signals is left for the next
    for (int i = 0; i < 2; ++i) {
      std::vector<float> gradient(n);
      const double       worse = rondo_quality_process(
        quality.get(), s.target.data(), s.heard.data(), scale, gradient.data());
      compare(worse, gradient, scale, golden.quality);

      std::fill(gradient.begin(), gradient.end(), 0.0F);
      const double lost = rondo_intelligibility_process(
        measure.get(), s.target.data(), s.heard.data(), scale, gradient.data());
      compare(lost, gradient, scale, golden.intelligibility);
    }
  }
}

TEST(Hearing, FindsNothingWrongWithTheTargetAtAnyLevel)
{
  const Signals         s(16000, 0.1);
  const size_t          n       = s.target.size();
  const Quality         quality = make_quality(16000, n);
  const Intelligibility measure = make_intelligibility(16000, n);

  std::vector<float> soft = s.target;
  for (float& x : soft) {
    x *= 0.01F;
  }
  EXPECT_NEAR(rondo_quality_process(
                quality.get(), s.target.data(), soft.data(), 1.0, nullptr),
              0.0,
              1e-3);
  EXPECT_NEAR(rondo_intelligibility_process(
                measure.get(), s.target.data(), soft.data(), 1.0, nullptr),
              0.0,
              1e-6);
  EXPECT_NEAR(
    rondo_quality_score(0.0), 4.644, 1e-3); // P.862.2, table of limits
}

TEST(Hearing, BearsSilence)
{
  const Signals            s(16000, 0.1);
  const size_t             n = s.target.size();
  const std::vector<float> nothing(n);
  const Quality            quality = make_quality(16000, n);
  const Intelligibility    measure = make_intelligibility(16000, n);

  for (const auto& pair : { std::make_pair(&s.target, &nothing),
                            std::make_pair(&nothing, &s.heard),
                            std::make_pair(&nothing, &nothing) }) {
    std::vector<float> gradient(n);
    const double       sum = rondo_quality_process(quality.get(),
                                             pair.first->data(),
                                             pair.second->data(),
                                             1.0,
                                             gradient.data()) +
                       rondo_intelligibility_process(measure.get(),
                                                     pair.first->data(),
                                                     pair.second->data(),
                                                     1.0,
                                                     gradient.data());
    EXPECT_TRUE(std::isfinite(sum));
    for (const float d : gradient) {
      ASSERT_TRUE(std::isfinite(d));
    }
  }
}

TEST(Hearing, RefusesSignalsThatAreTooShortOrTooLow)
{
  RondoQuality*         quality = nullptr;
  RondoIntelligibility* measure = nullptr;
  EXPECT_EQ(rondo_quality_new(8000.0, 16000, &quality), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_quality_new(16000.0, 4000, &quality), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_intelligibility_new(8000.0, 16000, &measure),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_intelligibility_new(16000.0, 4000, &measure),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(quality, nullptr);
  EXPECT_EQ(measure, nullptr);
}

} // namespace
