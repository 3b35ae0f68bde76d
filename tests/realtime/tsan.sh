#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Build the plugins with ThreadSanitizer, and let everything happen to them at
# once, as well as the tests that have threads of their own.
#
# Usage: tsan.sh MESON NINJA SOURCE_ROOT BUILD_FOLDER CC CXX
#
# Exits with 77 where programs with ThreadSanitizer do not run.

set -eu

meson=$1
ninja=$2
source=$3
build=$4
export CC="$5" CXX="$6"

probe=$(mktemp)
trap 'rm -f "$probe"' EXIT
if ! { echo 'int main(void) { return 0; }' |
  $CC -fsanitize=thread -x c -o "$probe" - && "$probe"; } 2>/dev/null; then
  echo 'skipped: programs with the thread sanitizer do not run here' >&2
  exit 77
fi

if [ ! -f "$build/build.ninja" ]; then
  "$meson" setup "$build" "$source" -Db_sanitize=thread -Db_lundef=false \
    -Dtool=false -Dbench=false -Doptimization=1
fi
plugin=tests/plugin
"$ninja" -C "$build" -j 2 "$plugin/test_storm" "$plugin/test_bundle.stamp" \
  "$plugin/other.safetensors" "$plugin/short.safetensors"

# With a race, a test ends with the sanitizer's own status
"$meson" test -C "$build" --no-rebuild --print-errorlogs \
  --timeout-multiplier 5 storm

# The check must be seen to fail
if "$build/$plugin/test_storm" --gtest_filter='*Race*' \
  --gtest_also_run_disabled_tests >"$build/planted.log" 2>&1; then
  echo 'a planted race went unnoticed' >&2
  exit 1
fi
grep -q 'ThreadSanitizer: data race' "$build/planted.log"
echo 'a planted race was caught'
