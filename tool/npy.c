// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/npy.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6U
#define HEADER_SIZE 128U
#define MAX_HEADER 65536U
#define MAX_EXACT (1 << 24) // Integers up to this are floats exactly

static RondoStatus
fail(RondoError* error, const char* reason)
{
  return rondo_error_set(error, RONDO_ERR_BAD_FILE, "%s", reason);
}

// Find the header's text and the data that follow it
static RondoStatus
find_header(const unsigned char* data,
            size_t               size,
            size_t*              start,
            size_t*              length,
            RondoError*          error)
{
  if (size < 10U || memcmp(data, MAGIC, MAGIC_SIZE)) {
    return fail(error, "not a NumPy array (.npy) file");
  }
  if (data[6] < 1U || data[6] > 3U) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_VERSION,
                           "NumPy format version %u.%u is not known",
                           data[6],
                           data[7]);
  }
  *length = (size_t)data[8] | ((size_t)data[9] << 8U);
  *start  = 10U;
  if (data[6] > 1U) {
    if (size < 12U) {
      return fail(error, "the file ends in its header");
    }
    *length |= ((size_t)data[10] << 16U) | ((size_t)data[11] << 24U);
    *start = 12U;
  }
  return *length > size - *start ? fail(error, "the file ends in its header")
                                 : RONDO_SUCCESS;
}

// Return what follows 'key': in the text of a Python dictionary, or NULL
static const char*
find_value(const char* text, const char* key)
{
  const char* found = strstr(text, key);
  if (found) {
    found += strlen(key);
    found += strspn(found, " \t");
    if (*found == ':') {
      ++found;
      return found + strspn(found, " \t");
    }
  }
  return NULL;
}

// Types of elements that are read
typedef enum { FLOAT32, FLOAT64, INT32, INT64 } Type;

static const char* const type_names[] = { "'<f4'", "'<f8'", "'<i4'", "'<i8'" };

static const size_t type_sizes[] = { 4U, 8U, 4U, 8U };

static RondoStatus
parse_type(const char* text, Type* out, RondoError* error)
{
  const char* const type    = find_value(text, "'descr'");
  const char* const fortran = find_value(text, "'fortran_order'");
  if (!type || !fortran) {
    return fail(error, "the header lacks 'descr' or 'fortran_order'");
  }
  size_t i = 0U;
  while (i < 4U && strncmp(type, type_names[i], 5U)) {
    ++i;
  }
  if (i == 4U) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected an array of '<f4' (float32), '<f8', '<i4' "
                           "or '<i8', found %.*s",
                           (int)strcspn(type, ",}\n"),
                           type);
  }
  *out = (Type)i;
  return strncmp(fortran, "False", 5)
           ? fail(error, "expected C order, found Fortran order")
           : RONDO_SUCCESS;
}

static RondoStatus
parse_shape(const char* text, RondoArray* array, RondoError* error)
{
  const char* shape  = find_value(text, "'shape'");
  size_t      dims[] = { 1U, 1U };
  size_t      n_dims = 0U;
  if (!shape || *shape++ != '(') {
    return fail(error, "the header lacks 'shape'");
  }
  for (shape += strspn(shape, " "); *shape != ')'; ++n_dims) {
    char*                    end    = NULL;
    const unsigned long long number = strtoull(shape, &end, 10);
    if (end == shape || *shape == '-' || number > SIZE_MAX / 16U) {
      return fail(error, "the shape is malformed");
    }
    if (n_dims < 2U) {
      dims[n_dims] = (size_t)number;
    }
    shape = end + strspn(end, " ");
    if (*shape != ')' && *shape++ != ',') {
      return fail(error, "the shape is malformed");
    }
    shape += strspn(shape, " ");
  }
  if (n_dims < 1U || n_dims > 2U) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected an array (steps, inputs), found %zu "
                           "dimensions",
                           n_dims);
  }
  array->n_rows    = dims[0];
  array->n_columns = dims[1];
  return RONDO_SUCCESS;
}

