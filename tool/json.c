// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/json.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MAX_INTEGER 9007199254740992.0 // 2^53: beyond, doubles have gaps

// Return the bytes of the UTF-8 sequence at `text`, or 0 if it is malformed
static size_t
sequence_length(const unsigned char* text)
{
  static const uint32_t least[] = { 0U, 0U, 0x80U, 0x800U, 0x10000U };
  const size_t          length  = text[0] < 0x80U              ? 1U
                                  : (text[0] & 0xE0U) == 0xC0U ? 2U
                                  : (text[0] & 0xF0U) == 0xE0U ? 3U
                                  : (text[0] & 0xF8U) == 0xF0U ? 4U
                                                               : 0U;
  if (length <= 1U) {
    return length;
  }
  uint32_t code = text[0] & (0x7FU >> length);
  for (size_t i = 1U; i < length; ++i) {
    if ((text[i] & 0xC0U) != 0x80U) {
      return 0U;
    }
    code = (code << 6U) | (text[i] & 0x3FU);
  }
  const int surrogate = code >= 0xD800U && code <= 0xDFFFU;
  return code < least[length] || code > 0x10FFFFU || surrogate ? 0U : length;
}

void
rondo_json_string(FILE* stream, const char* text)
{
  const unsigned char* c = (const unsigned char*)text;
  fputc('"', stream);
  while (*c) {
    const size_t length = sequence_length(c);
    if (!length) {
      fputs("\\ufffd", stream);
      ++c;
    } else if (*c == '"' || *c == '\\') {
      fprintf(stream, "\\%c", *c++);
    } else if (*c < 0x20U) {
      fprintf(stream, "\\u%04x", *c++);
    } else {
      fwrite(c, 1U, length, stream);
      c += length;
    }
  }
  fputc('"', stream);
}

void
rondo_json_number(FILE* stream, double value)
{
  if (fabs(value) < MAX_INTEGER && nearbyint(value) == value) {
    fprintf(stream, "%.0f", value);
  } else if (isfinite(value)) {
    fprintf(stream, "%.9g", value);
  } else {
    fputs("null", stream);
  }
}

void
rondo_json_key(FILE* stream, int* first, const char* key)
{
  fputs(*first ? "" : ", ", stream);
  *first = 0;
  rondo_json_string(stream, key);
  fputs(": ", stream);
}

void
rondo_json_pair(FILE* stream, int* first, const char* key, double value)
{
  rondo_json_key(stream, first, key);
  rondo_json_number(stream, value);
}
