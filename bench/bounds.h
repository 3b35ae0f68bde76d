// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file bounds.h What no program does faster on this processor.

   Both use the widest vectors that the processor has.
*/

#ifndef RONDO_BENCH_BOUNDS_H
#define RONDO_BENCH_BOUNDS_H

#include <stddef.h>

/// Read all of `n` bytes once, in rising order; aligned to 64 bytes.
void
rondo_bounds_read(const void* memory, size_t n);

/// Do `n` multiply-adds of float, or some more, none of which waits for
/// another.
void
rondo_bounds_multiply_add(size_t n);

#endif // RONDO_BENCH_BOUNDS_H
