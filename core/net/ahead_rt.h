// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file ahead_rt.h Products of frames to come, on the way through a step.

   A private header of kernels_rt.c.  A step waits for its weights, each of
   which it needs once; products of several frames need few weights, and wait
   for arithmetic.  Side by side they take little more time than the longer one
   of both alone.
*/

#ifndef RONDO_NET_AHEAD_RT_H
#define RONDO_NET_AHEAD_RT_H

#include "core/net/kernels.h"
#include "core/net/panels_rt.h"
#include "core/net/vector_rt.h"

#include <stdbool.h>
#include <stddef.h>

// A tile of products has RONDO_AHEAD vectors and so many rows; besides, there
// are registers for MAX_STEP_ROWS of a step, where rows are whole vectors
#define AHEAD_ROWS 2U
#define MAX_STEP_ROWS 8U

// Bytes of weights that stay in the first cache, where a step need not wait
#define AHEAD_BYTES (32U * 1024U)

#define CAN_GO_AHEAD (N_PARTS == 1 && MAX_SUMS == 16U)

// Rows of which a tile consists, at input `k`
typedef struct {
  const float* w[AHEAD_ROWS];
  const float* x;
  size_t       w_stride;
  size_t       x_stride;
  float*       y[AHEAD_ROWS];
  size_t       y_stride;
} AheadTile;

// Return how many tiles there are, or 0 if `ahead` cannot be cut into them
INLINE size_t
count_tiles(const RondoAhead* ahead)
{
  const RondoPanels* const panels = ahead->panels;
  const size_t             n_rows = panels->n_panels * panels->n_gates;
  const bool               is_able =
    CAN_GO_AHEAD && ahead->n == RONDO_AHEAD && n_rows >= AHEAD_ROWS &&
    !panels->integers &&
    n_rows * panels->n_inputs * LANES * sizeof(float) > AHEAD_BYTES;
  return is_able ? (n_rows + AHEAD_ROWS - 1U) / AHEAD_ROWS : 0U;
}

INLINE bool
has_tile(const RondoAhead* ahead)
{
  return ahead && ahead->tile < ahead->n_tiles;
}

// Find the present tile.  The first row of the last one may have been in the
// tile before, and comes out the same
INLINE AheadTile
find_tile(const RondoAhead* ahead)
{
  const RondoPanels* const panels = ahead->panels;
  const size_t             G      = panels->n_gates;
  const size_t             last   = (panels->n_panels * G) - AHEAD_ROWS;
  const size_t             next   = ahead->tile * AHEAD_ROWS;
  const size_t             row    = next < last ? next : last;

  AheadTile tile;
  tile.w_stride = G * LANES;
  tile.x_stride = ahead->x_stride;
  tile.y_stride = panels->n_panels * tile.w_stride;
  tile.x        = ahead->x + ahead->k;
  EACH(r, AHEAD_ROWS)
  {
    const size_t panel = (row + r) / G;
    const size_t at =
      (panel * panels->n_inputs * tile.w_stride) + ((row + r) % G * LANES);
    tile.w[r] = panels->weights + at + (ahead->k * tile.w_stride);
    tile.y[r] = ahead->y + ((row + r) * LANES);
  }
  return tile;
}

typedef Vector AheadSums[RONDO_AHEAD][AHEAD_ROWS];

// Load what has been summed up so far: at first, the bias
INLINE void
load_sums(const RondoAhead* ahead, const AheadTile* tile, AheadSums sum)
{
  EACH(r, AHEAD_ROWS)
  {
    const Vector bias = load(ahead->panels->bias + (tile->y[r] - ahead->y));
    EACH(v, RONDO_AHEAD)
    {
      sum[v][r] = ahead->k ? load(tile->y[r] + (v * tile->y_stride)) : bias;
    }
  }
}

INLINE void
store_sums(const AheadTile* tile, AheadSums sum)
{
  EACH(v, RONDO_AHEAD)
  {
    EACH(r, AHEAD_ROWS)
    {
      store(tile->y[r] + (v * tile->y_stride), sum[v][r]);
    }
  }
}

// Add what one input contributes, and go on to the next
INLINE void
add_ahead(AheadTile* tile, AheadSums sum)
{
  const size_t stride = tile->x_stride;
  Vector       w[AHEAD_ROWS];
  EACH(r, AHEAD_ROWS)
  {
    w[r] = load(tile->w[r]);
    KEEP(w[r]);
    tile->w[r] += tile->w_stride;
  }
  EACH(v, RONDO_AHEAD)
  {
    const Vector x = spread(tile->x[v * stride]);
    EACH(r, AHEAD_ROWS)
    {
      sum[v][r] = multiply_add(w[r], x, sum[v][r]);
    }
  }
  ++tile->x;
}

