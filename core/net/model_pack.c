// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/arena.h"
#include "core/net/model_private.h"
#include "core/net/weights.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Most inputs of int8: 65536 * 255 * 127 is less than 2^31
#define MAX_INT8_INPUTS 65536U

static const float*
take(RondoArena* arena, size_t n_rows, size_t width)
{
  return (const float*)rondo_arena_take(arena, n_rows, width * sizeof(float));
}

// Return the inputs of a row of int8, of which four stand together
static size_t
round_to_four(size_t n_inputs)
{
  return (n_inputs + 3U) / 4U * 4U;
}

static void
carve_panels(RondoArena* arena, bool is_int8, RondoPanels* panels)
{
  const size_t rows = panels->n_panels * panels->n_gates * RONDO_LANES;
  panels->bias      = take(arena, rows, 1U);
  if (is_int8) {
    const size_t n   = round_to_four(panels->n_inputs);
    panels->integers = (const int8_t*)rondo_arena_take(arena, rows, n);
    panels->scales   = take(arena, rows, 1U);
    panels->offsets =
      (const int32_t*)rondo_arena_take(arena, rows, sizeof(int32_t));
  } else {
    panels->weights = take(arena, rows, panels->n_inputs);
  }
}

// Return the tensors of a cell that has panels; matrices come first, then as
// many biases
static size_t
count_tensors(const RondoCell* cell)
{
  return cell->u.n_gates ? 4U : 2U;
}

// Find the cells all of whose matrices are int8.  What is mixed is converted,
// as is what is too wide for its sums, and an embedding, of which only rows are
// read
static void
find_int8(RondoModel* model, const RondoTensors* tensors)
{
  size_t next = 0U;
  for (size_t i = 0U; i < model->n_cells; ++i) {
    RondoCell* const     cell = &model->cells[i];
    const RondoLayerType type = cell->layer->type;
    const size_t         n    = cell->w.n_gates ? count_tensors(cell)
                                : type == RONDO_LAYER_EMBEDDING  ? 1U
                                : type == RONDO_LAYER_LAYER_NORM ? 2U
                                                                 : 0U;
    cell->is_int8 = cell->w.n_gates && cell->n_inputs <= MAX_INT8_INPUTS;
    for (size_t j = 0U; j < n / 2U; ++j) {
      const RondoTensorSpec spec =
        rondo_description_tensor(model->description, next + j);
      cell->is_int8 &=
        rondo_tensors_find(tensors, spec.name)->dtype == RONDO_DTYPE_I8;
    }
    next += n;
  }
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
      carve_panels(arena, cell->is_int8, &cell->w);
      carve_panels(arena, cell->is_int8, &cell->u);
      carve_panels(arena, cell->is_int8, &cell->candidate);
    }
  }
}

// Weights as they are read: numbers, or integers and scales of their rows
typedef struct {
  float*        numbers;
  const int8_t* integers; // In the file, or NULL
} Weights;

// Where a row of a matrix goes: its panels, and its place among all rows
typedef struct {
  const RondoPanels* panels;
  size_t             n_kernel;
  size_t             panel;
  size_t             in_panel; // Gate and lane
} Place;

// Return which element of a row is input `k` of the panels.  One of a
// convolution is (H, X, kernel), of which the panels have (H, kernel, X): what
// it reads are frames side by side
static size_t
find_input(const Place* place, size_t k)
{
  const size_t X = place->panels->n_inputs / place->n_kernel;
  return ((k % X) * place->n_kernel) + (k / X);
}

// The panels are immutable for all but the ones who fill them

static void
pack_numbers(const Place* place, const float* row)
{
  const size_t n     = place->panels->n_inputs;
  const size_t width = place->panels->n_gates * RONDO_LANES;
  float* const to = (float*)place->panels->weights + (place->panel * n * width);
  for (size_t k = 0U; k < n; ++k) {
    to[(k * width) + place->in_panel] = row[find_input(place, k)];
  }
}

