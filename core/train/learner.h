// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file learner.h The parameters of a network that is trained, and all that
   belongs to them: gradients, moments, average, the best so far.

   Averaged parameters are what is judged and saved (Polyak and Juditsky 1992,
   with exponential forgetting).
*/

#ifndef RONDO_TRAIN_LEARNER_H
#define RONDO_TRAIN_LEARNER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/safetensors.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// What one step did
typedef struct {
  size_t step; ///< 1 for the first
  double loss; ///< Mean of the items
  double gradient_norm;
  double learning_rate;
} RondoTrainStep;

/// How gradients become a step
typedef struct {
  bool         descends; ///< By `descent` rather than by `adam`
  RondoAdam    adam;
  RondoDescent descent;
  double       clip_norm;  ///< Largest norm of the gradient, or infinite
  double       clip_value; ///< Largest element of it before, or infinite
  double       averaging;  ///< Decay of the averaged parameters, per step
} RondoUpdate;

/// Blocks (n_parameters) of a network that is trained, and their history
typedef struct {
  const RondoDescription* description;
  uint64_t                seed;
  size_t                  n_parameters;
  float*                  parameters;
  float*                  gradients;
  float*                  m;       ///< First moment, or the momentum
  float*                  v;       ///< Second moment
  float*                  average; ///< Of the parameters, over steps
  float*                  best;    ///< `average` at the best judgement
  size_t                  step;    ///< Steps taken
  size_t                  best_step;
  double                  best_loss; ///< Infinite before the first judgement
  double                  learning_rate; ///< Of the last step
} RondoLearner;

// Setup (allocates)

/**
   Make the blocks of `description`, which must outlive the learner, and draw
   first parameters.
*/
RONDO_NODISCARD RondoStatus
rondo_learner_init(RondoLearner*              learner,
                   const RondoDescription*    description,
                   const RondoInitialisation* settings,
                   uint64_t                   seed,
                   RondoError*                error);

/**
   Begin with the weights of a model: those tensors that have the name and the
   shape of one of the network's replace what was drawn.

   @param[out] n_taken Parameters that were found, 0 or more.
*/
RONDO_NODISCARD RondoStatus
rondo_learner_start_from(RondoLearner*       learner,
                         const RondoTensors* tensors,
                         size_t*             n_taken,
                         RondoError*         error);

/// Free the blocks.
void
rondo_learner_clear(RondoLearner* learner);

/**
   Write the best parameters (or the averaged ones before the first judgement)
   as a model, atomically.

   @param card JSON text of the description's "card" object, or NULL.
*/
RONDO_NODISCARD RondoStatus
rondo_learner_write_model(const RondoLearner* learner,
                          const char*         path,
                          const char*         card,
                          RondoError*         error);

/**
   Write a checkpoint atomically.

   @param state (n_state) What else the loop needs to go on.
*/
RONDO_NODISCARD RondoStatus
rondo_learner_write_checkpoint(const RondoLearner* learner,
                               const char*         path,
                               double              seconds,
                               const double*       state,
                               size_t              n_state,
                               RondoError*         error);

/// Go on from a checkpoint with as much state; all is untouched on failure.
RONDO_NODISCARD RondoStatus
rondo_learner_read_checkpoint(RondoLearner* learner,
                              const char*   path,
                              double*       seconds,
                              double*       state,
                              size_t        n_state,
                              RondoError*   error);

// Processing (does not allocate)

/**
   Return the rate of step 1, 2 …: it rises linearly for `warm_up` steps to
   `high`, then falls to `low` at `n_steps` along half a cosine (Loshchilov and
   Hutter 2017).
*/
double
rondo_cosine_rate(size_t step,
                  size_t n_steps,
                  size_t warm_up,
                  double high,
                  double low);

/// Set the gradients to the sum of `blocks`, in their order, times `scale`.
void
rondo_learner_gather(RondoLearner*       learner,
                     const float* const* blocks,
                     size_t              n_blocks,
                     double              scale);

/**
   Take one step along `gradients`, which are clipped.

   @param loss Of the step, for the report.
   @return RONDO_ERR_UNSUPPORTED, with the step in the message, if the loss or
   the gradient is not finite; the parameters are then untouched.
*/
RONDO_NODISCARD RondoStatus
rondo_learner_update(RondoLearner*      learner,
                     const RondoUpdate* update,
                     double             learning_rate,
                     double             loss,
                     RondoTrainStep*    step,
                     RondoError*        error);

/// Keep the averaged parameters if `loss` is the lowest so far; return that.
bool
rondo_learner_keep_best(RondoLearner* learner, double loss);

RONDO_END_DECLS

#endif // RONDO_TRAIN_LEARNER_H
