// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/stream.h"

#include "core/base/arena.h"
#include "core/net/stream_private.h"

#include <stdint.h>
#include <string.h>

static size_t
larger(size_t a, size_t b)
{
  return a > b ? a : b;
}

// Take (n_rows, n_channels, width) floats, 0 of which is well
static float*
take(RondoArena* arena, size_t n_rows, size_t n_channels, size_t width)
{
  size_t count = 0U;
  if (__builtin_mul_overflow(n_rows * width, n_channels, &count)) {
    arena->overflow = true;
    return NULL;
  }
  return (float*)rondo_arena_take(arena, count, sizeof(float));
}

// Count or place all that a stream consists of
static RondoStream*
carve(RondoArena* arena, const RondoModel* model, size_t n_channels)
{
  // While counting, results go into a stream that is thrown away
  RondoStream        counted = { .model = model };
  RondoStream* const placed =
    (RondoStream*)rondo_arena_take(arena, 1U, sizeof(RondoStream));
  RondoStream* const stream = placed ? placed : &counted;

  stream->model      = model;
  stream->n_channels = n_channels;
  stream->cells      = (RondoCellState*)rondo_arena_take(
    arena, model->n_cells, sizeof(RondoCellState));

  size_t widest_input   = 0U;
  size_t widest_product = 0U;
  size_t widest_work    = 0U;
  for (size_t i = 0U; i < model->n_cells; ++i) {
    const RondoCell* const cell    = &model->cells[i];
    const bool             is_lstm = cell->layer->type == RONDO_LAYER_LSTM;
    const size_t           stride  = cell->stride;
    float* const rows = take(arena, 1U + RONDO_BLOCK, n_channels, stride);
    float* const c    = take(arena, is_lstm ? 1U : 0U, n_channels, stride);
    if (stream->cells) {
      stream->cells[i].rows = rows;
      stream->cells[i].c    = c;
    }
    if (cell->n_sources > 1U) {
      widest_input = larger(widest_input, cell->n_inputs);
    }
    if (cell->u.n_gates) {
      widest_product = larger(widest_product, stride * cell->w.n_gates);
    }
    if (cell->candidate.n_gates) {
      widest_work = larger(widest_work, stride);
    }
  }
  stream->gathered = take(arena, RONDO_BLOCK, n_channels, widest_input);
  stream->products = take(arena, RONDO_BLOCK, n_channels, widest_product);
  stream->work     = take(arena, 2U, n_channels, widest_work);
  return placed;
}

size_t
rondo_stream_size(const RondoModel* model, size_t n_channels)
{
  RondoArena arena = rondo_arena(NULL);
  carve(&arena, model, n_channels);
  return arena.overflow ? 0U : arena.used;
}

RondoStream*
rondo_stream_init(void* memory, const RondoModel* model, size_t n_channels)
{
  memset(memory, 0, rondo_stream_size(model, n_channels));
  RondoArena arena = rondo_arena(memory);
  return carve(&arena, model, n_channels);
}

RondoStatus
rondo_stream_new(const RondoModel* model, size_t n_channels, RondoStream** out)
{
  *out              = NULL;
  const size_t size = rondo_stream_size(model, n_channels);
  if (!n_channels || !size) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  void* const memory = rondo_aligned_new(size);
  if (!memory) {
    return RONDO_ERR_NO_MEMORY;
  }
  *out = rondo_stream_init(memory, model, n_channels);
  return RONDO_SUCCESS;
}

void
rondo_stream_free(RondoStream* stream)
{
  rondo_aligned_free(stream);
}
