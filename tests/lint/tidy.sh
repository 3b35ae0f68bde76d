#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Run clang-tidy over every file that the build compiles.
#
# Usage: tidy.sh ROOT BUILD RUN_CLANG_TIDY

set -eu

status=0
output=$("$3" -quiet -p "$2" "^$1/(bench|core|plugin|tests|tool)/" 2>/dev/null) ||
  status=$?
printf '%s\n' "$output" | grep -E '(warning|error|note): |^ ' || true
exit "$status"
