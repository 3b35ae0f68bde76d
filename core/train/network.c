// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/network.h"

#include "core/train/network_private.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static const RondoLevel*
last_level(const RondoEntry* const entry)
{
  return &entry->levels[entry->layer->n_stacked - 1];
}

static const RondoEntry*
last_entry(const RondoNetwork* const network)
{
  return &network->entries[network->description->n_layers - 1];
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

  RondoArena counter = rondo_arena(NULL);
  rondo_network_place(&counter, description, max_steps, max_batch);

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
  *out = rondo_network_place(&arena, description, max_steps, max_batch);
  return RONDO_SUCCESS;
}

void
rondo_network_free(RondoNetwork* const network)
{
  if (network) {
    rondo_aligned_free(network->dropout_memory);
  }
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

bool
rondo_network_set_logits(RondoNetwork* const network, const bool logits)
{
  const RondoEntry* const entry = last_entry(network);
  const RondoLayer* const layer = entry->layer;
  const bool              can   = layer->type == RONDO_LAYER_LINEAR &&
                   (layer->activation == RONDO_ACTIVATION_SIGMOID ||
                    layer->activation == RONDO_ACTIVATION_SOFTMAX);
  if (can) {
    entry->levels[0].cells[0].activation =
      logits ? RONDO_ACTIVATION_IDENTITY : layer->activation;
  }
  return can && logits;
}

size_t
rondo_network_n_output_steps(const RondoNetwork* const network,
                             const size_t              n_steps)
{
  return rondo_description_is_single(network->description) ? 1 : n_steps;
}

// Return the output of a source
static const RondoReal*
source_outputs(const RondoNetwork* const network,
               const size_t              source,
               size_t* const             width)
{
  *width = rondo_description_width(network->description, source);
  if (source == RONDO_SOURCE_INPUTS) {
    return network->x;
  }

  const RondoEntry* const entry = &network->entries[source];
  return rondo_level_outputs(network, entry->layer, last_level(entry));
}

// Return the rows of what a layer reads
static size_t
n_input_rows(const RondoNetwork* const network, const RondoLayer* const layer)
{
  const bool is_single = rondo_layer_reads_single(network->description, layer);
  return is_single ? network->batch.B : network->batch.T * network->batch.B;
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
join_sources(const RondoNetwork* const network, RondoEntry* const entry)
{
  const RondoLayer* const layer  = entry->layer;
  const size_t            N      = rondo_layer_n_joined(layer);
  const size_t            n_rows = n_input_rows(network, layer) * N;

  size_t width = 0;
  if (layer->n_sources == 1) {
    entry->x = source_outputs(network, layer->sources[0], &width);
    return;
  }

  size_t column = 0;
  for (size_t i = 0; i < layer->n_sources; ++i) {
    const RondoReal* const from =
      source_outputs(network, layer->sources[i], &width);
    copy_columns(n_rows,
                 width / N,
                 from,
                 width / N,
                 entry->joined + column,
                 layer->n_inputs / N);
    column += width / N;
  }
  entry->x = entry->joined;
}

// Take the size and the lengths of a call
static void
set_batch(RondoNetwork* const network,
          const size_t        n_steps,
          const size_t        n_batch,
          const size_t* const lengths)
{
  assert(n_steps > 0 && n_steps <= network->max_steps);
  assert(n_batch > 0 && n_batch <= network->max_batch);

  for (size_t b = 0; b < n_batch; ++b) {
    network->lengths[b] = lengths ? lengths[b] : n_steps;
    assert(network->lengths[b] <= n_steps);
  }
  network->batch.T       = n_steps;
  network->batch.B       = n_batch;
  network->batch.lengths = lengths ? network->lengths : NULL;
}

const RondoReal*
rondo_network_forward(RondoNetwork* const    network,
                      const RondoReal* const parameters,
                      const size_t           n_steps,
                      const size_t           n_batch,
                      const RondoReal* const x,
                      const size_t* const    lengths,
                      RondoRandom* const     random)
{
  set_batch(network, n_steps, n_batch, lengths);
  network->x          = x;
  network->is_dropped = random != NULL;

  const RondoReal* y = NULL;
  for (size_t i = 0; i < network->description->n_layers; ++i) {
    RondoEntry* const entry = &network->entries[i];
    join_sources(network, entry);

    y = entry->x;
    for (size_t j = 0; j < entry->layer->n_stacked; ++j) {
      y = rondo_level_forward(
        network, entry->layer, &entry->levels[j], parameters, y, random);
    }
  }

  memcpy(network->ends, network->lengths, sizeof(size_t) * n_batch);
  network->state_batch = n_batch;
  return y;
}

// Return where the gradient of a source is added, or NULL
static RondoReal*
source_gradient(const RondoNetwork* const network,
                const size_t              source,
                RondoReal* const          dx,
                size_t* const             width)
{
  *width = rondo_description_width(network->description, source);
  if (source == RONDO_SOURCE_INPUTS) {
    return dx;
  }

  const RondoEntry* const entry = &network->entries[source];
  return rondo_level_gradient(last_level(entry));
}

// Add the gradient of a joined input to those of its sources
static void
split_gradient(const RondoNetwork* const network,
               const RondoEntry* const   entry,
               RondoReal* const          dx)
{
  const RondoLayer* const layer  = entry->layer;
  const size_t            N      = rondo_layer_n_joined(layer);
  const size_t            n_rows = n_input_rows(network, layer) * N;

  size_t column = 0;
  for (size_t i = 0; i < layer->n_sources; ++i) {
    size_t           width = 0;
    RondoReal* const to =
      source_gradient(network, layer->sources[i], dx, &width);
    if (to) {
      add_columns(
        n_rows, width / N, network->djoined + column, layer->n_inputs / N, to);
    }
    column += width / N;
  }
}

// Run one entry backward, the top of its stack first
static void
entry_backward(const RondoNetwork* const network,
               const RondoEntry* const   entry,
               const RondoReal* const    parameters,
               RondoReal* const          dparameters,
               RondoReal* const          dx)
{
  const RondoLayer* const layer = entry->layer;
  for (size_t j = layer->n_stacked - 1; j > 0; --j) {
    const RondoLevel* const below = &entry->levels[j - 1];
    rondo_level_backward(network,
                         layer,
                         &entry->levels[j],
                         parameters,
                         rondo_level_outputs(network, layer, below),
                         dparameters,
                         rondo_level_gradient(below));
  }

  size_t           width = 0;
  RondoReal* const to =
    layer->n_sources == 1
      ? source_gradient(network, layer->sources[0], dx, &width)
      : network->djoined;
  if (layer->n_sources > 1) {
    memset(to,
           0,
           sizeof(RondoReal) * n_input_rows(network, layer) * layer->n_inputs);
  }

  rondo_level_backward(
    network, layer, &entry->levels[0], parameters, entry->x, dparameters, to);
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
  const size_t B        = network->batch.B;
  const size_t n_bytes  = sizeof(RondoReal) * network->batch.T * B;
  const size_t n_layers = network->description->n_layers;

  for (size_t i = 0; i < n_layers; ++i) {
    const RondoEntry* const entry = &network->entries[i];
    const size_t n_rows = entry->layer->is_single ? B : network->batch.T * B;
    for (size_t j = 0; j < entry->layer->n_stacked; ++j) {
      memset(rondo_level_gradient(&entry->levels[j]),
             0,
             sizeof(RondoReal) * n_rows * entry->layer->n_outputs);
    }
  }
  if (dx) {
    memset(dx, 0, n_bytes * network->description->n_inputs);
  }

  const RondoEntry* const last     = last_entry(network);
  const size_t            Y        = last->layer->n_outputs;
  RondoReal* const        gradient = rondo_level_gradient(last_level(last));
  if (last->layer->is_single) {
    memcpy(gradient, dy, sizeof(RondoReal) * B * Y);
  } else {
    memcpy(gradient, dy, n_bytes * Y);
    rondo_network_hide_padding(network, Y, gradient);
  }

  for (size_t i = n_layers; i-- > 0;) {
    entry_backward(network, &network->entries[i], parameters, dparameters, dx);
  }
}

void
rondo_network_state_norms(const RondoNetwork* const network,
                          const size_t              layer,
                          double* const             norms)
{
  const RondoEntry* const entry = &network->entries[layer];
  assert(rondo_layer_is_recurrent(entry->layer) && !entry->layer->along_groups);

  const RondoCell* const cell  = &last_level(entry)->cells[0];
  const RondoBatch       batch = rondo_layer_batch(network, entry->layer);
  const size_t           n     = batch.B * cell->H;
  for (size_t t = 0; t < batch.T; ++t) {
    double sum = 0.0;
    for (size_t i = 0; i < n; ++i) {
      const double d = (double)cell->dh[(t * n) + i];
      sum += d * d;
    }
    norms[t] = sqrt(sum);
  }
}
