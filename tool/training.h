// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file training.h A training run, whatever is trained.
*/

#ifndef RONDO_TOOL_TRAINING_H
#define RONDO_TOOL_TRAINING_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/train/learner.h"
#include "core/train/recipe.h"
#include "core/train/sounds.h"
#include "tool/console.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/// What every kind of training can do
typedef struct {
  void (*free)(void* self);

  RondoStatus (*step)(void* self, RondoTrainStep* step, RondoError* error);

  /// Return whether the run is over before its last step.
  bool (*is_done)(const void* self);

  /// Return whether a judgement, or a checkpoint, is due after `step`.
  bool (*judge_is_due)(const void* self, size_t step);
  bool (*checkpoint_is_due)(const void* self, size_t step);

  /// Judge; return whether it is the best so far.
  bool (*judge)(void* self);

  /// Print the last judgement for a reader, without a newline.
  void (*print)(const void* self, FILE* stream);

  /// Print the scores of the last judgement as pairs of a JSON object.
  void (*put_scores)(const void* self, FILE* stream, int* first);

  /// Print what the log alone tells of it, likewise; may be NULL.
  void (*put_log)(const void* self, FILE* stream, int* first);

  /// Print what else the card tells, as pairs of a JSON object.
  void (*put_card)(const void* self, FILE* stream, int* first);

  RondoStatus (*write_checkpoint)(const void* self,
                                  const char* path,
                                  double      seconds,
                                  RondoError* error);
  RondoStatus (*read_checkpoint)(void*       self,
                                 const char* path,
                                 double*     seconds,
                                 RondoError* error);
} RondoTrainingType;

/// A training run of any kind
typedef struct {
  const RondoTrainingType* type;
  void*                    self;
  RondoLearner*            learner;
  size_t                   n_steps; ///< Of the whole run
  double                   amount;  ///< What a step sees
  const char*              unit;    ///< Of the amount, such as "s of sound"
  const char*              card;    ///< JSON text of the recipe's, or NULL
} RondoTraining;

/// What the command line says of a run
typedef struct {
  const char* recipe;
  const char* data; ///< Folder
  size_t      n_threads;
  size_t      n_steps; ///< Or 0: as the recipe says
} RondoTrainingOptions;

/// Return how many threads train if nobody says: one for each processor.
long
rondo_training_default_threads(void);

/// Read the voices and noises of a denoiser's recipe, and note what there is.
RONDO_NODISCARD RondoStatus
rondo_training_read_sounds(const RondoRecipe* recipe,
                           const char*        data,
                           bool               is_valid,
                           RondoConsole*      console,
                           RondoSounds**      out,
                           RondoError*        error);

/// Prepare to train a denoiser.
RONDO_NODISCARD RondoStatus
rondo_training_new_denoise(const RondoTrainingOptions* options,
                           RondoConsole*               console,
                           RondoTraining*              out,
                           RondoError*                 error);

/// Prepare to train on sequences; `recipe` is owned from then on.
RONDO_NODISCARD RondoStatus
rondo_training_new_sequences(const RondoTrainingOptions* options,
                             RondoConfig*                recipe,
                             RondoConsole*               console,
                             RondoTraining*              out,
                             RondoError*                 error);

#endif // RONDO_TOOL_TRAINING_H
