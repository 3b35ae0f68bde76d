#!/bin/sh
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# The front door: installs what is missing, builds, tests and shows Rondo on
# a fresh Debian machine.  `./rondo.sh help` tells the rest.

set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
build=$root/build
rondo=$build/tool/rondo
sounds=/usr/share/sounds/alsa
scratch=

build_packages='build-essential pkg-config meson ninja-build libfftw3-dev
  libsndfile1-dev lv2-dev libjansson-dev libcairo2-dev'

test_packages='libgtest-dev liblilv-dev lilv-utils sordi jalv jackd2
  libjack-jackd2-dev ffmpeg sox ardour python3'

# Wanted for one more test each, which is skipped where they do not exist
optional_test_packages='clang-22 libclang-rt-22-dev'

demo_packages='alsa-utils sox libsox-fmt-base'

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
  demo [FILE]  the same as build, then clean the voice in FILE, or without it
               a voice with noise added, and show what that did; go on with a
               melody, and harmonise it; what it writes comes to demo-output
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

# Clean up; under sudo, give what was made to the user who asked for it.
finish() {
  status=$?
  [ -z "$scratch" ] || rm -rf -- "$scratch"
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

# Run the tests of directory $1, with $2 times their time limits; the last line
# is the sum, for CI to read.
run_tests() {
  directory=$1
  patience=$2
  log=$directory/meson-logs/testlog.json
  rm -f -- "$log"
  status=0
  meson test -C "$directory" --print-errorlogs --timeout-multiplier "$patience" ||
    status=$?
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
  run_tests "$build" 4
}

command_sanitize() {
  install_packages "$build_packages $test_packages" "$optional_test_packages"
  check_writable
  status=0
  LSAN_OPTIONS=suppressions=$root/tests/leaks.supp:print_suppressions=0
  export LSAN_OPTIONS
  for kind in address,undefined thread; do
    directory=$root/build-${kind%%,*}
    title "Testing with -Db_sanitize=$kind"
    configure "$directory" -Db_sanitize="$kind" -Db_lundef=false \
      -Dbench=false -Dbuildtype=debugoptimized -Doptimization=1
    ninja -C "$directory"
    run_tests "$directory" 20 || status=1
  done
  return "$status"
}

# Showing

# Make a spoken voice, voice.wav, and the same in the noise of a fan and a
# keyboard, noisy.wav, in $out: every time the same, to the last bit.
make_noisy_voice() {
  n=100
  for name in Front_Center Front_Left Front_Right Side_Left Side_Right \
    Rear_Center Rear_Left Rear_Right; do
    sox "$sounds/$name.wav" -b 24 "$scratch/word-$n.wav" pad 0.35 0.35
    n=$((n + 1))
  done
  sox "$scratch"/word-*.wav "$out/voice.wav" gain -9
  seconds=$(soxi -D "$out/voice.wav")

  make="sox -R -n -r 48000 -b 24 -c 1"
  $make "$scratch/fan.wav" synth "$seconds" brownnoise \
    synth "$seconds" sine mix 100 synth "$seconds" sine mix 200 gain -n -30
  $make "$scratch/hiss.wav" synth "$seconds" pinknoise gain -n -28
  while [ "$n" -lt 190 ]; do
    $make "$scratch/key-$n.wav" synth 0.03 whitenoise \
      bandpass $((1500 + n * n % 2000)) 2q fade q 0.001 0.03 0.028 \
      gain $((-10 - n * 7 % 11)) pad 0.$((120 + n * 37 % 250))
    n=$((n + 1))
  done
  sox "$scratch"/key-*.wav "$scratch/keys.wav" trim 0 "=$seconds"
  sox -R -m -v 1 "$out/voice.wav" -v 1 "$scratch/fan.wav" \
    -v 1 "$scratch/hiss.wav" -v 1 "$scratch/keys.wav" "$out/noisy.wav"
}

# Print number $2 of the report $1 that rondo denoise wrote.
number() {
  sed -n "s/.*\"$2\": *\(-*[0-9][0-9.]*\).*/\1/p" "$1"
}

# Tell what report $1 says of the level of the pauses.
tell_reduction() {
  awk -v before="$(number "$1" input_pauses_db)" \
    -v after="$(number "$1" output_pauses_db)" 'BEGIN {
      if (before == "")
        print "The pauses of this recording are silent already."
      else if (after == "")
        printf "The noise in the pauses, %.1f dB, is gone altogether.\n", before
      else
        printf "The noise in the pauses went from %.1f to %.1f dB: %s by %.1f dB.\n",
          before, after, after < before ? "down" : "up",
          after < before ? before - after : after - before
    }'
}

