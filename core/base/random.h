// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_BASE_RANDOM_H
#define RONDO_BASE_RANDOM_H

#include "core/base/attributes.h"

#include <stdint.h>

RONDO_BEGIN_DECLS

/**
   A small, fast, reproducible random number generator.

   PCG32 (O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient
   Statistically Good Algorithms", XSH RR 64/32): the same seed and stream give
   the same numbers on every machine.
*/
typedef struct {
  uint64_t state;
  uint64_t increment; ///< Odd; selects one of 2^63 streams
} RondoRandom;

/// Return a generator; different streams are independent of each other.
RONDO_REALTIME RondoRandom
rondo_random(uint64_t seed, uint64_t stream);

/// Return 32 uniform bits.
RONDO_REALTIME uint32_t
rondo_random_next(RondoRandom* random);

/// Return a number in 0 <= x < 1, a multiple of 2^-24.
RONDO_REALTIME float
rondo_random_uniform(RondoRandom* random);

/// Return a number from the normal distribution of mean 0 and variance 1.
RONDO_REALTIME float
rondo_random_normal(RondoRandom* random);

/// Return an integer in 0 <= x < `limit` without bias.  `limit` is at least 1.
RONDO_REALTIME uint32_t
rondo_random_below(RondoRandom* random, uint32_t limit);

RONDO_END_DECLS

#endif // RONDO_BASE_RANDOM_H
