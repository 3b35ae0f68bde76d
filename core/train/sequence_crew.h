// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_crew.h Threads that run batches of sequences together.

   Each has its share of a batch; results do not depend on anything but the
   number of threads.
*/

#ifndef RONDO_TRAIN_SEQUENCE_CREW_H
#define RONDO_TRAIN_SEQUENCE_CREW_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/sequence_plan.h"
#include "core/train/sequence_worker.h"
#include "core/train/team.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Threads, and what they work at
typedef struct {
  RondoTeam*           team;
  size_t               n_threads;
  size_t               batch;
  RondoSequenceWorker* workers[RONDO_MAX_TRAIN_THREADS];
  RondoSequenceShare   shares[RONDO_MAX_TRAIN_THREADS];
  RondoRandom          randoms[RONDO_MAX_TRAIN_THREADS];
  const float*         parameters;
  size_t*              order;  ///< (batch) Members while judging
  int*                 shifts; ///< (batch)
  bool*                hides;  ///< (batch)
} RondoCrew;

// Setup (allocates)

/**
   Start threads.

   @param max_steps Of a network at a time: all of a sequence if
   rondo_description_sees_all().
   @param batch Sequences at a time.
   @param model What the engine judges with, which is not a copy; or NULL for
   networks that also train.
*/
RONDO_NODISCARD RondoStatus
rondo_crew_init(RondoCrew*              crew,
                const RondoDescription* description,
                RondoLossKind           loss,
                size_t                  max_steps,
                size_t                  batch,
                size_t                  n_threads,
                const RondoModel*       model,
                RondoError*             error);

/// End the threads and free what they had.
void
rondo_crew_clear(RondoCrew* crew);

// Processing (does not allocate)

/**
   Run an update, forward and backward; gradients are in the workers.

   @param seed And `step`: what dropout depends on.
   @return The loss of all shares.
*/
RondoLoss
rondo_crew_train(RondoCrew*            crew,
                 const float*          parameters,
                 const RondoSequences* sequences,
                 const RondoPlanStep*  step,
                 uint64_t              seed,
                 size_t                n_steps);

/**
   Score all sequences.

   @param parameters Or NULL, if the engine judges.
   @param[out] scores (count), or NULL.
   @return The sums of all.
*/
RondoSequenceScore
rondo_crew_judge(RondoCrew*            crew,
                 const float*          parameters,
                 const RondoSequences* sequences,
                 RondoSequenceScore*   scores);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_CREW_H
