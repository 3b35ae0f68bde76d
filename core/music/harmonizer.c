// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/harmonizer.h"

#include "core/base/arena.h"
#include "core/music/harmonizer_private.h"

RondoStatus
rondo_harmonizer_check(const RondoModel* const model, RondoError* const error)
{
  const RondoDescription* const d    = rondo_model_description(model);
  RondoConfig*                  task = NULL;
  RondoStatus st = rondo_description_task(d, "chorale", &task, error);
  if (st || (st = rondo_model_check_lookahead(model, 0, error))) {
    return st;
  }
  size_t n_tokens = 0;
  for (size_t i = 0; i < d->n_layers; ++i) {
    n_tokens = d->layers[i].n_tokens ? d->layers[i].n_tokens : n_tokens;
  }
  const RondoLayer* const last = &d->layers[d->n_layers - 1];
  if (d->n_inputs != RONDO_CHORALE_N_INPUTS ||
      d->n_outputs != RONDO_CHORALE_TOKENS || n_tokens != RONDO_CHORALE_TABLE ||
      rondo_description_is_single(d) || rondo_model_delay(model, 0) ||
      last->n_groups != 1 || last->activation != RONDO_ACTIVATION_SOFTMAX) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected %d inputs, tokens of %d, %d outputs of a "
                           "softmax, and no delay",
                           RONDO_CHORALE_N_INPUTS,
                           RONDO_CHORALE_TABLE,
                           RONDO_CHORALE_TOKENS);
  }
  return RONDO_SUCCESS;
}

// Place a harmonizer and its stream
static RondoHarmonizer*
carve(RondoArena* const arena, const RondoModel* const model)
{
  RondoHarmonizer* const h =
    (RondoHarmonizer*)rondo_arena_take(arena, 1, sizeof(RondoHarmonizer));
  void* const stream = rondo_arena_take(arena, 1, rondo_stream_size(model, 1));
  if (h) {
    const RondoBar common = { 4, 4 };
    h->stream             = rondo_stream_init(stream, model, 1);
    rondo_harmonizer_begin(h, common, RONDO_MODE_UNKNOWN, 0, 0, 0);
  }
  return h;
}

size_t
rondo_harmonizer_size(const RondoModel* const model)
{
  RondoArena arena = rondo_arena(NULL);
  (void)carve(&arena, model);
  return arena.overflow || !rondo_stream_size(model, 1) ? 0 : arena.used;
}

RondoHarmonizer*
rondo_harmonizer_init(void* const memory, const RondoModel* const model)
{
  RondoArena arena = rondo_arena(memory);
  return carve(&arena, model);
}

RondoStatus
rondo_harmonizer_new(const RondoModel* const model, RondoHarmonizer** const out)
{
  const size_t size   = rondo_harmonizer_size(model);
  void* const  memory = size ? rondo_aligned_new(size) : NULL;
  *out                = memory ? rondo_harmonizer_init(memory, model) : NULL;
  return memory ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
}

void
rondo_harmonizer_free(RondoHarmonizer* const harmonizer)
{
  rondo_aligned_free(harmonizer);
}
