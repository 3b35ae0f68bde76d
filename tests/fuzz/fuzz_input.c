// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/fuzz/fuzz_input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define HAS_SANITIZER
#  endif
#endif

#define PAGE ((size_t)4096U)
#define MOST ((size_t)1U << 17U) // Bytes of a block and what stands before it

uint8_t
fuzz_take_byte(FuzzInput* const input)
{
  if (!input->size) {
    return 0U;
  }
  --input->size;
  return *input->data++;
}

uint16_t
fuzz_take_word(FuzzInput* const input)
{
  const uint8_t low = fuzz_take_byte(input);
  return (uint16_t)(low | (fuzz_take_byte(input) << 8U));
}

#if defined(HAS_SANITIZER) || defined(__SANITIZE_ADDRESS__)

static void*
new_block(const size_t size)
{
  return calloc(size ? size : 1U, 1U);
}

void
fuzz_free_block(void* const block)
{
  free(block);
}

#else

// Blocks end at a page that nobody may touch; where they are mapped stands
// before them
static void*
new_block(const size_t size)
{
  const size_t padded = (size + 7U) / 8U * 8U;
  char* const  mapped = (char*)mmap(NULL,
                                   MOST + PAGE,
                                   PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS,
                                   -1,
                                   0);
  if (padded + sizeof(mapped) > MOST || mapped == MAP_FAILED ||
      mprotect(mapped + MOST, PAGE, PROT_NONE)) {
    abort();
  }
  char* const block = mapped + MOST - padded;
  memcpy(block - sizeof(mapped), &mapped, sizeof(mapped));
  return block;
}

void
fuzz_free_block(void* const block)
{
  void* mapped = NULL;
  if (block) {
    memcpy(&mapped, (const char*)block - sizeof(mapped), sizeof(mapped));
    (void)munmap(mapped, MOST + PAGE);
  }
}

#endif

void*
fuzz_take_block(FuzzInput* const input, const size_t head, size_t* const n)
{
  *n                   = *n < input->size ? *n : input->size;
  uint8_t* const block = (uint8_t*)new_block(head + *n);
  if (!block) {
    abort();
  }
  if (*n) {
    memcpy(block + head, input->data, *n);
  }
  input->data += *n;
  input->size -= *n;
  return block;
}
