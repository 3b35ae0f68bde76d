#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Ardour, without a window or a sound card: controls and the model's path
# survive saving and loading; an exported impulse stands at its own sample,
# enabled and bypassed.
#
# Usage: ardour.sh MODEL

. "$(dirname -- "$0")/common.sh"

need ardour7-lua python3

model=$1

prepare_ardour

# A preset with a model: the way to set a path from a script
mkdir -p "$folder/lv2/test.lv2"
cp "$model" "$folder/lv2/test.lv2/model.safetensors"
cat >"$folder/lv2/test.lv2/manifest.ttl" <<'END'
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
<urn:rondo:test:model>
  a pset:Preset ;
  lv2:appliesTo <urn:rondo:denoise> ;
  rdfs:seeAlso <preset.ttl> .
END
sed 's/  rdfs:seeAlso.*/  rdfs:label "Test Model" ;\
  lv2:port [ lv2:symbol "limit" ; pset:value 30.0 ] ;\
  state:state [\
    <urn:rondo:stateVersion> 1 ;\
    <urn:rondo:model> <model.safetensors>\
  ] ./' "$folder/lv2/test.lv2/manifest.ttl" >"$folder/lv2/test.lv2/preset.ttl"

lua() {
  timeout -k 5 240 ardour7-lua "$here/ardour/$1" >"$folder/log" 2>&1 || {
    cat "$folder/log"
    fail "$1"
  }
  ! grep 'rondo:' "$folder/log" || fail 'the plugin complains'
}

# The state that the session refers to names the model.
check_state() {
  name=$(sed -n 's/.*<lv2 .*state-dir="\([^"]*\)".*/\1/p' "$SESSION/test.ardour")
  state=$(echo "$SESSION"/plugins/*/"$name")
  grep -q '<urn:rondo:model> <model.safetensors>' "$state/state.ttl" ||
    fail "the path is lost $1"
  cmp "$state/model.safetensors" "$model" || fail "the model is lost $1"
}

lua make.lua
check_state 'after saving'

"$RONDO_SOUND" impulse "$folder/impulse.wav" 4800 48000 96000
python3 "$here/ardour/insert_sound.py" "$SESSION" 144000 "$folder/impulse.wav"

EXPORT=1
export EXPORT
lua check.lua
check_state 'after loading and saving'
unset EXPORT
lua check.lua
check_state 'after loading and saving again'

"$RONDO_SOUND" peak "$SESSION/export/enabled.wav" 4800
"$RONDO_SOUND" peak "$SESSION/export/bypassed.wav" 4800
"$RONDO_SOUND" compare "$SESSION/export/enabled.wav" \
  "$SESSION/export/bypassed.wav" 0 -100
! "$RONDO_SOUND" compare "$SESSION/export/model.wav" \
  "$SESSION/export/built_in.wav" 0 -30 ||
  fail 'the model of the preset sounds like the built-in one'
