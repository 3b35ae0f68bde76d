// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/safetensors.h"

#include "core/base/file.h"
#include "core/net/config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_SIZE 8U

// A text that grows; once memory has failed, appending does nothing
typedef struct {
  char*  text;
  size_t size;
  size_t capacity;
  bool   failed;
} Text;

static void
append(Text* text, const char* bytes, size_t n)
{
  if (!text->failed && n > text->capacity - text->size) {
    const size_t capacity = (2U * text->capacity) + n;
    char* const  moved    = (char*)realloc(text->text, capacity);
    text->failed          = !moved;
    if (moved) {
      text->text     = moved;
      text->capacity = capacity;
    }
  }
  if (!text->failed) {
    memcpy(text->text + text->size, bytes, n);
    text->size += n;
  }
}

static void
append_string(Text* text, const char* string)
{
  append(text, string, strlen(string));
}

__attribute__((format(printf, 2, 3))) static void
append_format(Text* text, const char* format, ...)
{
  char    buffer[96];
  va_list args;
  va_start(args, format);
  vsnprintf(buffer, sizeof(buffer), format, args);
  va_end(args);
  append_string(text, buffer);
}

static void
append_quoted(Text* text, const char* string)
{
  append_string(text, "\"");
  for (; *string; ++string) {
    const unsigned char c = (unsigned char)*string;
    if (c == '"' || c == '\\') {
      append_format(text, "\\%c", c);
    } else if (c < 0x20U) {
      append_format(text, "\\u%04x", c);
    } else {
      append(text, string, 1U);
    }
  }
  append_string(text, "\"");
}

static RondoStatus
check_tensor(const RondoTensor* tensor, RondoError* error)
{
  size_t n = 1U;
  for (size_t i = 0U; i < tensor->n_dims && i < RONDO_MAX_DIMS; ++i) {
    if (__builtin_mul_overflow(n, tensor->dims[i], &n)) {
      n = SIZE_MAX;
      break;
    }
  }
  if (tensor->n_dims > RONDO_MAX_DIMS || n != tensor->n_elements ||
      n > SIZE_MAX / 16U) {
    rondo_error_set(error,
                    RONDO_ERR_BAD_ARGUMENT,
                    "its dimensions do not fit its %zu elements",
                    tensor->n_elements);
    rondo_error_prefix(error, tensor->name);
    return RONDO_ERR_BAD_ARGUMENT;
  }
  return RONDO_SUCCESS;
}

static void
append_tensor(Text* text, const RondoTensor* tensor, size_t begin, size_t end)
{
  append_quoted(text, tensor->name);
  append_format(
    text, ":{\"dtype\":\"%s\",\"shape\":[", rondo_dtype_name(tensor->dtype));
  for (size_t i = 0U; i < tensor->n_dims; ++i) {
    append_format(text, i ? ",%zu" : "%zu", tensor->dims[i]);
  }
  append_format(text, "],\"data_offsets\":[%zu,%zu]}", begin, end);
}

static void
append_metadata(Text* text, const RondoMetadata* metadata, size_t n_metadata)
{
  append_string(text, "\"__metadata__\":{");
  for (size_t i = 0U; i < n_metadata; ++i) {
    append_string(text, i ? "," : "");
    append_quoted(text, metadata[i].key);
    append_string(text, ":");
    append_quoted(text, metadata[i].value);
  }
  append_string(text, "}");
}

// Make the length and the header, padded so that data are aligned
static RondoStatus
make_header(const RondoTensor*   tensors,
            size_t               n_tensors,
            const RondoMetadata* metadata,
            size_t               n_metadata,
            Text*                text,
            RondoError*          error)
{
  append(text, "\0\0\0\0\0\0\0\0", LENGTH_SIZE);
  append_string(text, "{");
  if (n_metadata) {
    append_metadata(text, metadata, n_metadata);
  }
  size_t offset = 0U;
  for (size_t i = 0U; i < n_tensors; ++i) {
    const RondoTensor* const tensor = &tensors[i];
    const RondoStatus        st     = check_tensor(tensor, error);
    if (st) {
      return st;
    }
    const size_t end =
      offset + (tensor->n_elements * rondo_dtype_size(tensor->dtype));
    append_string(text, i || n_metadata ? "," : "");
    append_tensor(text, tensor, offset, end);
    offset = end;
  }
  append_string(text, "}");
  while (!text->failed && text->size % LENGTH_SIZE) {
    append_string(text, " ");
  }
  if (text->failed) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0U; i < LENGTH_SIZE; ++i) {
    const uint64_t length = text->size - LENGTH_SIZE;
    text->text[i]         = (char)(unsigned char)(length >> (8U * i));
  }
  return RONDO_SUCCESS;
}

// What cannot be read back must not be written: names twice, text not UTF-8
static RondoStatus
check_header(const Text* text, RondoError* error)
{
  RondoConfig* config = NULL;
  RondoStatus  st     = rondo_config_parse(
    text->text + LENGTH_SIZE, text->size - LENGTH_SIZE, &config, error);
  rondo_config_free(config);
  if (st == RONDO_ERR_BAD_FILE) {
    st = RONDO_ERR_BAD_ARGUMENT;
    if (error) {
      error->status = st;
    }
  }
  return st;
}

RondoStatus
rondo_tensors_write(const char*          path,
                    const RondoTensor*   tensors,
                    size_t               n_tensors,
                    const RondoMetadata* metadata,
                    size_t               n_metadata,
                    RondoError*          error)
{
  Text        text = { NULL, 0U, 0U, false };
  RondoStatus st =
    make_header(tensors, n_tensors, metadata, n_metadata, &text, error);
  st = st ? st : check_header(&text, error);
  if (st) {
    rondo_error_prefix(error, path);
    free(text.text);
    return st;
  }
  RondoChunk* const chunks =
    (RondoChunk*)calloc(n_tensors + 1U, sizeof(RondoChunk));
  if (chunks) {
    chunks[0].data = text.text;
    chunks[0].size = text.size;
    for (size_t i = 0U; i < n_tensors; ++i) {
      chunks[i + 1U].data = tensors[i].data;
      chunks[i + 1U].size =
        tensors[i].n_elements * rondo_dtype_size(tensors[i].dtype);
    }
    st = rondo_file_write(path, chunks, n_tensors + 1U, error);
  } else {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  free(chunks);
  free(text.text);
  return st;
}
