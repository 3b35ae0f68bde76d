#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Go on with every MIDI file below some folders, sound or broken.

Usage: seeds.py RONDO FOLDER... [--options "OPTION..."]

For each file `rondo generate --seed` must end with status 0 and write a MIDI
file that has the notes of the seed and more, each of them ended; or with status
1, one line that names the file, and no output. What a sanitizer says is a
failure too. Counts are printed, and files that fail.
"""

import argparse
import collections
import os
import shlex
import subprocess
import sys
import tempfile

import melody_statistics

LIMIT = 300  # Seconds


def sounding(data):
    """Return how many notes have no end."""
    at, sounds, status = data.index(b"MTrk") + 8, set(), 0
    while at < len(data):
        _, at = melody_statistics.number(data, at)
        if data[at] == 0xFF:
            length, begin = melody_statistics.number(data, at + 2)
            at = begin + length
            continue
        if data[at] >= 0x80:
            status, at = data[at], at + 1
        two = status >> 4 not in (0xC, 0xD)
        if status >> 4 == 9 and data[at + 1]:
            sounds.add(data[at])
        elif status >> 4 in (8, 9):
            sounds.discard(data[at])
        at += 2 if two else 1
    return len(sounds)


def check(rondo, path, out, more):
    """Return what became of a file: "music", an error's text, or a failure."""
    if os.path.exists(out):
        os.remove(out)
    try:
        done = subprocess.run([rondo, "generate", "--seed", path, "--output",
                               out] + more, capture_output=True,
                              timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return "failure", f"took more than {LIMIT} s"
    said = done.stderr.decode(errors="replace")
    lines = [line for line in said.splitlines() if ": warning: " not in line]
    if any(word in said for word in ("Sanitizer", "runtime error")):
        return "failure", said[:2000]
    if done.returncode == 1:
        name = os.path.basename(path)
        if len(lines) != 1 or name not in lines[0] or os.path.exists(out):
            return "failure", "status 1: " + said
        return "error", lines[0].split(": ")[-1]
    if done.returncode or lines or not os.path.exists(out):
        return "failure", f"status {done.returncode}: {said}"
    with open(out, "rb") as file:
        data = file.read()
    if len(melody_statistics.read_midi(data)) < 2 or sounding(data):
        return "failure", "too few notes, or notes without an end"
    return ("warning" if said else "music"), ""


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rondo")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--options", default="")
    options = parser.parse_args()
    counts, reasons = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.mid")
        for top in options.folders:
            for place, _, names in sorted(os.walk(top)):
                for name in sorted(names):
                    if name.lower().endswith((".tsv", ".md", ".txt")):
                        continue
                    path = os.path.join(place, name)
                    what, why = check(options.rondo, path, out,
                                      shlex.split(options.options))
                    counts[what] += 1
                    reasons[why] += what == "error"
                    if what == "failure":
                        print(f"{path}: {why}")
    print(f"music: {counts['music']}, music and a warning: "
          f"{counts['warning']}, errors: {counts['error']}, failures: "
          f"{counts['failure']}")
    for why, count in reasons.most_common():
        if count:
            print(f"{count:6} {why}")
    return 1 if counts["failure"] else 0


if __name__ == "__main__":
    sys.exit(main())
