// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/arena.h"
#include "core/net/model_private.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static RondoStatus
out_of_memory(RondoError* error)
{
  return rondo_error_set(
    error, RONDO_ERR_NO_MEMORY, "%s", rondo_strerror(RONDO_ERR_NO_MEMORY));
}

static const float*
take(RondoArena* arena, size_t n_rows, size_t width)
{
  return (const float*)rondo_arena_take(arena, n_rows, width * sizeof(float));
}

static void
carve_panels(RondoArena* arena, RondoPanels* panels)
{
  const size_t rows = panels->n_panels * panels->n_gates * RONDO_LANES;
  panels->weights   = take(arena, rows, panels->n_inputs);
  panels->bias      = take(arena, rows, 1U);
}

// Count or place the weights of all cells
static void
carve_weights(RondoModel* model, RondoArena* arena)
{
  for (size_t i = 0U; i < model->n_cells; ++i) {
    RondoCell* const cell = &model->cells[i];
    if (cell->layer->type == RONDO_LAYER_EMBEDDING) {
      cell->w.weights = take(arena, cell->layer->n_tokens, cell->n_units);
    } else if (cell->layer->type == RONDO_LAYER_LAYER_NORM) {
      cell->w.weights = take(arena, cell->stride, 1U);
      cell->w.bias    = take(arena, cell->stride, 1U);
    } else {
      carve_panels(arena, &cell->w);
      carve_panels(arena, &cell->u);
      carve_panels(arena, &cell->candidate);
    }
  }
}

// Copy rows `first` gates on of a matrix (gates * H, X) and its bias.  One of
// a convolution is (H, X, kernel), of which the panels have (H, kernel, X):
// what it reads are frames side by side
static void
pack(const RondoPanels* panels,
     size_t             H,
     size_t             first,
     size_t             n_kernel,
     const float*       matrix,
     const float*       bias)
{
  // The panels are immutable for all but the one who fills them
  float* const weights = (float*)panels->weights;
  float* const biases  = (float*)panels->bias;
  const size_t G       = panels->n_gates;
  const size_t N       = panels->n_inputs;
  const size_t X       = N / n_kernel;
  for (size_t g = 0U; g < G; ++g) {
    for (size_t i = 0U; i < H; ++i) {
      const size_t       p    = i / RONDO_LANES;
      const size_t       lane = i % RONDO_LANES;
      const size_t       row  = ((first + g) * H) + i;
      const float* const from = matrix + (row * N);
      for (size_t k = 0U; k < N; ++k) {
        weights[((((p * N) + k) * G + g) * RONDO_LANES) + lane] =
          from[((k % X) * n_kernel) + (k / X)];
      }
      biases[(((p * G) + g) * RONDO_LANES) + lane] = bias[row];
    }
  }
}

// Read tensor `*next` of the description into `values`, and count it
static RondoStatus
read_into(const RondoModel*   model,
          const RondoTensors* tensors,
          size_t*             next,
          const float*        values,
          RondoError*         error)
{
  const RondoTensorSpec spec =
    rondo_description_tensor(model->description, (*next)++);
  const RondoTensor* const tensor = rondo_tensors_find(tensors, spec.name);
  const RondoStatus st = rondo_tensor_get_floats(tensor, (float*)values, error);
  if (st) {
    char context[RONDO_MAX_NAME + 16U];
    snprintf(context,
             sizeof(context),
             "layer %s",
             model->description->layers[spec.layer].name);
    rondo_error_prefix(error, context);
  }
  return st;
}

// Read tensor `*next` into memory that the caller frees
static RondoStatus
read_new(const RondoModel*   model,
         const RondoTensors* tensors,
         size_t*             next,
         float**             values,
         RondoError*         error)
{
  const RondoTensorSpec spec =
    rondo_description_tensor(model->description, *next);
  *values = (float*)malloc(spec.n_elements * sizeof(float));
  return *values ? read_into(model, tensors, next, *values, error)
                 : out_of_memory(error);
}

// Fill the panels of `cell`, whose tensors start at index `*next`, in
// PyTorch's order: weight, bias; or weight_ih, weight_hh, bias_ih, bias_hh
static RondoStatus
pack_panels(const RondoModel*   model,
            const RondoCell*    cell,
            const RondoTensors* tensors,
            size_t*             next,
            RondoError*         error)
{
  const bool   is_recurrent = rondo_layer_is_recurrent(cell->layer);
  const size_t n_kernel =
    is_recurrent || !cell->layer->n_kernel ? 1U : cell->layer->n_kernel;
  const size_t H         = cell->n_units;
  const size_t n         = is_recurrent ? 4U : 2U;
  float*       values[4] = { NULL, NULL, NULL, NULL };
  RondoStatus  st        = RONDO_SUCCESS;
  for (size_t i = 0U; i < n && !st; ++i) {
    st = read_new(model, tensors, next, &values[i], error);
  }
  if (!st && values[n / 2U]) {
    pack(&cell->w, H, 0U, n_kernel, values[0], values[n / 2U]);
    if (values[3]) {
      pack(&cell->u, H, 0U, 1U, values[1], values[3]);
      pack(&cell->candidate, H, 2U, 1U, values[1], values[3]);
    }
  }
  for (size_t i = 0U; i < n; ++i) {
    free(values[i]);
  }
  return st;
}

static RondoStatus
pack_cell(const RondoModel*   model,
          const RondoCell*    cell,
          const RondoTensors* tensors,
          size_t*             next,
          RondoError*         error)
{
  RondoStatus st = RONDO_SUCCESS;
  switch (cell->layer->type) {
    case RONDO_LAYER_EMBEDDING:
      return read_into(model, tensors, next, cell->w.weights, error);
    case RONDO_LAYER_LAYER_NORM:
      st = read_into(model, tensors, next, cell->w.weights, error);
      return st ? st : read_into(model, tensors, next, cell->w.bias, error);
    case RONDO_LAYER_LAST:
    case RONDO_LAYER_MEAN:
      return st;
    default:
      return pack_panels(model, cell, tensors, next, error);
  }
}

RondoStatus
rondo_model_pack(RondoModel*         model,
                 const RondoTensors* tensors,
                 RondoError*         error)
{
  RondoArena count = rondo_arena(NULL);
  carve_weights(model, &count);
  model->weights = count.overflow ? NULL : rondo_aligned_new(count.used);
  if (!model->weights) {
    return out_of_memory(error);
  }
  model->n_weights = count.used;
  RondoArena arena = rondo_arena(model->weights);
  carve_weights(model, &arena);

  size_t      next = 0U;
  RondoStatus st   = RONDO_SUCCESS;
  for (size_t i = 0U; i < model->n_cells && !st; ++i) {
    st = pack_cell(model, &model->cells[i], tensors, &next, error);
  }
  return st;
}
