// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/parameters.h"

#include "core/net/config.h"
#include "core/net/model.h"
#include "core/net/weights.h"
#include "core/train/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(RondoReal) == sizeof(float), "files hold floats");

static RondoStatus
check_finite(const RondoTensorSpec* const spec,
             const size_t                 n,
             const float* const           values,
             RondoError* const            error)
{
  for (size_t i = 0; i < n; ++i) {
    if (!isfinite(values[i])) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "%s: element %zu is not finite",
                             spec->name,
                             i);
    }
  }
  return RONDO_SUCCESS;
}

// Fill `specs` and the `tensors` that point into them and into `parameters`
static RondoStatus
list_tensors(const RondoDescription* const description,
             const float*                  parameters,
             RondoTensorSpec* const        specs,
             RondoTensor* const            tensors,
             RondoError* const             error)
{
  const size_t n_tensors = rondo_description_n_tensors(description);
  for (size_t i = 0; i < n_tensors; ++i) {
    specs[i] = rondo_description_tensor(description, i);

    const RondoTensorSpec* const spec = &specs[i];
    const size_t                 n    = spec->n_elements;
    const RondoStatus            st = check_finite(spec, n, parameters, error);
    if (st) {
      return st;
    }

    const RondoTensor tensor = {
      .name       = spec->name,
      .dtype      = RONDO_DTYPE_F32,
      .n_dims     = spec->n_dims,
      .dims       = { spec->dims[0], spec->dims[1], spec->dims[2] },
      .n_elements = n,
      .data       = parameters,
    };
    tensors[i] = tensor;
    parameters += n;
  }
  return RONDO_SUCCESS;
}

// Put the description before the other strings
static RondoStatus
list_metadata(const char* const          description,
              const RondoMetadata* const metadata,
              const size_t               n_metadata,
              RondoMetadata* const       all,
              RondoError* const          error)
{
  all[0].key   = RONDO_METADATA_KEY;
  all[0].value = description;
  for (size_t i = 0; i < n_metadata; ++i) {
    if (!strcmp(metadata[i].key, RONDO_METADATA_KEY)) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "metadata \"%s\" is the description's",
                             RONDO_METADATA_KEY);
    }
    all[i + 1] = metadata[i];
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_parameters_write(const char* const             path,
                       const RondoDescription* const description,
                       const float* const            parameters,
                       const RondoMetadata* const    metadata,
                       const size_t                  n_metadata,
                       RondoError* const             error)
{
  const size_t n_tensors = rondo_description_n_tensors(description);

  char* const            text = rondo_config_write(description->config);
  RondoTensorSpec* const specs =
    (RondoTensorSpec*)calloc(n_tensors, sizeof(RondoTensorSpec));
  RondoTensor* const tensors =
    (RondoTensor*)calloc(n_tensors, sizeof(RondoTensor));
  RondoMetadata* const all =
    (RondoMetadata*)calloc(n_metadata + 1, sizeof(RondoMetadata));

  RondoStatus st = RONDO_SUCCESS;
  if (!text || !specs || !tensors || !all) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  } else {
    st = list_metadata(text, metadata, n_metadata, all, error);
    st = st ? st : list_tensors(description, parameters, specs, tensors, error);
    st = st ? st
            : rondo_tensors_write(
                path, tensors, n_tensors, all, n_metadata + 1, error);
  }

  free(all);
  free(tensors);
  free(specs);
  free(text);
  return st;
}

// Write the shape as in "(480, 160)"
static void
print_shape(const size_t        n_dims,
            const size_t* const dims,
            char* const         text,
            const size_t        size)
{
  size_t length = (size_t)snprintf(text, size, "(");
  for (size_t i = 0; i < n_dims && length < size; ++i) {
    length += (size_t)snprintf(
      text + length, size - length, i ? ", %zu" : "%zu", dims[i]);
  }
  if (length < size) {
    snprintf(text + length, size - length, ")");
  }
}

// Check the shape of a tensor and convert it
static RondoStatus
read_tensor(const RondoTensors* const    tensors,
            const RondoTensorSpec* const spec,
            float* const                 out,
            RondoError* const            error)
{
  const RondoTensor* const tensor = rondo_tensors_find(tensors, spec->name);
  if (!tensor) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "tensor %s is missing", spec->name);
  }

  if (tensor->n_dims != spec->n_dims ||
      memcmp(tensor->dims, spec->dims, sizeof(size_t) * spec->n_dims) != 0) {
    char expected[64];
    char found[128];
    print_shape(spec->n_dims, spec->dims, expected, sizeof(expected));
    print_shape(tensor->n_dims, tensor->dims, found, sizeof(found));
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "tensor %s: expected shape %s, found %s",
                           spec->name,
                           expected,
                           found);
  }

  return rondo_weights_get_floats(tensors, tensor, out, error);
}

static RondoStatus
read_tensors(const RondoTensors* const     tensors,
             const RondoDescription* const description,
             float*                        out,
             RondoError* const             error)
{
  const size_t n_tensors = rondo_description_n_tensors(description);
  for (size_t i = 0; i < n_tensors; ++i) {
    const RondoTensorSpec spec = rondo_description_tensor(description, i);
    const RondoStatus     st   = read_tensor(tensors, &spec, out, error);
    if (st) {
      return st;
    }
    out += spec.n_elements;
  }

  // Each of int8 has its scales beside it
  size_t n_scales = 0;
  for (size_t i = 0; i < rondo_tensors_count(tensors); ++i) {
    n_scales += rondo_tensors_at(tensors, i)->dtype == RONDO_DTYPE_I8;
  }
  if (rondo_tensors_count(tensors) != n_tensors + n_scales) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "expected %zu tensors, found %zu",
                           n_tensors + n_scales,
                           rondo_tensors_count(tensors));
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_parameters_read(const char* const             path,
                      const RondoDescription* const description,
                      float* const                  parameters,
                      RondoError* const             error)
{
  RondoTensors* tensors = NULL;
  RondoStatus   st      = rondo_tensors_read(path, &tensors, error);
  if (st) {
    return st;
  }

  const size_t n    = rondo_network_n_parameters(description);
  float* const read = (float*)calloc(n, sizeof(float));
  if (!read) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  } else {
    st = read_tensors(tensors, description, read, error);
    if (st) {
      rondo_error_prefix(error, path);
    } else {
      memcpy(parameters, read, sizeof(float) * n);
    }
  }

  free(read);
  rondo_tensors_free(tensors);
  return st;
}
