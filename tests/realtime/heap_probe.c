// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The program's own heap functions come before those of the C library, for
// shared libraries too.  Needs the GNU C library, and no sanitizer.

#include "tests/realtime/heap_probe.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the GNU C library's names
void*
__libc_malloc(size_t size);
void*
__libc_calloc(size_t count, size_t size);
void*
__libc_realloc(void* memory, size_t size);
void*
__libc_memalign(size_t alignment, size_t size);
void
__libc_free(void* memory);
// NOLINTEND(bugprone-reserved-identifier)

static _Thread_local bool   is_armed;
static _Thread_local size_t n_calls;

void
heap_probe_arm(void)
{
  n_calls  = 0;
  is_armed = true;
}

size_t
heap_probe_disarm(void)
{
  is_armed = false;
  return n_calls;
}

static void
note(void)
{
  n_calls += is_armed ? 1U : 0U;
}

void*
malloc(size_t size)
{
  note();
  return __libc_malloc(size);
}

void*
calloc(size_t count, size_t size)
{
  note();
  return __libc_calloc(count, size);
}

void*
realloc(void* memory, size_t size)
{
  note();
  return __libc_realloc(memory, size);
}

void*
memalign(size_t alignment, size_t size)
{
  note();
  return __libc_memalign(alignment, size);
}

void*
aligned_alloc(size_t alignment, size_t size)
{
  note();
  return __libc_memalign(alignment, size);
}

int
posix_memalign(void** out, size_t alignment, size_t size)
{
  note();
  void* const memory = __libc_memalign(alignment, size);
  if (!memory) {
    return ENOMEM;
  }
  *out = memory;
  return 0;
}

void
free(void* memory)
{
  note();
  __libc_free(memory);
}
