#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Put a mono sound at the start of track T1 of a session of Ardour 7.

Usage: insert_sound.py SESSION SAMPLES FILE

Ardour's scripts have no call to import a sound, so it is written into the
session's file.
"""

import sys

from session import insert

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


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    insert(sys.argv[1], "audiofiles", sys.argv[3], SOURCE, REGION,
           ticks=int(sys.argv[2]) * TICKS)
