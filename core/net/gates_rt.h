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

// Within these powers of 2, three of what gates are made of can be multiplied
#define MOST_DECAY 40.0f

// Replace the x of a logistic(x) = 1 / (1 + e) by its e
INLINE void
prepare_logistic(Vector* x, const size_t n)
{
  decay(x, n, 1.0f, MOST_DECAY);
}

// Replace the x of a tanh(x) = (1 - e) / (1 + e) by its e
INLINE void
prepare_tangent(Vector* x, const size_t n)
{
  decay(x, n, 2.0f, MOST_DECAY);
}

RONDO_REALTIME INLINE void
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

RONDO_REALTIME INLINE void
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

// h' = (1 - z) n + z h over a single division, as these are slow: with the
// `update` e of z and the `candidate` e of n,
// (e_z (1 - e_n) + h (1 + e_n)) / ((1 + e_z) (1 + e_n))
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
    const Vector                 one  = spread(1.0f) + update[j];
    store(step->h_next + at,
          multiply_add(candidate[j], h - update[j], h + update[j]) /
            multiply_add(candidate[j], one, one));
  }
}

RONDO_REALTIME INLINE void
gru_after_gates_of(const Row* rows, const size_t n)
{
  Vector x[MOST_IN_STEP];
  Vector z[MOST_IN_STEP];
  add_gate(rows, n, 0U, x);
  prepare_logistic(x, n);
  EACH(j, n)
  {
    x[j] = load_a(rows, j, 2U) + (load_q(rows, j, 2U) / (spread(1.0f) + x[j]));
  }
  add_gate(rows, n, 1U, z);
  prepare_logistic(z, n);
  prepare_tangent(x, n);
  update_state(rows, n, z, x);
}

// Leave r * h and the e of z in `work`, and the candidate's input product in
// `h_next`
INLINE void
gru_before_gates_of(const Row* rows, const size_t n)
{
  Vector r[MOST_IN_STEP];
  Vector z[MOST_IN_STEP];
  add_gate(rows, n, 0U, r);
  prepare_logistic(r, n);
  add_gate(rows, n, 1U, z);
  prepare_logistic(z, n);
  EACH(j, n)
  {
    const RondoRecurrence* const step = rows[j / N_PARTS].step;
    const size_t                 at   = place_of(rows, j);
    const size_t                 size = step->n_channels * step->stride;
    store(step->work + at, load(step->h + at) / (spread(1.0f) + r[j]));
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
  prepare_tangent(x, n);
  update_state(rows, n, z, x);
}

DEFINE_GATES(gru_after_gates)
DEFINE_GATES(gru_before_gates)
DEFINE_GATES(gru_candidate_gates)

// With one division for the cell and one for the state
RONDO_REALTIME INLINE void
lstm_gates_of(const Row* rows, const size_t n)
{
  const Vector one = spread(1.0f);
  Vector       x[MOST_IN_STEP];
  Vector       y[MOST_IN_STEP];
  Vector       f[MOST_IN_STEP];
  add_gate(rows, n, 0U, x);
  prepare_logistic(x, n);
  add_gate(rows, n, 2U, y);
  prepare_tangent(y, n);
  add_gate(rows, n, 1U, f);
  prepare_logistic(f, n);
  EACH(j, n)
  {
    // i tanh(g) = over / under
    float* const place = rows[j / N_PARTS].step->c + place_of(rows, j);
    const Vector under = (one + x[j]) * (one + y[j]);
    const Vector over  = one - y[j];
    f[j] += one;
    y[j] = multiply_add(load(place), under, over * f[j]) / (under * f[j]);
    store(place, y[j]);
  }
  add_gate(rows, n, 3U, x);
  prepare_logistic(x, n);
  prepare_tangent(y, n);
  EACH(j, n)
  {
    store(rows[j / N_PARTS].step->h_next + place_of(rows, j),
          (one - y[j]) / ((one + x[j]) * (one + y[j])));
  }
}

DEFINE_GATES(lstm_gates)

#endif // RONDO_NET_GATES_RT_H
