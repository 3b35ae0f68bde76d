// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/composer.h"

#include "core/base/arena.h"
#include "core/music/composer_private.h"

RondoStatus
rondo_composer_check(const RondoModel* const model, RondoError* const error)
{
  const RondoDescription* const d    = rondo_model_description(model);
  RondoConfig*                  task = NULL;
  RondoStatus st = rondo_description_task(d, "melody", &task, error);
  if (st || (st = rondo_model_check_lookahead(model, 0, error))) {
    return st;
  }
  size_t n_tokens = 0;
  for (size_t i = 0; i < d->n_layers; ++i) {
    n_tokens = d->layers[i].n_tokens ? d->layers[i].n_tokens : n_tokens;
  }
  if (d->n_inputs != RONDO_MELODY_N_INPUTS ||
      d->n_outputs != RONDO_MELODY_TOKENS || n_tokens != RONDO_MELODY_TABLE ||
      rondo_description_is_single(d) || rondo_model_delay(model, 0) ||
      d->layers[d->n_layers - 1].activation != RONDO_ACTIVATION_SOFTMAX) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected %d inputs, tokens of %d, %d outputs of a "
                           "softmax, and no delay",
                           RONDO_MELODY_N_INPUTS,
                           RONDO_MELODY_TABLE,
                           RONDO_MELODY_TOKENS);
  }
  return RONDO_SUCCESS;
}

// Place a composer and its stream
static RondoComposer*
carve(RondoArena* const arena, const RondoModel* const model)
{
  RondoComposer* const composer =
    (RondoComposer*)rondo_arena_take(arena, 1, sizeof(RondoComposer));
  void* const stream = rondo_arena_take(arena, 1, rondo_stream_size(model, 1));
  if (composer) {
    const RondoBar common = { 4, 4 };
    composer->stream      = rondo_stream_init(stream, model, 1);
    rondo_composer_begin(composer, common, RONDO_MODE_UNKNOWN, 0, 0, 0);
  }
  return composer;
}

size_t
rondo_composer_size(const RondoModel* const model)
{
  RondoArena arena = rondo_arena(NULL);
  (void)carve(&arena, model);
  return arena.overflow || !rondo_stream_size(model, 1) ? 0 : arena.used;
}

RondoComposer*
rondo_composer_init(void* const memory, const RondoModel* const model)
{
  RondoArena arena = rondo_arena(memory);
  return carve(&arena, model);
}

RondoStatus
rondo_composer_new(const RondoModel* const model, RondoComposer** const out)
{
  const size_t size   = rondo_composer_size(model);
  void* const  memory = size ? rondo_aligned_new(size) : NULL;
  *out                = memory ? rondo_composer_init(memory, model) : NULL;
  return memory ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
}

void
rondo_composer_free(RondoComposer* const composer)
{
  rondo_aligned_free(composer);
}
