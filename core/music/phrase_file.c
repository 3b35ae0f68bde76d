// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/phrase_file.h"

#include "core/music/melody_tokens.h"
#include "core/music/midi_file.h"
#include "core/music/score.h"

#include <math.h>
#include <stddef.h>

static const double minute = 6e7; // Microseconds

static RondoStatus
fill(RondoScore* const        score,
     const RondoPhrase* const phrase,
     const double             quarters)
{
  const bool       is_tempo = quarters >= 4.0 && quarters <= minute;
  const double     length   = is_tempo ? rint(minute / quarters) : 0.0;
  const RondoTempo tempo    = { 0U,
                             is_tempo ? (uint32_t)length
                                         : RONDO_DEFAULT_TEMPO };
  const RondoMetre metre    = { 0U, phrase->bar.beats, phrase->bar.unit };

  RondoStatus status = rondo_score_add_tempo(score, tempo);
  if (!status) {
    status = rondo_score_add_metre(score, metre);
  }

  for (uint32_t i = 0U; !status && i < phrase->n_notes; ++i) {
    const RondoPhraseNote* const note = &phrase->notes[i];

    const RondoNote sounding = {
      .onset    = note->onset,
      .duration = note->ticks,
      .pitch    = note->pitch,
      .velocity = note->velocity,
    };
    status = rondo_score_add_note(score, sounding);
  }

  if (!status) {
    score->n_tracks = 1U;
    status          = rondo_score_sort(score);
  }

  // Also the rest at its end belongs to it
  score->end = score->end < phrase->length ? phrase->length : score->end;
  return status;
}

RondoStatus
rondo_phrase_write(const RondoPhrase* const phrase,
                   const double             quarters,
                   const char* const        path,
                   RondoError* const        error)
{
  if (!phrase->n_notes) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_ARGUMENT, "there are no notes to write");
  }

  RondoScore* score  = NULL;
  RondoStatus status = rondo_score_new(RONDO_MELODY_QUARTER, &score);
  if (!status) {
    status = fill(score, phrase, quarters);
  }

  status = status ? rondo_error_set_status(error, status)
                  : rondo_midi_write(path, score, error);
  rondo_score_free(score);
  return status;
}
