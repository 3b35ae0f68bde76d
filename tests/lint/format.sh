#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Check that every C and C++ file is laid out as .clang-format says.
#
# Usage: format.sh ROOT CLANG_FORMAT

set -eu

cd -- "$1"
find bench core plugin tests tool \
  \( -name '*.c' -o -name '*.h' -o -name '*.cpp' -o -name '*.hpp' \) -print0 |
  sort -z | xargs -0 "$2" --dry-run --Werror
