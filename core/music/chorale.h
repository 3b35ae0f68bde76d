// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file chorale.h Music in four parts, on a grid of sixteenths.

   A pitch that stays from one sixteenth to the next is one note.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_CHORALE_H
#define RONDO_MUSIC_CHORALE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chorale_tokens.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// What sounds at a sixteenth: pitches, or RONDO_SILENT
typedef struct {
  uint8_t pitches[RONDO_N_PARTS];
} RondoSlice;

/// A chorale
typedef struct {
  RondoSlice* slices; ///< (n_slices) Owned
  size_t      n_slices;
  RondoBar    bar;
  uint32_t    pickup; ///< Sixteenths before the first whole bar
  uint8_t     tonic;  ///< 0 for C, 1 for C sharp … 11
  RondoMode   mode;
} RondoChorale;

/// Free what is in a chorale.
void
rondo_chorale_clear(RondoChorale* chorale);

/// Add a sixteenth at the end.
RONDO_NODISCARD RondoStatus
rondo_chorale_add(RondoChorale* chorale, RondoSlice slice);

/// Set tonic and mode as rondo_key_guess() does, by all parts.
void
rondo_chorale_guess_key(RondoChorale* chorale);

/**
   Set metre (4/4 or 3/4) and pickup (whole quarters) to those with which the
   longest notes begin with bars, and with halves of bars.
*/
void
rondo_chorale_guess_bar(RondoChorale* chorale);

/// Return the place of sixteenth `t`.
RondoPlace
rondo_chorale_place_at(const RondoChorale* chorale, size_t t);

RONDO_END_DECLS

#endif // RONDO_MUSIC_CHORALE_H
