// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

RondoArena
rondo_arena(void* base)
{
  const RondoArena arena = { base, 0U, false };
  return arena;
}

void*
rondo_arena_take(RondoArena* arena, size_t count, size_t size)
{
  size_t bytes = 0U;
  size_t end   = 0U;
  if (__builtin_mul_overflow(count, size, &bytes) ||
      __builtin_add_overflow(bytes, RONDO_ALIGNMENT - 1U, &bytes) ||
      __builtin_add_overflow(
        arena->used, bytes & ~(size_t)(RONDO_ALIGNMENT - 1U), &end) ||
      end > (size_t)PTRDIFF_MAX) {
    arena->overflow = true;
    return NULL;
  }
  char* const place = arena->base ? arena->base + arena->used : NULL;
  arena->used       = end;
  return place;
}

void*
rondo_aligned_new(size_t size)
{
  const size_t mask = RONDO_ALIGNMENT - 1U;
  if (size > (size_t)PTRDIFF_MAX - mask) {
    return NULL;
  }
  const size_t rounded = size ? (size + mask) & ~mask : RONDO_ALIGNMENT;
  void* const  memory  = aligned_alloc(RONDO_ALIGNMENT, rounded);
  if (memory) {
    memset(memory, 0, rounded);
  }
  return memory;
}

void
rondo_aligned_free(void* memory)
{
  free(memory);
}
