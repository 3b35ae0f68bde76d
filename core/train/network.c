// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network.h"

#include "core/base/arena.h"
#include "core/train/cell.h"
#include "core/train/gemm.h"
#include "core/train/gru.h"
#include "core/train/linear.h"
#include "core/train/lstm.h"
#include "core/train/rnn.h"
#include "core/train/train_kernels.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

// One entry of the description
typedef struct {
  const RondoLayer* layer;
  RondoCell*        cells;  // (n_stacked)
  RondoReal*        joined; // (T, B, X), the sources side by side, if several
  const RondoReal*  x;      // (T, B, X) The input: joined, or the only source
} Entry;

struct RondoNetworkImpl {
  const RondoDescription* description;
  Entry*                  entries; // (n_layers)
  RondoReal*              djoined; // (T, B, X) of the widest joined input
  size_t                  max_steps;
  size_t                  max_batch;
  size_t                  state_step; // Where the state lies that goes on
  size_t                  state_batch;
  const RondoReal*        x;
  RondoBatch              batch;
};

static size_t
larger(const size_t a, const size_t b)
{
  return a > b ? a : b;
}

static RondoCell*
last_cell(const Entry* const entry)
{
  return &entry->cells[entry->layer->n_stacked - 1];
}

// Return cell `index` of a stack, without memory
static RondoCell
describe_cell(const RondoLayer* const layer,
              const size_t            index,
              const size_t            offset)
{
  static const size_t n_gates[] = {
    [RONDO_LAYER_LINEAR] = 1,
    [RONDO_LAYER_RNN]    = 1,
    [RONDO_LAYER_GRU]    = 3,
    [RONDO_LAYER_LSTM]   = 4,
  };

  const RondoCell cell = {
    .type       = layer->type,
    .activation = layer->activation,
    .reset      = layer->reset,
    .X          = index ? layer->n_units : layer->n_inputs,
    .H          = layer->n_units,
    .G          = n_gates[layer->type],
    .offset     = offset,
  };
  return cell;
}

static size_t
count_parameters(const RondoCell* const cell)
{
  const size_t rows = cell->G * cell->H;
  return cell->type == RONDO_LAYER_LINEAR ? rows * (cell->X + 1)
                                          : rows * (cell->X + cell->H + 2);
}

// Return the elements for packing any of a cell's matrices
static size_t
count_packed(const RondoCell* const cell)
{
  const size_t X    = cell->X;
  const size_t H    = cell->H;
  const size_t rows = cell->G * H;

  const size_t input =
    larger(rondo_gemm_packed_size(X, rows), rondo_gemm_packed_size(rows, X));

  // Those of a gru are in two pieces, padded each
  const size_t forward =
    rondo_gemm_packed_size(H, rows) + (H * RONDO_MAX_TILE_COLUMNS);
  const size_t backward = rondo_gemm_packed_size(rows, H);
  return larger(input, larger(forward, backward));
}

// Carve (a, b, c, d) elements
static RondoReal*
take(RondoArena* const arena,
     const size_t      a,
     const size_t      b,
     const size_t      c,
     const size_t      d)
{
  size_t n = 0;
  if (__builtin_mul_overflow(a, b, &n) || __builtin_mul_overflow(n, c, &n) ||
      __builtin_mul_overflow(n, d, &n)) {
    arena->overflow = true;
    return NULL;
  }

  return (RondoReal*)rondo_arena_take(arena, n, sizeof(RondoReal));
}

// Carve the activations of a cell
static void
place_cell(RondoArena* const arena,
           RondoCell* const  cell,
           const size_t      T,
           const size_t      B)
{
  const size_t H = cell->H;

  cell->h  = take(arena, T + 1, B, H, 1);
  cell->dh = take(arena, T, B, H, 1);
  if (cell->type == RONDO_LAYER_GRU || cell->type == RONDO_LAYER_LSTM) {
    cell->gates = take(arena, T, B, H, cell->G);
    cell->inner = take(arena, T, B, H, 1);
  }
  if (cell->type == RONDO_LAYER_LSTM) {
    cell->c = take(arena, T + 1, B, H, 1);
  }
}

