#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Gather the files of an LV2 bundle.
#
# Usage: bundle.sh DONE BUNDLE FILE...
#
# BUNDLE is made anew from copies of FILEs, whose names lose an ending `.out`;
# then DONE is made.

set -eu

marker=$1
bundle=$2
shift 2

# New files, so that a host that plays the old ones is not disturbed
rm -rf "$bundle"
mkdir -p "$bundle"
for file in "$@"; do
  cp -- "$file" "$bundle/$(basename -- "$file" .out)"
done
touch "$marker"
