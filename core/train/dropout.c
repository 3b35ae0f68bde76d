// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network_private.h"

#include <string.h>

// Return the share of a source that a layer does not see
static double
source_rate(const RondoDescription* const description,
            const RondoDropout* const     dropout,
            const RondoLayer* const       layer,
            const size_t                  source)
{
  // Tokens cannot be dropped: the rows of their table are, by who reads them
  if (layer->type == RONDO_LAYER_EMBEDDING) {
    return 0.0;
  }
  if (source == RONDO_SOURCE_INPUTS ||
      description->layers[source].type == RONDO_LAYER_EMBEDDING) {
    return dropout->inputs;
  }

  // What only passes on is not dropped twice
  const bool passes_on = layer->type == RONDO_LAYER_LAST ||
                         layer->type == RONDO_LAYER_MEAN ||
                         layer->type == RONDO_LAYER_LAYER_NORM;
  return passes_on ? 0.0 : dropout->layers;
}

// Return whether a level does not see all that it reads
static bool
is_dropping(const RondoDescription* const description,
            const RondoDropout* const     dropout,
            const RondoLayer* const       layer,
            const RondoLevel* const       level)
{
  if (level->index) {
    return dropout->layers > 0.0;
  }

  bool is = false;
  for (size_t i = 0; i < layer->n_sources; ++i) {
    const size_t source = layer->sources[i];
    is = is || source_rate(description, dropout, layer, source) > 0.0;
  }
  return is;
}

// Carve what dropout needs; with a counting arena, only count
static void
place_dropout(RondoArena* const         arena,
              RondoNetwork* const       network,
              const RondoDropout* const dropout)
{
  const size_t T        = network->max_steps;
  const size_t B        = network->max_batch;
  size_t       n_widest = 0;
  for (size_t i = 0; i < network->description->n_layers; ++i) {
    const RondoEntry* const entry = &network->entries[i];
    for (size_t j = 0; j < entry->layer->n_stacked; ++j) {
      RondoLevel* const level    = &entry->levels[j];
      const size_t      X        = level->n_inputs;
      RondoReal*        parts[2] = { NULL, NULL };
      if (is_dropping(network->description, dropout, entry->layer, level)) {
        parts[0] = rondo_network_take(arena, T, B, X, 1);
        parts[1] =
          rondo_network_take(arena, dropout->same_over_time ? 1 : T, B, X, 1);
        n_widest = X > n_widest ? X : n_widest;
      }
      if (arena->base) {
        level->dropped = parts[0];
        level->mask    = parts[1];
      }
    }
  }

  RondoReal* const ddropped = rondo_network_take(arena, T, B, n_widest, 1);
  if (arena->base) {
    network->ddropped = ddropped;
  }
}

RondoStatus
rondo_dropout_read(RondoConfig* const  config,
                   RondoDropout* const dropout,
                   RondoError* const   error)
{
  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_config_number(
         config, "inputs", 0.0, 0.99, &dropout->inputs, error)) ||
      (st = rondo_config_number(
         config, "layers", 0.0, 0.99, &dropout->layers, error))) {
    return st;
  }
  return rondo_config_boolean(
    config, "same_over_time", &dropout->same_over_time, error);
}

RondoStatus
rondo_network_set_dropout(RondoNetwork* const       network,
                          const RondoDropout* const dropout,
                          RondoError* const         error)
{
  const double rates[] = { dropout->inputs, dropout->layers };
  for (size_t i = 0; i < 2; ++i) {
    if (!(rates[i] >= 0.0 && rates[i] < 1.0)) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "cannot leave out a share of %g: expected at "
                             "least 0 and less than 1",
                             rates[i]);
    }
  }

  RondoArena counter = rondo_arena(NULL);
  place_dropout(&counter, network, dropout);

  void* const memory =
    counter.overflow ? NULL : rondo_aligned_new(counter.used);
  if (!memory) {
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "no memory for dropout");
  }

  rondo_aligned_free(network->dropout_memory);
  RondoArena arena = rondo_arena(memory);
  place_dropout(&arena, network, dropout);
  network->dropout_memory = memory;
  network->dropout        = *dropout;
  network->is_dropped     = false;
  return RONDO_SUCCESS;
}

// Draw columns of a mask (n_rows, stride): 0, or 1 / (1 - rate)
static void
draw_columns(RondoRandom* const random,
             const double       rate,
             const size_t       n_rows,
             const size_t       width,
             RondoReal*         mask,
             const size_t       stride)
{
  const RondoReal kept = (RondoReal)(1.0 / (1.0 - rate));
  for (size_t row = 0; row < n_rows; ++row, mask += stride) {
    for (size_t i = 0; i < width; ++i) {
      mask[i] = (double)rondo_random_uniform(random) < rate ? 0 : kept;
    }
  }
}

static void
draw_mask(const RondoNetwork* const network,
          const RondoLayer* const   layer,
          const RondoLevel* const   level,
          const size_t              n_rows,
          RondoRandom* const        random)
{
  const RondoDropout* const dropout = &network->dropout;

  const size_t X = level->n_inputs;
  if (level->index) {
    draw_columns(random, dropout->layers, n_rows, X, level->mask, X);
    return;
  }

  const RondoDescription* const description = network->description;

  const size_t N      = rondo_layer_n_joined(layer);
  RondoReal*   column = level->mask;
  for (size_t i = 0; i < layer->n_sources; ++i) {
    const size_t source = layer->sources[i];
    const size_t width  = rondo_description_width(description, source);
    const double rate   = source_rate(description, dropout, layer, source);
    draw_columns(random, rate, n_rows * N, width / N, column, X / N);
    column += width / N;
  }
}

void
rondo_dropout_forward(const RondoNetwork* const network,
                      const RondoLayer* const   layer,
                      const RondoLevel* const   level,
                      const RondoReal* const    x,
                      const size_t              n_steps,
                      RondoRandom* const        random)
{
  const size_t n       = network->batch.B * level->n_inputs;
  const size_t n_masks = network->dropout.same_over_time ? 1 : n_steps;
  draw_mask(network, layer, level, n_masks * network->batch.B, random);

  for (size_t t = 0; t < n_steps; ++t) {
    const RondoReal* const mask = level->mask + (n_masks > 1 ? t * n : 0);
    const RondoReal* const from = x + (t * n);
    RondoReal* const       to   = level->dropped + (t * n);
    for (size_t i = 0; i < n; ++i) {
      to[i] = mask[i] * from[i];
    }
  }
}

void
rondo_dropout_backward(const RondoNetwork* const network,
                       const RondoLevel* const   level,
                       const size_t              n_steps,
                       RondoReal* const          dx)
{
  const size_t n    = network->batch.B * level->n_inputs;
  const bool   same = network->dropout.same_over_time;
  for (size_t t = 0; t < n_steps; ++t) {
    const RondoReal* const          mask = level->mask + (same ? 0 : t * n);
    const RondoReal* const          from = network->ddropped + (t * n);
    RondoReal* RONDO_RESTRICT const to   = dx + (t * n);
    for (size_t i = 0; i < n; ++i) {
      to[i] += mask[i] * from[i];
    }
  }
}
