// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/denoiser.h"
#include "tests/audio/denoiser_test.h"
#include "tests/audio/model_maker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace {

constexpr double two_pi = 6.28318530717958647692;

TEST(DenoiserControls, BypassIsTheDelayedInputToTheBit)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(2, 9600);
  for (const bool by_mix : { false, true }) {
    Denoiser d{ model, 48000.0, 2 };
    d.set([=](auto& controls) {
      controls.enabled = by_mix;
      controls.mix     = by_mix ? 0.0f : 1.0f;
    });
    EXPECT_EQ(distance(in, d.process(in), 960), 0.0);
  }
}

TEST(DenoiserControls, RemovedAndKeptAddUpToTheInput)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(1, 9600);

  Denoiser keep{ model };
  Denoiser removed{ model };
  removed.set([](auto& controls) { controls.listen_removed = true; });

  Signal       sum   = keep.process(in);
  const Signal other = removed.process(in);
  for (size_t i = 0; i < sum[0].size(); ++i) {
    sum[0][i] += other[0][i];
  }
  EXPECT_LT(distance(in, sum, 960), 1e-6);
}

TEST(DenoiserControls, AHalfMixIsTheMeanOfDryAndWet)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(1, 9600);

  Denoiser wet{ model };
  Denoiser half{ model };
  half.set([](auto& controls) { controls.mix = 0.5f; });

  const Signal expected = wet.process(in);
  const Signal out      = half.process(in);
  for (size_t i = 960; i < out[0].size(); ++i) {
    EXPECT_NEAR(out[0][i], 0.5f * (expected[0][i] + in[0][i - 960]), 1e-6f);
  }
}

TEST(DenoiserControls, TheLimitIsTheLeastGain)
{
  const Model  model{ constant_gain(0.0) };
  const Signal in = make_noise(1, 9600);
  for (const float limit : { 0.0f, 6.0f, 20.0f, 60.0f, 99.9f, 100.0f }) {
    Denoiser d{ model };
    d.set([=](auto& controls) { controls.attenuation_limit = limit; });

    const float gain = limit < 100.0f ? std::pow(10.0f, -limit / 20.0f) : 0.0f;
    Signal      expected = in;
    for (float& x : expected[0]) {
      x *= gain;
    }
    EXPECT_LT(distance(expected, d.process(in), 960), 1e-6) << limit;
  }
}

TEST(DenoiserControls, ValuesOutOfRangeAreLimited)
{
  const float  nan      = std::numeric_limits<float>::quiet_NaN();
  const float  infinity = std::numeric_limits<float>::infinity();
  const Model  model{ model_maker() };
  const Signal in = make_noise(1, 4800);

  const struct {
    float given[2];
    float taken[2];
  } table[] = { { { nan, nan }, { 100.0f, 1.0f } },
                { { infinity, infinity }, { 100.0f, 1.0f } },
                { { -infinity, -infinity }, { 0.0f, 0.0f } },
                { { -3.0f, 0.5f }, { 0.0f, 0.5f } },
                { { 12.0f, 7.0f }, { 12.0f, 1.0f } },
                { { 500.0f, -0.1f }, { 100.0f, 0.0f } } };

  for (const auto& row : table) {
    Denoiser given{ model };
    Denoiser taken{ model };
    given.set([&](auto& controls) {
      controls.attenuation_limit = row.given[0];
      controls.mix               = row.given[1];
    });
    taken.set([&](auto& controls) {
      controls.attenuation_limit = row.taken[0];
      controls.mix               = row.taken[1];
    });
    EXPECT_EQ(given.process(in), taken.process(in));
  }
}

/// Return the largest step from sample to sample while `change` is toggled
double
largest_step(Denoiser&                                          d,
             const double                                       hz,
             const double                                       amplitude,
             const std::function<void(RondoDenoiserControls&)>& change)
{
  const size_t n = 48000;
  Signal       in{ std::vector<float>(n) };
  Signal       out = in;
  for (size_t i = 0; i < n; ++i) {
    in[0][i] = (float)(amplitude * std::sin(two_pi * hz * (double)i / 48000.0));
  }

  // Odd intervals, some shorter than the ramps
  size_t i = 0;
  for (const size_t n_block : { 4801U, 333U, 100U, 2000U, 50U, 7001U, 960U }) {
    d.block(in, out, i, i + n_block);
    i += n_block;
    d.set(change);
  }
  d.block(in, out, i, n);

  double largest = 0.0;
  for (size_t k = 2000; k < n; ++k) {
    largest =
      std::fmax(largest, std::fabs((double)out[0][k] - (double)out[0][k - 1]));
  }
  return largest;
}

