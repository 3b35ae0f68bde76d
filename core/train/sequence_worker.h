// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_worker.h One thread's share of a batch of sequences.
*/

#ifndef RONDO_TRAIN_SEQUENCE_WORKER_H
#define RONDO_TRAIN_SEQUENCE_WORKER_H

#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/train/losses.h"
#include "core/train/network.h"
#include "core/train/sequence_engine.h"
#include "core/train/sequence_recipe.h"
#include "core/train/sequences.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// How well one sequence, or all of them, did
typedef struct {
  double loss;      ///< Sum over the targets that count
  size_t n_targets; ///< That count
  size_t n_correct; ///< Classes whose output was the largest
} RondoSequenceScore;

/// One thread's room
typedef struct {
  const RondoDescription* description;
  RondoLossKind           loss;
  size_t                  max_steps;
  size_t                  max_items;
  size_t                  n_cells;    ///< Classes of a target
  RondoNetwork*           network;    ///< Or NULL
  RondoSequenceEngine*    engine;     ///< That judges instead, or NULL
  float*                  x;          ///< (max_steps, max_items, n_inputs)
  float*                  target;     ///< (max_steps, max_items, n_outputs) or
  int32_t*                classes;    ///< (max_steps, max_items, n_cells)
  float*                  dy;         ///< (max_steps, max_items, n_outputs)
  float*                  gradients;  ///< (n_parameters), or NULL
  size_t*                 lengths;    ///< (max_items)
  uint8_t*                mask;       ///< (max_steps, n_cells) Room
  double*                 weights;    ///< (max_items) Of cells that are hidden
  size_t*                 n_hideable; ///< (max_items) Cells that may be hidden
  RondoSequenceScore*     scores;     ///< (max_items)
  double*                 norms;      ///< (max_steps) Room, if it trains
  RondoLoss               result;     ///< Of the last update
} RondoSequenceWorker;

/// Sequences at work: a share of a batch
typedef struct {
  const RondoSequences* sequences;
  const size_t*         members; ///< (n_items) Their indices
  const int*            shifts;  ///< (n_items) Of their inputs, or NULL
  const bool*           hides;   ///< (n_items) Their optional inputs, or NULL
  size_t                n_items;
  size_t                first; ///< First step; state is cleared for 0
  size_t                n_steps;
} RondoSequenceShare;

// Setup (allocates)

/// Return whether a network needs all of a sequence at once.
bool
rondo_description_sees_all(const RondoDescription* description);

/// Return the classes of a target: the groups of the last layer, if it tells
/// classes.
size_t
rondo_description_n_cells(const RondoDescription* description,
                          RondoLossKind           loss);

/**
   Make room.

   @param model What the engine judges with, which is not a copy; or NULL for a
   network that also trains.
*/
RONDO_NODISCARD RondoStatus
rondo_sequence_worker_new(const RondoDescription* description,
                          RondoLossKind           loss,
                          size_t                  max_steps,
                          size_t                  max_items,
                          const RondoModel*       model,
                          RondoSequenceWorker**   out,
                          RondoError*             error);

/// Free; NULL is harmless.
void
rondo_sequence_worker_free(RondoSequenceWorker* worker);

// Processing (does not allocate)

/**
   Set `gradients` to the sum of those of a share, unscaled, and `result`.

   @param random Draws dropout, and the cells that are hidden.
*/
void
rondo_sequence_worker_train(RondoSequenceWorker*      worker,
                            const float*              parameters,
                            const RondoSequenceShare* share,
                            RondoRandom*              random);

/// As rondo_sequence_worker_train() without dropout, of the loss of the last
/// step alone.
void
rondo_sequence_worker_last(RondoSequenceWorker*      worker,
                           const float*              parameters,
                           const RondoSequenceShare* share);

/// Set `scores` of a share, and what the sequences keep of it; `parameters` may
/// be NULL if the engine judges.
void
rondo_sequence_worker_judge(RondoSequenceWorker*      worker,
                            const float*              parameters,
                            const RondoSequenceShare* share);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_WORKER_H
