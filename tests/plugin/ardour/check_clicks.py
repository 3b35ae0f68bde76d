#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Check that clicks stand where the notes of a MIDI file are.

Usage: check_clicks.py SOUND FIRST NOTES

SOUND is float stereo at 48 kHz, made by clicks.c; NOTES, which has one track
and 120 quarters a minute, begins at sample FIRST and is to the end all there
is.
"""

import array
import struct
import sys

RATE = 48000
QUARTER = RATE // 2


def read_sound(path):
    """Return the samples of both channels."""
    with open(path, "rb") as file:
        data = file.read()
    start = data.index(b"data") + 8
    size = struct.unpack("<I", data[start - 4:start])[0]
    samples = array.array("f", data[start:start + size])
    return samples[0::2], samples[1::2]


def read_notes(path):
    """Return where notes begin and end: samples, what the clicks are."""
    with open(path, "rb") as file:
        data = file.read()
    division = struct.unpack(">H", data[12:14])[0]
    i = data.index(b"MTrk") + 8
    tick = 0
    status = 0
    clicks = {}
    while i < len(data):
        delta = 0
        while True:
            delta = (delta << 7) | (data[i] & 0x7F)
            i += 1
            if not data[i - 1] & 0x80:
                break
        tick += delta
        if data[i] == 0xFF:
            i += 3 + data[i + 2]
            continue
        if data[i] & 0x80:
            status = data[i]
            i += 1
        pitch, velocity = data[i:i + 2]
        i += 2
        begins = status & 0xF0 == 0x90 and velocity
        left, right = clicks.get(tick, (0, 0))
        clicks[tick] = ((left + pitch, right + velocity) if begins
                        else (left - pitch, right))
    return {tick * QUARTER // division: click
            for tick, click in clicks.items()}


def main(sound, first, notes):
    left, right = read_sound(sound)
    first = int(first)
    expected = {first + at: click for at, click in read_notes(notes).items()
                if first + at < len(left)}
    found = {i: (round(256 * left[i]), round(256 * right[i]))
             for i in range(first, len(left)) if left[i] or right[i]}
    # At the begin, the note before may end as well
    if first in found and first in expected:
        found[first] = (expected[first][0], found[first][1])
    if found != expected or not expected:
        for i in sorted(set(found) | set(expected)):
            if found.get(i) != expected.get(i):
                print(f"sample {i}: {found.get(i)} rather than "
                      f"{expected.get(i)}")
        sys.exit(1)
    print(f"{len(found)} clicks, each where it should be")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
