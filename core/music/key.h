// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file key.h The key that notes are in.
*/

#ifndef RONDO_MUSIC_KEY_H
#define RONDO_MUSIC_KEY_H

#include "core/base/attributes.h"
#include "core/music/melody_tokens.h"

#include <stdint.h>

RONDO_BEGIN_DECLS

/// A tonic and the scale above it
typedef struct {
  uint8_t   tonic; ///< 0 for C, 1 for C sharp … 11
  RondoMode mode;
} RondoTonality;

// Processing (audio thread)

/// Return how well notes fit a key, major or minor, for comparison with other
/// keys of the same notes: what rondo_key_guess() goes by.
RONDO_REALTIME double
rondo_key_fit(const double* times, RondoTonality key);

/**
   Guess the key, major or minor, by the time that each note of the chromatic
   scale sounds (Krumhansl and Kessler 1982; the algorithm of Krumhansl and
   Schmuckler in Krumhansl 1990).

   @param times (12) From C up, in any unit.  C major if all are alike.
*/
RONDO_REALTIME RondoTonality
rondo_key_guess(const double* times);

RONDO_END_DECLS

#endif // RONDO_MUSIC_KEY_H
