// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/arena.h"

#include <sys/mman.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// From this size on, pages of 2 MiB save misses of the translation buffer: 3 %
// of the time of a training step of 512 units
#define HUGE_PAGE ((size_t)2U << 20U)
#define MANY_PAGES (4U * HUGE_PAGE)

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
  const size_t page = size < MANY_PAGES ? RONDO_ALIGNMENT : HUGE_PAGE;
  if (size > (size_t)PTRDIFF_MAX - page) {
    return NULL;
  }
  const size_t rounded = size ? (size + page - 1U) & ~(page - 1U) : page;
  void* const  memory  = aligned_alloc(page, rounded);
  if (memory) {
#ifdef MADV_HUGEPAGE
    if (page == HUGE_PAGE) {
      (void)madvise(memory, rounded, MADV_HUGEPAGE);
    }
#endif
    memset(memory, 0, rounded);
  }
  return memory;
}

void
rondo_aligned_free(void* memory)
{
  free(memory);
}
