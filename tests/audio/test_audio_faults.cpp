// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of what handles audio fails once.

#include "core/audio/bands.h"
#include "core/audio/convolve.h"
#include "core/audio/denoiser.h"
#include "core/audio/frames.h"
#include "core/audio/frames_transform.h"
#include "core/audio/metrics.h"
#include "core/audio/resample.h"
#include "tests/audio/denoiser_test.h"
#include "tests/audio/model_maker.h"
#include "tests/base/heap_faults.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace {

using rondo::fail_each;
using rondo::fail_each_new;

TEST(AudioFaults, FramesWithoutMemoryFail)
{
  EXPECT_EQ(fail_each_new<RondoFrames>(
              [](RondoFrames** const out) {
                return rondo_frames_new(48000.0, 0.02, 1, out);
              },
              rondo_frames_free),
            5U); // Itself, two windows, and two blocks to plan with
  EXPECT_EQ(
    fail_each_new<RondoTransform>(
      [](RondoTransform** const out) { return rondo_transform_new(960U, out); },
      rondo_transform_free),
    3U);
}

TEST(AudioFaults, BandsWithoutMemoryFail)
{
  const double centres[] = { 0.0, 100.0, 200.0 };
  EXPECT_EQ(fail_each_new<RondoBands>(
              [&](RondoBands** const out) {
                return rondo_bands_new(centres, 3, 481, 50.0, out);
              },
              rondo_bands_free),
            1U);
}

TEST(AudioFaults, ResamplersWithoutMemoryFail)
{
  EXPECT_EQ(fail_each_new<RondoResampler>(
              [](RondoResampler** const out) {
                return rondo_resampler_new(48000, 16000, out);
              },
              rondo_resampler_free),
            2U);
  EXPECT_EQ(fail_each_new<RondoResampler>(
              [](RondoResampler** const out) {
                return rondo_resampler_new_double(48000, 16000, out);
              },
              rondo_resampler_free),
            3U);
}

TEST(AudioFaults, ConvolversWithoutMemoryFail)
{
  EXPECT_EQ(fail_each_new<RondoConvolver>(
              [](RondoConvolver** const out) {
                return rondo_convolver_new(100U, 20U, out);
              },
              rondo_convolver_free),
            4U);
}

TEST(AudioFaults, MeasuresWithoutMemoryFail)
{
  const size_t        n    = 10000U;
  const size_t        rate = 8000U;
  double              out  = 0.0;
  ptrdiff_t           lag  = 0;
  RondoLosses         losses[RONDO_N_PARTS];
  std::vector<double> x(n);
  std::vector<float>  y(n);
  for (size_t i = 0U; i < n; ++i) {
    x[i] = static_cast<double>((i * i) % 31U) - 15.0;
    y[i] = static_cast<float>(x[i]);
  }

  EXPECT_GT(fail_each([&] {
              return rondo_metrics_losses(
                y.data(), y.data(), y.data(), n, rate, losses);
            }),
            5U);
  EXPECT_GT(fail_each([&] {
              return rondo_metrics_stoi(x.data(), x.data(), n, rate, &out);
            }),
            5U);
  EXPECT_NEAR(out, 1.0, 1e-9);
  EXPECT_GT(fail_each([&] {
              return rondo_metrics_log_spectral_distance(
                y.data(), y.data(), n, rate, &out);
            }),
            3U);
  EXPECT_EQ(out, 0.0);
  EXPECT_GT(fail_each([&] {
              return rondo_metrics_delay(y.data(), y.data(), n, 9U, &lag);
            }),
            3U);
}

TEST(AudioFaults, DenoisersWithoutMemoryFail)
{
  for (size_t i = 0U; i < model_maker_n_types(); ++i) {
    const char* name = nullptr;
    const Model model{ model_maker_type(i, &name) };
    RondoError  error{};
    SCOPED_TRACE(name);

    // The description keeps the objects inside it once they have been read
    const Denoiser first{ model, 48000.0, 2 };

    EXPECT_GT(fail_each_new<RondoDenoiser>(
                [&](RondoDenoiser** const out) {
                  error.message[0] = '\0';
                  const RondoStatus st =
                    rondo_denoiser_new(model.impl, 48000.0, 2, out, &error);
                  EXPECT_EQ(st == RONDO_SUCCESS, error.message[0] == '\0');
                  return st;
                },
                rondo_denoiser_free),
              5U);
  }
}

} // namespace
