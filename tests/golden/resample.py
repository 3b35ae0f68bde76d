# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_resample.h: resampled noise, by SciPy in double precision.

python3 tests/golden/resample.py > tests/audio/golden_resample.h
"""

from math import gcd

import numpy as np
from scipy.signal import firwin, resample_poly

N_SAMPLES = 300
STEP = 11
PAIRS = [(48000, 16000), (16000, 48000), (44100, 48000), (48000, 44100),
         (22050, 8000), (8000, 384000)]

HEAD = """\
// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/resample.py

#ifndef RONDO_TESTS_AUDIO_GOLDEN_RESAMPLE_H
#define RONDO_TESTS_AUDIO_GOLDEN_RESAMPLE_H

#include <cstddef>
#include <vector>

/// Every `step`-th sample of the reference's output
struct GoldenResample {
  size_t              source_rate;
  size_t              target_rate;
  size_t              length;
  size_t              step;
  std::vector<double> values;
};

// clang-format off
static const GoldenResample golden_resample[] = {"""


def noise(n):
    """A linear congruential generator, the same as in the test."""
    x = np.empty(n)
    state = 1
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2**31
        x[i] = np.float32(state / 2**30 - 1.0)
    return x


def resample(x, src, dst):
    g = gcd(src, dst)
    up, down = dst // g, src // g
    taps = firwin(2 * 64 * max(up, down) + 1, 0.975 / max(up, down),
                  window=("kaiser", 8.0))
    return resample_poly(x, up, down, window=taps)


def main():
    print(HEAD)
    for src, dst in PAIRS:
        y = resample(noise(N_SAMPLES), src, dst)
        step = STEP * max(1, len(y) // N_SAMPLES)
        print(f"  {{{src}, {dst}, {len(y)}, {step}, {{")
        values = [f"{v:.9g}" for v in y[::step]]
        for i in range(0, len(values), 5):
            print("    " + ", ".join(values[i:i + 5]) + ",")
        print("  }},")
    print("};")
    print("// clang-format on")
    print()
    print("#endif // RONDO_TESTS_AUDIO_GOLDEN_RESAMPLE_H")


main()