// Assemble a little-endian number
static uint64_t
get_bits(const unsigned char* data, size_t bytes)
{
  uint64_t bits = 0U;
  for (size_t i = 0U; i < bytes; ++i) {
    bits |= (uint64_t)data[i] << (8U * i);
  }
  return bits;
}

// Return a value, or NaN for an integer that float32 cannot tell exactly
static float
get_value(const unsigned char* data, Type type)
{
  const uint64_t bits = get_bits(data, type_sizes[type]);
  if (type == FLOAT32) {
    const uint32_t low   = (uint32_t)bits;
    float          value = 0.0f;
    memcpy(&value, &low, sizeof(value));
    return value;
  }
  if (type == FLOAT64) {
    double value = 0.0;
    memcpy(&value, &bits, sizeof(value));
    return (float)value;
  }
  const int64_t value = type == INT32 ? (int32_t)(uint32_t)bits : (int64_t)bits;
  return value >= -MAX_EXACT && value <= MAX_EXACT ? (float)value : NAN;
}

static RondoStatus
read_values(const unsigned char* data,
            size_t               size,
            Type                 type,
            RondoArray*          array,
            RondoError*          error)
{
  const size_t columns = array->n_columns;
  const size_t bytes   = type_sizes[type];
  if (columns && array->n_rows > SIZE_MAX / bytes / columns) {
    return fail(error, "the shape is too large");
  }
  const size_t count = array->n_rows * columns;
  if (size != count * bytes) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "expected %zu bytes of data for shape (%zu, %zu), "
                           "found %zu",
                           count * bytes,
                           array->n_rows,
                           columns,
                           size);
  }
  array->values = (float*)calloc(count ? count : 1U, sizeof(float));
  if (!array->values) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0U; i < count; ++i) {
    array->values[i] = get_value(data + (i * bytes), type);
    if (!isfinite(array->values[i])) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "the value at [%zu, %zu] is not %s",
                             i / columns,
                             i % columns,
                             type < INT32 ? "finite" : "exact in float32");
    }
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_array_parse(const void* data,
                  size_t      size,
                  RondoArray* out,
                  RondoError* error)
{
  const unsigned char* const bytes = (const unsigned char*)data;
  memset(out, 0, sizeof(*out));
  size_t      start  = 0U;
  size_t      length = 0U;
  Type        type   = FLOAT32;
  RondoStatus st     = find_header(bytes, size, &start, &length, error);
  if (st) {
    return st;
  }
  if (length > MAX_HEADER) {
    return fail(error, "the header is too long");
  }
  char* const text = strndup((const char*)bytes + start, length);
  if (!text) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  st = parse_type(text, &type, error);
  if (!st) {
    st = parse_shape(text, out, error);
  }
  free(text);
  if (!st) {
    start += length;
    st = read_values(bytes + start, size - start, type, out, error);
  }
  if (st) {
    rondo_array_free(out);
  }
  return st;
}

void
rondo_array_free(RondoArray* array)
{
  free(array->values);
  memset(array, 0, sizeof(*array));
}

size_t
rondo_array_header(const RondoArray* array, char* header)
{
  const char start[] = MAGIC "\x01\x00\x76\x00"; // 118 bytes of text follow
  memset(header, ' ', HEADER_SIZE);
  // NOLINTNEXTLINE(bugprone-not-null-terminated-result): no string
  memcpy(header, start, 10U);
  char      text[HEADER_SIZE];
  const int n = snprintf(text,
                         sizeof(text),
                         "{'descr': '<f4', 'fortran_order': False, "
                         "'shape': (%zu, %zu), }",
                         array->n_rows,
                         array->n_columns);
  memcpy(header + 10, text, (size_t)n);
  header[HEADER_SIZE - 1U] = '\n';
  return HEADER_SIZE;
}
