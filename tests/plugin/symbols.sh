#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Check what a plugin shows to its host and takes from it.
#
# Usage: symbols.sh MODULE

set -eu

module=$1

for program in nm readelf; do
  command -v "$program" >/dev/null || {
    echo "no $program here"
    exit 77
  }
done

status=0

shown=$(nm -D --defined-only "$module" | awk '{ print $NF }' |
  grep -v '^__asan\|^__ubsan\|^__tsan\|^__odr' || true)
if [ "$shown" != lv2_descriptor ]; then
  echo "it shows more than lv2_descriptor:"
  echo "$shown"
  status=1
fi

# A plugin lives in its host's process: it starts and ends none
taken=$(nm -D --undefined-only "$module" | awk '{ sub("@.*", "", $NF); print $NF }')
for symbol in fork vfork execve execvp posix_spawn system popen exit _exit \
  abort signal sigaction setlocale; do
  if echo "$taken" | grep -qx "$symbol"; then
    echo "it takes $symbol"
    status=1
  fi
done

# What it calls is found when it is loaded, not when the audio thread calls it
if ! readelf -d "$module" | grep -q BIND_NOW; then
  echo "it looks for what it calls while it runs"
  status=1
fi

# No more libraries than it needs, above all none that brings threads or a
# toolkit of its own
readelf -d "$module" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
  while read -r library; do
    case $library in
    libc.so.* | libm.so.* | libfftw3f.so.* | libfftw3f_threads.so.* | libjansson.so.*) ;;
    libasan.so.* | libubsan.so.* | libtsan.so.* | libpthread.so.* | ld-linux*) ;;
    *)
      echo "it needs $library"
      exit 1
      ;;
    esac
  done || status=1

exit "$status"
