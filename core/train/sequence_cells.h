// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_cells.h Sequences of which cells are hidden, and told by a
   network from the others.

   The loss of a sequence is the mean over the cells that are hidden, times the
   number of those that may be: an estimate of its negative log-likelihood, over
   the orders in which cells may be told (Uria, Murray and Larochelle 2014, eq.
   6).

   Does not allocate.
*/

#ifndef RONDO_TRAIN_SEQUENCE_CELLS_H
#define RONDO_TRAIN_SEQUENCE_CELLS_H

#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/train/losses.h"
#include "core/train/sequence_worker.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   Hide cells of sequence `i` of a share, in the inputs of the worker, and let
   the others count for nothing.

   @param random Draws them; NULL for those that always are drawn when the
   sequence is judged.
*/
void
rondo_cells_hide(RondoSequenceWorker*      worker,
                 const RondoSequenceShare* share,
                 size_t                    i,
                 RondoRandom*              random);

/// Score sequence `i` of a share of `n_items`; set its rows of dy if `trains`.
RondoSequenceScore
rondo_cells_score(RondoSequenceWorker* worker,
                  size_t               n_items,
                  size_t               i,
                  const float*         y,
                  bool                 trains);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_CELLS_H
