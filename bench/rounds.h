// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file rounds.h How long a short function takes.

   It is called for a millisecond at a time, after a warm-up as long.
*/

#ifndef RONDO_BENCH_ROUNDS_H
#define RONDO_BENCH_ROUNDS_H

#include <stddef.h>

/// Most rounds
#define RONDO_MAX_ROUNDS 41U

/// The smallest and the median of all rounds, ns per call
typedef struct {
  double least;
  double median;
} RondoTiming;

/// Time `function` in `n_rounds`.
RondoTiming
rondo_rounds(void (*function)(const void*),
             const void* context,
             size_t      n_rounds);

#endif // RONDO_BENCH_ROUNDS_H
