// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_gradients.h"

#include <math.h>
#include <string.h>

// Sequences that norms are averaged over
#define MOST_SEQUENCES 8U

// Return the first layer that is recurrent along time, or n_layers
static size_t
find_layer(const RondoDescription* const description)
{
  size_t i = 0;
  while (i < description->n_layers &&
         (!rondo_layer_is_recurrent(&description->layers[i]) ||
          description->layers[i].along_groups)) {
    ++i;
  }
  return i;
}

size_t
rondo_sequence_gradients(RondoSequenceWorker* const  w,
                         const float* const          parameters,
                         const RondoSequences* const sequences,
                         double* const               norms)
{
  const size_t layer = find_layer(w->description);
  const size_t n =
    sequences->count < MOST_SEQUENCES ? sequences->count : MOST_SEQUENCES;
  size_t longest = 0;
  if (layer == w->description->n_layers) {
    return 0;
  }

  // Norms come by step, and are turned round into the squares by distance
  double* const squares = w->norms;
  memset(norms, 0, sizeof(double) * w->max_steps);
  for (size_t i = 0; i < n; ++i) {
    const size_t             all   = sequences->sequences[i].n_steps;
    const size_t             steps = all < w->max_steps ? all : w->max_steps;
    const RondoSequenceShare share = { sequences, &i, NULL, NULL, 1, 0, steps };
    rondo_sequence_worker_last(w, parameters, &share);
    rondo_network_state_norms(w->network, layer, squares);
    for (size_t t = 0; t < steps; ++t) {
      norms[steps - 1 - t] += squares[t] * squares[t];
    }
    longest = steps > longest ? steps : longest;
  }
  for (size_t d = 0; d < longest; ++d) {
    size_t count = 0;
    for (size_t i = 0; i < n; ++i) {
      count += sequences->sequences[i].n_steps > d ? 1 : 0;
    }
    norms[d] = sqrt(norms[d] / (double)count);
  }
  return longest;
}
