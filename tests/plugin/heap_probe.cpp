// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/plugin/heap_probe.h"

#include <cerrno>
#include <cstddef>

#if defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer) || __has_feature(realtime_sanitizer)
#    define RONDO_FOREIGN_HEAP
#  endif
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
  !defined(__GLIBC__)
#  define RONDO_FOREIGN_HEAP
#endif

namespace {

thread_local bool   armed;
thread_local size_t count;

} // namespace

HeapProbe::HeapProbe()
{
  count = 0U;
  armed = true;
}

HeapProbe::~HeapProbe()
{
  armed = false;
}

size_t
HeapProbe::n_calls() const
{
  return count;
}

#ifdef RONDO_FOREIGN_HEAP

bool
HeapProbe::works()
{
  return false;
}

#else

bool
HeapProbe::works()
{
  return true;
}

namespace {

void
note()
{
  if (armed) {
    ++count;
  }
}

} // namespace

// These stand in for those of the C library in the whole process, so that
// what a plugin calls is counted too.  The C library offers its own under
// these names for this purpose.

// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

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

void*
malloc(const size_t size) noexcept
{
  note();
  return __libc_malloc(size);
}

void*
calloc(const size_t n, const size_t size) noexcept
{
  note();
  return __libc_calloc(n, size);
}

void*
realloc(void* const memory, const size_t size) noexcept
{
  note();
  return __libc_realloc(memory, size);
}

void
free(void* const memory) noexcept
{
  note();
  __libc_free(memory);
}

void*
memalign(const size_t alignment, const size_t size) noexcept
{
  note();
  return __libc_memalign(alignment, size);
}

void*
aligned_alloc(const size_t alignment, const size_t size) noexcept
{
  note();
  return __libc_memalign(alignment, size);
}

int
posix_memalign(void** const out,
               const size_t alignment,
               const size_t size) noexcept
{
  note();
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}

} // extern "C"
  // NOLINTEND(bugprone-reserved-identifier)

#endif
