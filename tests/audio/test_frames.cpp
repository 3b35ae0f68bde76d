// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/frames.h"
#include "tests/audio/buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <thread>
#include <vector>

namespace {

constexpr double pi = 3.14159265358979323846;

const double rates[] = {
  8000.0,  11025.0, 16000.0, 22050.0, 32000.0,  44100.0,
  48000.0, 48123.0, 88200.0, 96000.0, 192000.0, 384000.0
};

TEST(Frames, RefusesRatesAndLengthsOutOfRange)
{
  const double nan    = std::nan("");
  RondoFrames* frames = nullptr;
  EXPECT_EQ(rondo_frames_new(7999.0, 0.02, 1, &frames), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(384001.0, 0.02, 1, &frames),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(nan, 0.02, 1, &frames), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(48000.0, 0.0049, 1, &frames),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(48000.0, 0.101, 1, &frames),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(48000.0, nan, 1, &frames), RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(48000.0, 0.02, 0, &frames),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(rondo_frames_new(48000.0, 0.02, 5, &frames),
            RONDO_ERR_BAD_ARGUMENT);
  EXPECT_EQ(frames, nullptr);
  rondo_frames_free(nullptr);
}

TEST(Frames, SizeIsTheNearestThatPlansWell)
{
  const struct {
    double rate;
    size_t size;
  } table[] = { { 8000.0, 160 },  { 11025.0, 224 },  { 16000.0, 320 },
                { 22050.0, 448 }, { 44100.0, 882 },  { 48000.0, 960 },
                { 48123.0, 960 }, { 96000.0, 1920 }, { 384000.0, 7680 } };

  for (const auto& row : table) {
    RondoFrames* frames = nullptr;
    ASSERT_EQ(rondo_frames_new(row.rate, 0.02, 1, &frames), RONDO_SUCCESS);
    EXPECT_EQ(rondo_frames_size(frames), row.size) << row.rate;
    EXPECT_EQ(rondo_frames_hop(frames), row.size / 2);
    EXPECT_EQ(rondo_frames_n_bins(frames), row.size / 2 + 1);
    EXPECT_DOUBLE_EQ(rondo_frames_bin_hz(frames), row.rate / (double)row.size);
    rondo_frames_free(frames);
  }
}

TEST(Frames, ASpanOfSeveralHasCloserBins)
{
  RondoFrames* frames = nullptr;
  ASSERT_EQ(rondo_frames_new(44100.0, 0.02, 3, &frames), RONDO_SUCCESS);
  EXPECT_EQ(rondo_frames_size(frames), 882U);
  EXPECT_EQ(rondo_frames_span(frames), 2646U);
  EXPECT_EQ(rondo_frames_hop(frames), 441U);
  EXPECT_EQ(rondo_frames_n_bins(frames), 1324U);
  EXPECT_DOUBLE_EQ(rondo_frames_bin_hz(frames), 50.0 / 3.0);
  rondo_frames_free(frames);
}

class Span : public ::testing::TestWithParam<size_t>
{
};

TEST_P(Span, FullScaleSineHasMagnitudeOne)
{
  for (const double rate : rates) {
    RondoFrames* frames = nullptr;
    ASSERT_EQ(rondo_frames_new(rate, 0.02, GetParam(), &frames), RONDO_SUCCESS);

    const size_t       size = rondo_frames_span(frames);
    const size_t       bin  = size / 5;
    std::vector<float> samples(size);
    for (size_t i = 0; i < size; ++i) {
      samples[i] =
        (float)std::cos(2.0 * pi * (double)(bin * i) / (double)size + 0.3);
    }

    Buffer work{ size };
    Buffer spectrum{ 2 * rondo_frames_n_bins(frames) };
    rondo_frames_analyse(frames, samples.data(), work.data, spectrum.data);
    EXPECT_NEAR(
      std::hypot(spectrum.data[2 * bin], spectrum.data[2 * bin + 1]), 1.0, 1e-4)
      << rate;
    rondo_frames_free(frames);
  }
}

/// Return the largest error, over the peak, of overlapped and added frames
double
measure_error(const RondoFrames* const frames, const std::vector<float>& x)
{
  const size_t       span = rondo_frames_span(frames);
  const size_t       size = rondo_frames_size(frames);
  const size_t       hop  = rondo_frames_hop(frames);
  std::vector<float> y(x.size(), 0.0f);
  Buffer             work{ span };
  Buffer             spectrum{ 2 * rondo_frames_n_bins(frames) };

  for (size_t start = 0; start + span <= x.size(); start += hop) {
    rondo_frames_analyse(frames, x.data() + start, work.data, spectrum.data);
    rondo_frames_synthesise(frames, spectrum.data, work.data);
    for (size_t i = 0; i < size; ++i) {
      y[start + span - size + i] += work.data[i];
    }
  }

  double error = 0.0;
  for (size_t i = span - hop; i < x.size() - size; ++i) {
    error = std::max(error, std::fabs((double)y[i] - (double)x[i]));
  }
  return error;
}

TEST_P(Span, ReconstructsWithinMinus120dBAtAnyRate)
{
  for (const double rate : rates) {
    RondoFrames* frames = nullptr;
    ASSERT_EQ(rondo_frames_new(rate, 0.02, GetParam(), &frames), RONDO_SUCCESS);

    std::vector<float> x(8 * rondo_frames_size(frames) + 7);
    for (size_t i = 0; i < x.size(); ++i) {
      x[i] =
        (float)(0.5 * std::sin(0.01 * (double)i * (1.0 + 1e-3 * (double)i)) +
                0.5 * std::sin(1.7 * (double)i));
    }

    EXPECT_LT(measure_error(frames, x), 1e-6) << rate;
    rondo_frames_free(frames);
  }
}

INSTANTIATE_TEST_SUITE_P(Frames, Span, ::testing::Values(1, 2, 3, 4));

TEST(Frames, PlansInSeveralThreadsAtATime)
{
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (const double rate : rates) {
        RondoFrames* frames = nullptr;
        ASSERT_EQ(rondo_frames_new(rate, 0.02, 1, &frames), RONDO_SUCCESS);
        rondo_frames_free(frames);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

} // namespace
