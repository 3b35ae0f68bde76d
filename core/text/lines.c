// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/text/lines.h"

#include <string.h>

#define MARK "\xEF\xBB\xBF" // U+FEFF, which some editors put first

RondoLines
rondo_lines(const char* const text, const size_t length)
{
  const size_t skipped =
    length >= strlen(MARK) && !memcmp(text, MARK, strlen(MARK)) ? strlen(MARK)
                                                                : 0;

  const RondoLines lines = { text + skipped, text + length, 0 };
  return lines;
}

bool
rondo_lines_next(RondoLines* const lines, RondoPiece* const line)
{
  if (lines->at >= lines->end) {
    return false;
  }
  const size_t      left = (size_t)(lines->end - lines->at);
  const char* const stop = (const char*)memchr(lines->at, '\n', left);

  line->start  = lines->at;
  line->length = stop ? (size_t)(stop - lines->at) : left;
  lines->at += stop ? line->length + 1 : left;
  ++lines->number;
  if (line->length && line->start[line->length - 1] == '\r') {
    --line->length;
  }
  return true;
}

bool
rondo_piece_next(RondoPiece* const rest,
                 const char* const separators,
                 RondoPiece* const column)
{
  if (!rest->start) {
    return false;
  }
  size_t n = 0;
  while (n < rest->length &&
         !(rest->start[n] != '\0' && strchr(separators, rest->start[n]))) {
    ++n;
  }
  column->start  = rest->start;
  column->length = n;
  if (n < rest->length) {
    rest->start += n + 1;
    rest->length -= n + 1;
  } else {
    rest->start  = NULL;
    rest->length = 0;
  }
  return true;
}

bool
rondo_piece_is(const RondoPiece piece, const char* const text)
{
  return piece.length == strlen(text) &&
         !memcmp(piece.start, text, piece.length);
}
