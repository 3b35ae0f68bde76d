// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network_private.h"

#include "core/train/gru.h"
#include "core/train/linear.h"
#include "core/train/lstm.h"
#include "core/train/rnn.h"

#include <string.h>

// What each type of layer does
static const struct {
  void (*forward)(const RondoCell*,
                  const RondoBatch*,
                  const RondoReal* parameters,
                  const RondoReal* x);
  void (*backward)(const RondoCell*,
                   const RondoBatch*,
                   const RondoReal* parameters,
                   const RondoReal* x,
                   RondoReal*       dparameters,
                   RondoReal*       dx);
} types[] = {
  [RONDO_LAYER_LINEAR] = { rondo_linear_forward, rondo_linear_backward },
  [RONDO_LAYER_RNN]    = { rondo_rnn_forward, rondo_rnn_backward },
  [RONDO_LAYER_GRU]    = { rondo_gru_forward, rondo_gru_backward },
  [RONDO_LAYER_LSTM]   = { rondo_lstm_forward, rondo_lstm_backward },
};

bool
rondo_layer_reads_single(const RondoDescription* const description,
                         const RondoLayer* const       layer)
{
  // One for all, as the description was checked
  const size_t source = layer->sources[0];
  return source != RONDO_SOURCE_INPUTS && description->layers[source].is_single;
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
  return rondo_cell_outputs(&level->cell, &batch);
}

RondoReal*
rondo_level_gradient(const RondoLevel* const level)
{
  return level->cell.dh;
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

const RondoReal*
rondo_level_forward(RondoNetwork* const     network,
                    const RondoLayer* const layer,
                    const RondoLevel* const level,
                    const RondoReal* const  parameters,
                    const RondoReal*        x,
                    RondoRandom* const      random)
{
  const RondoBatch       batch = rondo_layer_batch(network, layer);
  const RondoCell* const cell  = &level->cell;
  if (random && level->dropped) {
    rondo_dropout_forward(network, layer, level, x, batch.T, random);
    x = level->dropped;
  }

  if (rondo_layer_is_recurrent(layer)) {
    carry_state(network, layer->n_outputs, cell->h);
    if (cell->c) {
      carry_state(network, layer->n_outputs, cell->c);
    }
  }
  types[layer->type].forward(cell, &batch, parameters, x);

  RondoReal* const y = rondo_level_outputs(network, layer, level);
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
  const RondoBatch batch = rondo_layer_batch(network, layer);

  const bool is_dropped = network->is_dropped && level->dropped;
  RondoReal* to         = dx;
  if (is_dropped) {
    x = level->dropped;
    if (dx) {
      to = network->ddropped;
      memset(to,
             0,
             sizeof(RondoReal) * batch.T * network->batch.B * level->n_inputs);
    }
  }

  types[layer->type].backward(
    &level->cell, &batch, parameters, x, dparameters, to);
  if (is_dropped && dx) {
    rondo_dropout_backward(network, level, batch.T, dx);
  }
}
