// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file fuzz_input.h Takes a fuzzer's bytes apart; behind the end are zeros.
*/

#ifndef RONDO_TESTS_FUZZ_FUZZ_INPUT_H
#define RONDO_TESTS_FUZZ_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that are left
typedef struct {
  const uint8_t* data;
  size_t         size;
} FuzzInput;

/// Take a byte.
uint8_t
fuzz_take_byte(FuzzInput* input);

/// Take two bytes, the lower one first.
uint16_t
fuzz_take_word(FuzzInput* input);

/**
   Take up to `*n` bytes, behind a head of `head` zeros.

   Nobody reads beyond the end unseen: a sanitizer tells, or, where there is
   none, the system ends the program, from the next multiple of 8 bytes on.

   @return A block, to be freed by fuzz_free_block(); `*n` is what there was.
*/
void*
fuzz_take_block(FuzzInput* input, size_t head, size_t* n);

/// Free a block; NULL is harmless.
void
fuzz_free_block(void* block);

#endif // RONDO_TESTS_FUZZ_FUZZ_INPUT_H
