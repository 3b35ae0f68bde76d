# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# shellcheck shell=sh disable=SC2034 # they are for those who read this in

# What the tests in other hosts share; to be read in with `.`.  The build sets
# RONDO_HOST_LV2, the folder of the bundle, and RONDO_SOUND, tests/sound.

set -eu

# A host that is no sanitizer's cannot load what is
[ "${RONDO_SANITIZE:-none}" = none ] || {
  echo 'built with a sanitizer: skipped'
  exit 77
}

mono=urn:rondo:denoise
stereo=urn:rondo:denoise-stereo
melody=urn:rondo:melody

# Skip the test unless there are all of these programs.
need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || {
      echo "no $program here: skipped"
      exit 77
    }
  done
}

fail() {
  echo "failed: $*" >&2
  exit 1
}

# The processes to be ended with this one, clients of another before it
pids=

clean_up() {
  status=$?
  trap - EXIT
  exec 3>&-
  for pid in $pids; do
    kill "$pid" 2>/dev/null || continue
    # What is deaf to the first signal gets two seconds
    for _ in 1 2 3 4 5 6 7 8; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$folder"
  exit "$status"
}

folder=$(mktemp -d)
trap clean_up EXIT

# Only our bundle and the specifications
mkdir "$folder/lv2"
ln -s "$RONDO_HOST_LV2/rondo.lv2" "$folder/lv2/rondo.lv2"
LV2_PATH=$folder/lv2:/usr/lib/lv2
export LV2_PATH

trap 'exit 130' INT TERM HUP
