// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file melody_tokens.h A melody as a network sees it, token by token.

   A note or a rest is two tokens: its pitch or RONDO_MELODY_REST, then its
   duration.  One that is longer than a duration can say goes on by
   RONDO_MELODY_HOLD and a further duration.

   Beside the token before, the network sees where in the bar it is, the metre,
   the mode, the number of the bar, and what was played some bars ago at the
   same place (as the "lookback" of Waite 2016, "Generating Long-Term Structure
   in Songs and Stories"), and which of these foretold the last token.  It also
   sees what came next when the tokens before were last the same, and the chord,
   if somebody tells it.  All are indices into one table.
*/

#ifndef RONDO_MUSIC_MELODY_TOKENS_H
#define RONDO_MUSIC_MELODY_TOKENS_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Ticks of a quarter note
#define RONDO_MELODY_QUARTER 24U

/// The longest bar, in ticks
#define RONDO_MELODY_LONGEST_BAR 192U

/// Bars that are told apart
#define RONDO_MELODY_BARS 16U

enum {
  RONDO_MELODY_REST        = 128, ///< Below are pitches
  RONDO_MELODY_HOLD        = 129,
  RONDO_MELODY_END         = 130,
  RONDO_MELODY_DURATIONS   = 131, ///< The shortest of them
  RONDO_MELODY_N_DURATIONS = 26,
  RONDO_MELODY_TOKENS      = RONDO_MELODY_DURATIONS + RONDO_MELODY_N_DURATIONS,
};

/// Bars ago that the network looks back to: 1, 2, 4, 8, 16
#define RONDO_MELODY_LAGS 5U

/// Tokens that are remembered in their order
#define RONDO_MELODY_HISTORY 1024U

enum {
  RONDO_MELODY_N_INPUTS    = 17,
  RONDO_MELODY_CHORD_INPUT = 12,  ///< The root of the chord; then its kind
  RONDO_MELODY_TABLE       = 378, ///< Indices that an input may be
};

/// Ticks of each duration, from short to long
extern const uint8_t rondo_melody_durations[RONDO_MELODY_N_DURATIONS];

/// The scale that a melody is in; its first note is the tonic
typedef enum {
  RONDO_MODE_UNKNOWN,
  RONDO_MODE_MAJOR,
  RONDO_MODE_MINOR,
  RONDO_MODE_DORIAN,
  RONDO_MODE_PHRYGIAN,
  RONDO_MODE_LYDIAN,
  RONDO_MODE_MIXOLYDIAN,
  RONDO_N_MODES,
} RondoMode;

/// What sounds beside the root of a chord
typedef enum {
  RONDO_CHORD_UNKNOWN, ///< Nobody told the chord
  RONDO_CHORD_MAJOR,
  RONDO_CHORD_MINOR,
  RONDO_CHORD_DOMINANT, ///< A major triad and a minor seventh
  RONDO_CHORD_MAJOR_SEVENTH,
  RONDO_CHORD_MINOR_SEVENTH,
  RONDO_CHORD_DIMINISHED,
  RONDO_CHORD_HALF_DIMINISHED,
  RONDO_CHORD_AUGMENTED,
  RONDO_CHORD_SUSPENDED, ///< A fourth in place of the third
  RONDO_N_CHORDS,
} RondoChordKind;

/// A chord
typedef struct {
  uint8_t root; ///< 0 for C … 11; of tokens, semitones above the tonic
  uint8_t kind; ///< A RondoChordKind
} RondoChordSymbol;

/// What bars are like
typedef struct {
  uint8_t beats;
  uint8_t unit; ///< 1, 2, 4 … 128: the note that is a beat
} RondoBar;

/// Where a network is in a melody; all of it is here
typedef struct {
  uint16_t bar_ticks;
  uint16_t beat_ticks; ///< Of three units where these are grouped by three
  uint8_t  mode;
  uint8_t  token;    ///< The last one
  uint8_t  pitch;    ///< The last one that was no duration
  bool     in_note;  ///< A duration comes next
  bool     has_note; ///< There is something that can be held
  uint8_t  agree;    ///< Bit i: lag i foretold the last token
  RondoChordSymbol chord;
  uint32_t         tick;  ///< Modulo 16 bars
  uint32_t         count; ///< Tokens so far
  uint32_t match; ///< Where those began to be the same that follow, or 0
  uint32_t alike; ///< How many tokens before `match` are as the last ones
  uint8_t  history[RONDO_MELODY_HISTORY]; ///< Tokens, by count modulo the size
  uint8_t  pitches[RONDO_MELODY_BARS * RONDO_MELODY_LONGEST_BAR];
  uint8_t  durations[RONDO_MELODY_BARS * RONDO_MELODY_LONGEST_BAR];
} RondoMelodyState;

// Processing (audio thread)

/// Return the ticks of a bar, or 0 if tokens cannot say it: it is longer than
/// RONDO_MELODY_LONGEST_BAR, or has a fraction of a tick.
RONDO_REALTIME uint32_t
rondo_melody_bar_ticks(RondoBar bar);

/**
   Begin a melody.

   @param bar Of which rondo_melody_bar_ticks() is not 0.
   @param pickup Ticks before the first whole bar, less than a bar.
*/
RONDO_REALTIME void
rondo_melody_begin(RondoMelodyState* state,
                   RondoBar          bar,
                   RondoMode         mode,
                   uint32_t          pickup);

/// Set the chord from here on; its root is counted from the tonic.
RONDO_REALTIME void
rondo_melody_set_chord(RondoMelodyState* state, RondoChordSymbol chord);

/// Tell what the network sees: (RONDO_MELODY_N_INPUTS) indices.
RONDO_REALTIME void
rondo_melody_inputs(const RondoMelodyState* state, float* inputs);

/// Return whether `token` may come next.
RONDO_REALTIME bool
rondo_melody_allows(const RondoMelodyState* state, size_t token);

/// Return the ticks of a duration, or 0 for another token.
RONDO_REALTIME uint32_t
rondo_melody_ticks(size_t token);

/// Return the longest duration of at most `ticks`, which is not 0.
RONDO_REALTIME size_t
rondo_melody_longest(uint32_t ticks);

/// Go on by a token that is allowed.
RONDO_REALTIME void
rondo_melody_advance(RondoMelodyState* state, size_t token);

RONDO_END_DECLS

#endif // RONDO_MUSIC_MELODY_TOKENS_H
