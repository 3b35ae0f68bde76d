#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Jalv runs the plugins in real time on a JACK server of its own, which needs
# no sound card, and restores a saved state through its worker.
#
# Usage: jalv.sh MODEL

. "$(dirname -- "$0")/common.sh"

. "$(dirname -- "$0")/jack.sh"

need jack_connect jack_metro jack_rec

model=$1

# In mono, nothing is removed: the output is the input, late
start voice -c limit=0 "$mono"
wait_for voice:out
timeout -k 1 30 jack_metro -b 300 --name metro >"$folder/metro.log" 2>&1 3>&- &
metro=$!
pids="$metro $pids"
wait_for metro:300_bpm
jack_connect metro:300_bpm voice:in

# What comes out is late by $1 samples.
is_late() {
  timeout 20 jack_rec -f "$folder/rec.wav" -d 2 -b 24 \
    metro:300_bpm voice:out >"$folder/rec.log" 2>&1
  "$RONDO_SOUND" channels "$folder/rec.wav" "$1" -80
}

is_late 960

# Presets, which jalv knows once it has listed them, load a model of the bundle,
# and others return from it
printf 'presets\npreset %s#lookahead\nset limit 0\n' "$mono" >&3
sleep 1
is_late 1920
printf 'preset %s#gentle\nset limit 0\n' "$mono" >&3
sleep 1
is_late 960
printf 'controls\nmonitors\nset mix 50\nset gate 1\n' >&3
sleep 0.5
finish
for line in 'reduction = ' 'voice = ' 'limit = 0.0' 'mix = 50.0' \
  'gate = 1.0' 'denoise#gentle (Gentle)' 'denoise#podcast (Podcast)' \
  'denoise#lookahead (Voice, Looking Ahead (40 ms))'; do
  grep -q "$line" "$folder/jalv.log" || fail "jalv does not say $line"
done

# In stereo, with saved states
save_state() {
  mkdir -p "$folder/$1"
  cat >"$folder/$1/state.ttl" <<END
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
<>
  a pset:Preset ;
  lv2:appliesTo <$stereo> ;
  lv2:port [ lv2:symbol "limit" ; pset:value 25.0 ] ;
  state:state [
    <urn:rondo:stateVersion> 1 ;
    <urn:rondo:model> <$1.safetensors>
  ] .
END
}

save_state other
cp "$model" "$folder/other/other.safetensors"
save_state missing

for state in other missing; do
  start voice -l "$folder/$state"
  wait_for voice:out_right
  printf 'controls\n' >&3
  sleep 0.5
  finish
  grep -q 'limit = 25.0' "$folder/jalv.log" || fail 'the state is lost'
done

# The last of these is the only one to complain
grep -q 'missing.safetensors: .*built-in' "$folder/jalv.log" ||
  fail 'the missing file is not mentioned'
