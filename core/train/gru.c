// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/gru.h"

#include "core/train/dense.h"
#include "core/train/gemm.h"
#include "core/train/input_product.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// Recurrent weights, packed: of r and z together, and of n
typedef struct {
  const RondoReal* rz;
  const RondoReal* n;
} Packed;

// Pack W_hh^T for forward
static Packed
pack_forward(const RondoCell* const  cell,
             const RondoBatch* const batch,
             const RondoReal* const  w_hh)
{
  const size_t     H = cell->H;
  RondoReal* const n = batch->packed + rondo_gemm_packed_size(H, 2 * H);

  rondo_gemm_pack(batch->kernels, H, 2 * H, w_hh, 1, H, batch->packed);
  rondo_gemm_pack(batch->kernels, H, H, w_hh + (2 * H * H), 1, H, n);

  const Packed packed = { batch->packed, n };
  return packed;
}

// Pack W_hh for backward
static Packed
pack_backward(const RondoCell* const  cell,
              const RondoBatch* const batch,
              const RondoReal* const  w_hh)
{
  const size_t     H = cell->H;
  RondoReal* const n = batch->packed + rondo_gemm_packed_size(2 * H, H);

  rondo_gemm_pack(batch->kernels, 2 * H, H, w_hh, H, 1, batch->packed);
  rondo_gemm_pack(batch->kernels, H, H, w_hh + (2 * H * H), H, 1, n);

  const Packed packed = { batch->packed, n };
  return packed;
}

// Gates r and z: a (2 H) += b, then sigmoid
static void
run_gates(const RondoBatch* const         batch,
          const size_t                    H,
          const RondoReal* const          b_ih,
          const RondoReal* const          b_hh,
          RondoReal* RONDO_RESTRICT const a)
{
  for (size_t i = 0; i < 2 * H; ++i) {
    a[i] += b_ih[i] + b_hh[i];
  }
  batch->kernels->sigmoid(a, 2 * H);
}

// h' = (1 - z) n + z h
static void
run_output(const size_t                    H,
           const RondoReal* const          z,
           const RondoReal* const          n,
           const RondoReal* const          h,
           RondoReal* RONDO_RESTRICT const h_next)
{
  for (size_t i = 0; i < H; ++i) {
    h_next[i] = ((1 - z[i]) * n[i]) + (z[i] * h[i]);
  }
}

// NOLINTBEGIN(readability-non-const-parameter): states go to h_next
// One step with the reset gate after the product.  In: gates (B, 3 H) W_ih x
static void
step_after(const RondoCell* const  cell,
           const RondoBatch* const batch,
           const Packed            packed,
           const RondoReal* const  b_ih,
           const RondoReal* const  b_hh,
           const RondoReal* const  h,
           RondoReal* const        gates,
           RondoReal* const        q,
           RondoReal* const        h_next)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t H = cell->H;
  const size_t B = batch->B;
  rondo_gemm_multiply(
    kernels, B, 2 * H, H, h, H, packed.rz, true, gates, 3 * H);
  rondo_gemm_multiply(kernels, B, H, H, h, H, packed.n, false, q, H);

  for (size_t b = 0; b < B; ++b) {
    const RondoCellRow row = {
      .H      = H,
      .b_ih   = b_ih,
      .b_hh   = b_hh,
      .h      = h + (b * H),
      .gates  = gates + (b * 3 * H),
      .inner  = q + (b * H),
      .h_next = h_next + (b * H),
    };
    kernels->cells->gru(&row);
  }
}
// NOLINTEND(readability-non-const-parameter)

// One step with the reset gate before the product, where q = r h
static void
step_before(const RondoCell* const  cell,
            const RondoBatch* const batch,
            const Packed            packed,
            const RondoReal* const  b_ih,
            const RondoReal* const  b_hh,
            const RondoReal* const  h,
            RondoReal* const        gates,
            RondoReal* const        q,
            RondoReal* const        h_next)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t H = cell->H;
  const size_t B = batch->B;
  rondo_gemm_multiply(
    kernels, B, 2 * H, H, h, H, packed.rz, true, gates, 3 * H);

  for (size_t b = 0; b < B; ++b) {
    RondoReal* const                r     = gates + (b * 3 * H);
    RondoReal* RONDO_RESTRICT const q_row = q + (b * H);
    run_gates(batch, H, b_ih, b_hh, r);
    for (size_t i = 0; i < H; ++i) {
      q_row[i] = r[i] * h[(b * H) + i];
    }
  }

  // n = tanh(W_in x + b_in + W_hn q + b_hn)
  rondo_gemm_multiply(
    kernels, B, H, H, q, H, packed.n, true, gates + (2 * H), 3 * H);
  for (size_t b = 0; b < B; ++b) {
    const RondoReal* const          z = gates + (b * 3 * H) + H;
    RondoReal* RONDO_RESTRICT const n = gates + (b * 3 * H) + (2 * H);
    for (size_t i = 0; i < H; ++i) {
      n[i] += b_ih[(2 * H) + i] + b_hh[(2 * H) + i];
    }
    kernels->tanh(n, H);

    run_output(H, z, n, h + (b * H), h_next + (b * H));
  }
}

