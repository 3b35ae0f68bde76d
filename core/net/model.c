// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/model.h"

#include "core/base/arena.h"
#include "core/net/model_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static RondoStatus
out_of_memory(RondoError* error)
{
  return rondo_error_set(
    error, RONDO_ERR_NO_MEMORY, "%s", rondo_strerror(RONDO_ERR_NO_MEMORY));
}

// Write a shape such as "(384, 64)"
static void
print_shape(char* text, size_t size, const size_t* dims, size_t n_dims)
{
  size_t used = (size_t)snprintf(text, size, "(");
  for (size_t i = 0U; i < n_dims && used < size; ++i) {
    used +=
      (size_t)snprintf(text + used, size - used, i ? ", %zu" : "%zu", dims[i]);
  }
  if (used < size) {
    snprintf(text + used, size - used, ")");
  }
}

static RondoStatus
check_tensor(const RondoDescription* description,
             const RondoTensorSpec*  spec,
             const RondoTensor*      tensor,
             RondoError*             error)
{
  const char* const layer = description->layers[spec->layer].name;
  if (!tensor) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "layer %s: tensor %s is missing",
                           layer,
                           spec->name);
  }
  if (tensor->n_dims != spec->n_dims ||
      memcmp(tensor->dims, spec->dims, spec->n_dims * sizeof(size_t)) != 0) {
    char expected[48];
    char found[96];
    print_shape(expected, sizeof(expected), spec->dims, spec->n_dims);
    print_shape(found, sizeof(found), tensor->dims, tensor->n_dims);
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "layer %s: %s: expected shape %s, found %s",
                           layer,
                           spec->name,
                           expected,
                           found);
  }
  return RONDO_SUCCESS;
}

// Check that the file holds all tensors that are called for, and no others
static RondoStatus
check_tensors(const RondoDescription* description,
              const RondoTensors*     tensors,
              RondoError*             error)
{
  const size_t n    = rondo_description_n_tensors(description);
  const size_t have = rondo_tensors_count(tensors);
  for (size_t i = 0U; i < n; ++i) {
    const RondoTensorSpec spec = rondo_description_tensor(description, i);
    const RondoStatus     st   = check_tensor(
      description, &spec, rondo_tensors_find(tensors, spec.name), error);
    if (st) {
      return st;
    }
  }
  for (size_t i = 0U; have > n && i < have; ++i) {
    const char* const name  = rondo_tensors_at(tensors, i)->name;
    size_t            found = 0U;
    for (size_t j = 0U; j < n && !found; ++j) {
      const RondoTensorSpec spec = rondo_description_tensor(description, j);
      found                      = !strcmp(spec.name, name);
    }
    if (!found) {
      return rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "tensor %.100s belongs to no layer", name);
    }
  }
  return RONDO_SUCCESS;
}

static size_t
count_gates(RondoLayerType type)
{
  return type == RONDO_LAYER_LSTM ? 4U : type == RONDO_LAYER_GRU ? 3U : 1U;
}

// Say which panels cell `depth` of `layer` has, and how large they are
static void
shape_cell(RondoCell* cell, const RondoLayer* layer, size_t depth)
{
  const size_t n_panels = (layer->n_units + RONDO_LANES - 1U) / RONDO_LANES;
  const size_t n_gates  = count_gates(layer->type);
  const bool   before =
    layer->type == RONDO_LAYER_GRU && layer->reset == RONDO_RESET_BEFORE;

  cell->layer      = layer;
  cell->n_inputs   = depth ? layer->n_units : layer->n_inputs;
  cell->n_units    = layer->n_units;
  cell->stride     = n_panels * RONDO_LANES;
  cell->w.n_gates  = n_gates;
  cell->w.n_inputs = cell->n_inputs;
  cell->w.n_panels = n_panels;
  if (layer->type != RONDO_LAYER_LINEAR) {
    cell->u.n_gates  = before ? 2U : n_gates;
    cell->u.n_inputs = layer->n_units;
    cell->u.n_panels = n_panels;
  }
  if (before) {
    cell->candidate.n_gates  = 1U;
    cell->candidate.n_inputs = layer->n_units;
    cell->candidate.n_panels = n_panels;
  }
}

