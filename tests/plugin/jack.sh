# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

# shellcheck shell=sh disable=SC2154,SC2034 # common.sh has the rest

# A JACK server of a test's own, and jalv on it; to be read in after common.sh.

need jackd jack_wait jalv

export JACK_NO_AUDIO_RESERVATION=1
JACK_DEFAULT_SERVER=rondo-$$
export JACK_DEFAULT_SERVER

jackd -n "$JACK_DEFAULT_SERVER" -S -r -t 5000 -d dummy -r 48000 -p 256 \
  >"$folder/jack.log" 2>&1 &
pids=$!
timeout 20 jack_wait -w -t 10 >"$folder/wait.log" 2>&1 || {
  cat "$folder/jack.log"
  fail 'no JACK server'
}

# Wait until a port is there.
wait_for() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if jack_lsp 2>/dev/null | grep -qx "$1"; then
      return 0
    fi
    sleep 0.25
  done
  cat "$folder/jalv.log"
  fail "no port $1"
}

# Run jalv as client $1 with arguments; commands come from the other end of a
# pipe, whose closing ends it.
start() {
  client=$1
  shift
  rm -f "$folder/commands"
  mkfifo "$folder/commands"
  timeout -k 1 100 jalv -t -n "$client" "$@" \
    <"$folder/commands" >"$folder/jalv.log" 2>&1 &
  jalv=$!
  pids="$jalv $pids"
  exec 3>"$folder/commands"
}

finish() {
  exec 3>&-
  wait "$jalv" || fail "jalv ended with status $?"
  cat "$folder/jalv.log"
}
