#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# The front door: installs what is missing, builds and tests Rondo on
# a fresh Debian machine.  `./rondo.sh help` tells the rest.

set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
build=$root/build
rondo=$build/tool/rondo

build_packages='build-essential pkg-config meson ninja-build libfftw3-dev
  libsndfile1-dev lv2-dev libjansson-dev libcairo2-dev'

test_packages='libgtest-dev liblilv-dev lilv-utils sordi jalv jackd2 ffmpeg
  sox ardour python3'

# Wanted for one more test each, which is skipped where they do not exist
optional_test_packages='clang-22 libclang-rt-22-dev'

say() {
  printf '%s\n' "$*"
}

title() {
  printf '\n== %s\n' "$*"
}

fail() {
  printf 'rondo.sh: %s\n' "$*" >&2
  exit 1
}

usage() {
  cat <<'END'
Usage: ./rondo.sh COMMAND

  build        install what is missing and build: the tool comes to
               build/tool/rondo and the LV2 plugins to build/rondo.lv2
  test         the same, then build and run every test
  sanitize     run the tests under the address, undefined-behaviour and
               thread sanitizers, in build-address and build-thread
  help         this text

Packages are installed by apt-get, directly as root and with sudo otherwise,
and only those that are missing.  With RONDO_INSTALL=no nothing is installed:
what is there must do.

Exit status: 0 if all went well, 1 otherwise, 2 for a wrong command.
END
}

# Installing

# List those of the packages that are not installed.
missing_packages() {
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" \
    2>/dev/null | sed -n 's/ installed$//p') || true
  for package in "$@"; do
    printf '%s\n' "$installed" | grep -qxF -- "$package" ||
      printf '%s ' "$package"
  done
}

# Say whether apt knows a version of every package that it could install.
all_known() {
  for package in "$@"; do
    apt-cache policy "$package" 2>/dev/null |
      grep -q '^  Candidate: [^(]' || return 1
  done
}

# Run apt-get with the rights that installing takes.
apt() {
  set -- env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=300 "$@"
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

cannot_install() {
  cat >&2 <<END
rondo.sh: $1
These Debian packages are missing:

  $2
An administrator can install them with

  apt-get update && apt-get install --no-install-recommends $2
END
  exit 1
}

# Install packages $1; those of $2 only where apt knows them.
install_packages() {
  [ "${RONDO_INSTALL:-yes}" != no ] || return 0
  # shellcheck disable=SC2086 # lists of words
  {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
      fail 'this machine has no apt-get: install what Debian calls' $1 $2 \
        'and set RONDO_INSTALL=no'
    fi
    needed=$(missing_packages $1)
    wanted=$(missing_packages $2)
    [ -n "$needed$wanted" ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
      [ -n "$needed" ] || return 0
      cannot_install 'not root, and there is no sudo.' "$needed$wanted"
    fi
    title "Installing $needed$wanted"
    all_known $needed $wanted || apt update || true
    for package in $wanted; do
      if all_known "$package"; then
        needed="$needed$package "
      else
        say "There is no package $package here; a test will be skipped."
      fi
    done
    [ -n "$needed" ] || return 0
    apt install -y --no-install-recommends $needed ||
      { apt update && apt install -y --no-install-recommends $needed; } ||
      cannot_install 'apt-get failed.' "$needed"
    [ -z "$(missing_packages $needed)" ] ||
      cannot_install 'apt-get did not install all.' "$(missing_packages $needed)"
  }
}

# Building

# Under sudo, give what was made to the user who asked for it.
give_back() {
  status=$?
  if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_UID:-}" ]; then
    for made in "$root"/build "$root"/build-* "$root"/demo-output; do
      [ ! -e "$made" ] || chown -R "$SUDO_UID:${SUDO_GID:-0}" "$made" || true
    done
  fi
  exit "$status"
}

# Fail early and clearly where the tree cannot be written to.
check_writable() {
  for place in "$root" "$build"; do
    [ ! -e "$place" ] || [ -w "$place" ] ||
      fail "cannot write to $place as $(id -un)"
  done
}

# Set up directory $1 with the meson options that follow.  One that was made
# elsewhere and moved here, or whose setup was cut off, is made anew.
configure() {
  directory=$1
  shift
  stamp=$directory/rondo-source
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$root" ] &&
    meson configure "$directory" "$@" >/dev/null; then
    return
  fi
  if [ -d "$directory/meson-private" ]; then
    rm -rf -- "$directory"
  fi
  meson setup "$directory" "$root" "$@"
  printf '%s\n' "$root" >"$stamp"
}

# Build; with 'tests', the tests too.
build() {
  check_writable
  title 'Building'
  if [ "${1:-}" = tests ]; then
    configure "$build" -Dtests=true -Dbench=true
  elif [ ! -f "$build/build.ninja" ]; then
    configure "$build" -Dtests=false -Dbench=false
  else
    configure "$build"
  fi
  ninja -C "$build"
}

command_build() {
  install_packages "$build_packages" ''
  build
  title 'Built'
  say "The tool:    $rondo"
  say "The plugins: $build/rondo.lv2"
}

# Testing

# Count the tests of log $1 that ended in one of the results that follow.
count() {
  log=$1
  shift
  total=0
  for result in "$@"; do
    n=$(grep -c "\"result\": \"$result\"" "$log") || true
    total=$((total + n))
  done
  echo "$total"
}

# Run the tests of directory $1; the last line is the sum, for CI to read.
run_tests() {
  directory=$1
  shift
  log=$directory/meson-logs/testlog.json
  rm -f -- "$log"
  status=0
  meson test -C "$directory" --print-errorlogs "$@" || status=$?
  [ -f "$log" ] || fail 'the tests did not start'

  passed=$(count "$log" OK EXPECTEDFAIL)
  skipped=$(count "$log" SKIP)
  failed=$(($(grep -c . "$log" || true) - passed - skipped))
  if [ "$failed" -gt 0 ] && [ "$status" -eq 0 ]; then
    status=1
  fi
  if [ "$skipped" -gt 0 ]; then
    title 'Skipped'
    sed -n '/"result": "SKIP"/s/^{"name": "\([^"]*\)".*/\1/p' "$log"
  fi
  title 'All tests'
  say "$passed passed, $failed failed, $skipped skipped"
  return "$status"
}

command_test() {
  install_packages "$build_packages $test_packages" "$optional_test_packages"
  build tests
  title 'Testing'
  run_tests "$build"
}

command_sanitize() {
  install_packages "$build_packages $test_packages" "$optional_test_packages"
  check_writable
  status=0
  for kind in address,undefined thread; do
    directory=$root/build-${kind%%,*}
    title "Testing with -Db_sanitize=$kind"
    configure "$directory" -Db_sanitize="$kind" -Db_lundef=false \
      -Dbench=false -Dbuildtype=debugoptimized -Doptimization=1
    ninja -C "$directory"
    run_tests "$directory" --timeout-multiplier 10 || status=1
  done
  return "$status"
}

main() {
  trap give_back EXIT
  command=${1:-help}
  [ $# -eq 0 ] || shift
  case $command in
    build | test | sanitize)
      if [ $# -ne 0 ]; then
        usage >&2
        exit 2
      fi
      "command_$command"
      ;;
    help | -h | --help)
      usage
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
}

main "$@"
