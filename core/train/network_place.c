// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network_private.h"

#include "core/train/gemm.h"
#include "core/train/path.h"

static size_t
larger(const size_t a, const size_t b)
{
  return a > b ? a : b;
}

// Return the cell of a level, without memory
static RondoCell
describe_cell(const RondoLayer* const layer,
              const size_t            n_inputs,
              const size_t            offset)
{
  const RondoCell cell = {
    .type       = layer->type,
    .activation = layer->activation,
    .reset      = layer->reset,
    .X          = n_inputs / layer->n_groups,
    .H          = layer->n_units,
    .G          = rondo_layer_n_gates(layer),
    .K          = layer->n_kernel,
    .n_tokens   = layer->n_tokens,
    .epsilon    = layer->epsilon,
    .offset     = offset,
  };
  return cell;
}

static size_t
count_parameters(const RondoCell* const cell)
{
  const size_t rows = cell->G * cell->H;
  switch (cell->type) {
    case RONDO_LAYER_LINEAR:
      return rows * (cell->X + 1);
    case RONDO_LAYER_RNN:
    case RONDO_LAYER_GRU:
    case RONDO_LAYER_LSTM:
      return rows * (cell->X + cell->H + 2);
    case RONDO_LAYER_EMBEDDING:
      return cell->n_tokens * cell->H;
    case RONDO_LAYER_CONV1D:
      return cell->H * ((cell->X * cell->K) + 1);
    case RONDO_LAYER_LAYER_NORM:
      return 2 * cell->H;
    case RONDO_LAYER_LAST:
    case RONDO_LAYER_MEAN:
      break;
  }
  return 0;
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
  if (!rondo_cell_is_recurrent(cell)) {
    const bool has_products =
      cell->type == RONDO_LAYER_LINEAR || cell->type == RONDO_LAYER_CONV1D;
    return has_products ? input : 0;
  }

  // Those of a gru are in two pieces, padded each
  const size_t forward =
    rondo_gemm_packed_size(H, rows) + (H * RONDO_MAX_TILE_COLUMNS);
  const size_t backward = rondo_gemm_packed_size(rows, H);
  return larger(input, larger(forward, backward));
}

// Return the product of sizes, or note that it does not fit
static size_t
product(RondoArena* const arena,
        const size_t      a,
        const size_t      b,
        const size_t      c,
        const size_t      d)
{
  size_t n = 0;
  if (__builtin_mul_overflow(a, b, &n) || __builtin_mul_overflow(n, c, &n) ||
      __builtin_mul_overflow(n, d, &n)) {
    arena->overflow = true;
    return 0;
  }
  return n;
}

RondoReal*
rondo_network_take(RondoArena* const arena,
                   const size_t      a,
                   const size_t      b,
                   const size_t      c,
                   const size_t      d)
{
  const size_t n = product(arena, a, b, c, d);
  return (RondoReal*)rondo_arena_take(arena, n, sizeof(RondoReal));
}

// What all cells share: the largest of what each needs
typedef struct {
  size_t n_packed;
  size_t n_joined; // Width
  size_t n_carry;
  size_t n_units;
  size_t n_packed_ih;
  size_t n_arranged;
  size_t offset; // Of the next cell's parameters
} Shared;

// Carve the activations of a cell: `n` sequences of `T` steps of `width` units,
// all groups together
static void
place_cell(RondoArena* const arena,
           RondoCell* const  cell,
           const size_t      T,
           const size_t      n,
           const size_t      width)
{
  const bool is_pooling =
    cell->type == RONDO_LAYER_LAST || cell->type == RONDO_LAYER_MEAN;
  const size_t n_outputs = is_pooling ? 1 : T;

  cell->h  = rondo_network_take(arena, n_outputs + 1, n, width, 1);
  cell->dh = rondo_network_take(arena, n_outputs, n, width, 1);
  if (rondo_cell_is_recurrent(cell)) {
    cell->gates = rondo_network_take(arena, T, n, width, cell->G);
  }
  if (cell->type == RONDO_LAYER_GRU || cell->type == RONDO_LAYER_LSTM) {
    cell->inner = rondo_network_take(arena, T, n, width, 1);
  }
  if (cell->type == RONDO_LAYER_LSTM) {
    cell->c = rondo_network_take(arena, T + 1, n, width, 1);
  }
  if (cell->type == RONDO_LAYER_CONV1D) {
    cell->frames = rondo_network_take(arena, cell->K - 1 + T, n, cell->X, 1);
  }
  if (cell->type == RONDO_LAYER_LAYER_NORM) {
    cell->gates = rondo_network_take(arena, T, n, width / cell->H, 1);
    cell->inner = rondo_network_take(arena, T, n, width, 1);
  }
}

