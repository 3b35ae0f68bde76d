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

// Take (n_rows, n, width) elements of `size` bytes, 0 of which is well
static void*
take(RondoArena* arena, size_t n_rows, size_t n, size_t width, size_t size)
{
  size_t count = 0U;
  if (__builtin_mul_overflow(n_rows, width, &count) ||
      __builtin_mul_overflow(count, n, &count)) {
    arena->overflow = true;
    return NULL;
  }
  return rondo_arena_take(arena, count, size);
}

static float*
take_floats(RondoArena* arena, size_t n_rows, size_t n, size_t width)
{
  return (float*)take(arena, n_rows, n, width, sizeof(float));
}

// Return the frames that `reader` needs of `source`, besides the newest
static size_t
count_history(const RondoModel* model,
              const RondoCell*  reader,
              size_t            source,
              size_t            lookahead)
{
  const size_t delay    = source == RONDO_SOURCE_INPUTS
                            ? 0U
                            : rondo_cell_delay(&model->cells[source], lookahead);
  const size_t n_kernel = reader->layer->n_kernel;
  return rondo_cell_input_delay(reader, lookahead) - delay +
         (n_kernel ? n_kernel - 1U : 0U);
}

// Return the frames that must be kept of the input, or a cell
static size_t
find_history(const RondoModel* model, size_t index, size_t lookahead)
{
  const RondoCell* const cells     = model->cells;
  size_t                 n_history = 0U;
  if (index != RONDO_SOURCE_INPUTS) {
    const RondoLayer* const layer = cells[index].layer;
    n_history = rondo_layer_is_recurrent(layer) && !layer->along_groups &&
                !cells[index].is_reverse;
    if (index >= model->output) {
      n_history = larger(n_history,
                         rondo_model_delay(model, lookahead) -
                           rondo_cell_delay(&cells[index], lookahead));
    }
  }
  for (size_t i = 0U; i < model->n_cells; ++i) {
    for (size_t j = 0U; j < cells[i].n_sources; ++j) {
      const size_t first = cells[i].sources[j];
      const bool   reads =
        first == index ||
        (first != RONDO_SOURCE_INPUTS && index > first &&
         index - first < rondo_model_n_directions(model, first));
      if (reads) {
        n_history =
          larger(n_history, count_history(model, &cells[i], index, lookahead));
      }
    }
  }
  return n_history;
}

// Count or place what cell `index` keeps from block to block
static void
carve_cell(RondoStream* stream, RondoArena* arena, size_t index)
{
  const RondoCell* const cell      = &stream->model->cells[index];
  const RondoLayer*      layer     = cell->layer;
  const size_t           lookahead = stream->lookahead;
  const size_t           n_block   = stream->n_block;
  const size_t           n         = rondo_stream_n_vectors(stream, cell);
  const bool             is_mean   = layer->type == RONDO_LAYER_MEAN;
  const bool has_c = layer->type == RONDO_LAYER_LSTM && !layer->along_groups;

  const size_t n_ahead     = rondo_cell_n_ahead(cell, lookahead);
  const bool   has_windows = n_ahead && n_ahead != RONDO_LOOKAHEAD_WHOLE;

  RondoCellState state = { .row_size = n * cell->stride };
  state.n_history      = find_history(stream->model, index, lookahead);
  state.n_ahead        = n_ahead;
  state.n_kept =
    has_windows && lookahead != RONDO_LOOKAHEAD_WHOLE ? n_ahead : 0U;
  state.input_delay = rondo_cell_input_delay(cell, lookahead);
  state.delay       = rondo_cell_delay(cell, lookahead);
  state.rows = take_floats(arena, state.n_history + n_block, n, cell->stride);
  state.products = take_floats(arena,
                               has_windows ? state.n_kept + n_block : 0U,
                               n,
                               cell->stride * cell->w.n_gates);
  state.c        = take_floats(arena, has_c ? 1U : 0U, n, cell->stride);
  state.sums =
    (double*)take(arena, is_mean ? 1U : 0U, n, cell->n_units, sizeof(double));
  if (stream->cells) {
    stream->cells[index] = state;
  }
}

// Count or place what cells share while they run
static void
carve_shared(RondoStream* stream, RondoArena* arena)
{
  size_t input   = 0U;
  size_t product = 0U;
  size_t state   = 0U;
  size_t work    = 0U;
  for (size_t i = 0U; i < stream->model->n_cells; ++i) {
    const RondoCell* const  cell  = &stream->model->cells[i];
    const RondoLayer* const layer = cell->layer;
    const size_t            G     = layer->n_groups;
    input                         = larger(input, cell->n_inputs * G);
    // Both directions along groups run at the same time
    const size_t D    = layer->along_groups ? layer->n_directions : 1U;
    const size_t size = cell->stride * G * D;
    if (cell->u.n_gates) {
      product = larger(product, size * cell->w.n_gates);
      state   = larger(state, size);
    }
    if (cell->candidate.n_gates) {
      work = larger(work, size);
    }
  }
  const size_t n   = stream->n_channels;
  stream->gathered = take_floats(arena, RONDO_BATCH, n, input);
  stream->products = take_floats(arena, RONDO_BATCH, n, product);
  stream->states   = take_floats(arena, 2U * RONDO_BATCH, n, state);
  stream->c        = take_floats(arena, RONDO_BATCH, n, state);
  stream->work     = take_floats(arena, 2U * RONDO_BATCH, n, work);
}

static RondoQuantised
take_quantised(RondoArena* arena, size_t n_vectors, size_t n, size_t stride)
{
  const RondoQuantised quantised = {
    (int8_t*)take(arena, n_vectors, n, stride, sizeof(int8_t)),
    take_floats(arena, n_vectors, n, 1U),
    (int32_t*)take(arena, n_vectors, n, 1U, sizeof(int32_t)),
    stride
  };
  return quantised;
}

