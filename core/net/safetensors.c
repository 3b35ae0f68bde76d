// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/safetensors.h"

#include "core/base/file.h"
#include "core/net/config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_SIZE 8U
#define MAX_HEADER ((size_t)16U << 20U)
#define MAX_FILE ((size_t)1U << 31U)

// The largest network that a description allows has 4096 tensors
#define MAX_TENSORS 8192U

static const char METADATA[] = "__metadata__";

// Where a tensor's data lie, from the end of the header
typedef struct {
  size_t begin;
  size_t end;
} Extent;

struct RondoTensorsImpl {
  unsigned char* image; // The whole file
  size_t         size;
  const char*    data; // What follows the header
  size_t         data_size;
  RondoConfig*   header; // Owns all names and metadata
  RondoTensor*   tensors;
  size_t         n_tensors;
  RondoMetadata* metadata;
  size_t         n_metadata;
};

static RondoStatus
prefix_tensor(RondoError* error, RondoStatus status, const char* name)
{
  rondo_error_prefix(error, name);
  return status;
}

// Find the header's length and check it against the file's
static RondoStatus
read_length(const unsigned char* image,
            size_t               size,
            size_t*              length,
            RondoError*          error)
{
  if (size < LENGTH_SIZE) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "not a safetensors file: %zu bytes are too few",
                           size);
  }
  uint64_t n = 0U;
  for (size_t i = 0U; i < LENGTH_SIZE; ++i) {
    n |= (uint64_t)image[i] << (8U * i);
  }
  if (n > MAX_HEADER || n > size - LENGTH_SIZE) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "not a safetensors file, or cut short: a header of "
                           "%llu bytes does not fit into %zu",
                           (unsigned long long)n,
                           size);
  }
  if (n < 2U || image[LENGTH_SIZE] != '{') {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "not a safetensors file: no header");
  }
  *length = (size_t)n;
  return RONDO_SUCCESS;
}

static RondoStatus
read_metadata(RondoTensors* tensors, RondoError* error)
{
  RondoConfig* pairs = NULL;
  RondoStatus  st =
    rondo_config_object(tensors->header, METADATA, &pairs, error);
  if (st || !pairs) {
    return st;
  }
  size_t n = 0U;
  for (const char* key = rondo_config_next_key(pairs, NULL); key;
       key             = rondo_config_next_key(pairs, key)) {
    ++n;
  }
  tensors->metadata = (RondoMetadata*)calloc(n + 1U, sizeof(RondoMetadata));
  if (!tensors->metadata) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (const char* key = rondo_config_next_key(pairs, NULL); key && !st;
       key             = rondo_config_next_key(pairs, key)) {
    RondoMetadata* const pair = &tensors->metadata[tensors->n_metadata++];
    pair->key                 = key;
    st = rondo_config_string(pairs, key, &pair->value, error);
  }
  return st;
}

static RondoStatus
read_dtype(RondoConfig* config, RondoDtype* dtype, RondoError* error)
{
  const char* name = NULL;
  RondoStatus st   = rondo_config_require(config, "dtype", error);
  st = st ? st : rondo_config_string(config, "dtype", &name, error);
  if (st) {
    return st;
  }
  for (int i = RONDO_DTYPE_F32; i <= RONDO_DTYPE_I64; ++i) {
    if (!strcmp(name, rondo_dtype_name((RondoDtype)i))) {
      *dtype = (RondoDtype)i;
      return RONDO_SUCCESS;
    }
  }
  return rondo_error_set(
    error, RONDO_ERR_UNSUPPORTED, "dtype \"%.16s\" is not supported", name);
}

static RondoStatus
read_shape(RondoConfig* config, RondoTensor* tensor, RondoError* error)
{
  RondoStatus st = rondo_config_require(config, "shape", error);
  st = st ? st : rondo_config_array(config, "shape", &tensor->n_dims, error);
  if (st) {
    return st;
  }
  tensor->n_elements = 1U;
  if (tensor->n_dims > RONDO_MAX_DIMS) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "%zu dimensions are more than %u",
                           tensor->n_dims,
                           RONDO_MAX_DIMS);
  }
  for (size_t i = 0U; i < tensor->n_dims && !st; ++i) {
    st = rondo_config_integer_at(
      config, "shape", i, 0U, SIZE_MAX, &tensor->dims[i], error);
    if (!st && __builtin_mul_overflow(
                 tensor->n_elements, tensor->dims[i], &tensor->n_elements)) {
      st = rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "the product of its dimensions overflows");
    }
  }
  return st;
}

