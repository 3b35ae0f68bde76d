// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/conv1d.h"

#include "core/train/activation.h"
#include "core/train/dense.h"
#include "core/train/gemm.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

void
rondo_conv1d_forward(const RondoCell* const  cell,
                     const RondoBatch* const batch,
                     const RondoReal* const  parameters,
                     const RondoReal* const  x)
{
  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t           X = cell->X;
  const size_t           H = cell->H;
  const size_t           K = cell->K;
  const size_t           B = batch->B;
  const size_t           n = batch->T * B;
  const RondoReal* const w = parameters + cell->offset; // (H, X, K)
  const RondoReal* const b = w + (H * X * K);           // (H)
  RondoReal* const       y = rondo_cell_outputs(cell, batch);

  // Behind the K - 1 frames before
  memcpy(cell->frames + ((K - 1) * B * X), x, sizeof(RondoReal) * n * X);

  // y(t) = f(sum W_k x(t - K + 1 + k) + b)
  for (size_t k = 0; k < K; ++k) {
    const RondoReal* const from = cell->frames + (k * B * X);
    rondo_gemm_pack(kernels, X, H, w + k, K, X * K, batch->packed);
    rondo_gemm_multiply(kernels, n, H, X, from, X, batch->packed, k > 0, y, H);
  }
  for (size_t row = 0; row < n; ++row) {
    RondoReal* RONDO_RESTRICT const y_row = y + (row * H);
    for (size_t i = 0; i < H; ++i) {
      y_row[i] += b[i];
    }
  }
  rondo_activation_forward(kernels, cell->activation, n, H, y);
}

// Add dW_k = da^T x_k, whose columns lie K apart in dW
static void
weight_backward(const RondoCell* const  cell,
                const RondoBatch* const batch,
                const size_t            k,
                RondoReal* const        dw)
{
  const size_t           X    = cell->X;
  const size_t           H    = cell->H;
  const size_t           n    = batch->T * batch->B;
  const RondoReal* const from = cell->frames + (k * batch->B * X);
  RondoReal* const       dw_k = batch->packed; // (H, X)

  memset(dw_k, 0, sizeof(RondoReal) * H * X);
  const RondoOuter outer = { X, from, X, dw_k, X };
  rondo_gemm_outer(
    batch->kernels, H, n, cell->dh, H, &outer, 1, batch->scratch);
  for (size_t i = 0; i < H * X; ++i) {
    dw[(i * cell->K) + k] += dw_k[i];
  }
}

void
rondo_conv1d_backward(const RondoCell* const  cell,
                      const RondoBatch* const batch,
                      const RondoReal* const  parameters,
                      const RondoReal* const  x,
                      RondoReal* const        dparameters,
                      RondoReal* const        dx)
{
  (void)x;

  const RondoTrainKernels* const kernels = batch->kernels;

  const size_t           X  = cell->X;
  const size_t           H  = cell->H;
  const size_t           K  = cell->K;
  const size_t           B  = batch->B;
  const size_t           T  = batch->T;
  const RondoReal* const w  = parameters + cell->offset;
  RondoReal* const       dw = dparameters + cell->offset;

  // da = dy f', db = sum da
  rondo_activation_backward(
    cell->activation, T * B, H, rondo_cell_outputs(cell, batch), cell->dh);
  rondo_bias_backward(batch, H, cell->dh, H, dw + (H * X * K));

  for (size_t k = 0; k < K; ++k) {
    weight_backward(cell, batch, k, dw);

    // dx(t - K + 1 + k) += da(t) W_k, for those of this call
    const size_t ahead = K - 1 - k;
    if (dx && ahead < T) {
      const RondoReal* const da = cell->dh + (ahead * B * H);
      const size_t           n  = (T - ahead) * B;
      rondo_gemm_pack(kernels, H, X, w + k, X * K, K, batch->packed);
      rondo_gemm_multiply(kernels, n, X, H, da, H, batch->packed, true, dx, X);
    }
  }
}
