// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file fuzz.h What libFuzzer calls.
*/

#ifndef RONDO_TESTS_FUZZ_FUZZ_H
#define RONDO_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/// Try any `size` bytes; aborts if something is wrong.
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

#endif // RONDO_TESTS_FUZZ_FUZZ_H