void
rondo_gru_forward(const RondoCell* const  cell,
                  const RondoBatch* const batch,
                  const RondoReal* const  parameters,
                  const RondoReal* const  x)
{
  const RondoRecurrentOffsets at = rondo_recurrent_offsets(cell);

  const size_t     n_state = batch->B * cell->H;
  RondoReal*       h       = cell->h;
  RondoReal* const gates   = cell->gates;

  const RondoInputProduct input =
    rondo_input_product(cell, batch, parameters, x);
  const Packed packed = pack_forward(cell, batch, parameters + at.w_hh);
  for (size_t t = 0; t < batch->T; ++t, h += n_state) {
    rondo_input_product_step(&input, t);
    (cell->reset == RONDO_RESET_AFTER ? step_after : step_before)(
      cell,
      batch,
      packed,
      parameters + at.b_ih,
      parameters + at.b_hh,
      h,
      gates + (t * 3 * n_state),
      cell->inner + (t * n_state),
      h + n_state);
  }
}

// Back through h' = (1 - z) n + z h and the outer functions of z and n, which
// da_z and da_n replace
static void
output_backward(const size_t                    H,
                const RondoReal* const          dh_next,
                const RondoReal* const          h,
                RondoReal* RONDO_RESTRICT const z,
                RondoReal* RONDO_RESTRICT const n,
                RondoReal* RONDO_RESTRICT const dh)
{
  for (size_t i = 0; i < H; ++i) {
    // h' = (1 - z) n + z h
    const RondoReal dn = dh_next[i] * (1 - z[i]);
    const RondoReal dz = dh_next[i] * (h[i] - n[i]);
    dh[i] += dh_next[i] * z[i];

    // tanh' = 1 - n^2, sigmoid' = z (1 - z)
    n[i] = dn * (1 - (n[i] * n[i]));
    z[i] = dz * z[i] * (1 - z[i]);
  }
}

// One step back: gates become their gradients, q becomes dq
static void
step_after_backward(const RondoCell* const  cell,
                    const RondoBatch* const batch,
                    const Packed            packed,
                    const RondoReal* const  dh_next,
                    const RondoReal* const  h,
                    RondoReal* const        gates,
                    RondoReal* const        q,
                    RondoReal* const        dh)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t H = cell->H;
  const size_t B = batch->B;
  for (size_t b = 0; b < B; ++b) {
    const RondoCellRowBackward row = {
      .H       = H,
      .dh_next = dh_next + (b * H),
      .h       = h + (b * H),
      .gates   = gates + (b * 3 * H),
      .inner   = q + (b * H),
      .dh      = dh + (b * H),
      .sums    = batch->sums,
    };
    kernels->cells->gru_backward(&row);
  }

  // dh += W_hr^T da_r + W_hz^T da_z + W_hn^T dq
  rondo_gemm_multiply(
    kernels, B, H, 2 * H, gates, 3 * H, packed.rz, true, dh, H);
  rondo_gemm_multiply(kernels, B, H, H, q, H, packed.n, true, dh, H);
}

