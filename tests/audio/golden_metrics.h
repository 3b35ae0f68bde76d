// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_metrics.py

#ifndef RONDO_TESTS_AUDIO_GOLDEN_METRICS_H
#define RONDO_TESTS_AUDIO_GOLDEN_METRICS_H

#include <cstddef>

/// Scores of the signals that test_metrics.cpp makes alike
struct GoldenMetrics {
  size_t sample_rate;
  double noise; ///< Its amplitude
  long   shift; ///< Samples that the processed signal is late
  double si_sdr;
  double stoi;
  double log_spectral_distance;
  long   delay;
};

// clang-format off
static const GoldenMetrics golden_metrics[] = {
  {8000, 0.02, 0, 28.3821155, 0.99825118, 13.5932933, 0},
  {11025, 0.3, 3, -7.06354077, 0.74496756, 29.0480068, 3},
  {16000, 0.02, -7, -11.4220932, 0.997657273, 12.2603869, -7},
  {16000, 0.5, 40, -10.9176809, 0.636499931, 32.1628204, 40},
  {44100, 0.1, 0, 14.351075, 0.947946595, 19.1348844, 0},
  {48000, 0.05, 481, -39.260635, 0.870580715, 16.2146973, 481},
  {96000, 0.2, 0, 8.3350534, 0.850062423, 21.8582657, 0},
};
// clang-format on

#endif // RONDO_TESTS_AUDIO_GOLDEN_METRICS_H
