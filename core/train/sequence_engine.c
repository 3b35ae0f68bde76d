// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_engine.h"

#include "core/base/arena.h"
#include "core/net/sequence.h"
#include "core/net/stream.h"
#include "core/train/sequence_worker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Nearest to 0 and 1 that probabilities are taken for
static const float least = 1e-37f;

struct RondoSequenceEngineImpl {
  const RondoModel* model;
  RondoActivation   undone; ///< Sigmoid or softmax, or identity
  size_t            max_items;
  bool              sees_all;  ///< There are no streams
  bool              is_single; ///< One output per sequence
  RondoStream**     streams;   ///< (max_items)
  float*            x;         ///< (max_steps, n_inputs) Of one sequence
  float*            y;         ///< (max_steps, n_outputs)
  float*            all;       ///< (max_steps, max_items, n_outputs)
};

static RondoStatus
make_room(RondoSequenceEngine* engine, size_t max_steps)
{
  const size_t n_x = max_steps * rondo_model_n_inputs(engine->model);
  const size_t n_y = max_steps * rondo_model_n_outputs(engine->model);
  engine->x        = (float*)rondo_aligned_new(n_x * sizeof(float));
  engine->y        = (float*)rondo_aligned_new(n_y * sizeof(float));
  engine->all =
    (float*)rondo_aligned_new(n_y * engine->max_items * sizeof(float));
  engine->streams =
    (RondoStream**)calloc(engine->max_items, sizeof(RondoStream*));
  if (!engine->x || !engine->y || !engine->all || !engine->streams) {
    return RONDO_ERR_NO_MEMORY;
  }
  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0; i < engine->max_items && !engine->sees_all && !st; ++i) {
    st = rondo_stream_new(engine->model, 1U, &engine->streams[i]);
  }
  return st;
}

RondoStatus
rondo_sequence_engine_new(const RondoModel*     model,
                          bool                  logits,
                          size_t                max_steps,
                          size_t                max_items,
                          RondoSequenceEngine** out,
                          RondoError*           error)
{
  *out = NULL;
  RondoSequenceEngine* const engine =
    (RondoSequenceEngine*)calloc(1, sizeof(RondoSequenceEngine));
  RondoStatus st = engine ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
  if (!st) {
    const RondoDescription* const d    = rondo_model_description(model);
    const RondoLayer* const       last = &d->layers[d->n_layers - 1U];

    engine->model     = model;
    engine->undone    = logits && last->type == RONDO_LAYER_LINEAR
                          ? last->activation
                          : RONDO_ACTIVATION_IDENTITY;
    engine->max_items = max_items;
    engine->sees_all  = rondo_description_sees_all(d);
    engine->is_single = rondo_description_is_single(d);
    st                = make_room(engine, max_steps);
  }
  if (st) {
    rondo_sequence_engine_free(engine);
    return rondo_error_set_status(error, st);
  }
  *out = engine;
  return RONDO_SUCCESS;
}

void
rondo_sequence_engine_free(RondoSequenceEngine* engine)
{
  if (engine) {
    for (size_t i = 0; engine->streams && i < engine->max_items; ++i) {
      rondo_stream_free(engine->streams[i]);
    }
    free((void*)engine->streams);
    rondo_aligned_free(engine->all);
    rondo_aligned_free(engine->y);
    rondo_aligned_free(engine->x);
    free(engine);
  }
}

// Undo the activation of the last layer
static float
find_logit(RondoActivation undone, float y)
{
  if (undone == RONDO_ACTIVATION_SIGMOID) {
    return logf(fmaxf(y, least)) - logf(fmaxf(1.0f - y, least));
  }
  return undone == RONDO_ACTIVATION_SOFTMAX ? logf(fmaxf(y, least)) : y;
}

// Run over `n` steps of sequence `item`, which lie in x
static void
run_item(RondoSequenceEngine* engine, bool goes_on, size_t item, size_t n)
{
  if (!engine->sees_all) {
    if (!goes_on) {
      rondo_stream_reset(engine->streams[item]);
    }
    rondo_stream_process(engine->streams[item], n, engine->x, engine->y);
  } else if (rondo_sequence_run(engine->model, 1U, n, engine->x, engine->y)) {
    const size_t n_y = n * rondo_model_n_outputs(engine->model);
    for (size_t i = 0; i < n_y; ++i) {
      engine->y[i] = NAN;
    }
  }
}

const float*
rondo_sequence_engine_run(RondoSequenceEngine* engine,
                          bool                 goes_on,
                          size_t               n_steps,
                          size_t               n_items,
                          const float*         x,
                          const size_t*        lengths)
{
  const size_t X = rondo_model_n_inputs(engine->model);
  const size_t Y = rondo_model_n_outputs(engine->model);
  memset(engine->all, 0, n_steps * n_items * Y * sizeof(float));
  for (size_t i = 0; i < n_items; ++i) {
    const size_t n = lengths[i];
    for (size_t t = 0; t < n; ++t) {
      memcpy(
        engine->x + (t * X), x + (((t * n_items) + i) * X), X * sizeof(float));
    }
    if (n) {
      run_item(engine, goes_on, i, n);
    }
    const size_t first = engine->is_single && n ? n - 1U : 0U;
    for (size_t t = first; t < n; ++t) {
      float* const to = engine->all + ((((t - first) * n_items) + i) * Y);
      for (size_t k = 0; k < Y; ++k) {
        to[k] = find_logit(engine->undone, engine->y[(t * Y) + k]);
      }
    }
  }
  return engine->all;
}
