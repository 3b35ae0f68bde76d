// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/rnn.h"

#include "core/train/activation.h"
#include "core/train/dense.h"
#include "core/train/gemm.h"
#include "core/train/input_product.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

void
rondo_rnn_forward(const RondoCell* const  cell,
                  const RondoBatch* const batch,
                  const RondoReal* const  parameters,
                  const RondoReal* const  x)
{
  const RondoTrainKernels* const kernels = batch->kernels;
  const RondoRecurrentOffsets    at      = rondo_recurrent_offsets(cell);

  const size_t           H    = cell->H;
  const size_t           B    = batch->B;
  const RondoReal* const w_hh = parameters + at.w_hh;
  const RondoReal* const b_ih = parameters + at.b_ih;
  const RondoReal* const b_hh = parameters + at.b_hh;
  RondoReal*             h    = cell->h;

  const RondoInputProduct input =
    rondo_input_product(cell, batch, parameters, x);
  rondo_gemm_pack(kernels, H, H, w_hh, 1, H, batch->packed);

  for (size_t t = 0; t < batch->T; ++t, h += B * H) {
    RondoReal* const h_next = h + (B * H);

    // h' = f(W_ih x + b_ih + W_hh h + b_hh)
    rondo_input_product_step(&input, t);
    rondo_gemm_multiply(kernels, B, H, H, h, H, batch->packed, true, h_next, H);
    for (size_t b = 0; b < B; ++b) {
      RondoReal* RONDO_RESTRICT const a = h_next + (b * H);
      for (size_t i = 0; i < H; ++i) {
        a[i] += b_ih[i] + b_hh[i];
      }
    }
    rondo_activation_forward(kernels, cell->activation, B, H, h_next);
  }
}

void
rondo_rnn_backward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x,
                   RondoReal* const        dparameters,
                   RondoReal* const        dx)
{
  const RondoTrainKernels* const kernels = batch->kernels;
  const RondoRecurrentOffsets    at      = rondo_recurrent_offsets(cell);

  const size_t           H    = cell->H;
  const size_t           B    = batch->B;
  const size_t           n    = batch->T * B;
  const RondoReal* const w_hh = parameters + at.w_hh;
  const RondoReal* const y    = rondo_cell_outputs(cell, batch);
  const RondoReal* const da   = cell->gates;

  rondo_gemm_pack(kernels, H, H, w_hh, H, 1, batch->packed);
  for (size_t t = batch->T; t-- > 0;) {
    const size_t     now  = t * B * H;
    RondoReal* const da_t = cell->gates + now;

    // da = dh' f'
    memcpy(da_t, cell->dh + now, sizeof(RondoReal) * B * H);
    rondo_activation_backward(cell->activation, B, H, y + now, da_t);

    // dh = W_hh^T da
    if (t > 0) {
      RondoReal* const dh = cell->dh + now - (B * H);
      rondo_gemm_multiply(
        kernels, B, H, H, da_t, H, batch->packed, true, dh, H);
    }
  }

  // dW_hh = da^T h, dW_ih = da^T x
  const size_t     X       = cell->X;
  const RondoOuter parts[] = { { H, cell->h, H, dparameters + at.w_hh, H },
                               { X, x, X, dparameters + at.w_ih, X } };
  rondo_gemm_outer(kernels, H, n, da, H, parts, 2, batch->scratch);

  // dx = da W_ih, db = sum da
  rondo_bias_backward(batch, H, da, H, dparameters + at.b_ih);
  rondo_bias_backward(batch, H, da, H, dparameters + at.b_hh);
  rondo_dense_input_backward(batch, H, X, parameters + at.w_ih, da, dx);
}
