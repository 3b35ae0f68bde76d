// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network.h"
#include "core/train/network_private.h"

#include <stdbool.h>
#include <string.h>

// A walk over all that goes on from call to call
typedef struct {
  RondoNetwork* network;
  double*       at;  // In the caller's numbers
  bool          set; // Rather than get
} Walk;

// Exchange the rows from which each sequence goes on: `states` is
// (n_before + T, B, width)
static void
walk_rows(Walk* const      walk,
          const size_t     n_before,
          const size_t     width,
          RondoReal* const states)
{
  const RondoNetwork* const network = walk->network;
  const size_t              B       = network->state_batch;
  for (size_t b = 0; b < B; ++b) {
    const size_t end = walk->set ? 0 : network->ends[b];
    for (size_t k = 0; k < n_before; ++k) {
      RondoReal* const row = states + ((((end + k) * B) + b) * width);
      for (size_t i = 0; i < width; ++i) {
        if (walk->set) {
          row[i] = (RondoReal)walk->at[i];
        } else {
          walk->at[i] = (double)row[i];
        }
      }
      walk->at += width;
    }
  }
}

// Return whether a layer has a state that goes on from call to call; of two
// directions the forward one does
static bool
goes_on(const RondoLayer* const layer)
{
  return layer->type == RONDO_LAYER_CONV1D ||
         (rondo_layer_is_recurrent(layer) && !layer->along_groups);
}

static void
walk_network(Walk* const walk)
{
  const RondoNetwork* const network = walk->network;
  for (size_t i = 0; i < network->description->n_layers; ++i) {
    const RondoEntry* const entry = &network->entries[i];
    const RondoLayer* const layer = entry->layer;
    for (size_t j = 0; goes_on(layer) && j < layer->n_stacked; ++j) {
      const RondoCell* const cell  = &entry->levels[j].cells[0];
      const size_t           width = layer->n_groups * cell->H;
      if (cell->frames) {
        walk_rows(walk, layer->n_kernel - 1, layer->n_inputs, cell->frames);
      } else {
        walk_rows(walk, 1, width, cell->h);
      }
      if (cell->c) {
        walk_rows(walk, 1, width, cell->c);
      }
    }
  }
}

size_t
rondo_network_state_size(const RondoNetwork* const network)
{
  size_t width = 0;
  for (size_t i = 0; i < network->description->n_layers; ++i) {
    const RondoLayer* const layer = &network->description->layers[i];
    if (!goes_on(layer)) {
      continue;
    }
    width += layer->type == RONDO_LAYER_CONV1D
               ? layer->n_inputs * (layer->n_kernel - 1)
               : layer->n_groups * layer->n_units * layer->n_stacked *
                   (layer->type == RONDO_LAYER_LSTM ? 2 : 1);
  }
  return 1 + (network->max_batch * width);
}

void
rondo_network_get_state(RondoNetwork* const network, double* const state)
{
  memset(state, 0, sizeof(double) * rondo_network_state_size(network));
  Walk walk = { network, state + 1, false };
  state[0]  = (double)network->state_batch;
  walk_network(&walk);
}

void
rondo_network_set_state(RondoNetwork* const network, const double* const state)
{
  Walk         walk = { network, (double*)state + 1, true };
  const double n    = state[0];
  const bool   fits = n >= 0.0 && n <= (double)network->max_batch;

  network->state_batch = fits ? (size_t)n : 0;
  memset(network->ends, 0, sizeof(size_t) * network->max_batch);
  walk_network(&walk);
}
