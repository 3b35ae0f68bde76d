// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file products_rt.h Products of any panels with any number of vectors.

   A private header of kernels_rt.c.
*/

#ifndef RONDO_NET_PRODUCTS_RT_H
#define RONDO_NET_PRODUCTS_RT_H

#include "core/base/attributes.h"
#include "core/net/ahead_rt.h"
#include "core/net/kernels.h"
#include "core/net/panels_int8_rt.h"
#include "core/net/panels_rt.h"
#include "core/net/vector_rt.h"

#include <stdbool.h>
#include <stddef.h>

// Half of 4 panels is enough where rows are whole vectors
#define CAN_HALVE (N_PARTS == 1)
#define MOST_HALVED 64U

// Multiply a vector by P panels of few inputs in two halves, each of which fits
// into the nearest cache: what was read last is read first again
INLINE void
call_halves(const Product* product,
            const bool     reverse,
            const size_t   P,
            const size_t   G)
{
  EACH(i, 2U)
  {
    const size_t p    = (reverse ? 1U - i : i) * (P / 2U);
    Product      half = *product;
    half.weights += p * product->panel_size;
    half.bias += p * G * LANES;
    half.y += p * G * LANES;
    call_group(&half, 1U, P / 2U, G);
  }
}

// Multiply V vectors by P panels with G gates, and compute some of `ahead`,
// unless it is NULL
INLINE void
multiply_panels(const RondoPanels*    panels,
                const RondoQuantised* quantised,
                const bool            reverse,
                const size_t          panel,
                const size_t          vector,
                const float*          x,
                const size_t          x_stride,
                float*                y,
                const size_t          y_stride,
                RondoAhead*           ahead,
                const size_t          V,
                const size_t          P,
                const size_t          G)
{
  if (panels->integers) {
    const DotProduct product = { panels, at_vector(quantised, vector),
                                 panel,  reverse,
                                 y,      y_stride };
    call_dot_group(&product, V, P, G);
  } else {
    const Product product = make_product(
      panels, panel, G, x + (vector * x_stride), x_stride, y, y_stride);
    if (CAN_GO_AHEAD && V == 1U && has_tile(ahead)) {
      call_group_ahead(&product, P, G, ahead);
    } else if (CAN_HALVE && V == 1U && P == 4U && G >= 3U &&
               panels->n_inputs <= MOST_HALVED) {
      call_halves(&product, reverse, P, G);
    } else {
      call_group(&product, V, P, G);
    }
  }
}

// y = W x + b for the groups of a multiply_vectors()
typedef struct {
  const RondoPanels*    panels;
  const RondoQuantised* quantised;
  bool                  reverse;
  const float*          x;
  size_t                x_stride;
  float*                y;
  size_t                y_stride;
} Multiplication;

#define DEFINE_MULTIPLY(G)                                               \
  RONDO_REALTIME INLINE void multiply_##G(const void*  context,          \
                                          size_t       panel,            \
                                          size_t       vector,           \
                                          const size_t P,                \
                                          const size_t V)                \
  {                                                                      \
    const Multiplication* const m = (const Multiplication*)context;      \
    multiply_panels(m->panels,                                           \
                    m->quantised,                                        \
                    m->reverse,                                          \
                    panel,                                               \
                    vector,                                              \
                    m->x,                                                \
                    m->x_stride,                                         \
                    m->y + (vector * m->y_stride) + (panel * (G)*LANES), \
                    m->y_stride,                                         \
                    NULL,                                                \
                    V,                                                   \
                    P,                                                   \
                    G);                                                  \
  }

DEFINE_MULTIPLY(1U)
DEFINE_MULTIPLY(2U)
DEFINE_MULTIPLY(3U)
DEFINE_MULTIPLY(4U)

// NOLINTBEGIN(readability-non-const-parameter): results go to y
RONDO_REALTIME static void
multiply_vectors(const RondoPanels*    panels,
                 bool                  reverse,
                 size_t                n,
                 const float*          x,
                 size_t                x_stride,
                 const RondoQuantised* quantised,
                 float* RONDO_RESTRICT y)
{
  const size_t         n_panels = panels->n_panels;
  const Multiplication m        = { panels,
                                    quantised,
                                    reverse,
                                    x,
                                    x_stride,
                                    y,
                                    n_panels * panels->n_gates * LANES };
  if (panels->integers) {
    quantise(quantised, n, panels->n_inputs, x, x_stride);
  }
  switch (panels->n_gates) {
    case 1U:
      visit(multiply_1U, &m, 1U, n_panels, n, reverse);
      break;
    case 2U:
      visit(multiply_2U, &m, 2U, n_panels, n, reverse);
      break;
    case 3U:
      visit(multiply_3U, &m, 3U, n_panels, n, reverse);
      break;
    default:
      visit(multiply_4U, &m, 4U, n_panels, n, reverse);
      break;
  }
}
// NOLINTEND(readability-non-const-parameter)

RONDO_REALTIME static void
begin(RondoAhead* ahead)
{
  ahead->n_tiles = count_tiles(ahead);
  ahead->tile    = 0U;
  ahead->k       = 0U;
}

RONDO_REALTIME static void
finish(RondoAhead* ahead, bool reverse)
{
  if (!ahead->tile && !ahead->k) {
    multiply_vectors(ahead->panels,
                     reverse,
                     ahead->n,
                     ahead->x,
                     ahead->x_stride,
                     ahead->quantised,
                     ahead->y);
  } else {
    while (has_tile(ahead)) {
      finish_tile(ahead);
    }
  }
}

#endif // RONDO_NET_PRODUCTS_RT_H
