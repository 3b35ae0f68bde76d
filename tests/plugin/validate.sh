#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Check the data of a bundle against the schemas of LV2.
#
# Usage: validate.sh BUNDLE

set -eu

bundle=$1

for program in lv2_validate sordi; do
  command -v "$program" >/dev/null || {
    echo "no $program here"
    exit 77
  }
done

# lv2_validate only prints syntax errors: they do not change its status
for file in "$bundle"/*.ttl; do
  sordi "$file" >/dev/null
done

lv2_validate "$bundle"/*.ttl
