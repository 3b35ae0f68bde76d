// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_trainer.h Train a network on sequences, update by update.

   A run repeats to the last bit for a given seed and number of threads, also
   when it is resumed anywhere: the state of chunks that go on is kept in the
   checkpoint.
*/

#ifndef RONDO_TRAIN_SEQUENCE_TRAINER_H
#define RONDO_TRAIN_SEQUENCE_TRAINER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/corpus.h"
#include "core/train/learner.h"
#include "core/train/sequence_recipe.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// How well the averaged parameters do on the validation data
typedef struct {
  size_t        step;
  size_t        epoch;    ///< Epochs finished
  double        loss;     ///< Mean over targets
  double        accuracy; ///< Share of right classes; NaN if there are none
  bool          best;     ///< So far, by loss or accuracy
  const double* norms;    ///< (n_norms) Of gradients through time, by distance
  size_t        n_norms;  ///< 0 unless "gradient_norms" is set
} RondoSequenceJudgement;

/// A training run
typedef struct RondoSequenceTrainerImpl RondoSequenceTrainer;

// Setup (allocates)

/**
   Make a trainer at step 0 with first parameters.

   @param recipe Filled; it and the corpus must outlive the trainer.
   @param n_threads 1 to RONDO_MAX_TRAIN_THREADS.
*/
RONDO_NODISCARD RondoStatus
rondo_sequence_trainer_new(const RondoSequenceRecipe* recipe,
                           const RondoCorpus*         corpus,
                           size_t                     n_threads,
                           RondoSequenceTrainer**     out,
                           RondoError*                error);

/// Free; NULL is harmless.
void
rondo_sequence_trainer_free(RondoSequenceTrainer* trainer);

/// Return the updates of the whole run.
size_t
rondo_sequence_trainer_total(const RondoSequenceTrainer* trainer);

/// Return the steps of sequences that an update sees, on average.
double
rondo_sequence_trainer_amount(const RondoSequenceTrainer* trainer);

/// Borrow the parameters and their history.
RondoLearner*
rondo_sequence_trainer_learner(RondoSequenceTrainer* trainer);

/// Write a checkpoint atomically.
RONDO_NODISCARD RondoStatus
rondo_sequence_trainer_write_checkpoint(const RondoSequenceTrainer* trainer,
                                        const char*                 path,
                                        double                      seconds,
                                        RondoError*                 error);

/// Go on from a checkpoint.  @param[out] seconds As was written.
RONDO_NODISCARD RondoStatus
rondo_sequence_trainer_read_checkpoint(RondoSequenceTrainer* trainer,
                                       const char*           path,
                                       double*               seconds,
                                       RondoError*           error);

// Processing (does not allocate)

/**
   Take one step.

   @return RONDO_ERR_UNSUPPORTED, with the step in the message, if the loss or
   the gradient is not finite; the parameters are then untouched.
*/
RONDO_NODISCARD RondoStatus
rondo_sequence_trainer_step(RondoSequenceTrainer* trainer,
                            RondoTrainStep*       step,
                            RondoError*           error);

/// Return whether a judgement is due after the last step.
bool
rondo_sequence_trainer_is_due(const RondoSequenceTrainer* trainer);

/// Return whether the run is over: all steps taken, or patience at an end.
bool
rondo_sequence_trainer_is_done(const RondoSequenceTrainer* trainer);

/// Judge the averaged parameters.  If they are the best so far, they are kept.
void
rondo_sequence_trainer_judge(RondoSequenceTrainer*   trainer,
                             RondoSequenceJudgement* judgement);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_TRAINER_H
