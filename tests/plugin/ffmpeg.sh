#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# FFmpeg's lv2 filter gives the same sound as the tool.
#
# Usage: ffmpeg.sh [RONDO MODEL]

. "$(dirname -- "$0")/common.sh"

need ffmpeg
ffmpeg -v error -nostdin -filters | grep -q ' lv2 ' || {
  echo 'this ffmpeg has no lv2 filter: skipped'
  exit 77
}

# Render $1 as $2 with plugin $3 and controls $4.
render() {
  # The colons of a URI are escaped for the filter and for the graph of filters
  escaped=$(echo "$3" | sed 's/:/\\\\:/g')
  timeout 60 ffmpeg -v error -nostdin -y -i "$1" \
    -af "lv2=p=$escaped:c=$4" -c:a pcm_f32le "$2"
}

latency=960
channels=1
for uri in "$mono" "$stereo"; do
  in=$folder/in-$channels.wav
  out=$folder/out-$channels.wav
  "$RONDO_SOUND" noise "$in" $channels 240000

  render "$in" "$out" "$uri" limit=0
  "$RONDO_SOUND" compare "$in" "$out" $latency -120
  render "$in" "$out" "$uri" enabled=0
  "$RONDO_SOUND" compare "$in" "$out" $latency -120

  if [ $# -gt 0 ]; then
    render "$in" "$out" "$uri" 'gate=1|gate_threshold=0.8|gate_range=12'
    clean=$folder/clean-$channels-gate.wav
    timeout 60 "$1" denoise --model "$2" --gate-threshold 0.8 --gate-range 12 \
      --output "$clean" "$in"
    "$RONDO_SOUND" compare "$clean" "$out" $latency -120

    for limit in 100 12; do
      clean=$folder/clean-$channels-$limit.wav
      render "$in" "$out" "$uri" limit=$limit
      timeout 60 "$1" denoise --model "$2" --attenuation-limit $limit \
        --output "$clean" "$in"
      "$RONDO_SOUND" compare "$clean" "$out" $latency -120
      ! "$RONDO_SOUND" compare "$in" "$out" $latency -30 ||
        fail 'nothing is removed'
    done
  fi
  channels=2
done
