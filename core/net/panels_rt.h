// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file panels_rt.h Products with panels, in tiles that live in registers.

   A private header of kernels_rt.c.  Sizes in capitals, V vectors, P panels, R
   rows and G gates, are constants wherever these functions are inlined.
*/

#ifndef RONDO_NET_PANELS_RT_H
#define RONDO_NET_PANELS_RT_H

#include "core/net/kernels.h"
#include "core/net/vector_rt.h"

#include <stdbool.h>
#include <stddef.h>

#define LANES ((size_t)RONDO_LANES)

// Accumulators that fit into the registers, which there are 32 of, or 16
#if defined(__AVX512F__) || defined(RONDO_KERNELS_WIDE) || defined(__aarch64__)
#  define MAX_SUMS 16U
#else
#  define MAX_SUMS 12U
#endif

// Most vectors multiplied at a time, and most rows of results for them
#define MAX_VECTORS (MAX_SUMS < 16U && N_PARTS == 4 ? 2U : 4U)
#define MAX_ROWS 16U
#define MAX_TILE_VECTORS 4U

// Rows of WIDTH that a tile has: what fits, but no more than there are
INLINE size_t
tile_rows(size_t n_vectors, size_t n_rows)
{
  const size_t most  = MAX_SUMS / n_vectors;
  const size_t tiles = (n_rows + most - 1U) / most;
  return (n_rows + tiles - 1U) / tiles;
}

// Panels next to each other, and where their results go
typedef struct {
  const float* weights; // Of the first panel
  const float* bias;
  size_t       panel_size; // Weights of one panel
  size_t       n_inputs;
  const float* x; // (n_vectors, x_stride)
  size_t       x_stride;
  float*       y; // (n_vectors, y_stride)
  size_t       y_stride;
} Product;

// Where a tile reads
typedef struct {
  const float* x[MAX_TILE_VECTORS];
  const float* w[MAX_SUMS];
  size_t       w_stride;
} Sources;

// Add what input `k` contributes.  What is loaded once and stays in registers
// is an input of each vector or a weight of each row, whichever are fewer
INLINE void
add_products(const Sources* sources,
             const size_t   V,
             const size_t   R,
             const size_t   k,
             Vector         sum[MAX_TILE_VECTORS][MAX_SUMS])
{
  const size_t at = k * sources->w_stride;
  Vector       xk[MAX_TILE_VECTORS];
  Vector       wk[MAX_SUMS];
  if (V <= R) {
    EACH(v, V)
    {
      xk[v] = spread(sources->x[v][k]);
    }
    EACH(r, R)
    {
      wk[r] = load(sources->w[r] + at);
      if (V > 1U) {
        KEEP(wk[r]);
      }
      EACH(v, V)
      {
        sum[v][r] = multiply_add(wk[r], xk[v], sum[v][r]);
      }
    }
  } else {
    EACH(r, R)
    {
      wk[r] = load(sources->w[r] + at);
      KEEP(wk[r]);
    }
    EACH(v, V)
    {
      xk[v] = spread(sources->x[v][k]);
      EACH(r, R)
      {
        sum[v][r] = multiply_add(wk[r], xk[v], sum[v][r]);
      }
    }
  }
}

// Compute rows `first` ... `first + R - 1` of WIDTH lanes, each part of one
// gate of one panel, for V vectors.  V, R and G are constants wherever this is
// inlined, so that `sum` lives in registers
RONDO_REALTIME INLINE void
multiply_tile(const Product* product,
              const size_t   V,
              const size_t   R,
              const size_t   G,
              const size_t   first)
{
  Vector  sum[MAX_TILE_VECTORS][MAX_SUMS];
  Sources sources;
  sources.w_stride = G * LANES;
  EACH(v, V)
  {
    sources.x[v] = product->x + (v * product->x_stride);
  }
  EACH(r, R)
  {
    const size_t at    = (first + r) * WIDTH;
    const size_t panel = at / (G * LANES);
    sources.w[r] =
      product->weights + (panel * product->panel_size) + (at % (G * LANES));
    EACH(v, V)
    {
      sum[v][r] = load(product->bias + at);
    }
  }
  const size_t n = product->n_inputs;
  for (size_t k = 0U; k < n; ++k) {
    add_products(&sources, V, R, k, sum);
  }
  EACH(v, V)
  {
    EACH(r, R)
    {
      store(product->y + (v * product->y_stride) + ((first + r) * WIDTH),
            sum[v][r]);
    }
  }
}

// Define what computes all G gates of P panels for V vectors, tile by tile
#define DEFINE_TILES(name, tile, Type)                                   \
  INLINE void name(                                                      \
    const Type* product, const size_t V, const size_t P, const size_t G) \
  {                                                                      \
    const size_t rows = P * G * N_PARTS;                                 \
    const size_t R    = tile_rows(V, rows);                              \
    size_t       row  = 0U;                                              \
    UNROLLED                                                             \
    for (; row + R <= rows; row += R) {                                  \
      tile(product, V, R, G, row);                                       \
    }                                                                    \
    if (row < rows) {                                                    \
      tile(product, V, rows % R, G, row);                                \
    }                                                                    \
  }

DEFINE_TILES(multiply_tiles, multiply_tile, Product)

