// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The linker turns calls to the heap from our objects to those below; libraries
// keep theirs, since FFTW ends the program when memory is out, and jansson
// where its text buffer cannot grow.

#include "tests/base/heap_faults.hpp"

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>

namespace {

std::atomic<long> n_left{ -1 }; ///< Calls until one fails, or below 0: none
std::atomic<bool> has_failed{ false };
std::atomic<long> n_blocks{ 0 };

bool
fails()
{
  if (n_left < 0 || n_left--) {
    return false;
  }
  has_failed = true;
  errno      = ENOMEM;
  return true;
}

template<class Pointer>
Pointer
count(const Pointer block)
{
  n_blocks += block ? 1 : 0;
  return block;
}

} // namespace

void
rondo::arm_heap(const std::size_t n)
{
  has_failed = false;
  n_left     = static_cast<long>(n);
}

bool
rondo::disarm_heap()
{
  n_left = -1;
  return has_failed;
}

long
rondo::heap_blocks()
{
  return n_blocks;
}

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
extern "C" {

void*
__real_malloc(size_t size);
void*
__real_calloc(size_t count, size_t size);
void*
__real_realloc(void* block, size_t size);
void*
__real_aligned_alloc(size_t alignment, size_t size);
char*
__real_strdup(const char* text);
char*
__real_strndup(const char* text, size_t most);
char*
__real_realpath(const char* path, char* resolved);
void
__real_free(void* block);

void*
__wrap_malloc(const size_t size)
{
  return fails() ? nullptr : count(__real_malloc(size));
}

void*
__wrap_calloc(const size_t n, const size_t size)
{
  return fails() ? nullptr : count(__real_calloc(n, size));
}

void*
__wrap_realloc(void* const block, const size_t size)
{
  if (fails()) {
    return nullptr;
  }
  return block ? __real_realloc(block, size) : count(__real_malloc(size));
}

void*
__wrap_aligned_alloc(const size_t alignment, const size_t size)
{
  return fails() ? nullptr : count(__real_aligned_alloc(alignment, size));
}

char*
__wrap_strdup(const char* const text)
{
  return fails() ? nullptr : count(__real_strdup(text));
}

char*
__wrap_strndup(const char* const text, const size_t most)
{
  return fails() ? nullptr : count(__real_strndup(text, most));
}

char*
__wrap_realpath(const char* const path, char* const resolved)
{
  return fails() ? nullptr : count(__real_realpath(path, resolved));
}

int
__wrap_asprintf(char** const out, const char* const format, ...)
{
  if (fails()) {
    return -1;
  }
  va_list arguments;
  va_start(arguments, format);
  const int n = vasprintf(out, format, arguments);
  va_end(arguments);
  (void)count(n < 0 ? nullptr : *out);
  return n;
}

void
__wrap_free(void* const block)
{
  n_blocks -= block ? 1 : 0;
  __real_free(block);
}
}
// NOLINTEND(bugprone-reserved-identifier)
