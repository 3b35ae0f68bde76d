#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Compile every header of core alone, as C11, and those that C++ can see as
# C++17 too.
#
# Usage: headers.sh ROOT CC CXX

set -eu

root=$1
cc=$2
cxx=$3
flags='-fsyntax-only -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror'
n=0

cd -- "$root"
for header in core/*/*.h; do
  n=$((n + 1))
  # shellcheck disable=SC2086 # a list of words
  {
    printf '#include "%s"\ntypedef int Used;\n' "$header" |
      $cc -std=c11 $flags -I. -x c -
    case $header in
      *_private.h | *_impl.h | *_rt.h) continue ;;
    esac
    printf '#include "%s"\ntypedef int Used;\n' "$header" |
      $cxx -std=c++17 $flags -I. -x c++ -
  }
done

echo "$n headers"
[ "$n" -gt 0 ]
