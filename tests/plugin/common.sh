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

here=$(cd -- "$(dirname -- "$0")" && pwd)

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

# Make Ardour 7 read and write nothing of the user's own, in folder/home, with a
# preset to export floats.
prepare_ardour() {
  HOME=$folder/home
  XDG_CONFIG_HOME=$HOME/.config
  XDG_CACHE_HOME=$HOME/.cache
  SESSION=$folder/test
  export HOME XDG_CONFIG_HOME XDG_CACHE_HOME SESSION
  mkdir -p "$XDG_CONFIG_HOME/ardour7/export"
  cp "$here/ardour/float.preset" "$XDG_CONFIG_HOME/ardour7/export/"

  # Before 8.5, its functions for AVX-512 write up to seven samples beyond the
  # buffers that they mix, over whatever of the heap lies there: plain C instead
  ARDOUR_FPU_FLAGS=0
  export ARDOUR_FPU_FLAGS

  # It reads the names of hundreds of synthesisers in a thread of its own, which
  # at the exit may still use what is freed: there are none
  ARDOUR_MIDI_PATCH_PATH=$HOME
  export ARDOUR_MIDI_PATCH_PATH

  # Ardour 7.3 reads freed memory when it closes any session, which ends it where
  # this variable of the C library, set by the test's runner, has an effect
  unset MALLOC_PERTURB_
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
