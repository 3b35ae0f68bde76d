// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file chorale_tokens.h Music in four parts as networks see it.

   Time goes in sixteenths.  A network that goes on with a chorale says four
   tokens for each, in the order soprano, bass, tenor, alto: a pitch that
   begins, RONDO_CHORALE_REST, or RONDO_CHORALE_HOLD where nothing changes.  It
   sees which part is next, what sounds in each part now and sounded before,
   how long it did, where in the bar that is, and the mode.

   A network that fills in a chorale sees all of it at once: for each sixteenth
   a cell for each part, a pitch, RONDO_CHORALE_REST or RONDO_CHORALE_UNKNOWN,
   the place in the bar, and the mode.

   Pitches are moved by rondo_chorale_shift(), to the key without sharps or
   flats.  All that a network sees are indices into one table.
*/

#ifndef RONDO_MUSIC_CHORALE_TOKENS_H
#define RONDO_MUSIC_CHORALE_TOKENS_H

#include "core/base/attributes.h"
#include "core/music/melody_tokens.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Ticks of a sixteenth
#define RONDO_SIXTEENTH (RONDO_MELODY_QUARTER / 4U)

/// The pitch of a part that rests
#define RONDO_SILENT 128U

/// The parts of a choir, from high to low
typedef enum {
  RONDO_SOPRANO,
  RONDO_ALTO,
  RONDO_TENOR,
  RONDO_BASS,
  RONDO_N_PARTS,
} RondoPart;

/// What sounds at a time
typedef struct {
  uint8_t pitches[RONDO_N_PARTS]; ///< 0 to 127, or RONDO_SILENT
  bool    strikes[RONDO_N_PARTS]; ///< The note begins here
} RondoChord;

enum {
  RONDO_CHORALE_LOWEST    = 28, ///< Pitch of token 0
  RONDO_CHORALE_N_PITCHES = 64,
  RONDO_CHORALE_REST      = RONDO_CHORALE_N_PITCHES,
  RONDO_CHORALE_HOLD,
  RONDO_CHORALE_TOKENS,
  RONDO_CHORALE_UNKNOWN = RONDO_CHORALE_HOLD, ///< As input: not yet decided
};

/// What a network is asked about each cell, a part at a sixteenth: a pitch, or
/// RONDO_CHORALE_REST
#define RONDO_CHORALE_N_CLASSES ((size_t)RONDO_CHORALE_REST + 1U)

enum {
  RONDO_CHORALE_N_INPUTS = 13,
  RONDO_CHORALE_TABLE    = 92, ///< Indices that an input may be

  RONDO_HARMONY_N_INPUTS = 7, ///< Of a network that sees all at once
  RONDO_HARMONY_TABLE    = 80,
};

/// A place in the bar, as networks see it
typedef struct {
  uint8_t sixteenth; ///< In the beat, 0 to 3
  uint8_t beat;      ///< 0 to 3 of bars of 1, 2 or 4 beats, 4 to 6 of 3
} RondoPlace;

enum { RONDO_N_PLACE_BEATS = 7 };

/// Where a network is in a chorale; all of it is here
typedef struct {
  RondoPlace place;
  uint8_t    mode;    ///< 0 unknown, 1 major, 2 minor
  uint8_t    n_known; ///< Parts of this sixteenth that are decided
  uint8_t    before[RONDO_N_PARTS]; ///< Tokens of the sixteenth before
  uint8_t    now[RONDO_N_PARTS];    ///< Or RONDO_CHORALE_UNKNOWN
  uint8_t    ages[RONDO_N_PARTS];   ///< Sixteenths that a note lasts so far
} RondoChoraleState;

/// The order in which parts are decided
extern const uint8_t rondo_chorale_order[RONDO_N_PARTS];

// Processing (audio thread)

/**
   Return the place of a sixteenth that counts from the begin of the bar.

   Bars fall into beats, or, where three units are a beat, into dotted ones;
   more than four beats fall into groups of four and three.  Bars that
   rondo_melody_bar_ticks() refuses are taken for 4/4.
*/
RONDO_REALTIME RondoPlace
rondo_chorale_place(RondoBar bar, uint32_t sixteenth);

/// Return the sixteenths of a bar, rounded up: at least 1.
RONDO_REALTIME uint32_t
rondo_chorale_bar(RondoBar bar);

/// Return the semitones, -5 to 6, that move a key to the notes of C major.
RONDO_REALTIME int
rondo_chorale_shift(uint8_t tonic, RondoMode mode);

/// Return 1 for modes with a major third, 2 with a minor one, 0 if unknown.
RONDO_REALTIME uint8_t
rondo_chorale_mode(RondoMode mode);

/// Return the token of a pitch that was shifted, by octaves if it is beyond
/// the tokens; of RONDO_SILENT, RONDO_CHORALE_REST.
RONDO_REALTIME uint8_t
rondo_chorale_token(int pitch);

/// Tell what a network sees of a sixteenth with `cells` (RONDO_N_PARTS):
/// (RONDO_HARMONY_N_INPUTS) indices.
RONDO_REALTIME void
rondo_harmony_inputs(RondoMode    mode,
                     RondoPlace   place,
                     const float* cells,
                     float*       inputs);

/// Begin a chorale.
RONDO_REALTIME void
rondo_chorale_begin(RondoChoraleState* state, RondoMode mode);

/// Go to the next sixteenth; parts that were not decided hold.
RONDO_REALTIME void
rondo_chorale_move(RondoChoraleState* state, RondoPlace place);

/// Tell what the network sees: (RONDO_CHORALE_N_INPUTS) indices.
RONDO_REALTIME void
rondo_chorale_inputs(const RondoChoraleState* state, float* inputs);

/// Return the part that is decided next.
RONDO_REALTIME RondoPart
rondo_chorale_part(const RondoChoraleState* state);

/// Return whether `token` may come next: what sounds already goes on by
/// RONDO_CHORALE_HOLD alone.
RONDO_REALTIME bool
rondo_chorale_allows(const RondoChoraleState* state, size_t token);

/// Go on by a token that is allowed.
RONDO_REALTIME void
rondo_chorale_advance(RondoChoraleState* state, size_t token);

RONDO_END_DECLS

#endif // RONDO_MUSIC_CHORALE_TOKENS_H
