// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file gates_rt.h What recurrent cells do with their products.

   A private header of kernels_rt.c.  Gates stand apart from products, whose
   sums need all of the registers.
*/

#ifndef RONDO_NET_GATES_RT_H
#define RONDO_NET_GATES_RT_H

#include "core/base/attributes.h"
#include "core/net/activations_rt.h"
#include "core/net/kernels.h"
#include "core/net/vector_rt.h"

#include <stddef.h>

#define LANES ((size_t)RONDO_LANES)

// 16 units of one vector, whose products wait for their gates
typedef struct {
  const RondoRecurrence* step;
  size_t                 at; // Of the units in a state of `step`
  const float*           a;  // (gates, 16), W x + b
  const float*           q;  // (gates, 16), U h + c
} Row;

typedef void (*Gates)(const Row* rows, size_t n_rows) RONDO_REALTIME;

// Rows of which IN_STEP vectors consist
#define ROWS_IN_STEP (N_PARTS < IN_STEP ? IN_STEP / N_PARTS : 1)

// Gates of rows, some in step and the rest one by one.  Part j of these is the
// vector of N_PARTS * row + i, and N all of them
#define DEFINE_GATES(name)                                                     \
  RONDO_REALTIME static __attribute__((noinline)) void name(const Row* row,    \
                                                            size_t     n_rows) \
  {                                                                            \
    size_t r = 0U;                                                             \
    for (; r + ROWS_IN_STEP <= n_rows; r += ROWS_IN_STEP) {                    \
      name##_of(row + r, ROWS_IN_STEP * N_PARTS);                              \
    }                                                                          \
    for (; r < n_rows; ++r) {                                                  \
      name##_of(row + r, N_PARTS);                                             \
    }                                                                          \
  }

// Return where part `j` of `rows` begins in a state of its step
INLINE size_t
place_of(const Row* rows, size_t j)
{
  return rows[j / N_PARTS].at + (j % N_PARTS * WIDTH);
}

// Load part `j` of gate `g` of W x + b
INLINE Vector
load_a(const Row* rows, size_t j, size_t g)
{
  return load(rows[j / N_PARTS].a + (g * LANES) + (j % N_PARTS * WIDTH));
}

// Load part `j` of gate `g` of U h + c
INLINE Vector
load_q(const Row* rows, size_t j, size_t g)
{
  return load(rows[j / N_PARTS].q + (g * LANES) + (j % N_PARTS * WIDTH));
}

// Add both products of gate `g` for all `n` parts
INLINE void
add_gate(const Row* rows, const size_t n, size_t g, Vector* sum)
{
  EACH(j, n)
  {
    sum[j] = load_a(rows, j, g) + load_q(rows, j, g);
  }
}

INLINE void
rnn_tanh_gates_of(const Row* rows, const size_t n)
{
  Vector h[MOST_IN_STEP];
  add_gate(rows, n, 0U, h);
  hyperbolic_tangent(h, n);
  EACH(j, n)
  {
    store(rows[j / N_PARTS].step->h_next + place_of(rows, j), h[j]);
  }
}

INLINE void
rnn_relu_gates_of(const Row* rows, const size_t n)
{
  Vector h[MOST_IN_STEP];
  add_gate(rows, n, 0U, h);
  EACH(j, n)
  {
    store(rows[j / N_PARTS].step->h_next + place_of(rows, j),
          greater(h[j], spread(0.0f)));
  }
}

DEFINE_GATES(rnn_tanh_gates)
DEFINE_GATES(rnn_relu_gates)

// h' = n + z (h - n)
INLINE void
update_state(const Row*    rows,
             const size_t  n,
             const Vector* update,
             const Vector* candidate)
{
  EACH(j, n)
  {
    const RondoRecurrence* const step = rows[j / N_PARTS].step;
    const size_t                 at   = place_of(rows, j);
    const Vector                 h    = load(step->h + at);
    store(step->h_next + at,
          multiply_add(update[j], h - candidate[j], candidate[j]));
  }
}

INLINE void
gru_after_gates_of(const Row* rows, const size_t n)
{
  Vector x[MOST_IN_STEP];
  Vector z[MOST_IN_STEP];
  add_gate(rows, n, 0U, x);
  logistic(x, n);
  EACH(j, n)
  {
    x[j] = multiply_add(x[j], load_q(rows, j, 2U), load_a(rows, j, 2U));
  }
  add_gate(rows, n, 1U, z);
  logistic(z, n);
  hyperbolic_tangent(x, n);
  update_state(rows, n, z, x);
}

// Leave r * h and z in `work`, and the candidate's input product in `h_next`
INLINE void
gru_before_gates_of(const Row* rows, const size_t n)
{
  Vector r[MOST_IN_STEP];
  Vector z[MOST_IN_STEP];
  add_gate(rows, n, 0U, r);
  logistic(r, n);
  add_gate(rows, n, 1U, z);
  logistic(z, n);
  EACH(j, n)
  {
    const RondoRecurrence* const step = rows[j / N_PARTS].step;
    const size_t                 at   = place_of(rows, j);
    const size_t                 size = step->n_channels * step->stride;
    store(step->work + at, r[j] * load(step->h + at));
    store(step->work + size + at, z[j]);
    store(step->h_next + at, load_a(rows, j, 2U));
  }
}

INLINE void
gru_candidate_gates_of(const Row* rows, const size_t n)
{
  Vector x[MOST_IN_STEP];
  Vector z[MOST_IN_STEP];
  EACH(j, n)
  {
    const RondoRecurrence* const step = rows[j / N_PARTS].step;
    const size_t                 at   = place_of(rows, j);
    const size_t                 size = step->n_channels * step->stride;
    x[j] = load(step->h_next + at) + load_q(rows, j, 0U);
    z[j] = load(step->work + size + at);
  }
  hyperbolic_tangent(x, n);
  update_state(rows, n, z, x);
}

DEFINE_GATES(gru_after_gates)
DEFINE_GATES(gru_before_gates)
DEFINE_GATES(gru_candidate_gates)

INLINE void
lstm_gates_of(const Row* rows, const size_t n)
{
  Vector x[MOST_IN_STEP];
  Vector c[MOST_IN_STEP];
  add_gate(rows, n, 0U, x);
  logistic(x, n);
  add_gate(rows, n, 2U, c);
  hyperbolic_tangent(c, n);
  EACH(j, n)
  {
    c[j] *= x[j];
  }
  add_gate(rows, n, 1U, x);
  logistic(x, n);
  EACH(j, n)
  {
    float* const place = rows[j / N_PARTS].step->c + place_of(rows, j);
    c[j]               = multiply_add(x[j], load(place), c[j]);
    store(place, c[j]);
  }
  add_gate(rows, n, 3U, x);
  logistic(x, n);
  hyperbolic_tangent(c, n);
  EACH(j, n)
  {
    store(rows[j / N_PARTS].step->h_next + place_of(rows, j), x[j] * c[j]);
  }
}

DEFINE_GATES(lstm_gates)

#endif // RONDO_NET_GATES_RT_H
