# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Melodies as tokens, and what a network sees beside them, once more in Python:
core/music/melody.c and melody_tokens_rt.c say what each function means."""

import json
import pathlib

REST, HOLD, END, DURATIONS, N_TOKENS, START = 128, 129, 130, 131, 157, 157
TICKS = [1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 21, 24, 30, 32, 36, 42, 48, 60, 64]
TICKS += [72, 84, 96, 120, 144, 168, 192]
KEYS = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
LAGS = (1, 2, 4, 8, 16)
BARS = 16
LEAST_ALIKE, MOST_ALIKE = 4, 32


def read(folder):
    """Return the tunes of each split, without those that change their metre."""
    path = pathlib.Path(folder) / "music/melodies/melodies.jsonl"
    splits = {"train": [], "valid": [], "test": []}
    with open(path, encoding="utf-8") as lines:
        for tune in map(json.loads, lines):
            if not tune.get("metre_changes"):
                splits[tune["split"]].append(tune)
    return splits


def bar_of(metre):
    """Return the ticks of a bar and of a beat."""
    beats, unit = metre
    grouped = beats > 3 and beats % 3 == 0
    ticks = beats * (96 // unit)
    return ticks, ticks // (beats // 3 if grouped else beats)


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


def joined(events):
    """Return events with each rest after a rest making that longer."""
    out = []
    for pitch, ticks in events:
        if out and not pitch and not out[-1][0]:
            out[-1] = (0, out[-1][1] + ticks)
        else:
            out.append((pitch, ticks))
    return out


def pickup_of(tune):
    """Guess the ticks before the first bar, as rondo_melody_guess_pickup()."""
    bar, beat = bar_of(tune["metre"])
    events = joined(tune["ev"])
    if not events[0][0]:
        return 0

    def fit(pickup):
        total, at = 0, bar - pickup
        for pitch, ticks in events:
            if pitch:
                crosses = -1 if at + ticks > bar else 0
                total += ticks * (crosses if at % bar else 1)
                total += ticks * (0 if at % beat else 1)
            at = (at + ticks) % bar
        return total

    best, most, at = 0, fit(0), 0
    for _, ticks in events:
        at += ticks
        if 3 * at > bar:
            break
        if fit(at) > most:
            best, most = at, fit(at)
    return best


def encode(tune):
    """Return the tokens of a tune, as rondo_melody_encode(), and the end."""
    shift = shift_of(tune)
    tokens = []
    for pitch, left in joined(tune["ev"]):
        first = pitch + shift if pitch else REST
        while left:
            ticks = max(t for t in TICKS if t <= left)
            tokens += [first, DURATIONS + TICKS.index(ticks)]
            first = HOLD
            left -= ticks
    return tokens + [END]


class State:
    """Where a melody is, as RondoMelodyState."""

    def __init__(self, metre, pickup):
        self.bar, self.beat = bar_of(metre)
        self.round = BARS * self.bar
        self.tick = (self.round - pickup) % self.round
        self.pitches = [None] * self.round
        self.durations = [None] * self.round
        self.in_note = False
        self.pitch = START
        self.history = []
        self.match, self.alike = 0, 0
        self.last = {}  # Where the last LEAST_ALIKE tokens were seen last
        self.agree = 0

    def look_back(self):
        """Return what was played at this place some bars ago."""
        places = self.durations if self.in_note else self.pitches
        return [places[(self.tick - lag * self.bar) % self.round]
                for lag in LAGS]

    def place(self):
        """Return the tick in the bar, and the bar's length and beat."""
        return (self.tick % self.bar, self.bar, self.beat)

    def foretold(self):
        """Return what followed the same tokens, and how many these are."""
        if not self.alike:
            return None, 0
        return self.history[self.match], self.alike

    def advance(self, token):
        """Go on by a token."""
        goes_on = self.alike and self.history[self.match] == token
        self.agree = sum(1 << i for i, seen in enumerate(self.look_back())
                         if seen == token)
        self.history.append(token)
        key = tuple(self.history[-LEAST_ALIKE:])
        if goes_on:
            self.match += 1
            self.alike = min(self.alike + 1, MOST_ALIKE)
        else:
            self.match, self.alike = self.last.get(key, 0), 0
            while (self.alike < min(MOST_ALIKE, self.match) and
                   self.history[self.match - 1 - self.alike] ==
                   self.history[-1 - self.alike]):
                self.alike += 1
            self.alike = self.alike if self.alike >= LEAST_ALIKE else 0
        self.last[key] = len(self.history)
        if token >= DURATIONS:
            ticks = TICKS[token - DURATIONS]
            for i in range(ticks):
                at = (self.tick + i) % self.round
                self.pitches[at] = HOLD if i else self.pitch
                self.durations[at] = HOLD if i else token
            self.tick = (self.tick + ticks) % self.round
        else:
            self.pitch = token
        self.in_note = token < DURATIONS