// Note that `n` inputs of the present tile are done
INLINE void
advance(RondoAhead* ahead, size_t n)
{
  ahead->k += n;
  if (ahead->k == ahead->panels->n_inputs) {
    ahead->k = 0U;
    ++ahead->tile;
  }
}

// Compute R rows from `first` on of a product with one vector, as
// multiply_tile() does, and of `ahead` one input for every two of them
INLINE void
multiply_tile_ahead(const Product* product,
                    const size_t   R,
                    const size_t   G,
                    const size_t   first,
                    RondoAhead*    ahead)
{
  const float* w[MAX_STEP_ROWS];
  Vector       sum[MAX_STEP_ROWS];
  EACH(r, R)
  {
    const size_t row = first + r;
    w[r] =
      product->weights + (row / G * product->panel_size) + (row % G * LANES);
    sum[r] = load(product->bias + (row * LANES));
  }
  const size_t n = product->n_inputs;
  size_t       k = 0U;
  while (has_tile(ahead) && k + 2U <= n) {
    const size_t left  = ahead->panels->n_inputs - ahead->k;
    const size_t n_now = left < (n - k) / 2U ? left : (n - k) / 2U;
    AheadTile    tile  = find_tile(ahead);
    AheadSums    sums;
    load_sums(ahead, &tile, sums);
    for (size_t i = 0U; i < n_now; ++i) {
      EACH(j, 2U)
      {
        const Vector x = spread(product->x[k]);
        EACH(r, R)
        {
          sum[r] = multiply_add(load(w[r] + (k * G * LANES)), x, sum[r]);
        }
        ++k;
      }
      add_ahead(&tile, sums);
    }
    store_sums(&tile, sums);
    advance(ahead, n_now);
  }
  for (; k < n; ++k) {
    const Vector x = spread(product->x[k]);
    EACH(r, R)
    {
      sum[r] = multiply_add(load(w[r] + (k * G * LANES)), x, sum[r]);
    }
  }
  EACH(r, R)
  {
    store(product->y + ((first + r) * LANES), sum[r]);
  }
}

// Compute what is left of the present tile
static __attribute__((noinline, unused)) void
finish_tile(RondoAhead* ahead)
{
  const size_t n    = ahead->panels->n_inputs - ahead->k;
  AheadTile    tile = find_tile(ahead);
  AheadSums    sums;
  load_sums(ahead, &tile, sums);
  for (size_t i = 0U; i < n; ++i) {
    add_ahead(&tile, sums);
  }
  store_sums(&tile, sums);
  advance(ahead, n);
}

// Compute all G gates of P panels for one vector
INLINE void
multiply_group_ahead(const Product* product,
                     const size_t   P,
                     const size_t   G,
                     RondoAhead*    ahead)
{
  const size_t rows = P * G;
  const size_t R    = rows > MAX_STEP_ROWS ? rows / 2U : rows;
  UNROLLED
  for (size_t row = 0U; row < rows; row += R) {
    multiply_tile_ahead(product, R, G, row, ahead);
  }
}

// Each is a function of its own, as those of call_group() are
#define ALL_GROUPS_AHEAD(X) \
  X(1, 1)                   \
  X(1, 2)                   \
  X(1, 3)                   \
  X(1, 4)                   \
  X(2, 1)                   \
  X(2, 2) X(2, 3) X(2, 4) X(4, 1) X(4, 2) X(4, 3) X(4, 4) X(8, 1) X(8, 2)

#define DEFINE_GROUP_AHEAD(P, G)                                       \
  static __attribute__((noinline, unused)) void group_ahead_##P##_##G( \
    const Product* product, RondoAhead* ahead)                         \
  {                                                                    \
    multiply_group_ahead(product, P##U, G##U, ahead);                  \
  }

ALL_GROUPS_AHEAD(DEFINE_GROUP_AHEAD)

#define CALL_GROUP_AHEAD(p, g)             \
  if (P == p##U && G == g##U) {            \
    group_ahead_##p##_##g(product, ahead); \
  }

INLINE void
call_group_ahead(const Product* product,
                 const size_t   P,
                 const size_t   G,
                 RondoAhead*    ahead)
{
  ALL_GROUPS_AHEAD(CALL_GROUP_AHEAD)
}

#endif // RONDO_NET_AHEAD_RT_H
