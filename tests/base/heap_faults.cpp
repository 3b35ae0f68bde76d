// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The linker turns calls to the heap from our objects to those below.

#include "tests/base/heap_faults.hpp"

#include <cstddef>

namespace {

bool        is_armed      = false;
std::size_t n_before_fail = 0; ///< Allocations that still succeed

bool
fails()
{
  return is_armed && n_before_fail-- == 0;
}

} // namespace

void
rondo::arm_heap(const std::size_t n)
{
  n_before_fail = n;
  is_armed      = true;
}

void
rondo::disarm_heap()
{
  is_armed = false;
}

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
extern "C" {

void*
__real_malloc(size_t size);
void*
__real_calloc(size_t count, size_t size);
void*
__real_realloc(void* memory, size_t size);
void*
__real_aligned_alloc(size_t alignment, size_t size);

void*
__wrap_malloc(const size_t size)
{
  return fails() ? nullptr : __real_malloc(size);
}

void*
__wrap_calloc(const size_t n, const size_t size)
{
  return fails() ? nullptr : __real_calloc(n, size);
}

void*
__wrap_realloc(void* const memory, const size_t size)
{
  return fails() ? nullptr : __real_realloc(memory, size);
}

void*
__wrap_aligned_alloc(const size_t alignment, const size_t size)
{
  return fails() ? nullptr : __real_aligned_alloc(alignment, size);
}
}
// NOLINTEND(bugprone-reserved-identifier)
