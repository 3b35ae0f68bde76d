// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/description.h"

#include <stdio.h>

// Tensors of one recurrent layer, in PyTorch's order
static const char* const recurrent_tensors[] = { "weight_ih",
                                                 "weight_hh",
                                                 "bias_ih",
                                                 "bias_hh" };

#define N_RECURRENT_TENSORS 4U

static size_t
count_tensors(const RondoLayer* layer)
{
  switch (layer->type) {
    case RONDO_LAYER_LINEAR:
    case RONDO_LAYER_CONV1D:
    case RONDO_LAYER_LAYER_NORM:
      return 2U;
    case RONDO_LAYER_RNN:
    case RONDO_LAYER_GRU:
    case RONDO_LAYER_LSTM:
      return layer->n_stacked * layer->n_directions * N_RECURRENT_TENSORS;
    case RONDO_LAYER_EMBEDDING:
      return 1U;
    case RONDO_LAYER_LAST:
    case RONDO_LAYER_MEAN:
      break;
  }
  return 0U;
}

size_t
rondo_description_n_tensors(const RondoDescription* description)
{
  size_t n = 0U;
  for (size_t i = 0U; i < description->n_layers; ++i) {
    n += count_tensors(&description->layers[i]);
  }
  return n;
}

static void
set_shape(RondoTensorSpec* spec, size_t n_dims, size_t a, size_t b, size_t c)
{
  spec->n_dims     = n_dims;
  spec->dims[0]    = a;
  spec->dims[1]    = b;
  spec->dims[2]    = c;
  spec->n_elements = a * b * c;
}

// Specify "weight" or "bias" of a layer that is not recurrent
static void
specify_plain(const RondoLayer* layer, size_t index, RondoTensorSpec* spec)
{
  const size_t X = layer->n_inputs / layer->n_groups;
  const size_t H = layer->n_units;
  if (index || layer->type == RONDO_LAYER_LAYER_NORM) {
    set_shape(spec, 1U, H, 1U, 1U);
  } else if (layer->type == RONDO_LAYER_CONV1D) {
    set_shape(spec, 3U, H, X, layer->n_kernel);
  } else if (layer->type == RONDO_LAYER_EMBEDDING) {
    set_shape(spec, 2U, layer->n_tokens, H, 1U);
  } else {
    set_shape(spec, 2U, H, X, 1U);
  }
  snprintf(spec->name,
           sizeof(spec->name),
           "%s.%s",
           layer->name,
           index ? "bias" : "weight");
}

static void
specify_recurrent(const RondoLayer* layer, size_t index, RondoTensorSpec* spec)
{
  const size_t which     = index % N_RECURRENT_TENSORS;
  const size_t cell      = index / N_RECURRENT_TENSORS;
  const size_t depth     = cell / layer->n_directions;
  const size_t direction = cell % layer->n_directions;
  const size_t H         = layer->n_units;
  const size_t X =
    depth ? H * layer->n_directions : layer->n_inputs / layer->n_groups;
  const size_t rows = rondo_layer_n_gates(layer) * H;
  if (which < 2U) {
    set_shape(spec, 2U, rows, which ? H : X, 1U);
  } else {
    set_shape(spec, 1U, rows, 1U, 1U);
  }
  snprintf(spec->name,
           sizeof(spec->name),
           "%s.%s_l%zu%s",
           layer->name,
           recurrent_tensors[which],
           depth,
           direction ? "_reverse" : "");
}

RondoTensorSpec
rondo_description_tensor(const RondoDescription* description, size_t index)
{
  RondoTensorSpec spec = { .n_dims = 0U };
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    const size_t            n     = count_tensors(layer);
    if (index < n) {
      spec.layer = i;
      if (rondo_layer_is_recurrent(layer)) {
        specify_recurrent(layer, index, &spec);
      } else {
        specify_plain(layer, index, &spec);
      }
      break;
    }
    index -= n;
  }
  return spec;
}