// List the cells of all layers and what each of them reads
static RondoStatus
make_cells(RondoModel* model, RondoError* error)
{
  const RondoDescription* const description = model->description;

  size_t n_cells = 0U;
  size_t last[RONDO_MAX_LAYERS]; // The cell whose output is a layer's
  for (size_t i = 0U; i < description->n_layers; ++i) {
    n_cells += description->layers[i].n_stacked;
    last[i] = n_cells - 1U;
  }
  model->cells = (RondoCell*)calloc(n_cells + 1U, sizeof(RondoCell));
  if (!model->cells) {
    return out_of_memory(error);
  }
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    for (size_t depth = 0U; depth < layer->n_stacked; ++depth) {
      RondoCell* const cell = &model->cells[model->n_cells];
      shape_cell(cell, layer, depth);
      cell->n_sources = depth ? 1U : layer->n_sources;
      for (size_t j = 0U; j < cell->n_sources; ++j) {
        const size_t source = layer->sources[j];
        cell->sources[j]    = depth ? model->n_cells - 1U
                              : source == RONDO_SOURCE_INPUTS ? source
                                                              : last[source];
      }
      ++model->n_cells;
    }
  }
  return RONDO_SUCCESS;
}

static void
carve_panels(RondoArena* arena, RondoPanels* panels)
{
  const size_t rows = panels->n_panels * panels->n_gates * RONDO_LANES;
  panels->weights   = (const float*)rondo_arena_take(
    arena, rows, panels->n_inputs * sizeof(float));
  panels->bias = (const float*)rondo_arena_take(arena, rows, sizeof(float));
}

// Count or place the weights of all cells
static void
carve_weights(RondoModel* model, RondoArena* arena)
{
  for (size_t i = 0U; i < model->n_cells; ++i) {
    RondoCell* const cell = &model->cells[i];
    carve_panels(arena, &cell->w);
    carve_panels(arena, &cell->u);
    carve_panels(arena, &cell->candidate);
  }
}

// Copy rows `first` gates on of a matrix (gates * H, X) and its bias
static void
pack(const RondoPanels* panels,
     size_t             H,
     size_t             first,
     const float*       matrix,
     const float*       bias)
{
  // The panels are immutable for all but the one who fills them
  float* const weights = (float*)panels->weights;
  float* const biases  = (float*)panels->bias;
  const size_t G       = panels->n_gates;
  const size_t X       = panels->n_inputs;
  for (size_t g = 0U; g < G; ++g) {
    for (size_t i = 0U; i < H; ++i) {
      const size_t       p    = i / RONDO_LANES;
      const size_t       lane = i % RONDO_LANES;
      const size_t       row  = ((first + g) * H) + i;
      const float* const from = matrix + (row * X);
      for (size_t k = 0U; k < X; ++k) {
        weights[((((p * X) + k) * G + g) * RONDO_LANES) + lane] = from[k];
      }
      biases[(((p * G) + g) * RONDO_LANES) + lane] = bias[row];
    }
  }
}

// A matrix and its bias, as floats
typedef struct {
  float* matrix;
  float* bias;
} Pair;

// Convert tensors `matrix` and `bias` of the description
static RondoStatus
read_pair(const RondoModel*   model,
          const RondoTensors* tensors,
          size_t              matrix,
          size_t              bias,
          Pair*               pair,
          RondoError*         error)
{
  const size_t indices[2] = { matrix, bias };
  float**      places[2]  = { &pair->matrix, &pair->bias };
  for (size_t i = 0U; i < 2U; ++i) {
    const RondoTensorSpec spec =
      rondo_description_tensor(model->description, indices[i]);
    const RondoTensor* const tensor = rondo_tensors_find(tensors, spec.name);
    *places[i] = (float*)malloc(tensor->n_elements * sizeof(float));
    if (!*places[i]) {
      return out_of_memory(error);
    }
    const RondoStatus st = rondo_tensor_get_floats(tensor, *places[i], error);
    if (st) {
      char context[RONDO_MAX_NAME + 16U];
      snprintf(context,
               sizeof(context),
               "layer %s",
               model->description->layers[spec.layer].name);
      rondo_error_prefix(error, context);
      return st;
    }
  }
  return RONDO_SUCCESS;
}

static void
free_pair(Pair* pair)
{
  free(pair->matrix);
  free(pair->bias);
}

