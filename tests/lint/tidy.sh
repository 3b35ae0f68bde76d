#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Run clang-tidy over the files of a build that lie in the given folders.
#
# Usage: tidy.sh ROOT BUILD RUN_CLANG_TIDY FOLDER...

set -eu

root=$1
build=$2
run_clang_tidy=$3
shift 3

status=0
folders=$(IFS='|' && printf '%s' "$*")
output=$("$run_clang_tidy" -quiet -p "$build" "^$root/($folders)/" 2>&1) ||
  status=$?
printf '%s\n' "$output" | grep -E '(warning|error|note): |^ ' || true
exit "$status"