// The groups there are: V vectors, P panels, G gates
#define ALL_GATES(X, V, P) X(V, P, 1) X(V, P, 2) X(V, P, 3) X(V, P, 4)
#define ALL_GROUPS(X) \
  ALL_GATES(X, 1, 1)  \
  ALL_GATES(X, 1, 2)  \
  ALL_GATES(X, 1, 4)  \
  ALL_GATES(X, 2, 1)  \
  ALL_GATES(X, 4, 1)  \
  X(1, 8, 1)          \
  X(1, 8, 2) X(2, 2, 1) X(4, 2, 1) X(2, 4, 1) X(4, 4, 1)

// Each is a function of its own, small enough for the compiler to keep all
// sums in registers
#define DEFINE_GROUP(V, P, G)                                          \
  static __attribute__((noinline, unused)) void group_##V##_##P##_##G( \
    const Product* product)                                            \
  {                                                                    \
    multiply_tiles(product, V##U, P##U, G##U);                         \
  }

ALL_GROUPS(DEFINE_GROUP)

#define CALL_GROUP(v, p, g)                  \
  if (V == v##U && P == p##U && G == g##U) { \
    group_##v##_##p##_##g(product);          \
  }

INLINE void
call_group(const Product* product,
           const size_t   V,
           const size_t   P,
           const size_t   G)
{
  ALL_GROUPS(CALL_GROUP)
}

// Work on P panels from `panel` on and V vectors from `vector` on
typedef void (*Operation)(const void*  context,
                          size_t       panel,
                          size_t       vector,
                          const size_t P,
                          const size_t V) RONDO_REALTIME;

// Panels that one vector is multiplied by at a time: enough independent sums
// to hide the latency of multiply-adds
INLINE size_t
group_size(size_t n_gates)
{
  const size_t fit = MAX_SUMS / (n_gates * N_PARTS);
  return fit >= 8U ? 8U : fit >= 4U ? 4U : fit >= 2U ? 2U : 1U;
}

// The same for several vectors
INLINE size_t
shared_group_size(size_t n_gates)
{
  return n_gates > 1U || N_PARTS > 2 ? 1U : N_PARTS > 1 ? 2U : 4U;
}

// Run `operation` over all vectors for P panels
INLINE void
visit_vectors(const Operation   operation,
              const void* const context,
              const size_t      panel,
              const size_t      P,
              const size_t      n_vectors)
{
  size_t v = 0U;
  for (; MAX_VECTORS == 4U && v + 4U <= n_vectors; v += 4U) {
    operation(context, panel, v, P, 4U);
  }
  for (; v + 2U <= n_vectors; v += 2U) {
    operation(context, panel, v, P, 2U);
  }
  if (v < n_vectors) {
    operation(context, panel, v, P, 1U);
  }
}

// Run `operation` over all panels, P at a time, and all vectors
INLINE size_t
visit_groups(const Operation   operation,
             const void* const context,
             const size_t      P,
             size_t            panel,
             const size_t      n_panels,
             const size_t      n_vectors,
             const bool        reverse)
{
  for (; panel + P <= n_panels; panel += P) {
    const size_t at = reverse ? n_panels - panel - P : panel;
    if (n_vectors == 1U) {
      operation(context, at, 0U, P, 1U);
    } else {
      visit_vectors(operation, context, at, P, n_vectors);
    }
  }
  return panel;
}

INLINE void
visit(const Operation   operation,
      const void* const context,
      const size_t      n_gates,
      const size_t      n_panels,
      const size_t      n_vectors,
      const bool        reverse)
{
  size_t panel = 0U;
  if (n_vectors == 1U) {
    if (group_size(n_gates) == 8U) {
      panel =
        visit_groups(operation, context, 8U, panel, n_panels, 1U, reverse);
    }
    if (group_size(n_gates) >= 4U) {
      panel =
        visit_groups(operation, context, 4U, panel, n_panels, 1U, reverse);
    }
    if (group_size(n_gates) >= 2U) {
      panel =
        visit_groups(operation, context, 2U, panel, n_panels, 1U, reverse);
    }
    visit_groups(operation, context, 1U, panel, n_panels, 1U, reverse);
  } else {
    const size_t P = shared_group_size(n_gates);
    if (P > 1U) {
      panel = visit_groups(
        operation, context, P, panel, n_panels, n_vectors, reverse);
    }
    visit_groups(operation, context, 1U, panel, n_panels, n_vectors, reverse);
  }
}

// Return the product of panels with G gates from `panel` on with vectors
// NOLINTBEGIN(readability-non-const-parameter): results go there
INLINE Product
make_product(const RondoPanels* panels,
             const size_t       panel,
             const size_t       G,
             const float* const x,
             const size_t       x_stride,
             float* const       y,
             const size_t       y_stride)
{
  const size_t  panel_size = panels->n_inputs * G * LANES;
  const Product product    = { panels->weights + (panel * panel_size),
                               panels->bias + (panel * G * LANES),
                               panel_size,
                               panels->n_inputs,
                               x,
                               x_stride,
                               y,
                               y_stride };
  return product;
}
// NOLINTEND(readability-non-const-parameter)

#endif // RONDO_NET_PANELS_RT_H
