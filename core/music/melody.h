// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file melody.h One voice, to tokens and back.

   Tokens are those of the melody moved to the tonic C, by the shift that
   rondo_melody_shift() tells.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_MELODY_H
#define RONDO_MUSIC_MELODY_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody_tokens.h"
#include "core/music/score.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// "unknown", "major", "minor" and so on, then NULL
extern const char* const rondo_mode_names[RONDO_N_MODES + 1];

/// A note or a rest
typedef struct {
  uint32_t ticks; ///< At least 1
  uint8_t  pitch; ///< 0 to 127, or RONDO_MELODY_REST
} RondoMelodyEvent;

/// A melody
typedef struct {
  RondoMelodyEvent* events; ///< One after the other; owned
  size_t            n_events;
  RondoBar          bar;
  uint32_t          pickup; ///< Ticks before the first whole bar
  uint8_t           tonic;  ///< 0 for C, 1 for C sharp … 11
  RondoMode         mode;
} RondoMelody;

/// Free what is in a melody.
void
rondo_melody_clear(RondoMelody* melody);

/// Add a note or a rest at the end; a rest after a rest makes that longer.
RONDO_NODISCARD RondoStatus
rondo_melody_add(RondoMelody* melody, uint8_t pitch, uint32_t ticks);

/**
   Guess the ticks before the first whole bar, at most a third of a bar: that
   which lets the longest notes be at the beginning of bars and of beats, and
   the fewest cross a bar line.

   @return 0 for a melody that begins with a rest.
*/
uint32_t
rondo_melody_guess_pickup(const RondoMelody* melody);

/// Set tonic and mode by rondo_key_guess().
void
rondo_melody_guess_key(RondoMelody* melody);

/// Return the semitones from a melody to its tokens: to the tonic C by at most
/// six, and by octaves to a mean pitch from 60 to 84.
int
rondo_melody_shift(const RondoMelody* melody);

/**
   Turn a melody into tokens.

   @param shift Semitones that are added to pitches.
   @param[out] tokens To be freed with free(); without RONDO_MELODY_END, for
   which there is room.
   @return RONDO_ERR_UNSUPPORTED if bars or pitches are beyond what tokens can
   say.
*/
RONDO_NODISCARD RondoStatus
rondo_melody_encode(const RondoMelody* melody,
                    int                shift,
                    uint8_t**          tokens,
                    size_t*            n_tokens,
                    RondoError*        error);

/**
   Add what tokens say at the end of a melody.

   @param shift That of rondo_melody_encode().
   @return RONDO_ERR_BAD_ARGUMENT if tokens cannot follow each other like this
   or a pitch is not from 0 to 127.
*/
RONDO_NODISCARD RondoStatus
rondo_melody_decode(RondoMelody*   melody,
                    int            shift,
                    const uint8_t* tokens,
                    size_t         n_tokens);

/**
   Take the highest voice of a sorted score, on a grid of 24 ticks to the
   quarter: a note ends where a higher one, or the next, begins.

   Percussion (channel 10 of 16) is left out.  Metre and key are those that the
   last note is in; the key is guessed if there is none.  A note or rest of
   more than 16 bars is shortened by whole bars.

   @param track Only this one is taken, unless it is negative.
   @return RONDO_ERR_UNSUPPORTED if there are no notes, or bars are beyond what
   tokens can say.
*/
RONDO_NODISCARD RondoStatus
rondo_melody_from_score(const RondoScore* score,
                        int               track,
                        RondoMelody*      melody,
                        RondoError*       error);

/// Make a score of 480 ticks to the quarter; bars begin with the first note, or
/// before its pickup.
RONDO_NODISCARD RondoStatus
rondo_melody_to_score(const RondoMelody* melody,
                      uint32_t           microseconds,
                      RondoScore**       out);

RONDO_END_DECLS

#endif // RONDO_MUSIC_MELODY_H
