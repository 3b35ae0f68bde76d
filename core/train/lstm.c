// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/lstm.h"

#include "core/train/dense.h"
#include "core/train/gemm.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// Gates of one sequence, from their sums without biases
static void
run_gates(const RondoBatch* const         batch,
          const size_t                    H,
          const RondoReal* const          b_ih,
          const RondoReal* const          b_hh,
          RondoReal* RONDO_RESTRICT const a)
{
  for (size_t i = 0; i < 4 * H; ++i) {
    a[i] += b_ih[i] + b_hh[i];
  }

  // i, f, g, o
  batch->kernels->sigmoid(a, 2 * H);
  batch->kernels->tanh(a + (2 * H), H);
  batch->kernels->sigmoid(a + (3 * H), H);
}

// States of one sequence, from its gates
static void
run_state(const RondoBatch* const         batch,
          const size_t                    H,
          const RondoReal* const          gates,
          const RondoReal* const          c,
          RondoReal* RONDO_RESTRICT const c_next,
          RondoReal* RONDO_RESTRICT const tanh_c,
          RondoReal* RONDO_RESTRICT const h_next)
{
  const RondoReal* const i_gate = gates;
  const RondoReal* const f      = gates + H;
  const RondoReal* const g      = gates + (2 * H);
  const RondoReal* const o      = gates + (3 * H);

  // c' = f c + i g
  for (size_t i = 0; i < H; ++i) {
    c_next[i] = (f[i] * c[i]) + (i_gate[i] * g[i]);
    tanh_c[i] = c_next[i];
  }
  batch->kernels->tanh(tanh_c, H);

  // h' = o tanh(c')
  for (size_t i = 0; i < H; ++i) {
    h_next[i] = o[i] * tanh_c[i];
  }
}

void
rondo_lstm_forward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x)
{
  const RondoTrainKernels* const kernels = batch->kernels;
  const RondoRecurrentOffsets    at      = rondo_recurrent_offsets(cell);

  const size_t           H    = cell->H;
  const size_t           B    = batch->B;
  const RondoReal* const w_hh = parameters + at.w_hh;

  rondo_dense_forward(
    batch, 4 * H, cell->X, parameters + at.w_ih, x, cell->gates);
  rondo_gemm_pack(kernels, H, 4 * H, w_hh, 1, H, batch->packed);

  for (size_t t = 0; t < batch->T; ++t) {
    const RondoReal* const h     = cell->h + (t * B * H);
    RondoReal* const       gates = cell->gates + (t * B * 4 * H);
    rondo_gemm_multiply(
      kernels, B, 4 * H, H, h, H, batch->packed, true, gates, 4 * H);

    for (size_t b = 0; b < B; ++b) {
      const size_t now  = ((t * B) + b) * H;
      const size_t next = now + (B * H);
      run_gates(batch,
                H,
                parameters + at.b_ih,
                parameters + at.b_hh,
                gates + (b * 4 * H));
      run_state(batch,
                H,
                gates + (b * 4 * H),
                cell->c + now,
                cell->c + next,
                cell->inner + now,
                cell->h + next);
    }
  }
}

// One step of one sequence back: gates become the gradients of their sums
static void
step_backward(const size_t                    H,
              const RondoReal* const          dh,
              const RondoReal* const          c,
              const RondoReal* const          tanh_c,
              RondoReal* RONDO_RESTRICT const gates,
              RondoReal* RONDO_RESTRICT const dc)
{
  for (size_t j = 0; j < H; ++j) {
    const RondoReal i = gates[j];
    const RondoReal f = gates[H + j];
    const RondoReal g = gates[(2 * H) + j];
    const RondoReal o = gates[(3 * H) + j];

    // h' = o tanh(c'), tanh' = 1 - tanh^2
    const RondoReal do_ = dh[j] * tanh_c[j];
    const RondoReal dc_ = dc[j] + (dh[j] * o * (1 - (tanh_c[j] * tanh_c[j])));

    // c' = f c + i g
    const RondoReal df = dc_ * c[j];
    const RondoReal di = dc_ * g;
    const RondoReal dg = dc_ * i;
    dc[j]              = dc_ * f;

    // sigmoid' = y (1 - y), tanh' = 1 - y^2
    gates[j]           = di * i * (1 - i);
    gates[H + j]       = df * f * (1 - f);
    gates[(2 * H) + j] = dg * (1 - (g * g));
    gates[(3 * H) + j] = do_ * o * (1 - o);
  }
}

// All steps back, the last first
static void
steps_backward(const RondoCell* const  cell,
               const RondoBatch* const batch,
               const RondoReal* const  w_hh)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t     H       = cell->H;
  const size_t     B       = batch->B;
  const size_t     n_state = B * H;
  RondoReal* const dc      = batch->carry;

  rondo_gemm_pack(kernels, 4 * H, H, w_hh, H, 1, batch->packed);
  memset(dc, 0, sizeof(RondoReal) * n_state);
  for (size_t t = batch->T; t-- > 0;) {
    RondoReal* const da = cell->gates + (t * 4 * n_state);
    RondoReal* const dh = cell->dh + (t * n_state);
    for (size_t b = 0; b < B; ++b) {
      const size_t now = (t * n_state) + (b * H);
      step_backward(H,
                    dh + (b * H),
                    cell->c + now,
                    cell->inner + now,
                    da + (b * 4 * H),
                    dc + (b * H));
    }

    // dh = W_hh^T da
    if (t > 0) {
      rondo_gemm_multiply(
        kernels, B, H, 4 * H, da, 4 * H, batch->packed, true, dh - n_state, H);
    }
  }
}

void
rondo_lstm_backward(const RondoCell* const  cell,
                    const RondoBatch* const batch,
                    const RondoReal* const  parameters,
                    const RondoReal* const  x,
                    RondoReal* const        dparameters,
                    RondoReal* const        dx)
{
  const RondoRecurrentOffsets at = rondo_recurrent_offsets(cell);

  const size_t           H  = cell->H;
  const size_t           X  = cell->X;
  const size_t           n  = batch->T * batch->B;
  const RondoReal* const da = cell->gates;
  RondoReal* const       dw = dparameters;

  steps_backward(cell, batch, parameters + at.w_hh);

  // dW_hh = da^T h, dW_ih = da^T x
  const RondoOuter parts[] = { { H, cell->h, H, dw + at.w_hh, H },
                               { X, x, X, dw + at.w_ih, X } };
  rondo_gemm_outer(
    batch->kernels, 4 * H, n, da, 4 * H, parts, 2, batch->scratch);

  // dx = da W_ih, db = sum da
  rondo_dense_input_backward(batch, 4 * H, X, parameters + at.w_ih, da, dx);
  rondo_bias_backward(batch, 4 * H, da, 4 * H, dparameters + at.b_ih);
  rondo_bias_backward(batch, 4 * H, da, 4 * H, dparameters + at.b_hh);
}
