// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_hearing.py

#ifndef RONDO_TESTS_TRAIN_GOLDEN_HEARING_H
#define RONDO_TESTS_TRAIN_GOLDEN_HEARING_H

#include <cstddef>

/// What a measure says, with its gradient: its norm, and the values at eight
/// samples, evenly spaced
struct GoldenMeasure {
  double loss;
  double norm;
  double gradient[8];
};

/// Of the signals that test_hearing.cpp makes alike
struct GoldenHearing {
  size_t        sample_rate;
  double        noise; ///< Its amplitude
  GoldenMeasure quality;
  GoldenMeasure intelligibility;
};

// clang-format off
static const GoldenHearing golden_hearing[] = {
  { 16000, 0.02,
    { 4.3250952, 62.42952, { 0, -0.00218622, 0.0287999, 0.143855, 0.00596897, 0.0773949, 0.00217627, 0.580391 } },
    { 0.52117127, 0.4587891, { 0, 0, -0.000127226, 0, -0.00018605, 0, -0.00123543, 0 } } },
  { 44100, 0.1,
    { 4.6109853, 14.96441, { 0, -0.000414918, 0.0155552, -0.269001, -0.0014385, -0.00196119, -0.00351672, -0.0203514 } },
    { 0.5200448, 0.276766, { 0, 0, -0.000227032, 0, -6.77285e-05, 0, 0.000199045, 0 } } },
  { 48000, 0.3,
    { 5.0039921, 5.625372, { 0, -0.000101507, -6.30948e-06, -0.0244867, -0.000936005, -2.74524e-05, -0.0113371, 1.11853e-06 } },
    { 0.54504681, 0.2561006, { 0, 0, -1.4312e-05, 0, -4.80069e-05, 0, 0.000171859, 0 } } },
};
// clang-format on

#endif // RONDO_TESTS_TRAIN_GOLDEN_HEARING_H
