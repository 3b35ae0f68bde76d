// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_BASE_ARENA_H
#define RONDO_BASE_ARENA_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// Alignment of every block in an arena, in bytes: one cache line
#define RONDO_ALIGNMENT 64U

/**
   A carver of one block of memory into aligned pieces.

   The same function carves twice: with a NULL base it only counts, so that
   the size and the layout of an object cannot disagree.
*/
typedef struct {
  char*  base;     ///< Start, aligned to RONDO_ALIGNMENT, or NULL to count
  size_t used;     ///< Bytes carved so far
  bool   overflow; ///< A size did not fit into size_t
} RondoArena;

/// Return an arena that carves `base`, or only counts if `base` is NULL.
RondoArena
rondo_arena(void* base);

/**
   Carve `count` elements of `size` bytes.

   @return The aligned place, not cleared, or NULL while counting.
*/
void*
rondo_arena_take(RondoArena* arena, size_t count, size_t size);

/// Return memory aligned to RONDO_ALIGNMENT and cleared, or NULL.
void*
rondo_aligned_new(size_t size);

/// Free memory from rondo_aligned_new(), or do nothing for NULL.
void
rondo_aligned_free(void* memory);

RONDO_END_DECLS

#endif // RONDO_BASE_ARENA_H
