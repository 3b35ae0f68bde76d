// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file levels.h How loud a recording is, and how loud in its pauses.
*/

#ifndef RONDO_TOOL_LEVELS_H
#define RONDO_TOOL_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#define RONDO_LEVELS_BINS 600U

/// A meter; its size does not depend on how much it has heard
typedef struct {
  double   total;   ///< Sum of squares of all samples
  uint64_t n_total; ///< Samples
  double   block;   ///< Sum of squares of the block under way
  size_t   n_block; ///< Samples in it
  size_t   block_size;
  uint32_t histogram[RONDO_LEVELS_BINS]; ///< Blocks by level
} RondoLevels;

/// Return a meter with blocks of 50 ms.
RondoLevels
rondo_levels(double sample_rate, size_t n_channels);

/// Hear `n` samples of any channels.
void
rondo_levels_process(RondoLevels* levels, const float* samples, size_t n);

/// Return the level of everything in dB, 0 for a full-scale square wave.
double
rondo_levels_mean(const RondoLevels* levels);

/**
   Return the level that a tenth of the blocks stay under, in dB, at least
   -150: in a recorded voice that is what is heard in the pauses.
*/
double
rondo_levels_floor(const RondoLevels* levels);

#endif // RONDO_TOOL_LEVELS_H
