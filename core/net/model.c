// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/model.h"

#include "core/base/arena.h"
#include "core/net/model_private.h"
#include "core/net/weights.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

// Return whether tensor `name` is what `spec` calls for, or its scales
static bool
is_tensor_of(const RondoTensorSpec* spec,
             const RondoTensors*    tensors,
             const char*            name)
{
  const size_t n = strlen(spec->name);
  return !strncmp(name, spec->name, n) &&
         (!name[n] ||
          (!strcmp(name + n, RONDO_SCALE_SUFFIX) &&
           rondo_tensors_find(tensors, spec->name)->dtype == RONDO_DTYPE_I8));
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
      found                      = is_tensor_of(&spec, tensors, name);
    }
    if (!found) {
      return rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "tensor %.100s belongs to no layer", name);
    }
  }
  return RONDO_SUCCESS;
}

// Return how often a step of `layer` uses an element of tensor `name`
static size_t
count_uses(const RondoLayer* layer, const char* name)
{
  // A window is run over the products of its frames, which are made once
  const char* const part = name + strlen(layer->name);
  const bool is_ahead    = strstr(part, "_hh_l") && strstr(part, "_reverse") &&
                        layer->lookahead &&
                        layer->lookahead != RONDO_LOOKAHEAD_WHOLE;
  const size_t n_groups =
    layer->type == RONDO_LAYER_EMBEDDING ? 0U : layer->n_groups;
  return n_groups * (is_ahead ? layer->lookahead + 1U : 1U);
}

static void
count_operations(RondoModel* model)
{
  const size_t n = rondo_description_n_tensors(model->description);
  for (size_t i = 0U; i < n; ++i) {
    const RondoTensorSpec spec =
      rondo_description_tensor(model->description, i);
    const RondoLayer* const layer = &model->description->layers[spec.layer];
    model->n_parameters += spec.n_elements;
    model->n_operations += count_uses(layer, spec.name) *
                           (spec.n_dims >= 2U ? 2U : 1U) * spec.n_elements;
  }
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
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  model->kernels = kernels;
  RondoStatus st = read_description(model, tensors, error);
  st             = st ? st : check_tensors(model->description, tensors, error);
  st             = st ? st : rondo_model_make_cells(model, error);
  st             = st ? st : rondo_model_pack(model, tensors, error);
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

size_t
rondo_model_delay(const RondoModel* model, size_t lookahead)
{
  const size_t n     = rondo_model_n_directions(model, model->output);
  size_t       delay = 0U;
  for (size_t i = 0U; i < n; ++i) {
    const size_t late =
      rondo_cell_delay(&model->cells[model->output + i], lookahead);
    delay = late > delay ? late : delay;
  }
  return delay;
}

RondoStatus
rondo_model_check_lookahead(const RondoModel* model,
                            size_t            lookahead,
                            RondoError*       error)
{
  const RondoDescription* const description = model->description;
  for (size_t i = 0U; i < description->n_layers && !lookahead; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    if (layer->lookahead == RONDO_LOOKAHEAD_WHOLE) {
      return rondo_error_set(error,
                             RONDO_ERR_UNSUPPORTED,
                             "layer %s sees the whole sequence, which a stream "
                             "cannot: it needs the key \"lookahead\"",
                             layer->name);
    }
  }
  return RONDO_SUCCESS;
}