// Carve a network; with a counting arena, only count
static RondoNetwork*
place_network(RondoArena* const             arena,
              const RondoDescription* const description,
              const size_t                  T,
              const size_t                  B)
{
  RondoNetwork* const network =
    (RondoNetwork*)rondo_arena_take(arena, 1, sizeof(RondoNetwork));
  Entry* const entries =
    (Entry*)rondo_arena_take(arena, description->n_layers, sizeof(Entry));

  size_t n_packed = 0;
  size_t n_joined = 0;
  size_t n_units  = 0;
  size_t offset   = 0;
  for (size_t i = 0; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];

    Entry entry = { .layer = layer };
    entry.cells =
      (RondoCell*)rondo_arena_take(arena, layer->n_stacked, sizeof(RondoCell));
    if (layer->n_sources > 1) {
      entry.joined = take(arena, T, B, layer->n_inputs, 1);
      n_joined     = larger(n_joined, layer->n_inputs);
    }

    for (size_t j = 0; j < layer->n_stacked; ++j) {
      RondoCell cell = describe_cell(layer, j, offset);
      place_cell(arena, &cell, T, B);
      offset += count_parameters(&cell);
      n_packed = larger(n_packed, count_packed(&cell));
      if (entry.cells) {
        entry.cells[j] = cell;
      }
    }

    n_units = larger(n_units, layer->n_units);
    if (entries) {
      entries[i] = entry;
    }
  }

  const RondoNetwork placed = {
    .description = description,
    .entries     = entries,
    .djoined     = take(arena, T, B, n_joined, 1),
    .max_steps   = T,
    .max_batch   = B,
    .batch =
      {
        .kernels = rondo_train_kernels(),
        .packed  = take(arena, n_packed, 1, 1, 1),
        .scratch = take(arena, RONDO_GEMM_SCRATCH, 1, 1, 1),
        .carry   = take(arena, 2, B, n_units, 1),
      },
  };
  if (network) {
    *network = placed;
  }
  return network;
}

// Refuse what only later versions can do
static RondoStatus
check_supported(const RondoDescription* description, RondoError* error)
{
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    if (layer->type > RONDO_LAYER_LSTM || layer->n_groups > 1U ||
        layer->n_directions > 1U || layer->along_groups) {
      return rondo_error_set(error,
                             RONDO_ERR_UNSUPPORTED,
                             "layer %s is not supported by this version",
                             layer->name);
    }
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_network_new(const RondoDescription* const description,
                  const size_t                  max_steps,
                  const size_t                  max_batch,
                  RondoNetwork** const          out,
                  RondoError* const             error)
{
  *out = NULL;
  if (!max_steps || !max_batch || max_steps == SIZE_MAX) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_ARGUMENT,
                           "cannot train on %zu sequences of %zu steps",
                           max_batch,
                           max_steps);
  }

  const RondoStatus st = check_supported(description, error);
  if (st) {
    return st;
  }

  RondoArena counter = rondo_arena(NULL);
  place_network(&counter, description, max_steps, max_batch);

  void* const memory =
    counter.overflow ? NULL : rondo_aligned_new(counter.used);
  if (!memory) {
    return rondo_error_set(error,
                           RONDO_ERR_NO_MEMORY,
                           "no memory to train on %zu sequences of %zu steps",
                           max_batch,
                           max_steps);
  }

  RondoArena arena = rondo_arena(memory);
  *out             = place_network(&arena, description, max_steps, max_batch);
  return RONDO_SUCCESS;
}

void
rondo_network_free(RondoNetwork* const network)
{
  rondo_aligned_free(network);
}

size_t
rondo_network_offset(const RondoDescription* const description,
                     const size_t                  index)
{
  size_t offset = 0;
  for (size_t i = 0; i < index; ++i) {
    const RondoTensorSpec tensor = rondo_description_tensor(description, i);
    offset += tensor.n_elements;
  }
  return offset;
}

size_t
rondo_network_n_parameters(const RondoDescription* const description)
{
  return rondo_network_offset(description,
                              rondo_description_n_tensors(description));
}

void
rondo_network_reset(RondoNetwork* const network)
{
  network->state_batch = 0;
}

