// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built several times, as train_kernel_variant.c

#include "core/train/train_kernels.h"
#include "core/train/train_vectors_private.h"

#include <stddef.h>

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

// The units of a row from j on: n of them, or a vector
typedef struct {
  size_t H;
  size_t j;
  size_t n;
} Units;

// Load the units' part of block `block` of a row of several blocks of H
static inline Vector
get(const Units at, const RondoReal* const row, const size_t block)
{
  return load_left(row + (block * at.H) + at.j, at.n);
}

static inline void
put(const Units      at,
    RondoReal* const row,
    const size_t     block,
    const Vector     value)
{
  store_left(row + (block * at.H) + at.j, at.n, value);
}

static inline void
add(const Units      at,
    RondoReal* const row,
    const size_t     block,
    const Vector     value)
{
  put(at, row, block, get(at, row, block) + value);
}

// Return the sum of a gate, with its biases
static inline Vector
gate_sum(const Units at, const RondoCellRow* const row, const size_t gate)
{
  return get(at, row->gates, gate) +
         (get(at, row->b_ih, gate) + get(at, row->b_hh, gate));
}

static inline __attribute__((always_inline)) void
lstm_units(const Units at, const RondoCellRow row)
{
  const Vector i = sigmoid_vector(gate_sum(at, &row, 0));
  const Vector f = sigmoid_vector(gate_sum(at, &row, 1));
  const Vector g = tanh_vector(gate_sum(at, &row, 2));
  const Vector o = sigmoid_vector(gate_sum(at, &row, 3));

  // c' = f c + i g, h' = o tanh(c')
  const Vector c      = (f * get(at, row.c, 0)) + (i * g);
  const Vector tanh_c = tanh_vector(c);

  put(at, row.gates, 0, i);
  put(at, row.gates, 1, f);
  put(at, row.gates, 2, g);
  put(at, row.gates, 3, o);
  put(at, row.c_next, 0, c);
  put(at, row.inner, 0, tanh_c);
  put(at, row.h_next, 0, o * tanh_c);
}

static inline __attribute__((always_inline)) void
lstm_units_backward(const Units at, const RondoCellRowBackward row)
{
  const Vector i      = get(at, row.gates, 0);
  const Vector f      = get(at, row.gates, 1);
  const Vector g      = get(at, row.gates, 2);
  const Vector o      = get(at, row.gates, 3);
  const Vector dh     = get(at, row.dh_next, 0);
  const Vector tanh_c = get(at, row.inner, 0);

  // h' = o tanh(c'), tanh' = 1 - tanh^2, sigmoid' = y (1.0F - y)
  const Vector dc = get(at, row.dc, 0) + (dh * o * (1.0F - (tanh_c * tanh_c)));
  const Vector da_o = dh * tanh_c * o * (1.0F - o);

  // c' = f c + i g
  const Vector da_f = dc * get(at, row.c, 0) * f * (1.0F - f);
  const Vector da_i = dc * g * i * (1.0F - i);
  const Vector da_g = dc * i * (1.0F - (g * g));
  put(at, row.dc, 0, dc * f);

  put(at, row.gates, 0, da_i);
  put(at, row.gates, 1, da_f);
  put(at, row.gates, 2, da_g);
  put(at, row.gates, 3, da_o);
  add(at, row.sums, 0, da_i);
  add(at, row.sums, 1, da_f);
  add(at, row.sums, 2, da_g);
  add(at, row.sums, 3, da_o);
}

static inline __attribute__((always_inline)) void
gru_units(const Units at, const RondoCellRow row)
{
  const Vector r = sigmoid_vector(gate_sum(at, &row, 0));
  const Vector z = sigmoid_vector(gate_sum(at, &row, 1));

  // q = W_hn h + b_hn, n = tanh(W_in x + b_in + r q)
  const Vector q   = get(at, row.inner, 0) + get(at, row.b_hh, 2);
  const Vector a_n = get(at, row.gates, 2) + get(at, row.b_ih, 2) + (r * q);
  const Vector n   = tanh_vector(a_n);

  // h' = (1.0F - z) n + z h
  const Vector h = ((1.0F - z) * n) + (z * get(at, row.h, 0));

  put(at, row.gates, 0, r);
  put(at, row.gates, 1, z);
  put(at, row.gates, 2, n);
  put(at, row.inner, 0, q);
  put(at, row.h_next, 0, h);
}

static inline __attribute__((always_inline)) void
gru_units_backward(const Units at, const RondoCellRowBackward row)
{
  const Vector r       = get(at, row.gates, 0);
  const Vector z       = get(at, row.gates, 1);
  const Vector n       = get(at, row.gates, 2);
  const Vector q       = get(at, row.inner, 0);
  const Vector dh_next = get(at, row.dh_next, 0);

  // h' = (1.0F - z) n + z h, tanh' = 1 - n^2, sigmoid' = y (1.0F - y)
  const Vector da_n = dh_next * (1.0F - z) * (1.0F - (n * n));
  const Vector da_z = dh_next * (get(at, row.h, 0) - n) * z * (1.0F - z);
  add(at, row.dh, 0, dh_next * z);

  // a_n = W_in x + b_in + r q
  const Vector dq   = da_n * r;
  const Vector da_r = da_n * q * r * (1.0F - r);

  put(at, row.gates, 0, da_r);
  put(at, row.gates, 1, da_z);
  put(at, row.gates, 2, da_n);
  put(at, row.inner, 0, dq);
  add(at, row.sums, 0, da_r);
  add(at, row.sums, 1, da_z);
  add(at, row.sums, 2, da_n);
  add(at, row.sums, 3, dq);
}

// A row by vectors, and what is left of it
#define ROW(name, Type, units)                    \
  static void name(const Type* const row)         \
  {                                               \
    Units at = { row->H, 0, LANES };              \
    for (; at.j + LANES <= at.H; at.j += LANES) { \
      units(at, *row);                            \
    }                                             \
    at.n = at.H - at.j;                           \
    if (at.n > 0) {                               \
      units(at, *row);                            \
    }                                             \
  }

ROW(lstm, RondoCellRow, lstm_units)
ROW(lstm_backward, RondoCellRowBackward, lstm_units_backward)
ROW(gru, RondoCellRow, gru_units)
ROW(gru_backward, RondoCellRowBackward, gru_units_backward)

extern const RondoCellKernels PASTE(rondo_cell_kernels_, RONDO_VARIANT);

const RondoCellKernels PASTE(rondo_cell_kernels_, RONDO_VARIANT) = {
  lstm,
  lstm_backward,
  gru,
  gru_backward,
};
