// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/quantise.h"

#include "core/net/weights.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The tensors of a file to be written
typedef struct {
  RondoTensor*   tensors; ///< (2 n)
  size_t         count;
  void**         memory; ///< (n) Of matrices: scales, their name and integers
  size_t         n_memory;
  RondoMetadata* metadata;
} Quantised;

bool
rondo_layer_can_be_int8(const RondoLayer* layer)
{
  return layer->type == RONDO_LAYER_LINEAR ||
         layer->type == RONDO_LAYER_CONV1D || rondo_layer_is_recurrent(layer);
}

bool
rondo_layer_gains_from_int8(const RondoLayer* layer)
{
  const size_t least = 32U;
  return rondo_layer_can_be_int8(layer) && layer->n_groups == 1U &&
         layer->n_inputs >= least &&
         (!rondo_layer_is_recurrent(layer) || layer->n_units >= least);
}

// Add an int8 matrix made of `tensor`, and its scales
static RondoStatus
add_int8(Quantised*          to,
         const RondoTensors* tensors,
         const RondoTensor*  tensor,
         RondoError*         error)
{
  const size_t length  = strlen(tensor->name);
  const size_t n_rows  = tensor->dims[0];
  const size_t n       = tensor->n_elements;
  float* const numbers = (float*)malloc(n * sizeof(float));
  char* const  memory  = (char*)malloc((n_rows * sizeof(float)) + n + length +
                                     sizeof(RONDO_SCALE_SUFFIX));
  RondoStatus  st      = RONDO_ERR_NO_MEMORY;
  if (numbers && memory) {
    st = rondo_weights_get_floats(tensors, tensor, numbers, error);
  } else {
    rondo_error_set_status(error, st);
  }
  if (st) {
    free(memory);
    free(numbers);
    return st;
  }
  float* const  scales   = (float*)(void*)memory;
  int8_t* const integers = (int8_t*)(scales + n_rows);
  char* const   name     = (char*)integers + n;
  rondo_weights_quantise(numbers, n_rows, n / n_rows, integers, scales);
  memcpy(name, tensor->name, length);
  memcpy(name + length, RONDO_SCALE_SUFFIX, sizeof(RONDO_SCALE_SUFFIX));
  free(numbers);

  to->memory[to->n_memory++] = memory;
  RondoTensor matrix         = *tensor;
  matrix.dtype               = RONDO_DTYPE_I8;
  matrix.data                = integers;
  to->tensors[to->count++]   = matrix;
  const RondoTensor scale    = { name,       RONDO_DTYPE_F32, 1U,
                                 { n_rows }, n_rows,          scales };
  to->tensors[to->count++]   = scale;
  return RONDO_SUCCESS;
}

// Return whether `tensor` is a matrix of a layer that is to be int8
static bool
is_wanted(const RondoDescription* description,
          const bool*             is_int8,
          const RondoTensor*      tensor)
{
  const size_t n = rondo_description_n_tensors(description);
  for (size_t i = 0U; i < n; ++i) {
    const RondoTensorSpec spec = rondo_description_tensor(description, i);
    if (!strcmp(spec.name, tensor->name)) {
      return spec.n_dims >= 2U && is_int8[spec.layer] &&
             tensor->dtype != RONDO_DTYPE_I8 &&
             rondo_layer_can_be_int8(&description->layers[spec.layer]);
    }
  }
  return false;
}

static RondoStatus
fill(Quantised*              to,
     const RondoTensors*     tensors,
     const RondoDescription* description,
     const bool*             is_int8,
     RondoError*             error)
{
  const size_t n          = rondo_tensors_count(tensors);
  const size_t n_metadata = rondo_tensors_n_metadata(tensors);
  to->tensors  = (RondoTensor*)calloc((2U * n) + 1U, sizeof(RondoTensor));
  to->memory   = (void**)calloc(n + 1U, sizeof(void*));
  to->metadata = (RondoMetadata*)calloc(n_metadata + 1U, sizeof(RondoMetadata));
  if (!to->tensors || !to->memory || !to->metadata) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0U; i < n_metadata; ++i) {
    rondo_tensors_metadata_at(
      tensors, i, &to->metadata[i].key, &to->metadata[i].value);
  }
  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0U; i < n && !st; ++i) {
    const RondoTensor* const tensor = rondo_tensors_at(tensors, i);
    if (is_wanted(description, is_int8, tensor)) {
      st = add_int8(to, tensors, tensor, error);
    } else {
      to->tensors[to->count++] = *tensor;
    }
  }
  return st;
}

RondoStatus
rondo_quantise(const RondoTensors*     tensors,
               const RondoDescription* description,
               const bool*             is_int8,
               const char*             path,
               RondoError*             error)
{
  Quantised   to = { NULL, 0U, NULL, 0U, NULL };
  RondoStatus st = fill(&to, tensors, description, is_int8, error);
  st             = st ? st
                      : rondo_tensors_write(path,
                                to.tensors,
                                to.count,
                                to.metadata,
                                rondo_tensors_n_metadata(tensors),
                                error);
  for (size_t i = 0U; i < to.n_memory; ++i) {
    free(to.memory[i]);
  }
  free(to.metadata);
  free((void*)to.memory);
  free(to.tensors);
  return st;
}