static RondoStatus
read_extent(const RondoTensors* tensors,
            RondoConfig*        config,
            const RondoTensor*  tensor,
            Extent*             extent,
            RondoError*         error)
{
  size_t      count = 0U;
  RondoStatus st    = rondo_config_require(config, "data_offsets", error);
  st = st ? st : rondo_config_array(config, "data_offsets", &count, error);
  if (!st && count != 2U) {
    st = rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "expected 2 data_offsets, found %zu", count);
  }
  const size_t max = tensors->data_size;
  st               = st ? st
                        : rondo_config_integer_at(
              config, "data_offsets", 0U, 0U, max, &extent->begin, error);
  st =
    st ? st
       : rondo_config_integer_at(
           config, "data_offsets", 1U, extent->begin, max, &extent->end, error);
  size_t bytes = 0U;
  if (!st && (__builtin_mul_overflow(
                tensor->n_elements, rondo_dtype_size(tensor->dtype), &bytes) ||
              bytes != extent->end - extent->begin)) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "its shape does not fit its %zu bytes",
                         extent->end - extent->begin);
  }
  return st;
}

static RondoStatus
read_tensor(RondoTensors* tensors,
            const char*   name,
            RondoTensor*  tensor,
            RondoError*   error)
{
  RondoConfig* config = NULL;
  RondoStatus  st = rondo_config_object(tensors->header, name, &config, error);
  if (st) {
    return st;
  }
  Extent extent = { 0U, 0U };
  tensor->name  = name;
  st            = read_dtype(config, &tensor->dtype, error);
  st            = st ? st : read_shape(config, tensor, error);
  st = st ? st : read_extent(tensors, config, tensor, &extent, error);
  if (st) {
    return prefix_tensor(error, st, name);
  }
  tensor->data = tensors->data + extent.begin;
  return rondo_config_refuse_unknown(config, error);
}

static size_t
byte_size(const RondoTensor* tensor)
{
  return tensor->n_elements * rondo_dtype_size(tensor->dtype);
}

// Order by place; empty tensors stand before what begins where they do
static int
compare_places(const void* a, const void* b)
{
  const RondoTensor* const s  = (const RondoTensor*)a;
  const RondoTensor* const t  = (const RondoTensor*)b;
  const uintptr_t          s0 = (uintptr_t)s->data;
  const uintptr_t          t0 = (uintptr_t)t->data;
  if (s0 != t0) {
    return s0 < t0 ? -1 : 1;
  }
  const size_t s1 = byte_size(s);
  const size_t t1 = byte_size(t);
  return s1 != t1 ? (s1 < t1 ? -1 : 1) : strcmp(s->name, t->name);
}

// The tensors must fill the data without gap or overlap
static RondoStatus
check_places(const RondoTensors* tensors, RondoError* error)
{
  const char* end = tensors->data;
  for (size_t i = 0U; i < tensors->n_tensors; ++i) {
    const RondoTensor* const tensor = &tensors->tensors[i];
    if ((const char*)tensor->data != end) {
      rondo_error_set(error,
                      RONDO_ERR_BAD_FILE,
                      (const char*)tensor->data < end
                        ? "its data overlap another tensor's"
                        : "there is a gap before its data");
      return prefix_tensor(error, RONDO_ERR_BAD_FILE, tensor->name);
    }
    end += byte_size(tensor);
  }
  const size_t surplus = tensors->data_size - (size_t)(end - tensors->data);
  if (surplus) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "%zu bytes after the last tensor", surplus);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_tensors(RondoTensors* tensors, RondoError* error)
{
  const RondoConfig* const header = tensors->header;

  size_t n = 0U;
  for (const char* key = rondo_config_next_key(header, NULL); key;
       key             = rondo_config_next_key(header, key)) {
    n += strcmp(key, METADATA) != 0 ? 1U : 0U;
  }
  if (n > MAX_TENSORS) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "%zu tensors are more than %u",
                           n,
                           MAX_TENSORS);
  }
  tensors->tensors = (RondoTensor*)calloc(n + 1U, sizeof(RondoTensor));
  if (!tensors->tensors) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  RondoStatus st = RONDO_SUCCESS;
  for (const char* key = rondo_config_next_key(header, NULL); key && !st;
       key             = rondo_config_next_key(header, key)) {
    if (strcmp(key, METADATA) != 0) {
      st = read_tensor(
        tensors, key, &tensors->tensors[tensors->n_tensors++], error);
    }
  }
  if (!st) {
    qsort(tensors->tensors,
          tensors->n_tensors,
          sizeof(RondoTensor),
          compare_places);
    st = check_places(tensors, error);
  }
  return st;
}

