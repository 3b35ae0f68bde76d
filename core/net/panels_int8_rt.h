// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file panels_int8_rt.h Products with panels of int8.

   A private header of kernels_rt.c.  The inputs are quantised as well, each
   vector to -127 … 127 by its own largest magnitude.
*/

#ifndef RONDO_NET_PANELS_INT8_RT_H
#define RONDO_NET_PANELS_INT8_RT_H

#include "core/net/dot_rt.h"
#include "core/net/kernels.h"
#include "core/net/panels_rt.h"
#include "core/net/vector_rt.h"

#include <stdbool.h>
#include <stddef.h>

// Inputs that one lane takes at a time
#define INPUTS_IN_LANE 4U

// Quantise 16 lanes: adding 1.5 * 2^23 leaves the nearest integer in the bits.
// Add those below 0 to `negatives`
INLINE void
quantise_lanes(const float* x, float factor, int8_t* to, Bits* negatives)
{
  const Vector rounding = spread(0x1.8p23f);
  EACH(j, N_PARTS)
  {
    const Vector y =
      multiply_add(load_any(x + (j * WIDTH)), spread(factor), rounding);
    const Bits integers = (Bits)y - (Bits)rounding;
    store_low_bytes(to + (j * WIDTH), integers ^ DOT_FLIPS);
    if (DOT_TAKES_NEGATIVES) {
      *negatives += integers & (integers < 0);
    }
  }
}

// Quantise x (n_inputs); return the scale.  What is not a number counts as 0
INLINE float
quantise_vector(const float* x, size_t n_inputs, int8_t* to, int32_t* negatives)
{
  const size_t       n           = n_inputs - (n_inputs % LANES);
  _Alignas(64) float rest[LANES] = { 0.0f };
  for (size_t i = n; i < n_inputs; ++i) {
    rest[i - n] = x[i];
  }
  Vector most[N_PARTS];
  EACH(j, N_PARTS)
  {
    most[j] = magnitude(load(rest + (j * WIDTH)));
  }
  for (size_t i = 0U; i < n; i += LANES) {
    EACH(j, N_PARTS)
    {
      most[j] = greater(magnitude(load_any(x + i + (j * WIDTH))), most[j]);
    }
  }
  const float largest = largest_of(most);
  const bool  counts  = largest > 1e-30f;
  const float factor  = counts ? (float)RONDO_INT8_MAX / largest : 0.0f;
  Bits        below   = { 0 };
  for (size_t i = 0U; i < n; i += LANES) {
    quantise_lanes(x + i, factor, to + i, &below);
  }
  if (n < n_inputs) {
    quantise_lanes(rest, factor, to + n, &below);
  }
  if (DOT_TAKES_NEGATIVES) {
    *negatives = sum_of_lanes(below);
  }
  return counts ? largest / (float)RONDO_INT8_MAX : 0.0f;
}

// Quantise `n` vectors
static void
quantise(const RondoQuantised* to,
         size_t                n,
         size_t                n_inputs,
         const float*          x,
         size_t                x_stride)
{
  for (size_t v = 0U; v < n; ++v) {
    to->scales[v] = quantise_vector(x + (v * x_stride),
                                    n_inputs,
                                    to->integers + (v * to->stride),
                                    to->negatives + v);
  }
}

// Return the vectors from `vector` on
INLINE RondoQuantised
at_vector(const RondoQuantised* all, size_t vector)
{
  const RondoQuantised from = { all->integers + (vector * all->stride),
                                all->scales + vector,
                                all->negatives + vector,
                                all->stride };
  return from;
}

// Panels next to each other, and where their results go
typedef struct {
  const RondoPanels* panels;
  RondoQuantised     x; // Of the first vector
  size_t             panel;
  bool               reverse; // Take inputs from last to first
  float*             y;       // (n_vectors, y_stride)
  size_t             y_stride;
} DotProduct;

// y = bias + scale of the row * scale of the vector * sum
INLINE void
store_dots(const DotProduct* product,
           const size_t      v,
           const size_t      row,
           size_t            first,
           Bits              sum)
{
  const RondoPanels* const panels = product->panels;
  const Vector             scale =
    load(panels->scales + first) * spread(product->x.scales[v]);
  if (DOT_TAKES_NEGATIVES) {
    sum -= product->x.negatives[v];
  }
  store(product->y + (v * product->y_stride) + row,
        multiply_add(__builtin_convertvector(sum, Vector),
                     scale,
                     load(panels->bias + first)));
}

// Compute rows `first` ... `first + R - 1` of WIDTH lanes for V vectors
RONDO_REALTIME INLINE void
dot_tile(const DotProduct* product,
         const size_t      V,
         const size_t      R,
         const size_t      G,
         const size_t      first)
{
  const RondoPanels* const panels = product->panels;
  const size_t n = (panels->n_inputs + INPUTS_IN_LANE - 1U) / INPUTS_IN_LANE;
  const size_t width = G * LANES;
  const size_t begin = product->panel * width;
  const size_t step  = width * INPUTS_IN_LANE;

  Bits          sum[MAX_TILE_VECTORS][MAX_SUMS];
  const int8_t* w[MAX_SUMS];
  EACH(r, R)
  {
    const size_t at = (first + r) * WIDTH;
    w[r] = panels->integers + ((product->panel + (at / width)) * n * step) +
           (at % width * INPUTS_IN_LANE);
    EACH(v, V)
    {
      sum[v][r] = start_sum(panels->offsets + begin + at);
    }
  }
  // Sums of integers are the same in any order
  const ptrdiff_t sign = product->reverse ? -1 : 1;
  size_t          k    = product->reverse ? n - 1U : 0U;
  for (size_t i = 0U; i < n; ++i, k += (size_t)sign) {
    Inputs x[MAX_TILE_VECTORS];
    EACH(v, V)
    {
      x[v] = load_inputs(product->x.integers + (v * product->x.stride) +
                         (k * INPUTS_IN_LANE));
    }
    EACH(r, R)
    {
      const Bits wk = load_bits(w[r] + (k * step));
      EACH(v, V)
      {
        sum[v][r] = add_dot(sum[v][r], x[v], wk);
      }
    }
  }
  EACH(v, V)
  {
    EACH(r, R)
    {
      const size_t at = (first + r) * WIDTH;
      store_dots(product, v, at, begin + at, sum[v][r]);
    }
  }
}

DEFINE_TILES(dot_tiles, dot_tile, DotProduct)

#define DEFINE_DOT_GROUP(V, P, G)                                    \
  static __attribute__((noinline, unused)) void dot_##V##_##P##_##G( \
    const DotProduct* product)                                       \
  {                                                                  \
    dot_tiles(product, V##U, P##U, G##U);                            \
  }

ALL_GROUPS(DEFINE_DOT_GROUP)

#define CALL_DOT_GROUP(v, p, g)              \
  if (V == v##U && P == p##U && G == g##U) { \
    dot_##v##_##p##_##g(product);            \
  }

INLINE void
call_dot_group(const DotProduct* product,
               const size_t      V,
               const size_t      P,
               const size_t      G)
{
  ALL_GROUPS(CALL_DOT_GROUP)
}

#endif // RONDO_NET_PANELS_INT8_RT_H
