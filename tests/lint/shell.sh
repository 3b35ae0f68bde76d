#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# Run shellcheck over every shell script.
#
# Usage: shell.sh ROOT SHELLCHECK

set -eu

cd -- "$1"
find rondo.sh .ci/run bench plugin tests tool ttl \
  \( -name '*.sh' -o -path .ci/run \) -exec "$2" -x -P SCRIPTDIR {} +
