// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_worker.h"

#include "core/base/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Items that judge are always the same, whatever the recipe's seed
#define JUDGE_SEED 20260101U

void
rondo_worker_free(RondoWorker* const worker)
{
  if (worker) {
    rondo_mixer_free(worker->train_mixer);
    rondo_mixer_free(worker->valid_mixer);
    rondo_denoise_loss_free(worker->loss);
    rondo_examples_free(worker->examples);
    rondo_network_free(worker->network);
    rondo_aligned_free(worker->dy);
    rondo_aligned_free(worker->gradients);
    free(worker->scores);
    free(worker);
  }
}

static RondoStatus
make_room(RondoWorker* const w, RondoError* const error)
{
  const RondoWorkplace* const   place       = w->place;
  const RondoDescription* const description = place->recipe->description;
  const RondoMixSettings* const mix         = &place->recipe->mix;

  const size_t n_samples =
    rondo_examples_n_samples(place->frames, place->n_frames);
  const size_t n_y = place->n_frames * w->max_items * description->n_outputs;
  const size_t n_parameters = rondo_network_n_parameters(description);

  w->dy        = (float*)rondo_aligned_new(n_y * sizeof(float));
  w->gradients = (float*)rondo_aligned_new(n_parameters * sizeof(float));
  w->scores =
    (RondoDenoiseScore*)calloc(w->max_items, sizeof(RondoDenoiseScore));

  RondoStatus st =
    w->dy && w->gradients && w->scores ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
  if (st ||
      (st = rondo_mixer_new(place->train, mix, n_samples, &w->train_mixer)) ||
      (st = rondo_mixer_new(place->valid, mix, n_samples, &w->valid_mixer)) ||
      (st = rondo_examples_new(place->features,
                               place->frames,
                               place->n_frames,
                               w->max_items,
                               &w->examples)) ||
      (st =
         rondo_denoise_loss_new(&place->recipe->loss, w->examples, &w->loss))) {
    return rondo_error_set_status(error, st);
  }
  if ((st = rondo_network_new(
         description, place->n_frames, w->max_items, &w->network, error))) {
    return st;
  }
  return rondo_network_set_dropout(
    w->network, &place->recipe->training.dropout, error);
}

RondoStatus
rondo_worker_new(const RondoWorkplace* const place,
                 const size_t                max_items,
                 RondoWorker** const         out,
                 RondoError* const           error)
{
  *out                 = NULL;
  RondoWorker* const w = (RondoWorker*)calloc(1, sizeof(RondoWorker));
  if (!w) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  w->place     = place;
  w->max_items = max_items;

  const RondoStatus status = make_room(w, error);
  if (status) {
    rondo_worker_free(w);
    return status;
  }
  *out = w;
  return RONDO_SUCCESS;
}

static void
mix_items(RondoWorker* const w,
          RondoMixer* const  mixer,
          const uint64_t     seed,
          const uint64_t     first,
          const size_t       n_items)
{
  for (size_t i = 0; i < n_items; ++i) {
    RondoRandom random = rondo_random(seed, first + i);
    RondoMix    mix;
    rondo_mixer_draw(mixer, &random, &mix);
    rondo_examples_set(w->examples, i, &mix);
  }
}

// Run the network over the examples and score them; with `random`, which draws
// dropout, to train.  The rows of a batch of
// fewer items than there is room for stay `max_items` apart, so the network
// sees all of them; what it says of the idle ones has no gradient.
static void
run_items(RondoWorker* const w,
          const float* const parameters,
          const size_t       n_items,
          const double       scale,
          RondoRandom* const random)
{
  const size_t n_outputs = w->place->recipe->description->n_outputs;
  const size_t stride    = w->max_items * n_outputs;
  if (random && n_items < w->max_items) {
    memset(w->dy, 0, w->place->n_frames * stride * sizeof(float));
  }

  rondo_network_reset(w->network);
  const float* const y = rondo_network_forward(w->network,
                                               parameters,
                                               w->place->n_frames,
                                               w->max_items,
                                               w->examples->x,
                                               NULL,
                                               random);
  for (size_t i = 0; i < n_items; ++i) {
    rondo_denoise_loss_process(w->loss,
                               &w->examples->examples[i],
                               y + (i * n_outputs),
                               stride,
                               scale,
                               random ? w->dy + (i * n_outputs) : NULL,
                               &w->scores[i]);
  }
}

void
rondo_worker_train(RondoWorker* const w,
                   const float* const parameters,
                   const uint64_t     first,
                   const size_t       n_items,
                   const double       scale)
{
  const RondoRecipe* const recipe = w->place->recipe;
  memset(w->gradients,
         0,
         rondo_network_n_parameters(recipe->description) * sizeof(float));
  if (n_items) {
    RondoRandom random = rondo_random(recipe->training.seed + 1, first);
    mix_items(w, w->train_mixer, recipe->training.seed, first, n_items);
    run_items(w, parameters, n_items, scale, &random);
    rondo_network_backward(w->network, parameters, w->dy, w->gradients, NULL);
  }
}

void
rondo_worker_judge(RondoWorker* const w,
                   const float* const parameters,
                   const uint64_t     first,
                   const size_t       n_items)
{
  if (n_items) {
    mix_items(w, w->valid_mixer, JUDGE_SEED, first, n_items);
    run_items(w, parameters, n_items, 1.0, NULL);
  }
}
