// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Takes any bytes as a model file, as the header of one, and as a description.
//
// Built with libFuzzer by -Dfuzz=true and Clang; otherwise a program that runs
// the files it is given, such as those of corpus/, once.

#include "core/net/config.h"
#include "core/net/description.h"
#include "core/net/model.h"
#include "core/net/safetensors.h"
#include "core/net/sequence.h"
#include "core/net/stream.h"
#include "tests/fuzz/fuzz.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_SIZE 8U
#define N_DATA 256U // Bytes of data after a header
#define N_FRAMES 18U
#define MAX_OPERATIONS 1000000U

// Failures must say why
static void
check(RondoStatus status, const RondoError* error)
{
  if (status && (error->status != status || !*error->message)) {
    abort();
  }
}

static void
run_model(const RondoModel* model)
{
  const size_t n_in   = 2U * N_FRAMES * rondo_model_n_inputs(model);
  const size_t n_out  = 2U * N_FRAMES * rondo_model_n_outputs(model);
  float* const in     = (float*)calloc(n_in, sizeof(float));
  float* const out    = (float*)calloc(n_out, sizeof(float));
  RondoStream* stream = NULL;
  for (size_t i = 0U; in && i < n_in; ++i) {
    in[i] = (float)(i % 5U) - 1.0f; // Tokens and none
  }
  if (in && out && !rondo_stream_new(model, 2U, &stream)) {
    rondo_stream_process(stream, N_FRAMES, in, out);
    rondo_stream_step(stream, in, out);
    rondo_stream_process(stream, N_FRAMES, NULL, out);
    rondo_stream_reset(stream);
  }
  if (in && out && rondo_sequence_run(model, 2U, N_FRAMES, in, out)) {
    abort();
  }
  rondo_stream_free(stream);
  free(out);
  free(in);
}

static void
try_image(const void* image, size_t size)
{
  RondoError    error   = { RONDO_SUCCESS, "" };
  RondoTensors* tensors = NULL;
  RondoModel*   model   = NULL;
  RondoStatus   st      = rondo_tensors_parse(image, size, &tensors, &error);
  check(st, &error);
  if (!st) {
    st = rondo_model_new(tensors, &model, &error);
    check(st, &error);
  }
  if (!st && rondo_model_n_operations(model) < MAX_OPERATIONS) {
    run_model(model);
  }
  rondo_model_free(model);
  rondo_tensors_free(tensors);
}

static void
try_header(const uint8_t* text, size_t size)
{
  const size_t   total = LENGTH_SIZE + size + N_DATA;
  uint8_t* const image = (uint8_t*)calloc(total, 1U);
  if (image) {
    for (size_t i = 0U; i < LENGTH_SIZE; ++i) {
      image[i] = (uint8_t)(((uint64_t)size >> (8U * i)) & 0xFFU);
    }
    if (size) {
      memcpy(image + LENGTH_SIZE, text, size);
    }
    try_image(image, total);
  }
  free(image);
}

static void
try_description(const uint8_t* text, size_t size)
{
  RondoError        error       = { RONDO_SUCCESS, "" };
  RondoConfig*      config      = NULL;
  RondoDescription* description = NULL;
  RondoStatus st = rondo_config_parse((const char*)text, size, &config, &error);
  check(st, &error);
  if (!st) {
    st = rondo_description_new(config, &description, &error);
    check(st, &error);
  }
  if (!st) {
    const size_t n = rondo_description_n_tensors(description);
    for (size_t i = 0U; i < n; ++i) {
      if (!*rondo_description_tensor(description, i).name) {
        abort();
      }
    }
  }
  rondo_description_free(description);
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
  try_image(data, size);
  try_header(data, size);
  try_description(data, size);
  return 0;
}
