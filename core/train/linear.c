// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/linear.h"

#include "core/train/activation.h"
#include "core/train/dense.h"

#include <stddef.h>

void
rondo_linear_forward(const RondoCell* const  cell,
                     const RondoBatch* const batch,
                     const RondoReal* const  parameters,
                     const RondoReal* const  x)
{
  const size_t           H = cell->H;
  const size_t           n = batch->T * batch->B;
  const RondoReal* const w = parameters + cell->offset; // (H, X)
  const RondoReal* const b = w + (H * cell->X);         // (H)
  RondoReal* const       y = rondo_cell_outputs(cell, batch);

  // y = f(W x + b)
  rondo_dense_forward(batch, H, cell->X, w, x, y);
  for (size_t row = 0; row < n; ++row) {
    RondoReal* RONDO_RESTRICT const y_row = y + (row * H);
    for (size_t i = 0; i < H; ++i) {
      y_row[i] += b[i];
    }
  }
  rondo_activation_forward(batch->kernels, cell->activation, n, H, y);
}

void
rondo_linear_backward(const RondoCell* const  cell,
                      const RondoBatch* const batch,
                      const RondoReal* const  parameters,
                      const RondoReal* const  x,
                      RondoReal* const        dparameters,
                      RondoReal* const        dx)
{
  const size_t           H  = cell->H;
  const size_t           n  = batch->T * batch->B;
  const RondoReal* const w  = parameters + cell->offset;
  RondoReal* const       dw = dparameters + cell->offset;
  RondoReal* const       db = dw + (H * cell->X);

  // da = dy f'
  rondo_activation_backward(
    cell->activation, n, H, rondo_cell_outputs(cell, batch), cell->dh);

  // dW = da^T x, dx = da W, db = sum da
  rondo_dense_backward(batch, H, cell->X, w, x, cell->dh, dw, dx);
  rondo_bias_backward(batch, H, cell->dh, H, db);
}
