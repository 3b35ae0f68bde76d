// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file score.h Notes in time, with tempo, metre and key.

   Time is counted in ticks, of which a quarter note has `division`.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_SCORE_H
#define RONDO_MUSIC_SCORE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

#define RONDO_MAX_PITCH 127U
#define RONDO_MAX_CHANNEL 15U
#define RONDO_MIDDLE_C 60U

/// Microseconds of a quarter note where nothing else is said: 120 a minute
#define RONDO_DEFAULT_TEMPO 500000U

/// One note
typedef struct {
  uint64_t onset;    ///< Ticks
  uint64_t duration; ///< Ticks, 0 for a note that ends where it begins
  uint16_t track;
  uint8_t  channel;  ///< 0 to 15
  uint8_t  pitch;    ///< 0 to 127, 60 is the C in the middle
  uint8_t  velocity; ///< 1 to 127
} RondoNote;

/// A change of tempo
typedef struct {
  uint64_t onset;
  uint32_t microseconds; ///< Of a quarter note, at least 1
} RondoTempo;

/// A change of metre, `beats` / `unit`
typedef struct {
  uint64_t onset;
  uint8_t  beats; ///< At least 1
  uint8_t  unit;  ///< 1, 2, 4 … 128: the note that is a beat
} RondoMetre;

/// A change of key
typedef struct {
  uint64_t onset;
  int8_t   sharps; ///< -7 (flats) to 7
  bool     is_minor;
} RondoKey;

/// A piece of music; lists are in the order of their onsets
typedef struct {
  uint32_t    division; ///< Ticks of a quarter note, at least 1
  uint64_t    end;      ///< Ticks: where the last track ends
  size_t      n_tracks;
  RondoNote*  notes; ///< By onset, then track, channel and pitch
  size_t      n_notes;
  RondoTempo* tempos;
  size_t      n_tempos;
  RondoMetre* metres;
  size_t      n_metres;
  RondoKey*   keys;
  size_t      n_keys;
} RondoScore;

/// Make a score without notes.
RONDO_NODISCARD RondoStatus
rondo_score_new(uint32_t division, RondoScore** out);

/// Free; NULL is harmless.
void
rondo_score_free(RondoScore* score);

/// Add at the end of the list, whatever the onset; sort at the end.
RONDO_NODISCARD RondoStatus
rondo_score_add_note(RondoScore* score, RondoNote note);

/// Add a change of tempo.
RONDO_NODISCARD RondoStatus
rondo_score_add_tempo(RondoScore* score, RondoTempo tempo);

/// Add a change of metre.
RONDO_NODISCARD RondoStatus
rondo_score_add_metre(RondoScore* score, RondoMetre metre);

/// Add a change of key.
RONDO_NODISCARD RondoStatus
rondo_score_add_key(RondoScore* score, RondoKey key);

/**
   Put all lists in order and let `end` be where the last note ends, at least.

   Of several changes at one onset the one that was added last counts, and is
   kept alone.
*/
RONDO_NODISCARD RondoStatus
rondo_score_sort(RondoScore* score);

/// Return the time of `tick` in seconds, by the tempos of a sorted score.
double
rondo_score_seconds(const RondoScore* score, uint64_t tick);

RONDO_END_DECLS

#endif // RONDO_MUSIC_SCORE_H
