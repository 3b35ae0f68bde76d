#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Score melodies by n-grams of the tokens that `rondo eval melody` scores.

Interpolated with Witten-Bell smoothing (Witten and Bell 1991; Chen and Goodman
1999, section 2.4): p(w | h) = (c(h w) + t(h) p(w | h')) / (c(h) + t(h)), where
t(h) is the number of different tokens seen after h, and h' is h without its
first token; without any history all 157 tokens are alike.

    bench/ngram.py DIR    # that holds music/melodies/melodies.jsonl
"""

import collections
import json
import math
import pathlib
import sys

REST, HOLD, END, DURATIONS, N_TOKENS, START = 128, 129, 130, 131, 157, 157
TICKS = [1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 21, 24, 30, 32, 36, 42, 48, 60, 64]
TICKS += [72, 84, 96, 120, 144, 168, 192]
KEYS = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
ORDERS = range(1, 7)


def shift_of(tune):
    """Return the semitones to C, as rondo_melody_shift()."""
    tonic = KEYS.index(tune["key"])
    shift = -tonic if tonic < 6 else 12 - tonic
    pitches = [pitch for pitch, _ in tune["ev"] if pitch]
    mean = sum(pitches) / len(pitches)
    while mean + shift < 60:
        shift += 12
    while mean + shift > 84:
        shift -= 12
    return shift


def encode(tune):
    """Return the tokens of a tune, as rondo_melody_encode(), and the end."""
    shift = shift_of(tune)
    tokens = []
    for pitch, left in tune["ev"]:
        first = pitch + shift if pitch else REST
        while left:
            ticks = max(t for t in TICKS if t <= left)
            tokens += [first, DURATIONS + TICKS.index(ticks)]
            first = HOLD
            left -= ticks
    return tokens + [END]


class Ngram:
    """Counts of all histories shorter than an order."""

    def __init__(self, order):
        self.order = order
        self.counts = collections.defaultdict(collections.Counter)
        self.sums = collections.Counter()

    def learn(self, tokens):
        padded = [START] * (self.order - 1) + tokens
        for i in range(self.order - 1, len(padded)):
            for n in range(self.order):
                history = tuple(padded[i - n : i])
                self.counts[history][padded[i]] += 1
                self.sums[history] += 1

    def nats(self, tokens):
        padded = [START] * (self.order - 1) + tokens
        total = 0.0
        for i in range(self.order - 1, len(padded)):
            p = 1 / N_TOKENS
            for n in range(self.order):
                history = tuple(padded[i - n : i])
                if history not in self.counts:
                    break
                counts = self.counts[history]
                types = len(counts)
                p = (counts[padded[i]] + types * p) / (
                    self.sums[history] + types
                )
            total -= math.log(p)
        return total


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path = pathlib.Path(sys.argv[1]) / "music/melodies/melodies.jsonl"
    splits = {"train": [], "valid": [], "test": []}
    with open(path, encoding="utf-8") as lines:
        for tune in map(json.loads, lines):
            if not tune.get("metre_changes"):
                splits[tune["split"]].append(encode(tune))
    tests = splits["test"]
    n_steps = sum(len(tokens) for tokens in tests)
    n_notes = sum(token < REST for tokens in tests for token in tokens)
    print(f"{len(tests)} melodies, {n_steps} steps, {n_notes} notes")
    print("| order | nats per step | nats per note |\n|---|---|---|")
    for order in ORDERS:
        model = Ngram(order)
        for tokens in splits["train"]:
            model.learn(tokens)
        nats = sum(map(model.nats, tests))
        print(f"| {order} | {nats / n_steps:.4f} | {nats / n_notes:.4f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
