// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file few_rt.h Steps of one or two panels, in one go.

   A private header of kernels_rt.c.  Such a step is over so soon that calls and
   stores between products and gates count, and so does what waits: products of
   the input come first, since they can begin while the state is not there yet.
   All weights lie in the nearest cache, in whatever order they are read.
*/

#ifndef RONDO_NET_FEW_RT_H
#define RONDO_NET_FEW_RT_H

#include "core/base/attributes.h"
#include "core/net/gates_rt.h"
#include "core/net/kernels.h"
#include "core/net/panels_rt.h"
#include "core/net/vector_rt.h"

#include <stdbool.h>
#include <stddef.h>

// Multiply by P panels of G gates; the input's products go to `a`, unless they
// are there, and the state's to `q`
INLINE void
multiply_few(const RondoRecurrence* step,
             const bool             is_ready,
             const size_t           P,
             const size_t           G,
             float*                 a,
             float*                 q,
             Row*                   rows)
{
  if (!is_ready) {
    const Product input = make_product(step->w, 0U, G, step->x, 0U, a, 0U);
    multiply_tiles(&input, 1U, P, G);
  }
  const Product state = make_product(step->u, 0U, G, step->h, 0U, q, 0U);
  multiply_tiles(&state, 1U, P, G);
  EACH(p, P)
  {
    rows[p].step = step;
    rows[p].at   = p * LANES;
    rows[p].a    = (is_ready ? step->a : a) + (p * G * LANES);
    rows[p].q    = q + (p * G * LANES);
  }
}

// Define a step of P panels of G gates.  It is a function of its own, small
// enough for the compiler to keep sums in registers, since all is inlined in it
#define DEFINE_FEW_OF(name, gates, is_ready, P, G)              \
  RONDO_REALTIME static __attribute__((noinline)) void name(    \
    const RondoRecurrence* step)                                \
  {                                                             \
    const size_t       now = (P)*N_PARTS <= IN_STEP ? (P) : 1U; \
    _Alignas(64) float a[MAX_ROWS * LANES];                     \
    _Alignas(64) float q[MAX_ROWS * LANES];                     \
    Row                rows[RONDO_FEW_PANELS];                  \
    multiply_few(step, is_ready, P, G, a, q, rows);             \
    UNROLLED                                                    \
    for (size_t p = 0U; p < (P); p += now) {                    \
      gates(rows + p, now * N_PARTS);                           \
    }                                                           \
  }

// Advance recurrences of P panels, or of several vectors as `many` does
#define DEFINE_FEW(name, gates, many, P, G)                               \
  DEFINE_FEW_OF(name##_whole, gates, false, P, G)                         \
  DEFINE_FEW_OF(name##_state, gates, true, P, G)                          \
  RONDO_REALTIME static void name(const RondoRecurrence* steps, size_t n) \
  {                                                                       \
    if (steps->n_channels > 1U || steps->ahead) {                         \
      many(steps, n);                                                     \
    } else if (steps->a) {                                                \
      for (size_t s = 0U; s < n; ++s) {                                   \
        name##_state(&steps[s]);                                          \
      }                                                                   \
    } else {                                                              \
      for (size_t s = 0U; s < n; ++s) {                                   \
        name##_whole(&steps[s]);                                          \
      }                                                                   \
    }                                                                     \
  }

#endif // RONDO_NET_FEW_RT_H
