// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TEXT_SHAPE_H
#define RONDO_TEXT_SHAPE_H

#include "core/base/attributes.h"
#include "core/text/lines.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_MAX_SHAPE 32U ///< Bytes, with the zero byte

/**
   Write what a word looks like: `<Xx>` for "London", `<0-x>` for "20-year".

   Letters become x or X, digits 0, bytes beyond ASCII x; of equals in a row
   only one is left.

   @param ending Whether the last two letters follow: `<Xx:on>`.
   @param[out] shape (RONDO_MAX_SHAPE), cut off if it is longer.
   @return Its length.
*/
size_t
rondo_text_shape(RondoPiece word, bool ending, char* shape);

RONDO_END_DECLS

#endif // RONDO_TEXT_SHAPE_H
