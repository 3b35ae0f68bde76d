// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/lstm.h"

#include "core/train/dense.h"
#include "core/train/gemm.h"
#include "core/train/input_product.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

void
rondo_lstm_forward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x)
{
  const RondoTrainKernels* const kernels = batch->kernels;
  const RondoRecurrentOffsets    at      = rondo_recurrent_offsets(cell);

  const size_t H = cell->H;
  const size_t B = batch->B;

  const RondoInputProduct input =
    rondo_input_product(cell, batch, parameters, x);
  rondo_gemm_pack(kernels, H, 4 * H, parameters + at.w_hh, 1, H, batch->packed);

  for (size_t t = 0; t < batch->T; ++t) {
    const RondoReal* const h     = cell->h + (t * B * H);
    RondoReal* const       gates = cell->gates + (t * B * 4 * H);
    rondo_input_product_step(&input, t);
    rondo_gemm_multiply(
      kernels, B, 4 * H, H, h, H, batch->packed, true, gates, 4 * H);

    for (size_t b = 0; b < B; ++b) {
      const size_t       now  = ((t * B) + b) * H;
      const size_t       next = now + (B * H);
      const RondoCellRow row  = {
         .H      = H,
         .b_ih   = parameters + at.b_ih,
         .b_hh   = parameters + at.b_hh,
         .c      = cell->c + now,
         .gates  = gates + (b * 4 * H),
         .inner  = cell->inner + now,
         .c_next = cell->c + next,
         .h_next = cell->h + next,
      };
      kernels->cells->lstm(&row);
    }
  }
}

// All steps back, the last first: gates become the gradients of their sums
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
      const size_t               now = (t * n_state) + (b * H);
      const RondoCellRowBackward row = {
        .H       = H,
        .dh_next = dh + (b * H),
        .c       = cell->c + now,
        .gates   = da + (b * 4 * H),
        .inner   = cell->inner + now,
        .dc      = dc + (b * H),
        .sums    = batch->sums,
      };
      kernels->cells->lstm_backward(&row);
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

  memset(batch->sums, 0, sizeof(RondoReal) * 4 * H);
  steps_backward(cell, batch, parameters + at.w_hh);

  // dW_hh = da^T h, dW_ih = da^T x
  const RondoOuter parts[] = { { H, cell->h, H, dw + at.w_hh, H },
                               { X, x, X, dw + at.w_ih, X } };
  rondo_gemm_outer(
    batch->kernels, 4 * H, n, da, 4 * H, parts, 2, batch->scratch);

  // dx = da W_ih, db = sum da
  rondo_dense_input_backward(batch, 4 * H, X, parameters + at.w_ih, da, dx);
  rondo_add(4 * H, batch->sums, dw + at.b_ih);
  rondo_add(4 * H, batch->sums, dw + at.b_hh);
}
