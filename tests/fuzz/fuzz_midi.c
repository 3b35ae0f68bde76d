// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Takes any bytes as a MIDI file; what was read must be writable and, where it
// is, give the same notes again. Its melody must come back from its tokens.
//
// Built with libFuzzer by -Dfuzz=true and Clang; otherwise a program that runs
// the files it is given, such as those of corpus/, once.

#include "core/base/status.h"
#include "core/music/melody.h"
#include "core/music/midi_file.h"
#include "core/music/score.h"
#include "tests/fuzz/fuzz.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
check(int holds)
{
  if (!holds) {
    abort();
  }
}

static void
write_again(const RondoScore* score)
{
  RondoError error = { RONDO_SUCCESS, "" };
  void*      data  = NULL;
  size_t     size  = 0U;
  if (rondo_midi_format(score, &data, &size, &error)) {
    return;
  }
  RondoScore*     again = NULL;
  RondoMidiDamage damage;
  check(!rondo_midi_parse(data, size, &again, &damage, &error));
  check(!damage.n_damages && again->n_notes == score->n_notes);
  rondo_score_free(again);
  free(data);
}

static void
tell_tokens(const RondoScore* score)
{
  RondoError  error  = { RONDO_SUCCESS, "" };
  RondoMelody melody = { .events = NULL };
  RondoMelody again  = { .events = NULL };
  uint8_t*    tokens = NULL;
  size_t      n      = 0U;
  RondoStatus st     = rondo_melody_from_score(score, -1, &melody, &error);
  if (!st) {
    const int shift = rondo_melody_shift(&melody);
    check(melody.n_events && melody.pickup < RONDO_MELODY_LONGEST_BAR);
    st = rondo_melody_encode(&melody, shift, &tokens, &n, &error);
    if (!st) {
      check(!rondo_melody_decode(&again, shift, tokens, n));
      check(again.n_events == melody.n_events);
    }
  }
  check(!st || *error.message);
  free(tokens);
  rondo_melody_clear(&again);
  rondo_melody_clear(&melody);
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
  RondoScore*       score = NULL;
  RondoMidiDamage   damage;
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st = rondo_midi_parse(data, size, &score, &damage, &error);
  check(!st == !!score && (!st || *error.message));
  if (score) {
    for (size_t i = 0U; i < score->n_notes; ++i) {
      const RondoNote* const note = &score->notes[i];
      check(note->onset + note->duration <= score->end && note->velocity);
      check(!i || score->notes[i - 1U].onset <= note->onset);
    }
    check(rondo_score_seconds(score, score->end) >= 0.0);
    write_again(score);
    tell_tokens(score);
    rondo_score_free(score);
  }
  return 0;
}
