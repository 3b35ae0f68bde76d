// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/touch.h"

#include <link.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMALLEST_PAGE 4096U

static bool
contains(const struct dl_phdr_info* const info,
         const ElfW(Phdr) * const         part,
         const uintptr_t                  address)
{
  return part->p_type == PT_LOAD &&
         address - (info->dlpi_addr + part->p_vaddr) < part->p_memsz;
}

// Touch the object that has `*data` in one of its parts, and end the search.
// A sanitizer puts space between constants that nobody is to read, but this
static __attribute__((no_sanitize_address)) int
touch_object(struct dl_phdr_info* const info,
             const size_t               size,
             void* const                data)
{
  const uintptr_t address = *(const uintptr_t*)data;
  bool            is_it   = false;
  (void)size;

  for (size_t i = 0U; i < info->dlpi_phnum; ++i) {
    is_it = is_it || contains(info, &info->dlpi_phdr[i], address);
  }

  for (size_t i = 0U; is_it && i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)* const part = &info->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && (part->p_flags & PF_R)) {
      const volatile char* const bytes =
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells a number
        (const volatile char*)(info->dlpi_addr + part->p_vaddr);
      for (size_t at = 0U; at < part->p_filesz; at += SMALLEST_PAGE) {
        (void)bytes[at];
      }
    }
  }

  return is_it;
}

void
rondo_touch_code(void)
{
  uintptr_t here = (uintptr_t)&rondo_touch_code;
  (void)dl_iterate_phdr(touch_object, &here);
}
