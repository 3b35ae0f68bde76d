#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Say how the parts of chorales move: Bach's, and those that Rondo adds.

    bench/chorale_statistics.py RONDO DATA [SPLIT]

DATA has music/chorales/Jsb16thSeparated.json.  For each chorale of the split
(test) `rondo harmonize` adds parts to its soprano, seeing all of it with
chorale-harmony and following it with chorale, and `rondo generate` goes on with
its first four bars.  Prints a table in Markdown:

parallels   pairs of parts that move from a fifth, octave or unison to the same
crossings   parts above a higher one
out of range  notes of a part beyond what it usually sings
  (all three for a hundred chords, a chord being a sixteenth at which some part
  begins a note)
in key      share of notes in the key of the chorale: major, or minor with both
            sixths and sevenths
triads      share of quarters whose notes are a triad or a seventh chord, or
            part of one
notes       notes of alto, tenor and bass for each quarter
as Bach     share of quarters with the pitch classes that Bach has there
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

DIVISION = 480
SEED_SLICES = 64
RANGES = ((60, 81), (55, 74), (48, 69), (40, 62))
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
SCALES = ({0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 9, 10, 11})
CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8), (0, 4, 7, 10),
          (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 6, 10), (0, 3, 6, 9))


def number(value):
    """Write a variable-length number."""
    data = [value & 127]
    while value > 127:
        value >>= 7
        data.insert(0, 128 | (value & 127))
    return bytes(data)


def write_midi(parts):
    """Write a MIDI file of parts, each a list of pitches by sixteenths."""
    data = struct.pack(">4sIHHH", b"MThd", 6, 1, len(parts), DIVISION)
    for channel, pitches in enumerate(parts):
        events, last = b"", 0
        begin = 0
        for t in range(1, len(pitches) + 1):
            if t < len(pitches) and pitches[t] == pitches[begin]:
                continue
            if pitches[begin] >= 0:
                for kind, at in ((0x90, begin), (0x80, t)):
                    tick = at * DIVISION // 4
                    events += number(tick - last)
                    events += bytes((kind | channel, pitches[begin], 90))
                    last = tick
            begin = t
        events += b"\0\xff\x2f\0"
        data += struct.pack(">4sI", b"MTrk", len(events)) + events
    return data


def read_number(data, at):
    """Return a variable-length number and what comes after it."""
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at


def read_midi(data):
    """Return the notes of each track as (begin, end, pitch) in sixteenths."""
    n_tracks, division = struct.unpack(">HH", data[10:14])
    at, tracks = 14, []
    for _ in range(n_tracks):
        end = at + 8 + struct.unpack(">I", data[at + 4:at + 8])[0]
        at, tick, status, on, notes = at + 8, 0, 0, {}, []
        while at < end:
            step, at = read_number(data, at)
            tick += step
            if data[at] >= 128:
                status = data[at]
                at += 1
            if status == 0xFF:
                size, at = read_number(data, at + 1)
                at += size
                continue
            now = round(4 * tick / division)
            kind, pitch = status >> 4, data[at]
            if kind == 9 and data[at + 1]:
                on[pitch] = now
            elif kind in (8, 9):
                notes.append((on.pop(pitch), now, pitch))
            at += 1 if kind in (12, 13) else 2
        tracks.append(notes)
    return tracks


def to_grid(tracks, n):
    """Lay four tracks over n sixteenths."""
    grid = [[-1] * 4 for _ in range(n)]
    for part, notes in enumerate(tracks):
        for begin, end, pitch in notes:
            for t in range(begin, min(end, n)):
                grid[t][part] = pitch
    return grid


def guess_key(grid):
    """Return tonic and mode (0 major, 1 minor), as Krumhansl and Schmuckler."""
    times = [0.0] * 12
    for chord in grid:
        for pitch in chord:
            if pitch >= 0:
                times[pitch % 12] += 1
    mean = sum(times) / 12
    best = (-2.0, 0, 0)
    for mode, profile in enumerate((MAJOR, MINOR)):
        middle = sum(profile) / 12
        size = sum((p - middle) ** 2 for p in profile) ** 0.5
        for tonic in range(12):
            fit = sum((times[(tonic + i) % 12] - mean) * (profile[i] - middle)
                      for i in range(12)) / size
            best = max(best, (fit, -tonic, -mode))
    return -best[1], -best[2]


