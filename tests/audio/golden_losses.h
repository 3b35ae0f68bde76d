// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_losses.py

#ifndef RONDO_TESTS_AUDIO_GOLDEN_LOSSES_H
#define RONDO_TESTS_AUDIO_GOLDEN_LOSSES_H

#include "core/audio/metrics.h"

#include <cstddef>

/// Losses of the signals that test_losses.cpp makes alike
struct GoldenLosses {
  size_t      sample_rate;
  double      noise; ///< Its amplitude
  RondoLosses losses[RONDO_N_PARTS];
};

// clang-format off
static const GoldenLosses golden_losses[] = {
  {8000, 0.02, {
    {3, 3, 3, 41.486713},
    {0, 0, 0, 0},
    {4, 4, 0, 16.8685475},
  }},
  {11025, 0.3, {
    {3, 3, 3, 41.902283},
    {3, 3, 1, 17.1552624},
    {4, 4, 0, 16.4028616},
  }},
  {16000, 0.1, {
    {3, 3, 3, 41.066284},
    {2, 2, 0, 8.42002245},
    {4, 4, 0, 16.6787183},
  }},
  {44100, 0.05, {
    {3, 3, 3, 41.3030785},
    {2, 2, 0, 8.03481016},
    {4, 4, 0, 16.4093419},
  }},
  {48000, 0.3, {
    {3, 3, 3, 41.3042181},
    {2, 2, 0, 8.04902277},
    {4, 4, 0, 16.7439129},
  }},
};
// clang-format on

#endif // RONDO_TESTS_AUDIO_GOLDEN_LOSSES_H
