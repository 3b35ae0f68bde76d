# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_losses.h: what onsets, sibilants and word ends of made signals
lose, in NumPy.

python3 tests/golden/make_losses.py > tests/audio/golden_losses.h
"""

import numpy as np

SECONDS = 3
CASES = [(8000, 0.02), (11025, 0.3), (16000, 0.1), (44100, 0.05), (48000, 0.3)]
PARTS = 3

HEAD = """\
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
static const GoldenLosses golden_losses[] = {"""

TAIL = """\
};
// clang-format on

#endif // RONDO_TESTS_AUDIO_GOLDEN_LOSSES_H"""


def noise(n, state):
    """A linear congruential generator, the same as in the test."""
    x = np.empty(n)
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2**31
        x[i] = state / 2**30 - 1.0
    return x


def signals(rate, level):
    """Syllables that end in a hiss or in a fade, the same with noise, and that
    with a gain that follows the syllables."""
    n = SECONDS * rate
    t = np.arange(n) / rate
    hiss = noise(n, 1)
    hiss[1:] -= hiss[:-1].copy()
    hiss[1:] -= hiss[:-1].copy()
    place = np.mod(t, 0.75)
    voiced = np.where(place < 0.3, np.exp(-place / 0.05), 0)
    clean = voiced * (0.3 * np.sin(2 * np.pi * 220 * t) +
                      0.3 * np.sin(2 * np.pi * 1234 * t))
    clean += np.where((place > 0.1) & (place < 0.2) & (t > 1), 0.05 * hiss, 0)
    clean += 1e-5 * hiss
    noisy = clean + level * 0.3 * noise(n, 2)
    gain = 0.1 + 0.9 * np.minimum(1, np.maximum(0, place - 0.01) / 0.03)
    gain *= np.where(place > 0.12, 0.2 + 0.2 * np.floor(t), 1)
    return (x.astype(np.float32).astype(float)
            for x in (clean, noisy, gain * noisy))


def frames(x, rate):
    size = 2 * round(0.01 * rate)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    cut = np.lib.stride_tricks.sliding_window_view(x, size)
    return np.fft.rfft(cut[::round(0.005 * rate)] * window)


def kept(c, v, p):
    """The energy of what p has of c, by least squares."""
    c, v, p = (np.concatenate([x.real, x.imag]) for x in (c, v, p))
    if not c.any():
        return 0.0
    basis = [c]
    if v.any() and 1 - (c @ v)**2 / ((c @ c) * (v @ v)) > 0.01:
        basis.append(v)
    a = np.linalg.lstsq(np.stack(basis, 1), p, rcond=None)[0][0]
    return max(a, 0)**2 * (c @ c)


def runs(mask):
    """The (first, after the last) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask, [0]])))
    return list(zip(edges[::2], edges[1::2]))


def regions(energy):
    """Frames of onsets, sibilants and word ends; energy is (frames, bands)."""
    n = len(energy)
    level = 10 * np.log10(np.maximum(energy[:, 1:].sum(1), 1e-300))
    level = np.maximum(level - level.max(), -50)
    rise = np.full(n + 20, -np.inf)
    rise[14:n + 10] = level[4:] - level[:-4]
    onsets = [(t - 2, min(t + 4, n)) for t in range(4, n)
              if rise[t + 10] >= 10 and level[t] > -30 and
              np.argmax(rise[t:t + 21]) == 10]
    total, high = energy.sum(1), energy[:, 8:].sum(1)
    active = total > total.max() * 10**-3.5
    sibilants = [(a, b) for a, b in runs(active & (high > 0.5 * total))
                 if b - a >= 6]
    pauses = dict(runs(~active))
    ends = [(max(a, b - 20), b) for a, b in runs(active)
            if b - a >= 10 and pauses.get(b, b) - b >= 30]
    return (onsets, 0), (sibilants, 8), (ends, 0)


def losses(clean, noisy, processed, rate):
    c, v, p = (frames(x, rate) for x in (clean, noisy - clean, processed))
    bins = np.arange(c.shape[1]) * rate / (2 * round(0.01 * rate))
    n_bands = int(bins[-1] // 500)
    bands = [np.flatnonzero(np.minimum(bins // 500, n_bands - 1) == b)
             for b in range(n_bands)]
    energy = np.array([[np.sum(np.abs(x[b])**2) for b in bands] for x in c])
    have = np.array([[kept(x[b], y[b], z[b]) for b in bands]
                     for x, y, z in zip(c, v, p)])
    for found, first in regions(energy):
        yield np.array([min(40, 10 * np.log10(
            energy[a:b, first:].sum() / max(have[a:b, first:].sum(), 1e-300)))
            for a, b in found])


def main():
    print(HEAD)
    for rate, level in CASES:
        print("  {%d, %g, {" % (rate, level))
        for loss in losses(*signals(rate, level), rate):
            print("    {%d, %d, %d, %.9g}," % (
                len(loss), np.sum(loss > 3), np.sum(loss > 6), np.sum(loss)))
        print("  }},")
    print(TAIL)


main()
