// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/text/shape.h"

#include <string.h>

// Letters at the end of a word that its shape shows
#define N_ENDING 2U

// Room for `:`, the ending, `>` and a zero byte
#define N_RESERVED (N_ENDING + 3U)

static char
class_of(const char c)
{
  return (char)(c >= 'A' && c <= 'Z'                                 ? 'X'
                : (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 ? 'x'
                : c >= '0' && c <= '9'                               ? '0'
                                                                     : c);
}

size_t
rondo_text_shape(const RondoPiece word, const bool ending, char* const shape)
{
  size_t n   = 0;
  shape[n++] = '<';
  for (size_t i = 0; i < word.length && n < RONDO_MAX_SHAPE - N_RESERVED; ++i) {
    const char c = class_of(word.start[i]);
    if (n == 1 || c != shape[n - 1]) {
      shape[n++] = c;
    }
  }
  if (ending && word.length > N_ENDING) {
    shape[n++] = ':';
    for (size_t i = word.length - N_ENDING; i < word.length; ++i) {
      const bool ascii = (unsigned char)word.start[i] < 0x80;
      if (ascii) {
        shape[n++] = word.start[i];
      } else {
        shape[n++] = 'x';
      }
    }
  }
  shape[n++] = '>';
  shape[n]   = '\0';
  return n;
}
