#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Tell what melodies are like: those of the corpus, of a model and of n-grams.

Usage: melody_statistics.py RONDO MODEL DIR [--split NAME] [--tunes N]
                            [--set "NAME: OPTION..."]... [--no-ngrams]

RONDO is the tool, DIR the folder that holds music/melodies/melodies.jsonl. For
each tune of the split a melody of as many bars, at most 32, is drawn in the same
metre and key, without a seed. "--set" draws another set with further options of
"rondo generate", such as "cooler: --temperature 0.9".

Distances are those of total variation between the histograms of a set and of
the corpus: half the sum of the differences, 0 if they are equal.
"""

import argparse
import collections
import os
import random
import shlex
import subprocess
import sys
import tempfile

import melodies
import ngram

BARS = 32
MODES = {"major": 0xAB5, "minor": 0xFAD, "dorian": 0x6AD, "phrygian": 0x5AB,
         "lydian": 0xAD5, "mixolydian": 0x6B5}


def notes_of(events, pickup, bar):
    """Return (tick, pitch, ticks) of the notes, bar lines being multiples of
    `bar`, and cut off after BARS bars."""
    notes, at = [], (bar - pickup) % bar - (bar if pickup else 0)
    for pitch, ticks in melodies.joined(events):
        if at >= BARS * bar:
            break
        if pitch:
            notes.append((at, pitch, ticks))
        at += ticks
    return notes


def number(data, at):
    """Read a number of variable length."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def read_midi(data):
    """Return the notes of one track as `rondo generate` writes it."""
    at, tick, notes, sounds = data.index(b"MTrk") + 8, 0, [], {}
    scale = int.from_bytes(data[12:14], "big") // 24
    status = 0
    while at < len(data):
        wait, at = number(data, at)
        tick += wait
        if data[at] == 0xFF:
            length, begin = number(data, at + 2)
            at = begin + length
            continue
        if data[at] >= 0x80:
            status, at = data[at], at + 1
        two = status >> 4 not in (0xC, 0xD)
        pitch, velocity = data[at], data[at + 1] if two else 0
        at += 2 if two else 1
        if status >> 4 == 9 and velocity:
            sounds[pitch] = tick
        elif status >> 4 in (8, 9) and pitch in sounds:
            begin = sounds.pop(pitch)
            notes.append((begin // scale, pitch, (tick - begin) // scale))
    return sorted(notes)


class Tune:
    """Notes with their metre and key."""

    def __init__(self, tune, notes):
        self.bar, self.beat = melodies.bar_of(tune["metre"])
        self.tonic = melodies.KEYS.index(tune["key"])
        self.scale = MODES[tune["mode"]]
        self.notes = notes

    def bars(self):
        """Return what each whole bar has, as tuples."""
        bars = collections.defaultdict(list)
        for at, pitch, ticks in self.notes:
            bars[at // self.bar].append((at % self.bar, pitch, ticks))
        last = max(bars, default=0)
        return [tuple(bars.get(i, ())) for i in range(last + 1)]


def histograms_of(tunes):
    intervals, durations = collections.Counter(), collections.Counter()
    for tune in tunes:
        pitches = [pitch for _, pitch, _ in tune.notes]
        intervals.update(b - a for a, b in zip(pitches, pitches[1:]))
        durations.update(ticks for _, _, ticks in tune.notes)
    return intervals, durations


def distance(a, b):
    """Return the total variation between two histograms."""
    na, nb = sum(a.values()) or 1, sum(b.values()) or 1
    return sum(abs(a[x] / na - b[x] / nb) for x in {*a, *b}) / 2


def share(counter, wanted):
    return sum(n for x, n in counter.items() if wanted(x)) / sum(
        counter.values())


def mean(values):
    values = list(values)
    return sum(values) / (len(values) or 1)


def heard(tune):
    """Return the share of bars that are as one before."""
    bars = [bar for bar in tune.bars() if bar]
    return mean(bar in bars[:i] for i, bar in enumerate(bars) if i)


def foretold(tune):
    """Return the share of bars that are as that of eight bars before."""
    bars = tune.bars()
    return mean(bars[i] == bars[i - 8] for i in range(8, len(bars)) if bars[i])


def phrase_ends(tune, length):
    """Return the note that sounds last in each `length` bars, and its ticks."""
    ends = []
    for i in range(length, len(tune.bars()) + 1, length):
        before = [note for note in tune.notes if note[0] < i * tune.bar]
        if before:
            ends.append(before[-1])
    return ends


def rows_of(tunes, corpus):
    """Return (what, number, form) of a set of tunes."""
    intervals, durations = histograms_of(tunes)
    of_intervals, of_durations = histograms_of(corpus)
    eights = [(t, end) for t in tunes for end in phrase_ends(t, 8)]
    fours = [(t, end) for t in tunes for end in phrase_ends(t, 4)]
    lengths = [ticks for t in tunes for _, _, ticks in t.notes]
    n_notes = len(lengths)
    sounding = mean(
        sum(n[2] for n in t.notes) /
        ((t.notes[-1][0] + t.notes[-1][2] - t.notes[0][0]) or 1)
        for t in tunes if t.notes)
    in_key = sum(t.scale >> (p - t.tonic) % 12 & 1
                 for t in tunes for _, p, _ in t.notes)

    def tonic(ends):
        return mean((end[1] - t.tonic) % 12 == 0 for t, end in ends)

    def long(ends):
        return mean(end[2] >= t.beat for t, end in ends)

    return [
        ("notes in the key", in_key / n_notes, "%"),
        ("notes a bar", n_notes / sum(len(t.bars()) for t in tunes), "f"),
        ("the note before again", share(intervals, lambda x: x == 0), "%"),
        ("seconds", share(intervals, lambda x: 1 <= abs(x) <= 2), "%"),
        ("thirds", share(intervals, lambda x: 3 <= abs(x) <= 4), "%"),
        ("fourths and fifths", share(intervals, lambda x: 5 <= abs(x) <= 7),
         "%"),
        ("wider intervals", share(intervals, lambda x: abs(x) > 7), "%"),
        ("distance of intervals", distance(intervals, of_intervals), "f3"),
        ("sixteenths and shorter", share(durations, lambda x: x <= 6), "%"),
        ("eighths", share(durations, lambda x: x == 12), "%"),
        ("quarters", share(durations, lambda x: x == 24), "%"),
        ("longer than quarters", share(durations, lambda x: x > 24), "%"),
        ("distance of durations", distance(durations, of_durations), "f3"),
        ("bars heard before", mean(map(heard, tunes)), "%"),
        ("bars as eight before", mean(map(foretold, tunes)), "%"),
        ("ends of 8 bars on the tonic", tonic(eights), "%"),
        ("ends of 8 bars of a beat or more", long(eights), "%"),
        ("ends of 4 bars on the tonic", tonic(fours), "%"),
        ("other notes on the tonic",
         mean((p - t.tonic) % 12 == 0 for t in tunes for _, p, _ in t.notes),
         "%"),
        ("range in semitones",
         mean(max(n[1] for n in t.notes) - min(n[1] for n in t.notes)
              for t in tunes if t.notes), "f"),
        ("time of rests", 1 - sounding, "%"),
    ]


def bars_of(tune):
    bar, _ = melodies.bar_of(tune["metre"])
    return min(BARS, max(1, sum(t for _, t in tune["ev"]) // bar))


def draw_with_tool(options, folder, tunes, more):
    """Return a melody of the model for each tune."""
    out = []
    for i, tune in enumerate(tunes):
        path = os.path.join(folder, "tune.mid")
        beats, unit = tune["metre"]
        mode = tune["mode"]
        key = tune["key"] + ({"major": "", "minor": "m"}.get(mode, " " + mode))
        subprocess.run(
            [options.rondo, "generate", "--model", options.model, "--metre",
             f"{beats}/{unit}", "--key", key, "--bars", str(bars_of(tune)),
             "--random-seed", str(i + 1), "--output", path, "--overwrite"] +
            more, check=True)
        with open(path, "rb") as file:
            out.append(Tune(tune, read_midi(file.read())))
    return out


def draw_with_chains(next_token, tunes):
    """Return a melody of n-grams for each tune."""
    out = []
    for tune in tunes:
        bar, _ = melodies.bar_of(tune["metre"])
        state, tokens = melodies.State(tune["metre"], 0), []
        left, notes = bars_of(tune) * bar, []
        shift = melodies.shift_of(tune)
        at = 0
        while left > 0:
            token = next_token(state, tokens)
            tokens.append(token)
            state.advance(token)
            if token >= melodies.DURATIONS:
                ticks = min(melodies.TICKS[token - melodies.DURATIONS], left)
                first = tokens[-2]
                if first < melodies.REST:
                    notes.append((at, first - shift, ticks))
                elif first == melodies.HOLD and notes and \
                        notes[-1][0] + notes[-1][2] == at:
                    notes[-1] = notes[-1][:2] + (notes[-1][2] + ticks,)
                at += ticks
                left -= ticks
        out.append(Tune(tune, notes))
    return out


def choose(numbers, state, tokens, ps):
    """Draw a token that may come next."""
    allowed = (range(melodies.DURATIONS, melodies.N_TOKENS) if state.in_note
               else range(melodies.HOLD + (1 if tokens else 0)))
    return numbers.choices(allowed, [ps[token] for token in allowed])[0]


def draw_with_ngrams(splits, tunes, numbers):
    """Return the melodies of an n-gram of order 5, and of the mixture."""
    mixture = ngram.Mixture(splits["train"])
    mixture.weigh(splits["valid"])

    def by_order(state, tokens):
        histories = ngram.histories_of(tokens[-5:], min(len(tokens), 5), 5)
        return choose(numbers, state, tokens,
                      mixture.chains[0].distribution(histories))

    def by_mixture(state, tokens):
        kind, views = ngram.look(state, tokens)
        weights = mixture.weights_of(kind)
        ps = [0.0] * melodies.N_TOKENS
        for w, chain, histories in zip(weights, mixture.chains, views):
            ps = [p + w * q for p, q in
                  zip(ps, chain.distribution(histories))]
        return choose(numbers, state, tokens, ps)

    return {"n-gram of order 5": draw_with_chains(by_order, tunes),
            "mixture of n-grams": draw_with_chains(by_mixture, tunes)}


def show(value, form):
    return {"%": f"{100 * value:.1f} %", "f": f"{value:.1f}",
            "f3": f"{value:.3f}"}[form]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rondo")
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("--split", default="test")
    parser.add_argument("--tunes", type=int)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--no-ngrams", action="store_true")
    options = parser.parse_args()
    splits = melodies.read(options.data)
    tunes = splits[options.split]
    tunes = tunes[::max(1, len(tunes) // (options.tunes or len(tunes)))]
    corpus = [Tune(tune, notes_of(tune["ev"], melodies.pickup_of(tune),
                                  melodies.bar_of(tune["metre"])[0]))
              for tune in tunes]
    sets = {"corpus": corpus}
    with tempfile.TemporaryDirectory() as folder:
        for text in ["model:"] + options.set:
            name, _, more = text.partition(":")
            sets[name] = draw_with_tool(options, folder, tunes,
                                        shlex.split(more))
    if not options.no_ngrams:
        sets.update(draw_with_ngrams(splits, tunes, random.Random(1)))
    columns = [rows_of(made, corpus) for made in sets.values()]
    print(f"{len(tunes)} tunes of the split {options.split}\n")
    print("| | " + " | ".join(sets) + " |\n|---|" + "---|" * len(sets))
    for lines in zip(*columns):
        print(f"| {lines[0][0]} | " +
              " | ".join(show(value, form) for _, value, form in lines) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
