// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/weights.h"

#include "core/net/kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Find the scales of an I8 matrix
static RondoStatus
find_scales(const RondoTensors* tensors,
            const RondoTensor*  tensor,
            const RondoTensor** scales,
            RondoError*         error)
{
  char name[256];
  *scales = NULL;
  if (tensor->n_dims < 2U) {
    rondo_error_set(
      error, RONDO_ERR_UNSUPPORTED, "I8 is for matrices, not for vectors");
    rondo_error_prefix(error, tensor->name);
    return RONDO_ERR_UNSUPPORTED;
  }
  if (snprintf(name, sizeof(name), "%s" RONDO_SCALE_SUFFIX, tensor->name) <
      (int)sizeof(name)) {
    *scales = rondo_tensors_find(tensors, name);
  }
  if (!*scales || (*scales)->n_dims != 1U ||
      (*scales)->dims[0] != tensor->dims[0]) {
    rondo_error_set(error,
                    RONDO_ERR_BAD_FILE,
                    "I8 needs its scales, a tensor %.150s" RONDO_SCALE_SUFFIX
                    " of shape (%zu)",
                    tensor->name,
                    tensor->dims[0]);
    rondo_error_prefix(error, tensor->name);
    return RONDO_ERR_BAD_FILE;
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_weights_get_scales(const RondoTensors* tensors,
                         const RondoTensor*  tensor,
                         float*              scales,
                         RondoError*         error)
{
  const RondoTensor* found = NULL;
  RondoStatus        st    = find_scales(tensors, tensor, &found, error);
  st = st ? st : rondo_tensor_get_floats(found, scales, error);
  for (size_t i = 0U; !st && i < found->n_elements; ++i) {
    if (!isfinite(scales[i] * (float)(RONDO_INT8_MAX + 1))) {
      st = rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "element %zu is too large for a scale", i);
      rondo_error_prefix(error, found->name);
    }
  }
  const int8_t* const integers = (const int8_t*)tensor->data;
  for (size_t i = 0U; !st && i < tensor->n_elements; ++i) {
    if (integers[i] < -RONDO_INT8_MAX) {
      st = rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "element %zu is %d, I8 weights are at least %d",
                           i,
                           integers[i],
                           -RONDO_INT8_MAX);
      rondo_error_prefix(error, tensor->name);
    }
  }
  return st;
}

RondoStatus
rondo_weights_get_floats(const RondoTensors* tensors,
                         const RondoTensor*  tensor,
                         float*              out,
                         RondoError*         error)
{
  if (tensor->dtype != RONDO_DTYPE_I8) {
    return rondo_tensor_get_floats(tensor, out, error);
  }
  // Scales fit in front of the weights, as rows have at least one of these:
  // each is read before what follows it is written over
  const size_t        n_rows    = tensor->dims[0];
  const size_t        n_columns = n_rows ? tensor->n_elements / n_rows : 0U;
  const int8_t* const integers  = (const int8_t*)tensor->data;
  const RondoStatus   st =
    n_columns ? rondo_weights_get_scales(tensors, tensor, out, error)
                : RONDO_SUCCESS;
  for (size_t i = n_columns && !st ? n_rows : 0U; i-- > 0U;) {
    const float scale = out[i];
    for (size_t k = n_columns; k-- > 0U;) {
      const size_t at = (i * n_columns) + k;
      out[at]         = scale * (float)integers[at];
    }
  }
  return st;
}

void
rondo_weights_quantise(const float* weights,
                       size_t       n_rows,
                       size_t       n_columns,
                       int8_t*      integers,
                       float*       scales)
{
  for (size_t i = 0U; i < n_rows; ++i) {
    const float* const row  = weights + (i * n_columns);
    float              most = 0.0f;
    for (size_t k = 0U; k < n_columns; ++k) {
      most = fmaxf(most, fabsf(row[k]));
    }
    scales[i] = most / (float)RONDO_INT8_MAX;
    for (size_t k = 0U; k < n_columns; ++k) {
      const float x = scales[i] > 0.0f ? row[k] / scales[i] : 0.0f;
      // A scale that was rounded to a number without all digits is too small
      integers[(i * n_columns) + k] = (int8_t)lrintf(
        fminf(fmaxf(x, -(float)RONDO_INT8_MAX), (float)RONDO_INT8_MAX));
    }
  }
}
