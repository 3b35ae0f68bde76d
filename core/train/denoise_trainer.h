// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_trainer.h Train a denoiser, step by step.

       mix -> frames -> network -> gains -> loss -> gradients -> Adam

   Each thread mixes and runs its share of the items of a step; gradients are
   summed in the order of threads.  Item i of step s is drawn from the random
   stream s * batch + i of the seed, so a run repeats to the last bit for a
   given seed and number of threads, also when it is resumed half-way.

   Averaged parameters are what is judged and saved (Polyak and Juditsky 1992,
   with exponential forgetting).
*/

#ifndef RONDO_TRAIN_DENOISE_TRAINER_H
#define RONDO_TRAIN_DENOISE_TRAINER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/learner.h"
#include "core/train/recipe.h"
#include "core/train/sounds.h"
#include "core/train/team.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// Bounds of the classes of ratios of speech to noise, dB
#define RONDO_N_SNR_CLASSES 4U

/// How well the averaged parameters do on the fixed set of items
typedef struct {
  size_t         step;
  double         loss;       ///< Mean of the items
  double         compressed; ///< The same of the terms of the loss
  double         distortion;
  double         voice;
  RondoWaveScore heard;     ///< Mean of the items with speech and noise
  double         before_db; ///< Scale-invariant ratio of speech to error, mean
  double         after_db;
  double gain_db[RONDO_N_SNR_CLASSES]; ///< after - before: of items below 0,
                                       ///< 0 to 10, 10 to 20, above 20 dB
  size_t count[RONDO_N_SNR_CLASSES];
  bool   best; ///< The lowest loss so far
} RondoTrainJudgement;

/// A training run
typedef struct RondoTrainerImpl RondoTrainer;

/**
   Make a trainer at step 0 with first parameters.

   @param recipe Must outlive the trainer, and so must the sounds.
   @param n_threads 1 to RONDO_MAX_TRAIN_THREADS.
*/
RONDO_NODISCARD RondoStatus
rondo_trainer_new(const RondoRecipe* recipe,
                  const RondoSounds* train,
                  const RondoSounds* valid,
                  size_t             n_threads,
                  RondoTrainer**     out,
                  RondoError*        error);

/// Free; NULL is harmless.
void
rondo_trainer_free(RondoTrainer* trainer);

/// Borrow the parameters and their history.
RondoLearner*
rondo_trainer_learner(RondoTrainer* trainer);

/// Return the number of steps taken.
size_t
rondo_trainer_n_steps(const RondoTrainer* trainer);

/// Return the number of parameters.
size_t
rondo_trainer_n_parameters(const RondoTrainer* trainer);

/// Return the parameters as they are, not averaged.
const float*
rondo_trainer_parameters(const RondoTrainer* trainer);

/// Return the step of the best judgement so far, or 0.
size_t
rondo_trainer_best_step(const RondoTrainer* trainer);

/**
   Take one step.

   @return RONDO_ERR_UNSUPPORTED, with the step in the message, if the loss or
   the gradient is not finite; the parameters are then untouched.
*/
RONDO_NODISCARD RondoStatus
rondo_trainer_step(RondoTrainer*   trainer,
                   RondoTrainStep* step,
                   RondoError*     error);

/**
   Judge the averaged parameters on items drawn from the other sounds, always
   the same ones.  If they are the best so far, they are kept.
*/
void
rondo_trainer_judge(RondoTrainer* trainer, RondoTrainJudgement* judgement);

/**
   Write the best parameters (or the averaged ones before the first judgement)
   as a model, atomically.

   @param card JSON text of the description's "card" object, or NULL.
*/
RONDO_NODISCARD RondoStatus
rondo_trainer_write_model(const RondoTrainer* trainer,
                          const char*         path,
                          const char*         card,
                          RondoError*         error);

/// Write a checkpoint atomically.
RONDO_NODISCARD RondoStatus
rondo_trainer_write_checkpoint(const RondoTrainer* trainer,
                               const char*         path,
                               double              seconds,
                               RondoError*         error);

/// Go on from a checkpoint.  @param[out] seconds As was written.
RONDO_NODISCARD RondoStatus
rondo_trainer_read_checkpoint(RondoTrainer* trainer,
                              const char*   path,
                              double*       seconds,
                              RondoError*   error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_DENOISE_TRAINER_H