static void
step_before_backward(const RondoCell* const  cell,
                     const RondoBatch* const batch,
                     const Packed            packed,
                     const RondoReal* const  dh_next,
                     const RondoReal* const  h,
                     RondoReal* const        gates,
                     RondoReal* const        dq,
                     RondoReal* const        dh)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t H = cell->H;
  const size_t B = batch->B;
  for (size_t b = 0; b < B; ++b) {
    RondoReal* const r = gates + (b * 3 * H);
    output_backward(
      H, dh_next + (b * H), h + (b * H), r + H, r + (2 * H), dh + (b * H));
  }

  // dq = W_hn^T da_n
  rondo_gemm_multiply(
    kernels, B, H, H, gates + (2 * H), 3 * H, packed.n, false, dq, H);
  for (size_t b = 0; b < B; ++b) {
    RondoReal* RONDO_RESTRICT const r      = gates + (b * 3 * H);
    RondoReal* RONDO_RESTRICT const dh_row = dh + (b * H);
    const RondoReal* const          dq_row = dq + (b * H);
    for (size_t i = 0; i < H; ++i) {
      // q = r h
      const RondoReal dr = dq_row[i] * h[(b * H) + i];
      dh_row[i] += dq_row[i] * r[i];
      r[i] = dr * r[i] * (1 - r[i]);
    }
  }

  // dh += W_hr^T da_r + W_hz^T da_z
  rondo_gemm_multiply(
    kernels, B, H, 2 * H, gates, 3 * H, packed.rz, true, dh, H);
}

// Add the gradients of W_hh and the biases
static void
recurrent_backward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   RondoReal* const        dw_hh,
                   RondoReal* const        db_ih,
                   RondoReal* const        db_hh)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t           H       = cell->H;
  const size_t           steps   = batch->T * batch->B;
  const RondoReal* const da      = cell->gates;
  const RondoReal* const da_n    = da + (2 * H);
  RondoReal* const       dw_hn   = dw_hh + (2 * H * H);
  RondoReal* const       scratch = batch->scratch;
  RondoReal* const       sums    = batch->sums;

  // dW_hr = da_r^T h, dW_hz = da_z^T h
  const RondoOuter rz = { H, cell->h, H, dw_hh, H };
  rondo_gemm_outer(kernels, 2 * H, steps, da, 3 * H, &rz, 1, scratch);

  if (cell->reset == RONDO_RESET_AFTER) {
    // dW_hn = dq^T h, db_hn = sum dq
    const RondoOuter outer = { H, cell->h, H, dw_hn, H };
    rondo_gemm_outer(kernels, H, steps, cell->inner, H, &outer, 1, scratch);
    rondo_add(H, sums + (3 * H), db_hh + (2 * H));
  } else {
    // dW_hn = da_n^T q, db_hn = sum da_n
    const RondoOuter outer = { H, cell->inner, H, dw_hn, H };
    rondo_gemm_outer(kernels, H, steps, da_n, 3 * H, &outer, 1, scratch);
    rondo_bias_backward(batch, 3 * H, da, 3 * H, sums);
    rondo_add(H, sums + (2 * H), db_hh + (2 * H));
  }

  rondo_add(2 * H, sums, db_hh);
  rondo_add(3 * H, sums, db_ih);
}

void
rondo_gru_backward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x,
                   RondoReal* const        dparameters,
                   RondoReal* const        dx)
{
  const RondoRecurrentOffsets at = rondo_recurrent_offsets(cell);

  const size_t     H       = cell->H;
  const size_t     n_state = batch->B * H;
  const Packed     packed  = pack_backward(cell, batch, parameters + at.w_hh);
  RondoReal* const carry   = batch->carry;

  // Ahead of the first step, where gradients stop, dh goes into the carry
  memset(carry, 0, sizeof(RondoReal) * n_state);
  memset(batch->sums, 0, sizeof(RondoReal) * 4 * H);
  for (size_t t = batch->T; t-- > 0;) {
    const RondoReal* const h       = cell->h + (t * n_state);
    RondoReal* const       gates   = cell->gates + (t * 3 * n_state);
    RondoReal* const       q       = cell->inner + (t * n_state);
    RondoReal* const       dh_next = cell->dh + (t * n_state);
    RondoReal* const       dh      = t > 0 ? dh_next - n_state : carry;
    if (cell->reset == RONDO_RESET_AFTER) {
      step_after_backward(cell, batch, packed, dh_next, h, gates, q, dh);
    } else {
      // q is needed for dW_hn, so dq stays in the other carry
      step_before_backward(
        cell, batch, packed, dh_next, h, gates, carry + n_state, dh);
    }
  }

  recurrent_backward(cell,
                     batch,
                     dparameters + at.w_hh,
                     dparameters + at.b_ih,
                     dparameters + at.b_hh);

  // dW_ih = da^T x, dx = da W_ih
  rondo_dense_backward(batch,
                       3 * H,
                       cell->X,
                       parameters + at.w_ih,
                       x,
                       cell->gates,
                       dparameters + at.w_ih,
                       dx);
}
