// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// The linker turns our objects' calls that may find no memory to those below.
// Libraries get all they ask for: FFTW ends the program when memory is out, and
// so does jansson where its text buffer cannot grow.

#include "tests/base/heap_faults.hpp"

#include <jansson.h>
#include <pthread.h>

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
int
__real_pthread_create(pthread_t*            thread,
                      const pthread_attr_t* attributes,
                      void* (*start)(void*),
                      void* data);
json_t*
__real_json_array();
json_t*
__real_json_object();
json_t*
__real_json_integer(json_int_t value);
json_t*
__real_json_string(const char* value);
json_t*
__real_json_loadb(const char*   text,
                  size_t        size,
                  size_t        flags,
                  json_error_t* error);
char*
__real_json_dumps(const json_t* json, size_t flags);
int
__real_json_object_set_new(json_t* object, const char* key, json_t* value);
int
__real_json_array_append_new(json_t* array, json_t* value);

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

int
__wrap_pthread_create(pthread_t* const            thread,
                      const pthread_attr_t* const attributes,
                      void* (*const start)(void*),
                      void* const data)
{
  return fails() ? EAGAIN
                 : __real_pthread_create(thread, attributes, start, data);
}

json_t*
__wrap_json_array()
{
  return fails() ? nullptr : __real_json_array();
}

json_t*
__wrap_json_object()
{
  return fails() ? nullptr : __real_json_object();
}

json_t*
__wrap_json_integer(const json_int_t value)
{
  return fails() ? nullptr : __real_json_integer(value);
}

json_t*
__wrap_json_string(const char* const value)
{
  return fails() ? nullptr : __real_json_string(value);
}

json_t*
__wrap_json_loadb(const char* const   text,
                  const size_t        size,
                  const size_t        flags,
                  json_error_t* const error)
{
  return fails() ? nullptr : __real_json_loadb(text, size, flags, error);
}

char*
__wrap_json_dumps(const json_t* const json, const size_t flags)
{
  return fails() ? nullptr : count(__real_json_dumps(json, flags));
}

// Both take the value, whatever happens

int
__wrap_json_object_set_new(json_t* const     object,
                           const char* const key,
                           json_t* const     value)
{
  if (fails()) {
    json_decref(value);
    return -1;
  }
  return __real_json_object_set_new(object, key, value);
}

int
__wrap_json_array_append_new(json_t* const array, json_t* const value)
{
  if (fails()) {
    json_decref(value);
    return -1;
  }
  return __real_json_array_append_new(array, value);
}
}
// NOLINTEND(bugprone-reserved-identifier)
