// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network_private.h"

#include "core/train/path.h"

#include <string.h>

bool
rondo_layer_reads_single(const RondoDescription* const description,
                         const RondoLayer* const       layer)
{
  // One for all, as the description was checked
  const size_t source = layer->sources[0];
  return source != RONDO_SOURCE_INPUTS && description->layers[source].is_single;
}

size_t
rondo_layer_n_joined(const RondoLayer* const layer)
{
  return layer->joins_groups ? layer->n_groups : 1;
}

RondoBatch
rondo_layer_batch(const RondoNetwork* const network,
                  const RondoLayer* const   layer)
{
  RondoBatch batch = network->batch;
  batch.B *= layer->n_groups;
  if (rondo_layer_reads_single(network->description, layer)) {
    batch.T       = 1;
    batch.lengths = NULL;
  }
  return batch;
}

RondoReal*
rondo_level_outputs(const RondoNetwork* const network,
                    const RondoLayer* const   layer,
                    const RondoLevel* const   level)
{
  const RondoBatch batch = rondo_layer_batch(network, layer);
  return level->y ? level->y : rondo_cell_outputs(&level->cells[0], &batch);
}

RondoReal*
rondo_level_gradient(const RondoLevel* const level)
{
  return level->dy ? level->dy : level->cells[0].dh;
}

void
rondo_network_hide_padding(const RondoNetwork* const network,
                           const size_t              width,
                           RondoReal* const          rows)
{
  const RondoBatch* const batch = &network->batch;
  for (size_t b = 0; batch->lengths && b < batch->B; ++b) {
    for (size_t t = batch->lengths[b]; t < batch->T; ++t) {
      memset(rows + (((t * batch->B) + b) * width), 0, sizeof(*rows) * width);
    }
  }
}

// Move the state at the end of the call before to where this one starts;
// states are (1 + T, B, width)
static void
carry_state(const RondoNetwork* const network,
            const size_t              width,
            RondoReal* const          states)
{
  const size_t B = network->batch.B;
  if (network->state_batch != B) {
    memset(states, 0, sizeof(RondoReal) * B * width);
    return;
  }

  for (size_t b = 0; b < B; ++b) {
    const size_t end = network->ends[b];
    if (end > 0) {
      memcpy(states + (b * width),
             states + (((end * B) + b) * width),
             sizeof(RondoReal) * width);
    }
  }
}

// Put the frames ahead of this call where a convolution looks for them
static void
carry_frames(const RondoNetwork* const network, const RondoCell* const cell)
{
  const size_t B = network->batch.B;
  const size_t X = cell->X;
  if (network->state_batch != B) {
    memset(cell->frames, 0, sizeof(RondoReal) * (cell->K - 1) * B * X);
    return;
  }

  for (size_t k = 0; k + 1 < cell->K; ++k) {
    for (size_t b = 0; b < B; ++b) {
      const size_t     end = network->ends[b];
      RondoReal* const to  = cell->frames + (((k * B) + b) * X);
      if (end > 0) {
        memcpy(to, to + (end * B * X), sizeof(RondoReal) * X);
      }
    }
  }
}

// Set what a cell starts from
static void
start(const RondoNetwork* const network,
      const RondoPath* const    path,
      const RondoCell* const    cell)
{
  if (cell->type == RONDO_LAYER_CONV1D) {
    carry_frames(network, cell);
  } else if (rondo_cell_is_recurrent(cell)) {
    RondoReal* const states[] = { cell->h, cell->c };
    for (size_t i = 0; i < 2 && states[i]; ++i) {
      if (path->is_identity) {
        carry_state(network, path->G * cell->H, states[i]);
      } else {
        memset(states[i], 0, sizeof(RondoReal) * path->n_sequences * cell->H);
      }
    }
  }
}

// Return the path of a direction of a layer over the batch
static RondoPath
path_of(const RondoNetwork* const network,
        const RondoLayer* const   layer,
        const size_t              direction)
{
  const RondoBatch batch = rondo_layer_batch(network, layer);

  RondoPath path = rondo_path(layer, direction > 0, batch.T, network->batch.B);
  path.lengths   = batch.lengths;
  return path;
}

// Return what a cell runs over along a path
static RondoBatch
batch_along(const RondoNetwork* const network, const RondoPath* const path)
{
  RondoBatch batch = network->batch;
  batch.T          = path->n_steps;
  batch.B          = path->n_sequences;
  batch.lengths    = NULL;
  return batch;
}

