// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file continuation.h What follows a melody: drawn, or the likeliest.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_CONTINUATION_H
#define RONDO_MUSIC_CONTINUATION_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chord.h"
#include "core/music/composer.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// How much is to follow, and what it may be
typedef struct {
  RondoComposing     composing; ///< But for `holds` and `most`
  uint64_t           ticks;     ///< At most, at least 1; UINT64_MAX: no limit
  uint32_t           notes;     ///< At most; 0: no limit
  const RondoChords* chords;    ///< Or NULL
  uint32_t           upbeat;    ///< Ticks until these begin
  uint8_t            tonic;     ///< That roots of chords are counted from
} RondoContinuation;

/// Tokens that were found
typedef struct {
  uint8_t* tokens; ///< Owned
  size_t   count;
} RondoFound;

/// Free what was found.
void
rondo_found_clear(RondoFound* found);

/**
   Draw tokens until there are as many ticks or notes as `how` says.

   @param composer Where the seed ends; goes on to where the tokens end.
   @return RONDO_ERR_BAD_ARGUMENT if neither ticks nor notes have a limit.
*/
RONDO_NODISCARD RondoStatus
rondo_continuation_draw(const RondoContinuation* how,
                        RondoComposer*           composer,
                        RondoFound*              found);

/**
   Look for the likeliest tokens with a beam (Lowerre 1976): of all sequences of
   equal length the `width` likeliest go on.

   Of those that reach the end the one with the highest mean logarithm of the
   probability of a token is taken, as sums would favour few long notes.  What
   is not allowed has no probability; the sampler is not used.  Where only notes
   have a limit, sequences end after eight tokens a note.

   @param model That of the composer, to make others.
   @param composer Where the seed ends; stays there.
   @param width 1 to RONDO_WIDEST_BEAM.
   @return RONDO_ERR_BAD_ARGUMENT if neither ticks nor notes have a limit, or
   the width is another; RONDO_ERR_UNSUPPORTED if no sequence reaches the end.
*/
RONDO_NODISCARD RondoStatus
rondo_continuation_search(const RondoContinuation* how,
                          const RondoModel*        model,
                          RondoComposer*           composer,
                          size_t                   width,
                          RondoFound*              found);

/// The widest beam
#define RONDO_WIDEST_BEAM 4096U

RONDO_END_DECLS

#endif // RONDO_MUSIC_CONTINUATION_H
