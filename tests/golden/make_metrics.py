# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_metrics.h: scores of made signals, by another program.

python3 tests/golden/make_metrics.py METRICS.py > tests/audio/golden_metrics.h

METRICS.py defines si_sdr(ref, deg), stoi(ref, deg, rate), lsd(ref, deg, rate)
and find_delay(ref, deg, max_lag) in NumPy.
"""

import importlib.util
import sys

import numpy as np

SECONDS = 2
CASES = [(8000, 0.02, 0), (11025, 0.3, 3), (16000, 0.02, -7), (16000, 0.5, 40),
         (44100, 0.1, 0), (48000, 0.05, 481), (96000, 0.2, 0)]

HEAD = """\
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
static const GoldenMetrics golden_metrics[] = {"""

TAIL = """\
};
// clang-format on

#endif // RONDO_TESTS_AUDIO_GOLDEN_METRICS_H"""


def noise(n, state):
    """A linear congruential generator, the same as in the test."""
    x = np.empty(n)
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2**31
        x[i] = state / 2**30 - 1.0
    return x


def signals(rate, level, shift):
    """A gated sound with pauses, and the same softer, noisy and late."""
    n = SECONDS * rate
    t = np.arange(n) / rate
    gate = np.maximum(0, np.sin(2 * np.pi * 1.5 * t)) ** 2
    voice = gate * (0.3 * np.sin(2 * np.pi * 220 * t) +
                    0.2 * np.sin(2 * np.pi * 1234 * t) + 0.1 * noise(n, 1))
    late = np.roll(voice, shift)
    if shift > 0:
        late[:shift] = 0
    elif shift < 0:
        late[shift:] = 0
    other = 0.8 * late + level * 0.3 * noise(n, 2)
    return voice.astype(np.float32), other.astype(np.float32)


def main():
    spec = importlib.util.spec_from_file_location("metrics", sys.argv[1])
    metrics = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(metrics)
    print(HEAD)
    for rate, level, shift in CASES:
        a, b = (s.astype(float) for s in signals(rate, level, shift))
        print("  {%d, %g, %d, %.9g, %.9g, %.9g, %d}," % (
            rate, level, shift, metrics.si_sdr(a, b), metrics.stoi(a, b, rate),
            metrics.lsd(a, b, rate), metrics.find_delay(a, b, 500)))
    print(TAIL)


main()
