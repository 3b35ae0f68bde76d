// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Loaded before the C library into a program, to have one of its calls for
// memory fail: number RONDO_FAULT_AT, from 0, of those that the program makes
// itself.  Libraries get all that they ask for: there are those that end the
// program otherwise.  The number of all calls is written to the file
// RONDO_FAULT_COUNT.  Needs the GNU C library.

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static atomic_long n_calls;
static long        fails_at = -1;
static uintptr_t   first; // Of the program's code
static uintptr_t   last;

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
  (void)dl_iterate_phdr(find_program, NULL);
}

__attribute__((destructor)) static void
tell_count(void)
{
  const char* const path = getenv("RONDO_FAULT_COUNT");
  char              text[32];
  const int n  = snprintf(text, sizeof(text), "%ld", atomic_load(&n_calls));
  const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
  if (fd >= 0) {
    (void)!write(fd, text, (size_t)n);
    (void)close(fd);
  }
}

static bool
fails(const void* const caller)
{
  const uintptr_t at = (uintptr_t)caller;
  if (at < first || at >= last || atomic_fetch_add(&n_calls, 1) != fails_at) {
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
