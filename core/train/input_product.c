// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/input_product.h"

#include "core/train/gemm.h"

#include <stdbool.h>

RondoInputProduct
rondo_input_product(const RondoCell* const  cell,
                    const RondoBatch* const batch,
                    const RondoReal* const  parameters,
                    const RondoReal* const  x)
{
  const RondoReal* const w_ih = parameters + rondo_recurrent_offsets(cell).w_ih;
  RondoReal* const       y    = cell->type == RONDO_LAYER_RNN
                                  ? rondo_cell_outputs(cell, batch)
                                  : cell->gates;

  // B(i, j) = W(j, i)
  rondo_gemm_pack(batch->kernels,
                  cell->X,
                  cell->G * cell->H,
                  w_ih,
                  1,
                  cell->X,
                  batch->packed_ih);

  const size_t n_steps = (RONDO_GEMM_ROWS + batch->B - 1) / batch->B;

  const RondoInputProduct input = { cell, batch, x, y, n_steps };
  return input;
}

void
rondo_input_product_step(const RondoInputProduct* const input, const size_t t)
{
  if (t % input->n_steps != 0) {
    return;
  }

  const RondoBatch* const batch  = input->batch;
  const size_t            X      = input->cell->X;
  const size_t            n_rows = input->cell->G * input->cell->H;
  const size_t            left   = batch->T - t;
  const size_t            n = left < input->n_steps ? left : input->n_steps;
  rondo_gemm_multiply(batch->kernels,
                      n * batch->B,
                      n_rows,
                      X,
                      input->x + (t * batch->B * X),
                      X,
                      batch->packed_ih,
                      false,
                      input->y + (t * batch->B * n_rows),
                      n_rows);
}
