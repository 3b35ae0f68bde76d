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

// NOLINTBEGIN(readability-non-const-parameter): gradients go to dw
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
  const size_t     n     = batch->T * batch->B;
  const RondoOuter outer = { X, x, X, dw, X };
  rondo_gemm_outer(
    batch->kernels, n_rows, n, dy, n_rows, &outer, 1, batch->scratch);
  rondo_dense_input_backward(batch, n_rows, X, w, dy, dx);
}
// NOLINTEND(readability-non-const-parameter)

void
rondo_dense_input_backward(const RondoBatch* const batch,
                           const size_t            n_rows,
                           const size_t            X,
                           const RondoReal* const  w,
                           const RondoReal* const  dy,
                           RondoReal* const        dx)
{
  if (dx) {
    const RondoTrainKernels* const kernels = batch->kernels;
    const size_t                   n       = batch->T * batch->B;
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
  // Four rows at a time, so that sums are loaded and stored less often
  RondoReal* RONDO_RESTRICT const sum    = db;
  const size_t                    n_rows = batch->T * batch->B;
  size_t                          row    = 0;
  for (; row + 4 <= n_rows; row += 4) {
    const RondoReal* const a = dy + (row * stride);
    const RondoReal* const b = a + stride;
    const RondoReal* const c = b + stride;
    const RondoReal* const d = c + stride;
    for (size_t i = 0; i < n; ++i) {
      sum[i] += (a[i] + b[i]) + (c[i] + d[i]);
    }
  }
  for (; row < n_rows; ++row) {
    const RondoReal* const a = dy + (row * stride);
    for (size_t i = 0; i < n; ++i) {
      sum[i] += a[i];
    }
  }
}

void
rondo_add(const size_t                    n,
          const RondoReal* const          x,
          RondoReal* RONDO_RESTRICT const y)
{
  for (size_t i = 0; i < n; ++i) {
    y[i] += x[i];
  }
}
