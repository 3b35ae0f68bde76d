// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/dense.h"

#include "core/train/gemm.h"

#include <stdbool.h>

void
rondo_dense_forward(const RondoBatch* const batch,
                    const size_t            n_rows,
                    const size_t            X,
                    const RondoReal* const  w,
                    const RondoReal* const  x,
                    RondoReal* const        y)
{
  const RondoTrainKernels* const kernels = batch->kernels;
  const size_t                   n       = batch->T * batch->B;

  // B(i, j) = W(j, i)
  rondo_gemm_pack(kernels, X, n_rows, w, 1, X, batch->packed);
  rondo_gemm_multiply(
    kernels, n, n_rows, X, x, X, batch->packed, false, y, n_rows);
}

void
rondo_dense_backward(const RondoBatch* const batch,
                     const size_t            n_rows,
                     const size_t            X,
                     const RondoReal* const  w,
                     const RondoReal* const  x,
                     const RondoReal* const  dy,
                     RondoReal* const        dw,
                     RondoReal* const        dx)
{
  const RondoTrainKernels* const kernels = batch->kernels;
  const size_t                   n       = batch->T * batch->B;

  rondo_gemm_outer(
    kernels, n_rows, X, n, dy, n_rows, x, X, dw, X, batch->scratch);

  if (dx) {
    rondo_gemm_pack(kernels, n_rows, X, w, X, 1, batch->packed);
    rondo_gemm_multiply(
      kernels, n, X, n_rows, dy, n_rows, batch->packed, true, dx, X);
  }
}

void
rondo_bias_backward(const RondoBatch* const batch,
                    const size_t            n,
                    const RondoReal* const  dy,
                    const size_t            stride,
                    RondoReal* const        db)
{
  RondoReal* RONDO_RESTRICT const sum = db;
  for (size_t row = 0; row < batch->T * batch->B; ++row) {
    const RondoReal* const d = dy + (row * stride);
    for (size_t i = 0; i < n; ++i) {
      sum[i] += d[i];
    }
  }
}
