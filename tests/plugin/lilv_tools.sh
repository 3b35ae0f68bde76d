#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# The tools of lilv: they find the plugins, run them with numbers of URIs, and
# run them without any feature, one sample at a time.

. "$(dirname -- "$0")/common.sh"

need lv2ls lv2info lv2bench lv2apply

# Hosts may be sent to the folder of the build, where they find a bundle just
# once, whatever else lies there
LV2_PATH=$RONDO_HOST_LV2:/usr/lib/lv2 timeout 20 lv2ls \
  >"$folder/list" 2>"$folder/warnings"
[ "$(grep -c '^urn:rondo:' "$folder/list")" -eq 3 ] || fail 'not three plugins'
! grep -i 'duplicate' "$folder/warnings" || fail 'a plugin is there twice'

for uri in "$mono" "$stereo"; do
  timeout 20 lv2ls | grep -qx "$uri" || fail "lv2ls does not list $uri"

  timeout 20 lv2info "$uri" >"$folder/info"
  grep -q 'Has latency: *yes' "$folder/info" || fail 'no latency'
  grep -q 'Listen to Removed' "$folder/info" || fail 'no preset'

  # A plugin that lv2bench skips is only mentioned
  timeout 20 lv2bench -b 64 -n 48000 "$uri" >"$folder/bench" 2>&1
  cat "$folder/bench"
  grep -q "^[0-9.]* $uri\$" "$folder/bench" || fail "lv2bench skips $uri"
  ! grep -qi 'skipping\|error\|fail' "$folder/bench" || fail 'lv2bench complains'
done

timeout 20 lv2ls | grep -qx "$melody" || fail "lv2ls does not list $melody"
timeout 20 lv2info "$melody" >"$folder/info"
grep -q 'Slow Air' "$folder/info" || fail 'no preset'
timeout 20 lv2bench -b 64 -n 48000 "$melody" >"$folder/bench" 2>&1
grep -q "^[0-9.]* $melody\$" "$folder/bench" || fail "lv2bench skips $melody"

latency=960
channels=1
for uri in "$mono" "$stereo"; do
  "$RONDO_SOUND" noise "$folder/in.wav" $channels 24000

  # Nothing to be removed: the input, late
  timeout 60 lv2apply -i "$folder/in.wav" -o "$folder/same.wav" \
    -c limit 0 "$uri"
  "$RONDO_SOUND" compare "$folder/in.wav" "$folder/same.wav" $latency -120

  timeout 60 lv2apply -i "$folder/in.wav" -o "$folder/out.wav" "$uri"
  ! "$RONDO_SOUND" compare "$folder/in.wav" "$folder/out.wav" $latency -30 ||
    fail 'lv2apply removes nothing'
  channels=2
done