static void
pack_integers(const Place* place, const int8_t* row, float scale)
{
  const size_t  n     = place->panels->n_inputs;
  const size_t  width = place->panels->n_gates * RONDO_LANES;
  const size_t  at    = (place->panel * width) + place->in_panel;
  int8_t* const to    = (int8_t*)place->panels->integers +
                     (place->panel * round_to_four(n) * width);
  int32_t sum = 0;
  for (size_t k = 0U; k < n; ++k) {
    const int8_t w = row[find_input(place, k)];
    to[(((k / 4U * width) + place->in_panel) * 4U) + (k % 4U)] = w;
    sum += w;
  }
  ((float*)place->panels->scales)[at]    = scale;
  ((int32_t*)place->panels->offsets)[at] = -128 * sum;
}

// Copy rows `first` gates on of a matrix (gates * H, X) and its bias
static void
pack(const RondoPanels* panels,
     size_t             H,
     size_t             first,
     size_t             n_kernel,
     const Weights*     matrix,
     const float*       bias)
{
  const size_t width = panels->n_gates * RONDO_LANES;
  for (size_t g = 0U; g < panels->n_gates; ++g) {
    for (size_t i = 0U; i < H; ++i) {
      const size_t row   = ((first + g) * H) + i;
      const Place  place = {
         panels, n_kernel, i / RONDO_LANES, (g * RONDO_LANES) + (i % RONDO_LANES)
      };
      if (matrix->integers) {
        pack_integers(&place,
                      matrix->integers + (row * panels->n_inputs),
                      matrix->numbers[row]);
      } else {
        pack_numbers(&place, matrix->numbers + (row * panels->n_inputs));
      }
      ((float*)panels->bias)[(place.panel * width) + place.in_panel] =
        bias[row];
    }
  }
}

static RondoStatus
prefix_layer(const RondoModel* model,
             size_t            layer,
             RondoStatus       st,
             RondoError*       error)
{
  if (st) {
    char context[RONDO_MAX_NAME + 16U];
    snprintf(context,
             sizeof(context),
             "layer %s",
             model->description->layers[layer].name);
    rondo_error_prefix(error, context);
  }
  return st;
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
  return prefix_layer(
    model,
    spec.layer,
    rondo_weights_get_floats(tensors, tensor, (float*)values, error),
    error);
}

// Read tensor `*next`, and count it, into memory that the caller frees.  If it
// is to stay int8, only its scales are
static RondoStatus
read_new(const RondoModel*   model,
         const RondoTensors* tensors,
         bool                stays_int8,
         size_t*             next,
         Weights*            weights,
         RondoError*         error)
{
  const RondoTensorSpec spec =
    rondo_description_tensor(model->description, *next);
  weights->numbers = (float*)malloc(spec.n_elements * sizeof(float));
  if (!weights->numbers) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (!stays_int8) {
    return read_into(model, tensors, next, weights->numbers, error);
  }
  const RondoTensor* const tensor = rondo_tensors_find(tensors, spec.name);
  weights->integers               = (const int8_t*)tensor->data;
  ++*next;
  return prefix_layer(
    model,
    spec.layer,
    rondo_weights_get_scales(tensors, tensor, weights->numbers, error),
    error);
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
  const size_t n_kernel =
    cell->u.n_gates || !cell->layer->n_kernel ? 1U : cell->layer->n_kernel;
  const size_t H          = cell->n_units;
  const size_t n          = count_tensors(cell);
  Weights      weights[4] = { { NULL, NULL } };
  RondoStatus  st         = RONDO_SUCCESS;
  for (size_t i = 0U; i < n && !st; ++i) {
    st = read_new(
      model, tensors, cell->is_int8 && i < n / 2U, next, &weights[i], error);
  }
  if (!st) {
    const float* const bias = weights[n / 2U].numbers;
    pack(&cell->w, H, 0U, n_kernel, &weights[0], bias);
    if (n == 4U) {
      pack(&cell->u, H, 0U, 1U, &weights[1], weights[3].numbers);
      pack(&cell->candidate, H, 2U, 1U, &weights[1], weights[3].numbers);
    }
  }
  for (size_t i = 0U; i < n; ++i) {
    free(weights[i].numbers);
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
  find_int8(model, tensors);
  RondoArena count = rondo_arena(NULL);
  carve_weights(model, &count);
  model->weights = count.overflow ? NULL : rondo_aligned_new(count.used);
  if (!model->weights) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
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
