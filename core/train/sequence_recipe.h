// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_recipe.h How a network is trained on sequences.

       {"version": 1,
        "model": {the description of the network, its task included},
        "data": {"kind": …}, "training": {…}, "card": {…}}

   What the data decide may be 0 or left out in the model: "inputs", "tokens"
   of an embedding, "out" of the last layer.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_SEQUENCE_RECIPE_H
#define RONDO_TRAIN_SEQUENCE_RECIPE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/train/corpus.h"
#include "core/train/sequence_settings.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// What is learnt from sequences: the "name" of the task
typedef enum {
  RONDO_TASK_FRAMES,   ///< Values or classes from values
  RONDO_TASK_CLASSIFY, ///< One label of a text
  RONDO_TASK_TAG,      ///< A label for each word
  RONDO_TASK_LANGUAGE, ///< The next token
  RONDO_TASK_MELODY,   ///< The next token of a melody
  RONDO_TASK_CHORALE,  ///< The next token of four parts
  RONDO_TASK_HARMONY,  ///< Hidden cells of four parts
} RondoTask;

/// "frames", "classify", "tag", "language", "melody", "chorale" and "harmony",
/// then NULL
extern const char* const rondo_task_names[];

/// How outputs are scored: "loss" of the task `frames`
typedef enum {
  RONDO_LOSS_SQUARED, ///< Mean of the squared errors of a step
  RONDO_LOSS_BINARY,  ///< Cross-entropy, summed over the outputs of a step
  RONDO_LOSS_CLASSES, ///< Cross-entropy of a class
} RondoLossKind;

/// A recipe that was read
typedef struct {
  RondoConfig*          config;
  RondoTask             task;
  RondoLossKind         loss;
  RondoConfig*          data;        ///< Borrowed from `config`
  RondoDescription*     description; ///< After rondo_sequence_recipe_fill()
  RondoSequenceSettings training;
  char*                 card; ///< JSON text of "card", or NULL
} RondoSequenceRecipe;

/// Find the name of the task of a recipe, or NULL if it has none.
RONDO_NODISCARD RondoStatus
rondo_recipe_task(RondoConfig* recipe, const char** name, RondoError* error);

/// Read all but the data and the description; `config` is owned from then on.
RONDO_NODISCARD RondoStatus
rondo_sequence_recipe_new(RondoConfig*          config,
                          RondoSequenceRecipe** out,
                          RondoError*           error);

/// Free; NULL is harmless.
void
rondo_sequence_recipe_free(RondoSequenceRecipe* recipe);

/// Complete the description by what the data are, and check that they fit.
RONDO_NODISCARD RondoStatus
rondo_sequence_recipe_fill(RondoSequenceRecipe* recipe,
                           const RondoCorpus*   corpus,
                           RondoError*          error);

/// Read the "loss" of a task `frames`.
RONDO_NODISCARD RondoStatus
rondo_task_read_loss(RondoConfig* task, RondoLossKind* loss, RondoError* error);

/// Check that sequences are what `description` takes and gives.
RONDO_NODISCARD RondoStatus
rondo_sequences_check(const RondoSequences*   sequences,
                      const RondoDescription* description,
                      RondoLossKind           loss,
                      RondoError*             error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_RECIPE_H