// Copy the state at the end of the last batch to where this one starts
static void
carry_state(const RondoNetwork* const network, RondoCell* const cell)
{
  const size_t n_state = network->batch.B * cell->H;
  const size_t n_bytes = sizeof(RondoReal) * n_state;
  if (network->state_batch != network->batch.B) {
    memset(cell->h, 0, n_bytes);
    if (cell->c) {
      memset(cell->c, 0, n_bytes);
    }
  } else {
    const size_t from = network->state_step * n_state;
    memmove(cell->h, cell->h + from, n_bytes);
    if (cell->c) {
      memmove(cell->c, cell->c + from, n_bytes);
    }
  }
}

// Return the output of a source
static const RondoReal*
source_outputs(const RondoNetwork* const network,
               const size_t              source,
               size_t* const             width)
{
  if (source == RONDO_SOURCE_INPUTS) {
    *width = network->description->n_inputs;
    return network->x;
  }

  const RondoCell* const cell = last_cell(&network->entries[source]);
  *width                      = cell->H;
  return rondo_cell_outputs(cell, &network->batch);
}

// Copy columns: (n_rows, width) of rows apart by strides
static void
copy_columns(const size_t     n_rows,
             const size_t     width,
             const RondoReal* from,
             const size_t     from_stride,
             RondoReal*       to,
             const size_t     to_stride)
{
  for (size_t row = 0; row < n_rows; ++row) {
    memcpy(to, from, sizeof(RondoReal) * width);
    from += from_stride;
    to += to_stride;
  }
}

// Add columns of (n_rows, stride) to (n_rows, width)
static void
add_columns(const size_t     n_rows,
            const size_t     width,
            const RondoReal* from,
            const size_t     stride,
            RondoReal*       to)
{
  for (size_t row = 0; row < n_rows; ++row) {
    for (size_t i = 0; i < width; ++i) {
      to[i] += from[i];
    }
    from += stride;
    to += width;
  }
}

// Put the sources of an entry side by side, if there are several
static void
join_sources(const RondoNetwork* const network, Entry* const entry)
{
  const RondoLayer* const layer  = entry->layer;
  const size_t            n_rows = network->batch.T * network->batch.B;

  size_t width = 0;
  if (layer->n_sources == 1) {
    entry->x = source_outputs(network, layer->sources[0], &width);
    return;
  }

  size_t column = 0;
  for (size_t i = 0; i < layer->n_sources; ++i) {
    const RondoReal* const from =
      source_outputs(network, layer->sources[i], &width);
    copy_columns(
      n_rows, width, from, width, entry->joined + column, layer->n_inputs);
    column += width;
  }
  entry->x = entry->joined;
}

static void
run_cell(const RondoCell* const  cell,
         const RondoBatch* const batch,
         const RondoReal* const  parameters,
         const RondoReal* const  x)
{
  switch (cell->type) {
    case RONDO_LAYER_LINEAR:
      rondo_linear_forward(cell, batch, parameters, x);
      break;
    case RONDO_LAYER_RNN:
      rondo_rnn_forward(cell, batch, parameters, x);
      break;
    case RONDO_LAYER_GRU:
      rondo_gru_forward(cell, batch, parameters, x);
      break;
    case RONDO_LAYER_LSTM:
      rondo_lstm_forward(cell, batch, parameters, x);
      break;
  }
}

static void
run_cell_backward(const RondoCell* const  cell,
                  const RondoBatch* const batch,
                  const RondoReal* const  parameters,
                  const RondoReal* const  x,
                  RondoReal* const        dparameters,
                  RondoReal* const        dx)
{
  switch (cell->type) {
    case RONDO_LAYER_LINEAR:
      rondo_linear_backward(cell, batch, parameters, x, dparameters, dx);
      break;
    case RONDO_LAYER_RNN:
      rondo_rnn_backward(cell, batch, parameters, x, dparameters, dx);
      break;
    case RONDO_LAYER_GRU:
      rondo_gru_backward(cell, batch, parameters, x, dparameters, dx);
      break;
    case RONDO_LAYER_LSTM:
      rondo_lstm_backward(cell, batch, parameters, x, dparameters, dx);
      break;
  }
}

