// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/checkpoint.h"

#include "core/net/config.h"
#include "core/net/safetensors.h"
#include "core/train/network.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The metadata key that holds the description, and makes a checkpoint of it
#define CHECKPOINT_KEY "rondo_checkpoint"

enum {
  N_COUNTS  = 5,
  N_NUMBERS = 3,
  N_BLOCKS  = 5,
};

// Tensor names of the blocks, in the order of list_blocks()
static const char* const block_names[N_BLOCKS] = {
  "parameters", "m", "v", "best", "average",
};

static void
list_blocks(const RondoCheckpoint* const checkpoint, float** const blocks)
{
  blocks[0] = checkpoint->parameters;
  blocks[1] = checkpoint->m;
  blocks[2] = checkpoint->v;
  blocks[3] = checkpoint->best;
  blocks[4] = checkpoint->average;
}

static RondoTensor
make_vector(const char* const name,
            const RondoDtype  dtype,
            const size_t      n,
            const void* const data)
{
  const RondoTensor tensor = {
    .name       = name,
    .dtype      = dtype,
    .n_dims     = 1,
    .dims       = { n },
    .n_elements = n,
    .data       = data,
  };
  return tensor;
}

RondoStatus
rondo_checkpoint_write(const char* const             path,
                       const RondoDescription* const description,
                       const RondoCheckpoint* const  checkpoint,
                       RondoError* const             error)
{
  // As in read_counts() and read_numbers()
  const uint64_t counts[N_COUNTS] = {
    checkpoint->step,
    checkpoint->epoch,
    checkpoint->best_step,
    checkpoint->random.state,
    checkpoint->random.increment,
  };
  const double numbers[N_NUMBERS] = {
    checkpoint->best_loss,
    checkpoint->learning_rate,
    checkpoint->seconds,
  };

  const size_t n                = rondo_network_n_parameters(description);
  float*       blocks[N_BLOCKS] = { NULL };
  size_t       n_tensors        = 2;
  RondoTensor  tensors[3 + N_BLOCKS];
  tensors[0] = make_vector("counts", RONDO_DTYPE_I64, N_COUNTS, counts);
  tensors[1] = make_vector("numbers", RONDO_DTYPE_F64, N_NUMBERS, numbers);
  list_blocks(checkpoint, blocks);
  for (size_t i = 0; i < N_BLOCKS; ++i) {
    if (blocks[i]) {
      tensors[n_tensors++] =
        make_vector(block_names[i], RONDO_DTYPE_F32, n, blocks[i]);
    }
  }

  if (checkpoint->state) {
    tensors[n_tensors++] = make_vector(
      "state", RONDO_DTYPE_F64, checkpoint->n_state, checkpoint->state);
  }

  char* const text = rondo_config_write(description->config);
  if (!text) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  const RondoMetadata metadata = { CHECKPOINT_KEY, text };
  const RondoStatus   st =
    rondo_tensors_write(path, tensors, n_tensors, &metadata, 1, error);
  free(text);
  return st;
}

static bool
same_layer(const RondoLayer* const a, const RondoLayer* const b)
{
  return !strcmp(a->name, b->name) && a->type == b->type &&
         a->activation == b->activation && a->reset == b->reset &&
         a->n_inputs == b->n_inputs && a->n_units == b->n_units &&
         a->n_stacked == b->n_stacked && a->n_groups == b->n_groups &&
         a->n_directions == b->n_directions && a->lookahead == b->lookahead &&
         a->along_groups == b->along_groups && a->n_kernel == b->n_kernel &&
         a->n_tokens == b->n_tokens && a->epsilon == b->epsilon &&
         a->n_sources == b->n_sources &&
         !memcmp(a->sources, b->sources, sizeof(size_t) * a->n_sources);
}

// Return whether both have the same task, or none
static RondoStatus
compare_tasks(const RondoDescription* const expected,
              const RondoDescription* const found,
              RondoError* const             error)
{
  RondoConfig* task[2] = { NULL, NULL };
  RondoStatus  st =
    rondo_config_object(expected->config, "task", &task[0], error);
  st = st ? st : rondo_config_object(found->config, "task", &task[1], error);
  if (st || (!task[0] && !task[1])) {
    return st;
  }

  char* const a = task[0] ? rondo_config_write(task[0]) : NULL;
  char* const b = task[1] ? rondo_config_write(task[1]) : NULL;
  if ((task[0] && !a) || (task[1] && !b)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  } else if (!a || !b || strcmp(a, b) != 0) {
    st = rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "the checkpoint is of another task");
  }
  free(b);
  free(a);
  return st;
}

static RondoStatus
compare_descriptions(const RondoDescription* const expected,
                     const RondoDescription* const found,
                     RondoError* const             error)
{
  if (found->n_inputs != expected->n_inputs) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "expected a checkpoint of %zu inputs, found %zu",
                           expected->n_inputs,
                           found->n_inputs);
  }

  if (found->n_layers != expected->n_layers) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "expected a checkpoint of %zu layers, found %zu",
                           expected->n_layers,
                           found->n_layers);
  }

  for (size_t i = 0; i < expected->n_layers; ++i) {
    if (!same_layer(&expected->layers[i], &found->layers[i])) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "layer %s is another one in the checkpoint",
                             expected->layers[i].name);
    }
  }

  return compare_tasks(expected, found, error);
}

