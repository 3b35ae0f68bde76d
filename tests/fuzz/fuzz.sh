#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Run all fuzzers by turns, each from its seeds and what it found before.
#
# Usage: fuzz.sh BUILD FOLDER MINUTES
#
# BUILD is a build folder with -Dfuzz=true, made as meson.build here tells.
# What they find is kept in FOLDER/NAME and, if it is a fault, FOLDER/fault-NAME…
# Stops at the first fault and exits with 1.

set -eu

if [ $# -ne 3 ]; then
  echo 'Usage: fuzz.sh BUILD FOLDER MINUTES' >&2
  exit 2
fi

build=$1/tests/fuzz
folder=$2
end=$(($(date +%s) + $3 * 60))
source=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
slice=120

# Lay out the seeds of target $1 in folder $2.
lay_out() {
  mkdir -p "$2"
  case $1 in
    atoms | state) cp "$source/corpus/$1"/* "$2" ;;
    midi) cp "$source/corpus"/*.mid "$2" ;;
    model) cp "$source/corpus"/*.safetensors "$source/corpus"/*.json "$2" ;;
    recipe) cp "$source"/../../presets/*.json \
      "$source"/../../bench/recipes/*.json "$2" ;;
  esac
}

while [ "$(date +%s)" -lt "$end" ]; do
  for target in model midi recipe atoms state; do
    mkdir -p "$folder/$target"
    lay_out "$target" "$folder/seeds-$target"
    if ! "$build/fuzz_$target" -max_total_time="$slice" -max_len=16384 \
      -timeout=30 -print_final_stats=1 "-artifact_prefix=$folder/fault-$target-" \
      "$folder/$target" "$folder/seeds-$target" >"$folder/$target.log" 2>&1; then
      echo "$target: a fault, see $folder/$target.log"
      exit 1
    fi
    echo "$(date +%H:%M) $target:" \
      "$(sed -n 's/^stat::number_of_executed_units: //p' "$folder/$target.log")" \
      "executions, $(find "$folder/$target" -type f | wc -l) inputs kept"
  done
done