// Count or place what cells of int8 share while they run
static void
carve_int8(RondoStream* stream, RondoArena* arena)
{
  size_t n_vectors = 0U;
  size_t n_inputs  = 0U;
  for (size_t i = 0U; i < stream->model->n_cells; ++i) {
    const RondoCell* const cell = &stream->model->cells[i];
    if (cell->is_int8) {
      // Both directions along groups run at the same time
      n_vectors = larger(
        n_vectors, larger(cell->layer->n_groups, cell->layer->n_directions));
      n_inputs = larger(n_inputs, larger(cell->n_inputs, cell->n_units));
    }
  }
  const size_t n = stream->n_channels * RONDO_BATCH;
  const size_t stride =
    (n_inputs + RONDO_ALIGNMENT - 1U) / RONDO_ALIGNMENT * RONDO_ALIGNMENT;
  stream->quantised_x = take_quantised(arena, n_vectors, n, stride);
  stream->quantised_h = take_quantised(arena, n_vectors, n, stride);
}

// Count or place all that a stream like `layout` consists of
static RondoStream*
carve(RondoArena* arena, const RondoStream* layout)
{
  // While counting, results go into a stream that is thrown away
  const RondoModel* const model   = layout->model;
  RondoStream             counted = *layout;
  RondoStream* const      placed =
    (RondoStream*)rondo_arena_take(arena, 1U, sizeof(RondoStream));
  RondoStream* const stream = placed ? placed : &counted;
  *stream                   = *layout;

  stream->cells = (RondoCellState*)rondo_arena_take(
    arena, model->n_cells, sizeof(RondoCellState));
  stream->n_history =
    find_history(model, RONDO_SOURCE_INPUTS, stream->lookahead);
  stream->inputs =
    take_floats(arena,
                stream->n_history ? stream->n_history + stream->n_block : 0U,
                stream->n_channels,
                model->description->n_inputs);
  for (size_t i = 0U; i < model->n_cells; ++i) {
    carve_cell(stream, arena, i);
  }
  carve_shared(stream, arena);
  carve_int8(stream, arena);
  if (placed) {
    rondo_stream_prepare(placed);
  }
  return placed;
}

static RondoStream
lay_out(const RondoModel* model,
        size_t            n_channels,
        size_t            lookahead,
        size_t            n_block)
{
  const RondoStream layout = { .model      = model,
                               .n_channels = n_channels,
                               .lookahead  = lookahead,
                               .n_block    = n_block,
                               .delay = rondo_model_delay(model, lookahead),
                               .end   = lookahead == RONDO_LOOKAHEAD_WHOLE
                                          ? n_block
                                          : SIZE_MAX };
  return layout;
}

size_t
rondo_stream_size_for(const RondoModel* model,
                      size_t            n_channels,
                      size_t            lookahead,
                      size_t            n_block)
{
  if (rondo_model_check_lookahead(model, lookahead, NULL)) {
    return 0U;
  }
  const RondoStream layout = lay_out(model, n_channels, lookahead, n_block);
  RondoArena        arena  = rondo_arena(NULL);
  carve(&arena, &layout);
  return arena.overflow ? 0U : arena.used;
}

RondoStream*
rondo_stream_init_for(void*             memory,
                      const RondoModel* model,
                      size_t            n_channels,
                      size_t            lookahead,
                      size_t            n_block)
{
  const RondoStream layout = lay_out(model, n_channels, lookahead, n_block);
  RondoArena        arena  = rondo_arena(memory);
  return carve(&arena, &layout);
}

// Return the most frames of a block: many, but that groups are many vectors
static size_t
block_of(const RondoModel* model)
{
  bool has_groups = false;
  for (size_t i = 0U; i < model->description->n_layers; ++i) {
    has_groups = has_groups || model->description->layers[i].n_groups > 1U;
  }
  return has_groups ? RONDO_BATCH : RONDO_BLOCK;
}

size_t
rondo_stream_size(const RondoModel* model, size_t n_channels)
{
  const size_t size =
    rondo_stream_size_for(model, n_channels, 0U, block_of(model));
  return size > RONDO_MAX_STREAM ? 0U : size;
}

RondoStream*
rondo_stream_init(void* memory, const RondoModel* model, size_t n_channels)
{
  memset(memory, 0, rondo_stream_size(model, n_channels));
  return rondo_stream_init_for(memory, model, n_channels, 0U, block_of(model));
}

RondoStatus
rondo_stream_new_ahead(const RondoModel* model,
                       size_t            n_channels,
                       size_t            lookahead,
                       RondoStream**     out)
{
  *out = NULL;
  const size_t size =
    lookahead > RONDO_MAX_LOOKAHEAD
      ? 0U
      : rondo_stream_size_for(model, n_channels, lookahead, block_of(model));
  if (!n_channels || !size) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  void* const memory = size > RONDO_MAX_STREAM ? NULL : rondo_aligned_new(size);
  if (!memory) {
    return RONDO_ERR_NO_MEMORY;
  }
  *out = rondo_stream_init_for(
    memory, model, n_channels, lookahead, block_of(model));
  return RONDO_SUCCESS;
}

RondoStatus
rondo_stream_new(const RondoModel* model, size_t n_channels, RondoStream** out)
{
  return rondo_stream_new_ahead(model, n_channels, 0U, out);
}

void
rondo_stream_free(RondoStream* stream)
{
  rondo_aligned_free(stream);
}

size_t
rondo_stream_delay(const RondoStream* stream)
{
  return stream->delay;
}
