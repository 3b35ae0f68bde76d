// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file chorale_score.h Between scores and the grid of chorales.

   Sixteenth number 0 of a score begins at tick 0, whatever the metre.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_CHORALE_SCORE_H
#define RONDO_MUSIC_CHORALE_SCORE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chorale.h"
#include "core/music/score.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// The longest chorale that is made of a score, in sixteenths
#define RONDO_MAX_SLICES 16384U

/**
   Take the highest voice of a sorted score, as it stands: notes that begin
   under a higher one are left out, and one ends where the next begins.

   Percussion (channel 10 of 16) is left out.

   @param track Only this one is taken, unless it is negative.
   @param[out] notes (n_notes) To be freed with free().
*/
RONDO_NODISCARD RondoStatus
rondo_score_melody(const RondoScore* score,
                   int               track,
                   RondoNote**       notes,
                   size_t*           n_notes);

/**
   Lay a voice over a chorale as its soprano; the other parts rest.

   A sixteenth has the pitch that sounds longest in it.  Rests shorter than a
   half note are sung over; where longer ones are, all parts rest.  Key, metre
   and pickup are left alone.

   @param notes (n_notes) One after the other, at least one.
   @param[out] chorale An empty one.
   @param[out] begin The sixteenth of the score that is number 0 of the chorale.
   @return RONDO_ERR_UNSUPPORTED if there are more than RONDO_MAX_SLICES.
*/
RONDO_NODISCARD RondoStatus
rondo_chorale_lay_soprano(RondoChorale*    chorale,
                          const RondoNote* notes,
                          size_t           n_notes,
                          uint32_t         division,
                          uint64_t*        begin,
                          RondoError*      error);

/**
   Take the four voices of a sorted score, which are in four tracks or channels;
   the one that is highest on the mean is the soprano, and so on.  Key, metre
   and pickup are left alone.

   @param[out] chorale An empty one.
   @param[out] begin As of rondo_chorale_lay_soprano().
   @return RONDO_ERR_UNSUPPORTED if there are not four voices, or more than
   RONDO_MAX_SLICES.
*/
RONDO_NODISCARD RondoStatus
rondo_chorale_from_score(const RondoScore* score,
                         RondoChorale*     chorale,
                         uint64_t*         begin,
                         RondoError*       error);

/**
   Add the notes of a part to a score, on the track and channel of its number.

   @param begin The sixteenth of the score that number 0 of the chorale is.
   @param end Ticks: notes end there at the latest.
*/
RONDO_NODISCARD RondoStatus
rondo_chorale_add_part(const RondoChorale* chorale,
                       RondoPart           part,
                       uint64_t            begin,
                       uint64_t            end,
                       uint8_t             velocity,
                       RondoScore*         score);

RONDO_END_DECLS

#endif // RONDO_MUSIC_CHORALE_SCORE_H
