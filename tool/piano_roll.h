// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file piano_roll.h A picture of notes over bars.
*/

#ifndef RONDO_TOOL_PIANO_ROLL_H
#define RONDO_TOOL_PIANO_ROLL_H

#include "core/base/status.h"
#include "tool/picture.h"

#include <stddef.h>

/// A piano roll under way
typedef struct {
  RondoPicture* picture;
  RondoFrame    frame;
  RondoAxis     x; ///< Bars; the first whole one is number 1
  RondoAxis     y; ///< Pitches
} RondoRoll;

/// Return a roll from bar `low` on, without pitches.
RondoRoll
rondo_roll(double low, double n_bars);

/// Make room for a pitch.
void
rondo_roll_widen(RondoRoll* roll, double pitch);

/// Make the picture, with a line at every bar.
RONDO_NODISCARD RondoStatus
rondo_roll_begin(RondoRoll* roll, RondoError* error);

/// Draw a note from bar `from` to bar `to`.
void
rondo_roll_fill(const RondoRoll*   roll,
                double             from,
                double             to,
                double             pitch,
                const RondoColour* colour);

/// Write the picture, with a legend of (n) names, and free it.
RONDO_NODISCARD RondoStatus
rondo_roll_end(RondoRoll*         roll,
               const char* const* names,
               const RondoColour* colours,
               size_t             n,
               const char*        path,
               RondoError*        error);

#endif // RONDO_TOOL_PIANO_ROLL_H
