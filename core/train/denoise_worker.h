// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_worker.h One thread's share of a batch, from mix to gradient.
*/

#ifndef RONDO_TRAIN_DENOISE_WORKER_H
#define RONDO_TRAIN_DENOISE_WORKER_H

#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/denoise_loss.h"
#include "core/train/examples.h"
#include "core/train/mixer.h"
#include "core/train/network.h"
#include "core/train/recipe.h"
#include "core/train/sounds.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// What all workers share
typedef struct {
  const RondoRecipe*   recipe;
  const RondoSounds*   train;
  const RondoSounds*   valid;
  const RondoFrames*   frames;
  const RondoFeatures* features;
  size_t               n_frames; ///< Of an item
} RondoWorkplace;

/// One thread's room
typedef struct {
  const RondoWorkplace* place;
  RondoMixer*           train_mixer;
  RondoMixer*           valid_mixer;
  RondoExamples*        examples;
  RondoDenoiseLoss*     loss;
  RondoNetwork*         network;
  size_t                max_items;
  float*                dy;        ///< (n_frames, max_items, n_outputs)
  float*                gradients; ///< (n_parameters)
  RondoDenoiseScore*    scores;    ///< (max_items)
} RondoWorker;

// Setup (allocates)

/// Make room for up to `max_items` at a time.
RONDO_NODISCARD RondoStatus
rondo_worker_new(const RondoWorkplace* place,
                 size_t                max_items,
                 RondoWorker**         out,
                 RondoError*           error);

/// Free; NULL is harmless.
void
rondo_worker_free(RondoWorker* worker);

// Processing (does not allocate)

/**
   Run `n_items` for training: `gradients` becomes the sum of theirs, times
   `scale`.

   @param first Random stream of the first item.
*/
void
rondo_worker_train(RondoWorker* worker,
                   const float* parameters,
                   uint64_t     first,
                   size_t       n_items,
                   double       scale);

/// Score `n_items` for judgement.
void
rondo_worker_judge(RondoWorker* worker,
                   const float* parameters,
                   uint64_t     first,
                   size_t       n_items);

RONDO_END_DECLS

#endif // RONDO_TRAIN_DENOISE_WORKER_H
