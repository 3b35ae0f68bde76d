// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file lines.h The lines and columns of a text.
*/

#ifndef RONDO_TEXT_LINES_H
#define RONDO_TEXT_LINES_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// A piece of a text that belongs to somebody else
typedef struct {
  const char* start;
  size_t      length; ///< Bytes
} RondoPiece;

/// A text that is read line by line
typedef struct {
  const char* at;
  const char* end;
  size_t      number; ///< Of the line that was read last, from 1
} RondoLines;

/// Return a reader of `length` bytes; a byte-order mark is skipped.
RondoLines
rondo_lines(const char* text, size_t length);

/// Read the next line, without its LF or CR LF; return false after the last.
bool
rondo_lines_next(RondoLines* lines, RondoPiece* line);

/**
   Read the next column of `rest`, which is shortened by it.

   @param separators Each of these bytes ends a column.
   @return False if nothing is left.
*/
bool
rondo_piece_next(RondoPiece* rest, const char* separators, RondoPiece* column);

/// Return whether `piece` is `text`.
bool
rondo_piece_is(RondoPiece piece, const char* text);

RONDO_END_DECLS

#endif // RONDO_TEXT_LINES_H