// Parse `image`, which is owned from now on
static RondoStatus
parse_image(unsigned char* image,
            size_t         size,
            RondoTensors** out,
            RondoError*    error)
{
  RondoTensors* const tensors = (RondoTensors*)calloc(1, sizeof(RondoTensors));
  if (!tensors) {
    free(image);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  tensors->image = image;
  tensors->size  = size;

  size_t      length = 0U;
  RondoStatus st     = read_length(image, size, &length, error);
  if (!st) {
    const char* const text = (const char*)image + LENGTH_SIZE;
    tensors->data          = text + length;
    tensors->data_size     = size - LENGTH_SIZE - length;
    st = rondo_config_parse(text, length, &tensors->header, error);
    if (st) {
      rondo_error_prefix(error, "safetensors header");
    }
  }
  st = st ? st : read_metadata(tensors, error);
  st = st ? st : read_tensors(tensors, error);
  if (st) {
    rondo_tensors_free(tensors);
    return st;
  }
  *out = tensors;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_tensors_read(const char* path, RondoTensors** out, RondoError* error)
{
  *out              = NULL;
  void*       image = NULL;
  size_t      size  = 0U;
  RondoStatus st    = rondo_file_read(path, MAX_FILE, &image, &size, error);
  if (st) {
    return st;
  }
  st = parse_image((unsigned char*)image, size, out, error);
  if (st) {
    rondo_error_prefix(error, path);
  }
  return st;
}

RondoStatus
rondo_tensors_parse(const void*    image,
                    size_t         size,
                    RondoTensors** out,
                    RondoError*    error)
{
  *out                      = NULL;
  unsigned char* const copy = (unsigned char*)malloc(size + 1U);
  if (!copy) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (size) {
    memcpy(copy, image, size);
  }
  return parse_image(copy, size, out, error);
}

void
rondo_tensors_free(RondoTensors* tensors)
{
  if (tensors) {
    rondo_config_free(tensors->header);
    free(tensors->tensors);
    free(tensors->metadata);
    free(tensors->image);
    free(tensors);
  }
}

size_t
rondo_tensors_count(const RondoTensors* tensors)
{
  return tensors->n_tensors;
}

const RondoTensor*
rondo_tensors_at(const RondoTensors* tensors, size_t index)
{
  return &tensors->tensors[index];
}

const RondoTensor*
rondo_tensors_find(const RondoTensors* tensors, const char* name)
{
  for (size_t i = 0U; i < tensors->n_tensors; ++i) {
    if (!strcmp(tensors->tensors[i].name, name)) {
      return &tensors->tensors[i];
    }
  }
  return NULL;
}

const char*
rondo_tensors_metadata(const RondoTensors* tensors, const char* key)
{
  for (size_t i = 0U; i < tensors->n_metadata; ++i) {
    if (!strcmp(tensors->metadata[i].key, key)) {
      return tensors->metadata[i].value;
    }
  }
  return NULL;
}

size_t
rondo_tensors_n_metadata(const RondoTensors* tensors)
{
  return tensors->n_metadata;
}

void
rondo_tensors_metadata_at(const RondoTensors* tensors,
                          size_t              index,
                          const char**        key,
                          const char**        value)
{
  *key   = tensors->metadata[index].key;
  *value = tensors->metadata[index].value;
}