// Fill the panels of `cell`, whose tensors start at index `*next`
static RondoStatus
pack_cell(const RondoModel*   model,
          const RondoCell*    cell,
          const RondoTensors* tensors,
          size_t*             next,
          RondoError*         error)
{
  const bool   is_linear = !cell->u.n_gates;
  const size_t H         = cell->n_units;
  const size_t at        = *next;

  // PyTorch's order: weight, bias; or weight_ih, weight_hh, bias_ih, bias_hh
  Pair        input = { NULL, NULL };
  Pair        state = { NULL, NULL };
  RondoStatus st =
    read_pair(model, tensors, at, at + (is_linear ? 1U : 2U), &input, error);
  if (!st && !is_linear) {
    st = read_pair(model, tensors, at + 1U, at + 3U, &state, error);
  }
  if (!st && input.matrix && input.bias) {
    pack(&cell->w, H, 0U, input.matrix, input.bias);
    if (state.matrix && state.bias) {
      pack(&cell->u, H, 0U, state.matrix, state.bias);
      pack(&cell->candidate, H, 2U, state.matrix, state.bias);
    }
    *next += is_linear ? 2U : 4U;
  }
  free_pair(&state);
  free_pair(&input);
  return st;
}

static RondoStatus
make_weights(RondoModel* model, const RondoTensors* tensors, RondoError* error)
{
  RondoArena count = rondo_arena(NULL);
  carve_weights(model, &count);
  model->weights = count.overflow ? NULL : rondo_aligned_new(count.used);
  if (!model->weights) {
    return out_of_memory(error);
  }
  RondoArena arena = rondo_arena(model->weights);
  carve_weights(model, &arena);

  size_t      next = 0U;
  RondoStatus st   = RONDO_SUCCESS;
  for (size_t i = 0U; i < model->n_cells && !st; ++i) {
    st = pack_cell(model, &model->cells[i], tensors, &next, error);
  }
  return st;
}

static void
count_operations(RondoModel* model)
{
  const size_t n = rondo_description_n_tensors(model->description);
  for (size_t i = 0U; i < n; ++i) {
    const RondoTensorSpec spec =
      rondo_description_tensor(model->description, i);
    model->n_parameters += spec.n_elements;
    model->n_operations +=
      spec.n_dims == 2U ? 2U * spec.n_elements : spec.n_elements;
  }
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

static RondoStatus
read_description(RondoModel*         model,
                 const RondoTensors* tensors,
                 RondoError*         error)
{
  const char* const text = rondo_tensors_metadata(tensors, RONDO_METADATA_KEY);
  if (!text) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "not a Rondo model: \"__metadata__\" has no key "
                           "\"%s\" with a description",
                           RONDO_METADATA_KEY);
  }
  RondoConfig* config = NULL;
  RondoStatus  st     = rondo_config_parse(text, strlen(text), &config, error);
  st = st ? st : rondo_description_new(config, &model->description, error);
  if (st) {
    rondo_error_prefix(error, "description");
  }
  return st;
}

RondoStatus
rondo_model_new_for(const RondoKernels* kernels,
                    const RondoTensors* tensors,
                    RondoModel**        out,
                    RondoError*         error)
{
  *out                    = NULL;
  RondoModel* const model = (RondoModel*)calloc(1, sizeof(RondoModel));
  if (!model) {
    return out_of_memory(error);
  }
  model->kernels = kernels;
  RondoStatus st = read_description(model, tensors, error);
  st             = st ? st : check_supported(model->description, error);
  st             = st ? st : check_tensors(model->description, tensors, error);
  st             = st ? st : make_cells(model, error);
  st             = st ? st : make_weights(model, tensors, error);
  if (st) {
    rondo_model_free(model);
    return st;
  }
  count_operations(model);
  *out = model;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_model_new(const RondoTensors* tensors,
                RondoModel**        out,
                RondoError*         error)
{
  return rondo_model_new_for(rondo_kernels(), tensors, out, error);
}

RondoStatus
rondo_model_load(const char* path, RondoModel** out, RondoError* error)
{
  *out                  = NULL;
  RondoTensors* tensors = NULL;
  RondoStatus   st      = rondo_tensors_read(path, &tensors, error);
  if (st) {
    return st;
  }
  st = rondo_model_new(tensors, out, error);
  if (st) {
    rondo_error_prefix(error, path);
  }
  rondo_tensors_free(tensors);
  return st;
}

void
rondo_model_free(RondoModel* model)
{
  if (model) {
    rondo_aligned_free(model->weights);
    free(model->cells);
    rondo_description_free(model->description);
    free(model);
  }
}

const RondoDescription*
rondo_model_description(const RondoModel* model)
{
  return model->description;
}

size_t
rondo_model_n_inputs(const RondoModel* model)
{
  return model->description->n_inputs;
}

size_t
rondo_model_n_outputs(const RondoModel* model)
{
  return model->description->n_outputs;
}

size_t
rondo_model_n_parameters(const RondoModel* model)
{
  return model->n_parameters;
}

size_t
rondo_model_n_operations(const RondoModel* model)
{
  return model->n_operations;
}