TEST(DenoiserControls, ChangesMakeNoClicks)
{
  constexpr double hz        = 440.0;
  constexpr double amplitude = 0.5;

  // A sine's own steepest step, and that of coefficients which both go from
  // one end to the other, dry and wet adding up, in 960 samples
  constexpr double bound =
    amplitude * (two_pi * hz / 48000.0 + (1.0 + 2.0) / 960.0);

  const std::function<void(RondoDenoiserControls&)> changes[] = {
    [](auto& controls) { controls.enabled        = !controls.enabled; },
    [](auto& controls) { controls.mix                         = 1.0f - controls.mix; },
    [](auto& controls) { controls.listen_removed              = !controls.listen_removed; },
    [](auto& controls) { controls.link_channels               = !controls.link_channels; },
    [](auto& controls) {
      controls.attenuation_limit                              = 100.0f - controls.attenuation_limit;
    },
    [](auto& controls) {
      controls.enabled                                        = !controls.enabled;
      controls.mix                                            = 1.0f - controls.mix;
      controls.attenuation_limit                              = 100.0f - controls.attenuation_limit;
    },
  };

  const Model model{ constant_gain(0.25) };
  for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); ++i) {
    Denoiser d{ model };
    EXPECT_LT(largest_step(d, hz, amplitude, changes[i]), bound) << i;
  }
}

TEST(DenoiserControls, ChangesEndExactlyWhereTheyShould)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(1, 20000);
  Denoiser     d{ model };
  Signal       out = in;
  d.block(in, out, 0, 1000);
  d.set([](auto& controls) { controls.enabled = false; });
  d.block(in, out, 1000, 20000);

  for (size_t i = 1000 + 960; i < 20000; ++i) {
    ASSERT_EQ(out[0][i], in[0][i - 960]);
  }
}

TEST(DenoiserControls, TheNetworkStaysWarmWhileBypassed)
{
  const Model  model{ model_maker() };
  const Signal in = make_noise(1, 48000);

  Denoiser     on{ model };
  const Signal expected = on.process(in);

  Denoiser off{ model };
  Signal   out = in;
  off.set([](auto& controls) { controls.enabled = false; });
  off.block(in, out, 0, 24000);
  off.set([](auto& controls) { controls.enabled = true; });
  off.block(in, out, 24000, 48000);
  for (size_t i = 24000 + 960; i < 48000; ++i) {
    ASSERT_EQ(out[0][i], expected[0][i]);
  }
}

TEST(DenoiserControls, TheMeterShowsTheReduction)
{
  const Model model{ constant_gain(0.1) };
  Denoiser    d{ model, 48000.0, 2 };
  EXPECT_EQ(rondo_denoiser_get_reduction(d.impl), 0.0f);

  Signal in = make_noise(2, 96000);
  d.process(in);
  EXPECT_NEAR(rondo_denoiser_get_reduction(d.impl), 20.0f, 0.5f);

  in.assign(2, std::vector<float>(480000, 0.0f));
  d.process(in);
  EXPECT_NEAR(rondo_denoiser_get_reduction(d.impl), 0.0f, 0.01f);

  const Model  mute{ constant_gain(0.0) };
  Denoiser     e{ mute };
  const Signal loud = make_noise(1, 96000);
  e.process(loud);
  EXPECT_EQ(rondo_denoiser_get_reduction(e.impl), 100.0f);
}

TEST(DenoiserControls, TheVoiceIsTheNetworksLastOutput)
{
  ModelMaker maker = model_maker();
  maker.head       = 0.0;
  maker.head_bias  = std::log(3.0);
  const Model model{ maker };
  Denoiser    d{ model };
  d.process(make_noise(1, 4800));
  EXPECT_NEAR(rondo_denoiser_get_voice(d.impl), 0.75f, 1e-5f);

  const Model silent{ constant_gain(0.5) };
  Denoiser    e{ silent };
  e.process(make_noise(1, 4800));
  EXPECT_EQ(rondo_denoiser_get_voice(e.impl), 0.0f);
}

} // namespace