const RondoReal*
rondo_network_forward(RondoNetwork* const    network,
                      const RondoReal* const parameters,
                      const size_t           n_steps,
                      const size_t           n_batch,
                      const RondoReal* const x)
{
  assert(n_steps > 0 && n_steps <= network->max_steps);
  assert(n_batch > 0 && n_batch <= network->max_batch);

  RondoBatch* const batch = &network->batch;
  batch->T                = n_steps;
  batch->B                = n_batch;
  network->x              = x;

  const size_t n_layers = network->description->n_layers;
  for (size_t i = 0; i < n_layers; ++i) {
    Entry* const entry = &network->entries[i];
    join_sources(network, entry);

    const RondoReal* input = entry->x;
    for (size_t j = 0; j < entry->layer->n_stacked; ++j) {
      RondoCell* const cell = &entry->cells[j];
      if (cell->type != RONDO_LAYER_LINEAR) {
        carry_state(network, cell);
      }
      run_cell(cell, batch, parameters, input);
      input = rondo_cell_outputs(cell, batch);
    }
  }

  network->state_step  = n_steps;
  network->state_batch = n_batch;
  return rondo_cell_outputs(last_cell(&network->entries[n_layers - 1]), batch);
}

// Return where the gradient of a source is added, or NULL
static RondoReal*
source_gradient(const RondoNetwork* const network,
                const size_t              source,
                RondoReal* const          dx,
                size_t* const             width)
{
  if (source == RONDO_SOURCE_INPUTS) {
    *width = network->description->n_inputs;
    return dx;
  }

  const RondoCell* const cell = last_cell(&network->entries[source]);
  *width                      = cell->H;
  return cell->dh;
}

// Add the gradient of a joined input to those of its sources
static void
split_gradient(const RondoNetwork* const network,
               const Entry* const        entry,
               RondoReal* const          dx)
{
  const RondoLayer* const layer  = entry->layer;
  const size_t            n_rows = network->batch.T * network->batch.B;

  size_t column = 0;
  for (size_t i = 0; i < layer->n_sources; ++i) {
    size_t           width = 0;
    RondoReal* const to =
      source_gradient(network, layer->sources[i], dx, &width);
    if (to) {
      add_columns(
        n_rows, width, network->djoined + column, layer->n_inputs, to);
    }
    column += width;
  }
}

// Run one entry backward, the top of its stack first
static void
entry_backward(const RondoNetwork* const network,
               const Entry* const        entry,
               const RondoReal* const    parameters,
               RondoReal* const          dparameters,
               RondoReal* const          dx)
{
  const RondoLayer* const layer = entry->layer;
  const RondoBatch* const batch = &network->batch;

  for (size_t j = layer->n_stacked - 1; j > 0; --j) {
    const RondoCell* const below = &entry->cells[j - 1];
    run_cell_backward(&entry->cells[j],
                      batch,
                      parameters,
                      rondo_cell_outputs(below, batch),
                      dparameters,
                      below->dh);
  }

  size_t           width = 0;
  RondoReal* const to =
    layer->n_sources == 1
      ? source_gradient(network, layer->sources[0], dx, &width)
      : network->djoined;
  if (layer->n_sources > 1) {
    memset(to, 0, sizeof(RondoReal) * batch->T * batch->B * layer->n_inputs);
  }

  run_cell_backward(
    &entry->cells[0], batch, parameters, entry->x, dparameters, to);
  if (layer->n_sources > 1) {
    split_gradient(network, entry, dx);
  }
}

void
rondo_network_backward(RondoNetwork* const    network,
                       const RondoReal* const parameters,
                       const RondoReal* const dy,
                       RondoReal* const       dparameters,
                       RondoReal* const       dx)
{
  const size_t n_layers = network->description->n_layers;
  const size_t n_rows   = network->batch.T * network->batch.B;
  const size_t n_bytes  = sizeof(RondoReal) * n_rows;

  for (size_t i = 0; i < n_layers; ++i) {
    const Entry* const entry = &network->entries[i];
    for (size_t j = 0; j < entry->layer->n_stacked; ++j) {
      memset(entry->cells[j].dh, 0, n_bytes * entry->cells[j].H);
    }
  }
  if (dx) {
    memset(dx, 0, n_bytes * network->description->n_inputs);
  }

  const RondoCell* const last = last_cell(&network->entries[n_layers - 1]);
  memcpy(last->dh, dy, n_bytes * last->H);

  for (size_t i = n_layers; i-- > 0;) {
    entry_backward(network, &network->entries[i], parameters, dparameters, dx);
  }
}