// Check that the file is a checkpoint of the same network
static RondoStatus
check_description(const RondoTensors* const     tensors,
                  const RondoDescription* const expected,
                  RondoError* const             error)
{
  const char* const text = rondo_tensors_metadata(tensors, CHECKPOINT_KEY);
  if (!text) {
    return rondo_error_set(error, RONDO_ERR_BAD_FILE, "not a checkpoint");
  }

  RondoConfig* config = NULL;
  RondoStatus  st     = rondo_config_parse(text, strlen(text), &config, error);
  if (st) {
    return st;
  }

  RondoDescription* found = NULL;
  st                      = rondo_description_new(config, &found, error);
  st = st ? st : compare_descriptions(expected, found, error);
  rondo_description_free(found);
  return st;
}

// Find a vector of `n` elements
static RondoStatus
find_vector(const RondoTensors* const tensors,
            const char* const         name,
            const RondoDtype          dtype,
            const size_t              n,
            const RondoTensor** const out,
            RondoError* const         error)
{
  *out = rondo_tensors_find(tensors, name);
  if (!*out) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "tensor %s is missing", name);
  }

  if ((*out)->dtype != dtype || (*out)->n_dims != 1 ||
      (*out)->n_elements != n) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "tensor %s: expected %zu %s, found %zu %s",
                           name,
                           n,
                           rondo_dtype_name(dtype),
                           (*out)->n_elements,
                           rondo_dtype_name((*out)->dtype));
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_counts(const RondoTensors* const tensors,
            RondoCheckpoint* const    checkpoint,
            RondoError* const         error)
{
  const RondoTensor* tensor = NULL;
  const RondoStatus  st =
    find_vector(tensors, "counts", RONDO_DTYPE_I64, N_COUNTS, &tensor, error);
  if (st) {
    return st;
  }

  uint64_t counts[N_COUNTS];
  memcpy(counts, tensor->data, sizeof(counts));
  checkpoint->step             = counts[0];
  checkpoint->epoch            = counts[1];
  checkpoint->best_step        = counts[2];
  checkpoint->random.state     = counts[3];
  checkpoint->random.increment = counts[4];
  return RONDO_SUCCESS;
}

static RondoStatus
read_numbers(const RondoTensors* const tensors,
             RondoCheckpoint* const    checkpoint,
             RondoError* const         error)
{
  const RondoTensor* tensor = NULL;
  const RondoStatus  st =
    find_vector(tensors, "numbers", RONDO_DTYPE_F64, N_NUMBERS, &tensor, error);
  if (st) {
    return st;
  }

  double numbers[N_NUMBERS];
  memcpy(numbers, tensor->data, sizeof(numbers));
  checkpoint->best_loss     = numbers[0];
  checkpoint->learning_rate = numbers[1];
  checkpoint->seconds       = numbers[2];
  return RONDO_SUCCESS;
}

// Read the blocks that are wanted into `read` (N_BLOCKS, n)
static RondoStatus
read_blocks(const RondoTensors* const tensors,
            const size_t              n,
            float* const* const       blocks,
            float* const              read,
            RondoError* const         error)
{
  for (size_t i = 0; i < N_BLOCKS; ++i) {
    const RondoTensor* tensor = NULL;
    if (!blocks[i]) {
      continue;
    }

    RondoStatus st =
      find_vector(tensors, block_names[i], RONDO_DTYPE_F32, n, &tensor, error);
    st = st ? st : rondo_tensor_get_floats(tensor, read + (i * n), error);
    if (st) {
      return st;
    }
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_all(const RondoTensors* const     tensors,
         const RondoDescription* const description,
         RondoCheckpoint* const        checkpoint,
         RondoError* const             error)
{
  const size_t    n                = rondo_network_n_parameters(description);
  float*          blocks[N_BLOCKS] = { NULL };
  RondoCheckpoint result           = *checkpoint;
  float* const    read = (float*)calloc(N_BLOCKS * n, sizeof(float));
  if (!read) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  list_blocks(checkpoint, blocks);
  RondoStatus st = check_description(tensors, description, error);
  st             = st ? st : read_counts(tensors, &result, error);
  st             = st ? st : read_numbers(tensors, &result, error);
  st             = st ? st : read_blocks(tensors, n, blocks, read, error);

  const RondoTensor* state = NULL;
  if (!st && checkpoint->state) {
    st = find_vector(
      tensors, "state", RONDO_DTYPE_F64, checkpoint->n_state, &state, error);
  }
  if (!st) {
    *checkpoint = result;
    if (state) {
      memcpy(result.state, state->data, sizeof(double) * state->n_elements);
    }
    for (size_t i = 0; i < N_BLOCKS; ++i) {
      if (blocks[i]) {
        memcpy(blocks[i], read + (i * n), sizeof(float) * n);
      }
    }
  }

  free(read);
  return st;
}

RondoStatus
rondo_checkpoint_read(const char* const             path,
                      const RondoDescription* const description,
                      RondoCheckpoint* const        checkpoint,
                      RondoError* const             error)
{
  RondoTensors* tensors = NULL;
  RondoStatus   st      = rondo_tensors_read(path, &tensors, error);
  if (st) {
    return st;
  }

  st = read_all(tensors, description, checkpoint, error);
  if (st) {
    rondo_error_prefix(error, path);
  }
  rondo_tensors_free(tensors);
  return st;
}
