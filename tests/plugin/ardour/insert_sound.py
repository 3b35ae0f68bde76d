#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Put a mono sound at the start of track T1 of a session of Ardour 7.

Usage: insert_sound.py SESSION SAMPLES FILE

Ardour's scripts have no call to import a sound, so it is written into the
session's file.
"""

import os
import re
import shutil
import sys

TICKS = 282240000 // 48000  # Of Ardour's clock, for one sample at 48 kHz

SOURCE = ('<Sources><Source name="{name}" take-id="" type="audio" flags="" '
          'id="{source}" channel="0" origin="" gain="1"/></Sources>')

REGION = ('<Region name="sound" muted="0" opaque="1" locked="0" '
          'video-locked="0" automatic="0" whole-file="{whole}" import="0" '
          'external="0" hidden="0" position-locked="0" valid-transients="0" '
          'start="a0" length="a{ticks}@a0" sync-position="a0" '
          'ancestral-start="a0" ancestral-length="a{ticks}@a0" stretch="1" '
          'shift="1" layering-index="0" tags="" contents="0" '
          'default-fade-in="0" default-fade-out="0" fade-in-active="0" '
          'fade-out-active="0" scale-amplitude="1" id="{id}" type="audio" '
          'first-edit="nothing" source-0="{source}" '
          'master-source-0="{source}" channels="1"/>')


def replace_once(text, old, new):
    if text.count(old) != 1:
        sys.exit(f"insert_sound.py: {text.count(old)} times {old!r}")
    return text.replace(old, new)


def main(folder, n_samples, sound):
    path = os.path.join(folder, "test.ardour")
    with open(path, encoding="utf-8") as file:
        text = file.read()

    folder = os.path.join(folder, "interchange")
    audio = os.path.join(folder, os.listdir(folder)[0], "audiofiles")
    os.makedirs(audio, exist_ok=True)
    shutil.copy(sound, audio)

    counter = int(re.search(r'id-counter="(\d+)"', text).group(1))
    text = re.sub(r'id-counter="\d+"', f'id-counter="{counter + 10}"', text)
    values = {"name": os.path.basename(sound), "source": counter + 1,
              "ticks": int(n_samples) * TICKS}

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
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
