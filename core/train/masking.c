// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/masking.h"

#include <stdbool.h>
#include <stdint.h>

// Steps of a block; 0 stands for all
static const size_t blocks[] = { 1, 4, 16, 0 };

#define N_BLOCKS 4

// Return the cells of a step that may be hidden, bit i for cell i
static uint32_t
draw_cells(RondoRandom* const random, const size_t n_cells)
{
  const uint32_t all = (1U << n_cells) - 1U;
  if (n_cells > 1 && rondo_random_below(random, 2)) {
    return all & ~1U;
  }
  return 1U + rondo_random_below(random, all);
}

size_t
rondo_masking_count(const RondoMasking* const masking, const size_t n_cells)
{
  size_t n = 0;
  for (size_t i = 0; i < n_cells; ++i) {
    n += !masking->cells || (masking->cells >> i & 1U) ? 1 : 0;
  }
  return n;
}

size_t
rondo_masking_draw(const RondoMasking* const masking,
                   RondoRandom* const        random,
                   const size_t              n_steps,
                   const size_t              n_cells,
                   uint8_t* const            mask)
{
  const uint32_t cells =
    masking->cells ? masking->cells : draw_cells(random, n_cells);
  const size_t block  = masking->block
                          ? masking->block
                          : blocks[rondo_random_below(random, N_BLOCKS)];
  const float  share  = rondo_random_uniform(random);
  size_t       hidden = 0;
  for (size_t i = 0; i < n_cells; ++i) {
    const bool may = cells >> i & 1U;
    uint8_t    now = 0;
    for (size_t t = 0; t < n_steps; ++t) {
      if (may && (!t || (block && t % block == 0))) {
        now = rondo_random_uniform(random) < share ? 1 : 0;
      }
      mask[(t * n_cells) + i] = now;
      hidden += now;
    }
  }
  if (!hidden) {
    size_t i = rondo_random_below(random, (uint32_t)n_cells);
    while (!(cells >> i & 1U)) {
      i = i + 1 < n_cells ? i + 1 : 0;
    }
    const size_t t = rondo_random_below(random, (uint32_t)n_steps);

    mask[(t * n_cells) + i] = 1;
    hidden                  = 1;
  }
  return hidden;
}