# Print the scores of the voice before and after, against the clean one.
tell_scores() {
  mkdir "$scratch/clean" "$scratch/before" "$scratch/after"
  cp "$out/voice.wav" "$scratch/clean/voice.wav"
  cp "$out/noisy.wav" "$scratch/before/voice.wav"
  cp "$out/clean.wav" "$scratch/after/voice.wav"
  "$rondo" eval denoise --noisy "$scratch/before" \
    "$scratch/clean" "$scratch/after"
}

# Print a sound font of the instruments of General MIDI, if there is one.
find_sound_font() {
  for font in /usr/share/sounds/sf2/default-GM.sf2 \
    /usr/share/sounds/sf2/*.sf2 /usr/share/sounds/sf3/*.sf3 \
    /usr/share/soundfonts/*.sf[23]; do
    if [ -f "$font" ]; then
      printf '%s\n' "$font"
      return
    fi
  done
}

# Play $1.mid to $1.wav with a synthesiser that is installed, or return 1.
play_to_file() {
  font=$(find_sound_font)
  rm -f -- "$1.wav"
  if [ -n "$font" ] && command -v fluidsynth >/dev/null; then
    fluidsynth -ni -q -g 1 -r 48000 -F "$1.wav" "$font" "$1.mid" \
      >"$scratch/synth.log" 2>&1 || true
  elif command -v timidity >/dev/null; then
    timidity -s 48000 -Ow -o "$1.wav" "$1.mid" >"$scratch/synth.log" 2>&1 ||
      true
  fi
  [ -s "$1.wav" ]
}

# Go on with two bars of a tune, draw and harmonise what comes out.
compose() {
  "$rondo" generate --notes "D4:8 G4 A4 B4 C5 D5 E5 F#5 G5:4 D5 B4 G4" \
    --key G --bars 14 --random-seed 1 --overwrite \
    --output "$out/tune.mid" --picture "$out/tune.png"
  "$rondo" harmonize --overwrite --output "$out/chorale.mid" -- "$out/tune.mid"
}

# Say where the music is, and play it to files.
tell_music() {
  say "The melody:       $out/tune.mid"
  say "As a piano roll:  $out/tune.png"
  say "In four voices:   $out/chorale.mid"
  for piece in tune chorale; do
    if play_to_file "$out/$piece"; then
      say "As sound:         $out/$piece.wav"
    fi
  done
  if [ ! -s "$out/tune.wav" ]; then
    say 'With fluidsynth and fluid-soundfont-gm installed they come as sound too.'
  fi
}

command_demo() {
  file=${1:-}
  if [ -n "$file" ] && { [ ! -f "$file" ] || [ ! -r "$file" ]; }; then
    fail "cannot read $file"
  fi
  install_packages "$build_packages $demo_packages" ''
  build

  title 'Cleaning'
  out=$root/demo-output
  scratch=$(mktemp -d)
  mkdir -p "$out"
  if [ -n "$file" ]; then
    noisy=before
    clean=after
    "$rondo" denoise --quiet --overwrite --mix 0 --format wav --subtype float \
      --output "$out/$noisy.wav" -- "$file"
  else
    noisy=noisy
    clean=clean
    make_noisy_voice
  fi
  "$rondo" denoise --overwrite --json --output "$out/$clean.wav" \
    -- "$out/$noisy.wav" >"$scratch/report.json"
  "$rondo" plot --denoise --output "$out/denoise.png" -- "$out/$noisy.wav"

  title 'What it did'
  tell_reduction "$scratch/report.json"
  if [ -z "$file" ]; then
    say
    say 'Scores against the voice alone: SI-SDR, how far the voice stands above'
    say 'all else; STOI, intelligibility from 0 to 1; LSD, distance of spectra,'
    say 'where less is better.'
    tell_scores
  fi

  title 'Composing'
  compose
  say 'It went on with two bars of a melody, and set the whole for four voices.'

  title 'Where it is'
  [ -n "$file" ] || say "The voice alone:  $out/voice.wav"
  say "Before:           $out/$noisy.wav"
  say "After:            $out/$clean.wav"
  say "As a picture:     $out/denoise.png"
  tell_music
  say
  say 'In a DAW: start it with these plugins where it looks for them,'
  say
  say "  mkdir -p ~/.lv2 && cp -r '$build/rondo.lv2' ~/.lv2/"
  say
  say 'and add "Rondo Denoise" to the track of a voice, or "Rondo Melody" to a'
  say 'MIDI track, ahead of a synthesiser.'
}

main() {
  trap finish EXIT
  trap "exit 130" INT TERM
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
    demo)
      if [ $# -gt 1 ]; then
        usage >&2
        exit 2
      fi
      command_demo "$@"
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
