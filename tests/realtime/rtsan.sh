#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Build the driver and the plugins with clang's checks for audio threads and
# run them.
#
# Usage: rtsan.sh MESON NINJA SOURCE_ROOT BUILD_FOLDER CLANG
#
# The compiler refuses calls to functions that are not marked real-time; the
# sanitizer ends the program at calls that block.  Exits with 77 where CLANG
# or its runtime library is missing.

set -eu

meson=$1
ninja=$2
source=$3
build=$4
clang=$5

flags='-fsanitize=realtime -Wfunction-effects -Werror=function-effects'

if [ -z "$clang" ]; then
  echo 'skipped: needs clang 20 or later' >&2
  exit 77
fi
if ! echo 'int main(void) { return 0; }' |
  "$clang" -fsanitize=realtime -x c -o /dev/null - 2>/dev/null; then
  echo "skipped: $clang lacks the real-time sanitizer's library" >&2
  exit 77
fi

if [ ! -f "$build/build.ninja" ]; then
  CC=$clang CXX=$(echo "$clang" | sed 's/clang\(-[0-9]*\)$/clang++\1/') \
    "$meson" setup "$build" "$source" -Dtool=false -Dbench=false \
    -Db_lundef=false "-Dc_args=$flags" -Dc_link_args=-fsanitize=realtime \
    -Dcpp_args=-fsanitize=realtime -Dcpp_link_args=-fsanitize=realtime
fi
plugin=tests/plugin
"$ninja" -C "$build" -j 2 tests/realtime/driver \
  tests/realtime/music_driver "$plugin/test_plugin" \
  "$plugin/test_storm" "$plugin/test_bundle.stamp" "$plugin/empty_bundle.stamp" \
  "$plugin/voice.safetensors" "$plugin/other.safetensors" \
  "$plugin/third.safetensors" "$plugin/short.safetensors" \
  "$plugin/ahead.safetensors" "$plugin/melody.safetensors" \
  "$plugin/chorale.safetensors"

export RTSAN_OPTIONS=halt_on_error=true
for cpu in baseline avx2 avx512 vnni; do
  RONDO_CPU=$cpu "$build/tests/realtime/driver"
  RONDO_CPU=$cpu "$build/tests/realtime/music_driver"
done

# The plugins, with models exchanged while they play, and all else at once
"$meson" test -C "$build" --no-rebuild --timeout-multiplier 5 plugin storm

# The check must be seen to fail
for planted in malloc call; do
  if "$build/tests/realtime/driver" "$planted" >"$build/planted.log" 2>&1; then
    echo "a planted $planted went unnoticed" >&2
    exit 1
  fi
  grep -q 'RealtimeSanitizer: unsafe-library-call' "$build/planted.log"
  echo "a planted $planted was caught"
done

# And so must the compiler's
for call in 'malloc(1)' 'unmarked()'; do
  if printf '%s\n' '#include <stdlib.h>' 'void* unmarked(void);' \
    'void* p(void) __attribute__((nonblocking));' \
    "void* p(void) { return $call; }" |
    "$clang" -fsyntax-only -Werror=function-effects -Wfunction-effects \
      -x c - 2>/dev/null; then
    echo "the compiler let $call pass" >&2
    exit 1
  fi
  echo "the compiler refused $call"
done