def is_chord(chord):
    """Return whether all that sounds belongs to one triad or seventh chord."""
    classes = {pitch % 12 for pitch in chord if pitch >= 0}
    return any(classes <= {(root + i) % 12 for i in kind}
               for root in range(12) for kind in CHORDS)


def count_parallels(before, now):
    """Return pairs of parts that go from a fifth or octave to the same."""
    n = 0
    for a in range(4):
        for b in range(a + 1, 4):
            four = before[a], before[b], now[a], now[b]
            if min(four) < 0 or four[0] == four[2] or four[1] == four[3]:
                continue
            then, there = abs(four[0] - four[1]) % 12, abs(four[2] - four[3]) % 12
            n += then == there and then in (0, 7)
    return n


def count(grid, key, bach=None):
    """Return what is counted of one chorale, to be summed up."""
    c = dict.fromkeys(("chords", "parallels", "crossings", "range", "notes",
                       "in_key", "quarters", "triads", "lower", "same"), 0)
    tonic, mode = key
    for t, now in enumerate(grid):
        before = grid[t - 1] if t else [-1] * 4
        begins = [p for p in range(4) if now[p] != before[p] and now[p] >= 0]
        if begins:
            c["chords"] += 1
            c["parallels"] += count_parallels(before, now)
            c["crossings"] += sum(0 <= now[p] < now[p + 1] for p in range(3))
        for part in begins:
            low, high = RANGES[part]
            c["notes"] += 1
            c["range"] += not low <= now[part] <= high
            c["in_key"] += (now[part] - tonic) % 12 in SCALES[mode]
            c["lower"] += part > 0
        if t % 4 == 0 and max(now) >= 0:
            c["quarters"] += 1
            c["triads"] += is_chord(now)
            if bach:
                c["same"] += ({p % 12 for p in now if p >= 0} ==
                              {p % 12 for p in bach[t] if p >= 0})
    return c


def line(name, counts, same):
    """Print a row of the table."""
    c = {k: sum(one[k] for one in counts) for k in counts[0]}
    per = 100 / c["chords"]
    print(f"| {name} | {c['parallels'] * per:.2f} | {c['crossings'] * per:.2f} "
          f"| {c['range'] * per:.2f} | {c['in_key'] / c['notes']:.3f} "
          f"| {c['triads'] / c['quarters']:.3f} "
          f"| {c['lower'] / c['quarters']:.2f} | " +
          (f"{c['same'] / c['quarters']:.3f} |" if same else "|"))


def run(rondo, folder, options, parts, n):
    """Run a command on parts; return n sixteenths of what it writes."""
    source, target = folder / "in.mid", folder / "out.mid"
    source.write_bytes(write_midi(parts))
    command = [str(source) if o == "IN" else o for o in options]
    subprocess.run([rondo, *command, "--output", target, "--overwrite"],
                   check=True)
    return to_grid(read_midi(target.read_bytes()), n)


def main():
    rondo, data = sys.argv[1], pathlib.Path(sys.argv[2])
    split = sys.argv[3] if len(sys.argv) > 3 else "test"
    chorales = json.loads(
        (data / "music/chorales/Jsb16thSeparated.json").read_text())[split]
    presets = pathlib.Path(__file__).resolve().parent.parent / "presets"
    live = str(presets / "chorale.safetensors")
    ways = (("Bach", None),
            ("harmonised, all seen", ["harmonize", "IN"]),
            ("harmonised as it comes", ["harmonize", "IN", "--model", live]),
            ("gone on with", ["generate", "--seed", "IN", "--model", live,
                              "--bars", "8", "--top-p", "0.98"]))
    print("| | parallels | crossings | out of range | in key | triads | notes "
          "| as Bach |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for way, options in ways:
            counts = []
            for grid in chorales:
                key, now, bach = guess_key(grid), grid, None
                parts = [[c[p] for c in grid] for p in range(4)]
                if options and options[0] == "harmonize":
                    now = run(rondo, pathlib.Path(name), options, parts[:1],
                              len(grid))
                    bach = grid
                elif options:
                    seed = [part[:SEED_SLICES] for part in parts]
                    now = run(rondo, pathlib.Path(name), options, seed,
                              SEED_SLICES + 8 * 16)[SEED_SLICES:]
                counts.append(count(now, key, bach))
            line(way, counts, options and options[0] == "harmonize")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
