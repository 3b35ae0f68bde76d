# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_hearing.h: losses of quality and intelligibility of made
signals, and their gradients, by PyTorch.

python3 tests/golden/make_hearing.py > tests/train/golden_hearing.h
"""

import pathlib
import sys

import numpy as np
import torch

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "presets" / "torch"))
import perceptual  # noqa: E402

SECONDS = 1.5
CASES = [(16000, 0.02), (44100, 0.1), (48000, 0.3)]
N_POINTS = 8

HEAD = """\
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
static const GoldenHearing golden_hearing[] = {"""

TAIL = """\
};
// clang-format on

#endif // RONDO_TESTS_TRAIN_GOLDEN_HEARING_H"""


def noise(n):
    """A linear congruential generator, the same as in the test."""
    x, state = np.empty(n), 1
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2**31
        x[i] = state / 2**30 - 1.0
    return x


def signals(rate, level):
    """Syllables of a gliding voice, and the same with noise, whose gain breathes
    and which loses every other syllable by 20 dB."""
    n = int(SECONDS * rate)
    t = np.arange(n) / rate
    voice = sum(
        np.sin(2 * np.pi * k * (140 * t + 30 * t * t)) / k
        for k in range(1, 1 + int(7000 / 230))
    )
    voice *= 0.1 * np.maximum(np.sin(2 * np.pi * 3 * t), 0.0)
    heard = (voice + level * 0.1 * noise(n)) * (0.7 + 0.3 * np.sin(2 * np.pi * 1.7 * t))
    heard[(t * 3).astype(int) % 2 == 1] *= 0.1
    return voice, heard


def measure(kind, rate, target, heard):
    x = torch.tensor(target[None], dtype=torch.float32)
    y = torch.tensor(heard[None], dtype=torch.float32, requires_grad=True)
    measure = kind(rate, "cpu")
    loss = measure.loss(measure.prepare(x), y).sum()
    loss.backward()
    gradient = y.grad[0].double().numpy()
    points = gradient[:: len(gradient) // N_POINTS][:N_POINTS]
    values = ", ".join(f"{v:.6g}" for v in points)
    return f"{{ {loss.item():.8g}, {np.linalg.norm(gradient):.7g}, {{ {values} }} }}"


print(HEAD)
for rate, level in CASES:
    target, heard = signals(rate, level)
    print(f"  {{ {rate}, {level},")
    print(f"    {measure(perceptual.Quality, rate, target, heard)},")
    print(f"    {measure(perceptual.Intelligibility, rate, target, heard)} }},")
print(TAIL)
