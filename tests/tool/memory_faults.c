// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Loaded before the C library into a program, to have one of its calls for
// memory fail: number RONDO_FAULT_AT, from 0, of those that the program makes
// itself.  Libraries get all that they ask for: there are those that end the
// program otherwise.  Into the file RONDO_FAULT_SITES go the numbers of those
// calls that are the first of their place in the program, each with a line.
// Needs the GNU C library.

#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the GNU C library's names
void*
__libc_malloc(size_t size);
void*
__libc_calloc(size_t count, size_t size);
void*
__libc_realloc(void* memory, size_t size);
void*
__libc_memalign(size_t alignment, size_t size);
// NOLINTEND(bugprone-reserved-identifier)

#define MAX_SITES 4096U
#define DEPTH \
  2U // Calls of the program that tell a place: a helper's is not one

typedef struct {
  uintptr_t calls[DEPTH];
  long      number;
} Site;

static atomic_long n_calls;
static long        fails_at = -1;
static uintptr_t   first; // Of the program's code
static uintptr_t   last;
static const char* path; // Of the file of sites, or NULL
static Site        sites[MAX_SITES];
static size_t      n_sites;
static atomic_flag busy = ATOMIC_FLAG_INIT;

// The program is what comes first
static int
find_program(struct dl_phdr_info* const info, size_t size, void* const data)
{
  (void)size;
  (void)data;
  for (size_t i = 0U; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)* const part = &info->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && (part->p_flags & PF_X)) {
      first = info->dlpi_addr + part->p_vaddr;
      last  = first + part->p_memsz;
    }
  }
  return 1;
}

__attribute__((constructor)) static void
begin(void)
{
  const char* const at = getenv("RONDO_FAULT_AT");
  fails_at             = at ? strtol(at, NULL, 10) : -1;
  path                 = getenv("RONDO_FAULT_SITES");
  (void)dl_iterate_phdr(find_program, NULL);
}

__attribute__((destructor)) static void
tell_sites(void)
{
  FILE* const file = path ? fopen(path, "w") : NULL;
  for (size_t i = 0U; file && i < n_sites; ++i) {
    (void)fprintf(file, "%ld\n", sites[i].number);
  }
  if (file) {
    (void)fclose(file);
  }
}

static bool
is_in_program(const void* const caller)
{
  return (uintptr_t)caller >= first && (uintptr_t)caller < last;
}

// Note where call `number` comes from, unless another came from there
static void
note_site(const long number)
{
  void*     frames[16];
  const int n    = backtrace(frames, 16);
  Site      site = { { 0U }, number };
  size_t    used = 0U;
  for (int i = 0; i < n && used < DEPTH; ++i) {
    if (is_in_program(frames[i])) {
      site.calls[used++] = (uintptr_t)frames[i];
    }
  }

  while (atomic_flag_test_and_set(&busy)) {
  }
  size_t i = 0U;
  while (i < n_sites &&
         memcmp(sites[i].calls, site.calls, sizeof(site.calls)) != 0) {
    ++i;
  }
  if (i == n_sites && n_sites < MAX_SITES) {
    sites[n_sites++] = site;
  }
  atomic_flag_clear(&busy);
}

static bool
fails(const void* const caller)
{
  if (!is_in_program(caller)) {
    return false;
  }
  const long number = atomic_fetch_add(&n_calls, 1);
  if (path) {
    note_site(number);
  }
  if (number != fails_at) {
    return false;
  }
  errno = ENOMEM;
  return true;
}

void*
malloc(const size_t size)
{
  return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void*
calloc(const size_t count, const size_t size)
{
  return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void*
realloc(void* const memory, const size_t size)
{
  return fails(__builtin_return_address(0)) ? NULL
                                            : __libc_realloc(memory, size);
}

void*
aligned_alloc(const size_t alignment, const size_t size)
{
  return fails(__builtin_return_address(0)) ? NULL
                                            : __libc_memalign(alignment, size);
}

char*
strdup(const char* const text)
{
  const size_t size = strlen(text) + 1U;
  char* const  copy =
    fails(__builtin_return_address(0)) ? NULL : (char*)__libc_malloc(size);
  return copy ? (char*)memcpy(copy, text, size) : NULL;
}

char*
strndup(const char* const text, const size_t most)
{
  const size_t length = strnlen(text, most);
  char* const  copy   = fails(__builtin_return_address(0))
                          ? NULL
                          : (char*)__libc_malloc(length + 1U);
  if (copy) {
    memcpy(copy, text, length);
    copy[length] = '\0';
  }
  return copy;
}