// Run all directions of a level whose outputs are brought together
static void
run_directions(const RondoNetwork* const network,
               const RondoLayer* const   layer,
               const RondoLevel* const   level,
               const RondoReal* const    parameters,
               const RondoReal* const    x)
{
  for (size_t i = 0; i < layer->n_directions; ++i) {
    const RondoCell* const cell  = &level->cells[i];
    const RondoPath        path  = path_of(network, layer, i);
    const RondoBatch       batch = batch_along(network, &path);

    const size_t stride = layer->n_directions * cell->H;
    if (!path.is_identity) {
      rondo_path_gather(&path, cell->X, x, network->arranged);
    }

    start(network, &path, cell);
    rondo_cell_forward(
      cell, &batch, parameters, path.is_identity ? x : network->arranged);
    rondo_path_outputs(&path,
                       cell->H,
                       rondo_cell_outputs(cell, &batch),
                       level->y + (i * cell->H),
                       stride);
  }
}

static void
run_directions_backward(const RondoNetwork* const network,
                        const RondoLayer* const   layer,
                        const RondoLevel* const   level,
                        const RondoReal* const    parameters,
                        const RondoReal* const    x,
                        RondoReal* const          dparameters,
                        RondoReal* const          dx)
{
  for (size_t i = 0; i < layer->n_directions; ++i) {
    const RondoCell* const cell  = &level->cells[i];
    const RondoPath        path  = path_of(network, layer, i);
    const RondoBatch       batch = batch_along(network, &path);

    const size_t stride = layer->n_directions * cell->H;
    rondo_path_gradients(
      &path, cell->H, level->dy + (i * cell->H), stride, cell->dh);
    if (path.is_identity) {
      rondo_cell_backward(cell, &batch, parameters, x, dparameters, dx);
      continue;
    }

    // The order of the forward call, made again
    RondoReal* const dx_path = dx ? network->darranged : NULL;
    const size_t     n       = batch.T * batch.B * cell->X;
    rondo_path_gather(&path, cell->X, x, network->arranged);
    if (dx) {
      memset(dx_path, 0, sizeof(RondoReal) * n);
    }
    rondo_cell_backward(
      cell, &batch, parameters, network->arranged, dparameters, dx_path);
    if (dx) {
      rondo_path_scatter(&path, cell->X, dx_path, dx);
    }
  }
}

const RondoReal*
rondo_level_forward(RondoNetwork* const     network,
                    const RondoLayer* const layer,
                    const RondoLevel* const level,
                    const RondoReal* const  parameters,
                    const RondoReal*        x,
                    RondoRandom* const      random)
{
  const RondoBatch batch = rondo_layer_batch(network, layer);
  RondoReal* const y     = rondo_level_outputs(network, layer, level);
  if (random && level->dropped) {
    rondo_dropout_forward(network, layer, level, x, batch.T, random);
    x = level->dropped;
  }

  if (level->y) {
    run_directions(network, layer, level, parameters, x);
  } else {
    const RondoPath path = path_of(network, layer, 0);
    start(network, &path, &level->cells[0]);
    rondo_cell_forward(&level->cells[0], &batch, parameters, x);
  }

  if (!layer->is_single) {
    rondo_network_hide_padding(network, layer->n_outputs, y);
  }
  return y;
}

void
rondo_level_backward(const RondoNetwork* const network,
                     const RondoLayer* const   layer,
                     const RondoLevel* const   level,
                     const RondoReal* const    parameters,
                     const RondoReal*          x,
                     RondoReal* const          dparameters,
                     RondoReal* const          dx)
{
  const RondoBatch batch      = rondo_layer_batch(network, layer);
  const size_t     n_rows     = batch.T * network->batch.B;
  const bool       is_dropped = network->is_dropped && level->dropped;
  RondoReal* const to         = is_dropped && dx ? network->ddropped : dx;
  if (is_dropped) {
    x = level->dropped;
  }
  if (is_dropped && dx) {
    memset(to, 0, sizeof(RondoReal) * n_rows * level->n_inputs);
  }

  if (level->y) {
    run_directions_backward(
      network, layer, level, parameters, x, dparameters, to);
  } else {
    rondo_cell_backward(
      &level->cells[0], &batch, parameters, x, dparameters, to);
  }

  if (is_dropped && dx) {
    rondo_dropout_backward(network, level, batch.T, dx);
  }
}
