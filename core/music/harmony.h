// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file harmony.h Fill in parts of a chorale, all of which is seen at once.

   Blocked Gibbs sampling with an annealed share of cells (Yao et al. 2014), as
   Coconet does (Huang et al. 2017): in each pass some cells are hidden, the
   network tells the distribution of each from all others, and they are drawn
   anew.  The cells of one part and beat are hidden together and drawn with the
   same random number, so that they agree where their distributions do.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_HARMONY_H
#define RONDO_MUSIC_HARMONY_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chorale.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// How parts are filled in
typedef struct {
  double  temperature; ///< Of the first half of all passes; falls to a third
  size_t  n_passes;    ///< At least 1; each runs the network once
  uint8_t low[RONDO_N_PARTS]; ///< Pitches of what is filled in, as they sound
  uint8_t high[RONDO_N_PARTS];
  bool    crosses;   ///< A part may be above a higher one
  float   parallels; ///< Taken off the logarithm of the probability of what
                     ///< makes parallel fifths, octaves or unisons
  float hasty;   ///< The same for a note that begins at the second or fourth
                 ///< sixteenth of a beat
  uint64_t seed; ///< Of the random numbers
  uint64_t stream;
} RondoFilling;

/// Return the ranges of a choir, moved up by `octaves`, and what sounds well.
RondoFilling
rondo_filling(int octaves);

/// Check that `model` has the task harmony and fits its cells.
RONDO_NODISCARD RondoStatus
rondo_harmony_check(const RondoModel* model, RondoError* error);

/**
   Fill in the holes of a chorale.

   @param model That was checked.
   @param shift Semitones that are added to pitches before the network sees
   them: rondo_chorale_shift(), with octaves that bring a choir to where choirs
   are.
   @param holes (n_slices, RONDO_N_PARTS) Not 0 where a cell is to be filled in;
   other cells are kept.
*/
RONDO_NODISCARD RondoStatus
rondo_harmony_fill(const RondoModel*   model,
                   const RondoFilling* how,
                   int                 shift,
                   const uint8_t*      holes,
                   RondoChorale*       chorale);

RONDO_END_DECLS

#endif // RONDO_MUSIC_HARMONY_H
