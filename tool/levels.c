// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/levels.h"

#include <math.h>
#include <string.h>

#define BLOCK_SECONDS 0.05
#define LOWEST_DB (-150.0)
#define BIN_DB 0.25
#define FLOOR_PART 10U // One in ten

static double
decibels(double power)
{
  const double least = pow(10.0, LOWEST_DB / 10.0);
  return 10.0 * log10(power > least ? power : least);
}

RondoLevels
rondo_levels(double sample_rate, size_t n_channels)
{
  RondoLevels levels;
  memset(&levels, 0, sizeof(levels));
  levels.block_size = (size_t)(BLOCK_SECONDS * sample_rate) * n_channels;
  return levels;
}

static void
end_block(RondoLevels* levels)
{
  const double level =
    decibels(levels->block / (double)levels->block_size) - LOWEST_DB;
  const size_t bin = (size_t)(level / BIN_DB);
  ++levels->histogram[bin < RONDO_LEVELS_BINS ? bin : RONDO_LEVELS_BINS - 1U];
  levels->total += levels->block;
  levels->n_total += levels->n_block;
  levels->block   = 0.0;
  levels->n_block = 0U;
}

void
rondo_levels_process(RondoLevels* levels, const float* samples, size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    levels->block += (double)samples[i] * (double)samples[i];
    if (++levels->n_block == levels->block_size) {
      end_block(levels);
    }
  }
}

double
rondo_levels_mean(const RondoLevels* levels)
{
  const uint64_t n = levels->n_total + levels->n_block;
  return decibels(n ? (levels->total + levels->block) / (double)n : 0.0);
}

double
rondo_levels_floor(const RondoLevels* levels)
{
  uint64_t n_blocks = 0U;
  for (size_t i = 0U; i < RONDO_LEVELS_BINS; ++i) {
    n_blocks += levels->histogram[i];
  }
  uint64_t below = 0U;
  for (size_t i = 0U; i < RONDO_LEVELS_BINS; ++i) {
    below += levels->histogram[i];
    if (below && below * FLOOR_PART >= n_blocks) {
      return LOWEST_DB + (BIN_DB * (double)i);
    }
  }
  return rondo_levels_mean(levels);
}
