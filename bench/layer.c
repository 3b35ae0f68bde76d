// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/layer.h"

#include "core/base/random.h"
#include "core/net/model_private.h"
#include "core/net/quantise.h"
#include "core/net/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Write the file of a model, float32
static RondoStatus
write_layer(const char* path,
            const char* cell,
            size_t      n_units,
            RondoError* error)
{
  const size_t n_gates   = !strcmp(cell, "rnn")   ? 1U
                           : !strcmp(cell, "gru") ? 3U
                                                  : 4U;
  const size_t n_rows    = n_gates * n_units;
  const size_t n_weights = n_rows * n_units;

  char json[256];
  snprintf(json,
           sizeof(json),
           "{\"version\":1,\"inputs\":%zu,\"layers\":[{\"name\":\"a\","
           "\"type\":\"%s\",\"hidden\":%zu}]}",
           n_units,
           cell,
           n_units);

  float* const data   = (float*)malloc((n_weights + 1U) * sizeof(float));
  RondoRandom  random = rondo_random(1U, 1U);
  if (!data) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0U; i < n_weights; ++i) {
    data[i] = (rondo_random_uniform(&random) - 0.5f) * 0.1f;
  }
  const RondoDtype  f32        = RONDO_DTYPE_F32;
  const RondoTensor tensors[4] = {
    { "a.weight_ih_l0", f32, 2U, { n_rows, n_units }, n_weights, data },
    { "a.weight_hh_l0", f32, 2U, { n_rows, n_units }, n_weights, data },
    { "a.bias_ih_l0", f32, 1U, { n_rows }, n_rows, data },
    { "a.bias_hh_l0", f32, 1U, { n_rows }, n_rows, data }
  };
  const RondoMetadata metadata = { RONDO_METADATA_KEY, json };
  const RondoStatus   st =
    rondo_tensors_write(path, tensors, 4U, &metadata, 1U, error);
  free(data);
  return st;
}

// Make a model of the file at `path`, which is made int8 first if need be
static RondoStatus
read_layer(const char*         path,
           const RondoKernels* kernels,
           bool                is_int8,
           RondoModel**        out,
           RondoError*         error)
{
  RondoTensors* file = NULL;
  RondoStatus   st   = rondo_tensors_read(path, &file, error);
  st                 = st ? st : rondo_model_new_for(kernels, file, out, error);
  if (!st && is_int8) {
    st = rondo_quantise(
      file, rondo_model_description(*out), &is_int8, path, error);
    rondo_model_free(*out);
    *out = NULL;
    st   = st ? st : read_layer(path, kernels, false, out, error);
  }
  rondo_tensors_free(file);
  return st;
}

RondoStatus
rondo_layer_model(const RondoKernels* kernels,
                  const char*         cell,
                  size_t              n_units,
                  bool                is_int8,
                  RondoModel**        out,
                  RondoError*         error)
{
  char      path[] = "bench_layer.XXXXXX";
  const int fd     = mkstemp(path);
  *out             = NULL;
  if (fd < 0) {
    return rondo_error_set(error, RONDO_ERR_IO, "no temporary file");
  }
  close(fd);
  RondoStatus st = write_layer(path, cell, n_units, error);
  st             = st ? st : read_layer(path, kernels, is_int8, out, error);
  remove(path);
  return st;
}
