#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Ardour, without a window or a sound card: the melody plugin hears a tune on a
# MIDI track and plays a synthesiser.  The export has sound exactly where the
# notes of the MIDI file are that the plugin writes; the seed survives saving
# and loading.
#
# Usage: melody_ardour.sh CLICKS, the synthesiser

. "$(dirname -- "$0")/common.sh"

need ardour7-lua python3

prepare_ardour
mkdir "$folder/notes"

# Two bars of quarters, in a MIDI file of 96 ticks to the quarter
make_tune() {
  printf 'MThd\0\0\0\006\0\0\0\001\0\140MTrk\0\0\0\104'
  wait=0
  for pitch in 74 76 100 101 103 105 107 110; do
    # shellcheck disable=SC2059 # bytes in octal
    printf "\\$wait\\220\\$pitch\\144\\132\\200\\$pitch\\0"
    wait=6
  done
  printf '\0\377\057\0'
}

# With a preset that sets the folder of MIDI files, which no script can
mkdir "$folder/lv2/test.lv2"
cp "$1" "$folder/lv2/test.lv2/clicks.so"
cp "$here/clicks.ttl" "$folder/lv2/test.lv2/manifest.ttl"
cat >"$folder/lv2/test.lv2/preset.ttl" <<END
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
<urn:rondo:test:folder>
  a pset:Preset ;
  lv2:appliesTo <urn:rondo:melody> ;
  rdfs:label "Test Folder" ;
  lv2:port [ lv2:symbol "through" ; pset:value 0.0 ] ;
  state:state [
    <urn:rondo:stateVersion> 1 ;
    <urn:rondo:midiFile> "$folder/notes"
  ] .
END

# Run script $1 with the variables that follow.
lua() {
  script=$1
  shift
  env "$@" timeout -k 5 240 ardour7-lua "$here/ardour/$script" \
    >"$folder/log" 2>&1 || {
    cat "$folder/log"
    fail "$script"
  }
  ! grep 'rondo: .*\(not\|no \)' "$folder/log" || fail 'the plugin complains'
}

# Print the seed in the state that the session refers to.
print_seed() {
  name=$(sed -n 's/.*<lv2 .*state-dir="\([^"]*\)".*/\1/p' \
    "$SESSION/test.ardour")
  sed -n '/urn:rondo:seed/,/;/p' "$SESSION"/plugins/*/"$name"/state.ttl
}

# The tune is two bars; Ardour plays a little further than it exports, and not
# into bar 12
frames=FRAMES=1130000

lua make_melody.lua PRESET='Test Folder'
make_tune >"$folder/tune.mid"
python3 "$here/ardour/insert_midi.py" "$SESSION" 0 8 "$folder/tune.mid"
lua export.lua $frames NAME=heard WRITE=29
print_seed >"$folder/seed"
grep -q base64Binary "$folder/seed" || fail 'no seed is saved'

# The notes of bars 8 to 12
python3 "$here/ardour/check_clicks.py" "$SESSION/export/heard.wav" 768000 \
  "$folder/notes/rondo-001.mid"

# Loaded again and locked, it is the same, and so is all from bar 4 on
lua export.lua $frames NAME=loaded LOCK=7
print_seed | cmp - "$folder/seed" || fail 'the seed is lost'
"$RONDO_SOUND" compare "$SESSION/export/heard.wav" \
  "$SESSION/export/loaded.wav" 0 -200 384001
