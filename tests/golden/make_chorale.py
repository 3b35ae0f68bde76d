# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Print golden_chorale.h: what networks see of made-up chorales, by NumPy.

python3 tests/golden/make_chorale.py > tests/train/golden_chorale.h
"""

import numpy as np

PROFILES = np.array([
    [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]])
REST, HOLD = 64, 65
SIXTEENTH, BEAT, MODE, PART, AGE = 66, 70, 77, 80, 84
ORDER = (0, 3, 2, 1)

HEAD = """\
// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Made by tests/golden/make_chorale.py

#ifndef RONDO_TESTS_TRAIN_GOLDEN_CHORALE_H
#define RONDO_TESTS_TRAIN_GOLDEN_CHORALE_H

#include <vector>

/// A chorale, and what networks see of it
struct GoldenChorale {
  const char*      text;
  std::vector<int> tokens;       ///< (4 n)
  std::vector<int> token_inputs; ///< (4 n, 13)
  std::vector<int> cell_inputs;  ///< (n, 7)
};

// clang-format off
inline const std::vector<GoldenChorale> golden_chorales = {"""

TAIL = """};
// clang-format on

#endif // RONDO_TESTS_TRAIN_GOLDEN_CHORALE_H"""


def make(seed, quarters, beats):
    """Make up a chorale: (n, 4) pitches, -1 for a rest."""
    random = np.random.default_rng(seed)
    scale = np.array([0, 2, 3, 5, 7, 8, 11] if seed % 2 else
                     [0, 2, 4, 5, 7, 9, 11]) + int(random.integers(12))
    parts = []
    for middle in (70, 64, 58, 50):
        part, at = [], 0
        while len(part) < 4 * quarters:
            long = 8 if at % beats == 1 else random.choice([2, 4, 4])
            pitch = middle + int(random.integers(-5, 6))
            while (pitch - scale[0]) % 12 not in (scale - scale[0]) % 12:
                pitch += 1
            part += [-1 if random.random() < 0.05 else pitch] * int(long)
            at = len(part) // 4
        parts.append(part[:4 * quarters])
    return np.array(parts).T


def find_key(chorale):
    """Return the semitones to C major or A minor, and 1 or 2 for the mode."""
    times = np.bincount(chorale[chorale >= 0] % 12, minlength=12)
    fits = [[np.corrcoef(np.roll(times, -t), p)[0, 1] for p in PROFILES]
            for t in range(12)]
    tonic, mode = divmod(int(np.argmax(fits)), 2)
    major = (tonic + 3 * mode) % 12
    return (-major if major < 6 else 12 - major), mode + 1


def find_bar(chorale):
    """Return the sixteenths of a bar and of the pickup."""
    notes = []
    for part in chorale.T:
        begins = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
        lengths = np.diff(np.r_[begins, len(part)])
        notes += [(b, n) for b, n in zip(begins, lengths) if part[b] >= 0]
    best = (-np.inf, 0, 0)
    for bar, weights in ((16, {0: 1, 8: 0.5}), (12, {0: 1})):
        mean = sum(weights.values()) * 4 / bar
        for pickup in range(0, bar, 4):
            fit = sum(n * (weights.get((b - pickup) % bar, 0) - mean)
                      for b, n in notes)
            if fit > best[0] + 1e-9:
                best = (fit, bar, pickup)
    return best[1:]


def classify(age):
    """Return the class of how long a note lasts."""
    return int(np.searchsorted([2, 3, 4, 5, 8, 9, 16], age, side="right"))


def lay_out(chorale):
    """Return tokens, their inputs, and inputs of cells."""
    shift, mode = find_key(chorale)
    bar, pickup = find_bar(chorale)
    sounds = np.where(chorale < 0, REST, chorale + shift - 28)
    tokens, token_inputs, cell_inputs = [], [], []
    before, ages = [HOLD] * 4, [0] * 4
    for t, row in enumerate(sounds):
        at = (t - pickup) % bar
        place = [SIXTEENTH + at % 4,
                 BEAT + at // 4 + (4 if bar == 12 else 0), MODE + mode]
        cell_inputs += [*row, *place]
        ages = [age + 1 for age in ages]
        now = [HOLD] * 4
        for part in ORDER:
            token_inputs += [*now, *before, *place, PART + part,
                             AGE + classify(ages[part])]
            hold = row[part] == before[part]
            tokens.append(HOLD if hold else row[part])
            ages[part] = ages[part] if hold else 0
            now[part] = row[part]
        before = now
    return tokens, token_inputs, cell_inputs


def write(numbers):
    """Return numbers as C++ writes them, in lines."""
    text, line = "", "   "
    for number in numbers:
        if len(line) + len(f" {number},") > 79:
            text += line + "\n"
            line = "   "
        line += f" {number},"
    return text + line + "\n"


def main():
    print(HEAD)
    for seed, quarters, beats in ((1, 14, 4), (2, 13, 3)):
        chorale = make(seed, quarters, beats)
        rows = ["[" + ", ".join(map(str, row)) + "]" for row in chorale]
        print('  { R"({"train": [[' + ",\n    ".join(rows) + ']]})",')
        for numbers in lay_out(chorale):
            print("  {\n" + write(numbers) + "  },")
        print("  },")
    print(TAIL)


if __name__ == "__main__":
    main()
