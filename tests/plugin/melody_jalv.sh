#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Jalv runs the melody plugin on a JACK server whose transport starts, stops,
# relocates and changes its tempo at random: no note hangs, and every one is on
# its sample.
#
# Usage: melody_jalv.sh JACK_WATCH

. "$(dirname -- "$0")/common.sh"
. "$(dirname -- "$0")/jack.sh"

watch=$1

start melody -c temperature=1.2 -c density=60 "$melody"
wait_for melody:midi_out
timeout -k 1 90 "$watch" melody:control melody:midi_out 2000 || fail 'jack_watch'

printf 'monitors\npresets\nset density -60\ncontrols\n' >&3
sleep 0.5
finish
for line in 'seed_notes = 8' 'state = 2' 'progress = ' 'density = -60.0' \
  'melody#slow-air (Slow Air)'; do
  grep -q "$line" "$folder/jalv.log" || fail "jalv does not say $line"
done
