#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Put a MIDI file into track T1 of a session of Ardour 7.

Usage: insert_midi.py SESSION QUARTERS LENGTH FILE

The file begins QUARTERS after the start of the session and is LENGTH quarters
long.  Ardour's scripts have no call to import one, so it is written into the
session's file.
"""

import os
import re
import shutil
import sys

TICKS = 1920  # Of Ardour's beats, for a quarter

SOURCE = ('<Sources><Source name="{name}" take-id="" type="midi" flags="" '
          'id="{source}" channel="0" origin=""/></Sources>')

REGION = ('<Region name="notes" muted="0" opaque="1" locked="0" '
          'video-locked="0" automatic="0" whole-file="{whole}" import="0" '
          'external="0" hidden="0" position-locked="0" valid-transients="0" '
          'start="b0" length="b{ticks}@b{position}" sync-position="b0" '
          'ancestral-start="b0" ancestral-length="b{ticks}@b{position}" '
          'stretch="1" shift="1" layering-index="0" tags="" contents="0" '
          'id="{id}" type="midi" first-edit="nothing" source-0="{source}" '
          'master-source-0="{source}"/>')


def replace_once(text, old, new):
    if text.count(old) != 1:
        sys.exit(f"insert_midi.py: {text.count(old)} times {old!r}")
    return text.replace(old, new)


def main(folder, position, length, notes):
    path = os.path.join(folder, "test.ardour")
    with open(path, encoding="utf-8") as file:
        text = file.read()

    folder = os.path.join(folder, "interchange")
    folder = os.path.join(folder, os.listdir(folder)[0], "midifiles")
    os.makedirs(folder, exist_ok=True)
    shutil.copy(notes, folder)

    counter = int(re.search(r'id-counter="(\d+)"', text).group(1))
    text = re.sub(r'id-counter="\d+"', f'id-counter="{counter + 10}"', text)
    values = {"name": os.path.basename(notes), "source": counter + 1,
              "position": int(position) * TICKS, "ticks": int(length) * TICKS}

    playlist = re.search(r'<Playlist id="\d+" name="T1"[^>]*/>', text).group()
    text = replace_once(text, "<Sources/>", SOURCE.format(**values))
    text = replace_once(
        text, playlist, playlist[:-2] + ">" +
        REGION.format(whole=0, id=counter + 2, **values) + "</Playlist>")
    text = replace_once(
        text, "<Regions/>", "<Regions>" +
        REGION.format(whole=1, id=counter + 3, **values) + "</Regions>")

    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