// Carve one cell of a level, of one direction
static RondoCell
place_direction(RondoArena* const       arena,
                const RondoLayer* const layer,
                const size_t            n_inputs,
                const bool              is_reverse,
                const size_t            T,
                const size_t            B,
                Shared* const           shared)
{
  RondoCell       cell = describe_cell(layer, n_inputs, shared->offset);
  const RondoPath path = rondo_path(layer, is_reverse, T, B);
  const size_t    n    = product(arena, T, B, layer->n_groups, cell.H);
  if (path.is_identity) {
    place_cell(arena, &cell, T, B, layer->n_groups * cell.H);
  } else {
    place_cell(arena, &cell, path.n_steps, path.n_sequences, cell.H);
    shared->n_arranged =
      larger(shared->n_arranged,
             product(arena, path.n_steps, path.n_sequences, cell.X, 1));
  }

  shared->offset += count_parameters(&cell);
  shared->n_packed = larger(shared->n_packed, count_packed(&cell));
  shared->n_carry  = larger(shared->n_carry, n ? path.n_sequences * cell.H : 0);
  if (rondo_cell_is_recurrent(&cell)) {
    shared->n_units     = larger(shared->n_units, cell.H);
    shared->n_packed_ih = larger(
      shared->n_packed_ih, rondo_gemm_packed_size(cell.X, cell.G * cell.H));
  }
  return cell;
}

// Carve a level of a stack
static RondoLevel
place_level(RondoArena* const       arena,
            const RondoLayer* const layer,
            const size_t            index,
            const size_t            T,
            const size_t            B,
            Shared* const           shared)
{
  const size_t n_inputs = index ? layer->n_outputs : layer->n_inputs;

  RondoLevel level = { .index = index, .n_inputs = n_inputs };
  for (size_t i = 0; i < layer->n_directions; ++i) {
    level.cells[i] =
      place_direction(arena, layer, n_inputs, i > 0, T, B, shared);
  }
  if (layer->n_directions > 1 || layer->along_groups) {
    level.y  = rondo_network_take(arena, T, B, layer->n_outputs, 1);
    level.dy = rondo_network_take(arena, T, B, layer->n_outputs, 1);
  }
  return level;
}

// Carve one entry
static RondoEntry
place_entry(RondoArena* const             arena,
            const RondoDescription* const description,
            const RondoLayer* const       layer,
            const size_t                  max_steps,
            const size_t                  B,
            Shared* const                 shared)
{
  const size_t T = rondo_layer_reads_single(description, layer) ? 1 : max_steps;

  RondoEntry entry = { .layer = layer };
  entry.levels =
    (RondoLevel*)rondo_arena_take(arena, layer->n_stacked, sizeof(RondoLevel));
  if (layer->n_sources > 1) {
    entry.joined     = rondo_network_take(arena, T, B, layer->n_inputs, 1);
    shared->n_joined = larger(shared->n_joined, layer->n_inputs);
  }

  for (size_t i = 0; i < layer->n_stacked; ++i) {
    const RondoLevel level = place_level(arena, layer, i, T, B, shared);
    if (entry.levels) {
      entry.levels[i] = level;
    }
  }
  return entry;
}

RondoNetwork*
rondo_network_place(RondoArena* const             arena,
                    const RondoDescription* const description,
                    const size_t                  max_steps,
                    const size_t                  max_batch)
{
  RondoNetwork* const network =
    (RondoNetwork*)rondo_arena_take(arena, 1, sizeof(RondoNetwork));
  RondoEntry* const entries = (RondoEntry*)rondo_arena_take(
    arena, description->n_layers, sizeof(RondoEntry));

  Shared shared = { 0 };
  for (size_t i = 0; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    const RondoEntry        entry =
      place_entry(arena, description, layer, max_steps, max_batch, &shared);
    if (entries) {
      entries[i] = entry;
    }
  }

  const size_t T = max_steps;
  const size_t B = max_batch;
  const RondoNetwork placed = {
    .description = description,
    .entries     = entries,
    .djoined     = rondo_network_take(arena, T, B, shared.n_joined, 1),
    .arranged    = rondo_network_take(arena, shared.n_arranged, 1, 1, 1),
    .darranged   = rondo_network_take(arena, shared.n_arranged, 1, 1, 1),
    .max_steps   = T,
    .max_batch   = B,
    .lengths     = (size_t*)rondo_arena_take(arena, B, sizeof(size_t)),
    .ends        = (size_t*)rondo_arena_take(arena, B, sizeof(size_t)),
    .batch =
      {
        .kernels = rondo_train_kernels(),
        .packed  = rondo_network_take(arena, shared.n_packed, 1, 1, 1),
        .scratch = rondo_network_take(arena, RONDO_GEMM_SCRATCH, 1, 1, 1),
        .carry   = rondo_network_take(arena, 2, shared.n_carry, 1, 1),
        .sums    = rondo_network_take(arena, 4, shared.n_units, 1, 1),
        .packed_ih = rondo_network_take(arena, shared.n_packed_ih, 1, 1, 1),
      },
  };
  if (network) {
    *network = placed;
  }
  return network;
}
