// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_plan.h Which sequences are learnt from, and when.

   In every epoch each sequence has its turn once.  Sequences are shuffled,
   every few batches of them are sorted by length, so that little is padded,
   and batches come in random order.  With `chunk`, a batch is cut through time
   into updates of that many steps.  All depends on the seed and the epoch
   alone.
*/

#ifndef RONDO_TRAIN_SEQUENCE_PLAN_H
#define RONDO_TRAIN_SEQUENCE_PLAN_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/sequences.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// A plan, and where it stands: the next update
typedef struct {
  const RondoSequences* sequences;
  uint64_t              seed;
  size_t                batch; ///< Sequences of a batch
  size_t                chunk; ///< Steps of an update, or 0: all
  size_t                epoch; ///< From 0
  size_t                at;    ///< Batches of this epoch that are done
  size_t                first; ///< First step of the next update
  size_t                n_batches;
  size_t*               order;   ///< (count) Sequences, batch after batch
  size_t*               batches; ///< (n_batches) Their order
} RondoPlan;

/// One update
typedef struct {
  const size_t* members; ///< (n_members) Indices of the sequences
  size_t        n_members;
  size_t        first;   ///< First step; 0 where a batch begins
  size_t        n_steps; ///< Of the longest member
  size_t        epoch;
  bool          ends_epoch;
} RondoPlanStep;

// Setup (allocates)

/// Make a plan for `sequences`, which must outlive it.
RONDO_NODISCARD RondoStatus
rondo_plan_init(RondoPlan*            plan,
                const RondoSequences* sequences,
                size_t                batch,
                size_t                chunk,
                uint64_t              seed);

/// Free what is in a plan.
void
rondo_plan_clear(RondoPlan* plan);

// Processing (does not allocate)

/// Go to the start of an epoch.
void
rondo_plan_seek(RondoPlan* plan, size_t epoch);

/// Go to step `first` of batch `at` of an epoch; return whether there is one.
bool
rondo_plan_go(RondoPlan* plan, size_t epoch, size_t at, size_t first);

/// Return the next update, and go on; `members` are valid until the next call.
RondoPlanStep
rondo_plan_next(RondoPlan* plan);

/// Return the updates of the first `n_epochs`; the plan is at the start then.
size_t
rondo_plan_count(RondoPlan* plan, size_t n_epochs);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_PLAN_H
