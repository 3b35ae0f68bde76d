// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file recipe.h How a preset is made.

       {"version": 1,
        "model": {the description of the network, its task included},
        "data": {"speech": "speech/train", "noise": "noise/train",
                 "valid_speech": "speech/valid", "valid_noise": "noise/valid"},
        "mix": {…}, "loss": {…}, "training": {…}, "card": {…}}

   Everything but "version" and "model" has defaults.  Keys that nobody knows
   are errors that name their path.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_RECIPE_H
#define RONDO_TRAIN_RECIPE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/train/denoise_loss.h"
#include "core/train/mixer.h"
#include "core/train/network.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_RECIPE_VERSION 1U

/// The object "training" of a recipe
typedef struct {
  size_t       seed;
  size_t       steps;               ///< Updates in all
  size_t       batch;               ///< Items of an update
  double       item_seconds;        ///< Length of an item
  double       sample_rate;         ///< At which items are mixed, Hz
  double       learning_rate;       ///< After the warm-up
  double       final_learning_rate; ///< At the end, reached along a cosine
  size_t       warm_up;             ///< Steps in which the rate rises from 0
  double       clip;                ///< Largest norm of a gradient
  double       weight_decay;
  double       averaging;        ///< Decay of the averaged parameters, per step
  size_t       valid_every;      ///< Steps
  size_t       valid_items;      ///< Items that are judged
  size_t       checkpoint_every; ///< Steps
  RondoDropout dropout;
} RondoTrainSettings;

/// A recipe that was read
typedef struct {
  RondoConfig*             config;
  RondoDescription*        description;
  const char*              speech; ///< Folders, borrowed from `config`
  const char*              noise;
  const char*              valid_speech;
  const char*              valid_noise;
  char*                    card; ///< JSON text of "card", or NULL
  RondoMixSettings         mix;
  RondoDenoiseLossSettings loss;
  RondoTrainSettings       training;
} RondoRecipe;

/// Read the recipe at `path`.
RONDO_NODISCARD RondoStatus
rondo_recipe_read(const char* path, RondoRecipe** out, RondoError* error);

/// Read a recipe from JSON text.
RONDO_NODISCARD RondoStatus
rondo_recipe_parse(const char*   text,
                   size_t        length,
                   RondoRecipe** out,
                   RondoError*   error);

/// Free; NULL is harmless.
void
rondo_recipe_free(RondoRecipe* recipe);

RONDO_END_DECLS

#endif // RONDO_TRAIN_RECIPE_H
