#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Put a MIDI file into track T1 of a session of Ardour 7.

Usage: insert_midi.py SESSION QUARTERS LENGTH FILE

The file begins QUARTERS after the start of the session and is LENGTH quarters
long.  Ardour's scripts have no call to import one, so it is written into the
session's file.
"""

import sys

from session import insert

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


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    insert(sys.argv[1], "midifiles", sys.argv[4], SOURCE, REGION,
           position=int(sys.argv[2]) * TICKS, ticks=int(sys.argv[3]) * TICKS)
