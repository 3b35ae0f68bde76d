// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/layer_norm.h"

#include <math.h>
#include <stddef.h>

// Normalise a row; return one over its deviation
static RondoReal
normalise(const size_t                    X,
          const double                    epsilon,
          const RondoReal* const          x,
          RondoReal* RONDO_RESTRICT const x_hat)
{
  double sum = 0.0;
  for (size_t i = 0; i < X; ++i) {
    sum += (double)x[i];
  }
  const double mean = sum / (double)X;

  double square = 0.0;
  for (size_t i = 0; i < X; ++i) {
    const double difference = (double)x[i] - mean;
    square += difference * difference;
  }
  const double scale = 1.0 / sqrt((square / (double)X) + epsilon);

  for (size_t i = 0; i < X; ++i) {
    x_hat[i] = (RondoReal)(((double)x[i] - mean) * scale);
  }
  return (RondoReal)scale;
}

void
rondo_layer_norm_forward(const RondoCell* const  cell,
                         const RondoBatch* const batch,
                         const RondoReal* const  parameters,
                         const RondoReal* const  x)
{
  const size_t           X = cell->X;
  const RondoReal* const w = parameters + cell->offset; // (X)
  const RondoReal* const b = w + X;                     // (X)
  RondoReal* const       y = rondo_cell_outputs(cell, batch);
  for (size_t row = 0; row < batch->T * batch->B; ++row) {
    RondoReal* const x_hat = cell->inner + (row * X);
    cell->gates[row]       = normalise(X, cell->epsilon, x + (row * X), x_hat);

    // y = w x_hat + b
    RondoReal* RONDO_RESTRICT const y_row = y + (row * X);
    for (size_t i = 0; i < X; ++i) {
      y_row[i] = (w[i] * x_hat[i]) + b[i];
    }
  }
}

// dx += (dx_hat - mean(dx_hat) - x_hat mean(dx_hat x_hat)) / deviation, where
// dx_hat = w dy
static void
row_backward(const size_t                    X,
             const RondoReal* const          w,
             const RondoReal* const          x_hat,
             const RondoReal                 scale,
             const RondoReal* const          dy,
             RondoReal* RONDO_RESTRICT const dx)
{
  double sum     = 0.0;
  double product = 0.0;
  for (size_t i = 0; i < X; ++i) {
    const double dx_hat = (double)w[i] * (double)dy[i];
    sum += dx_hat;
    product += dx_hat * (double)x_hat[i];
  }

  const RondoReal mean  = (RondoReal)(sum / (double)X);
  const RondoReal along = (RondoReal)(product / (double)X);
  for (size_t i = 0; i < X; ++i) {
    dx[i] += scale * ((w[i] * dy[i]) - mean - (x_hat[i] * along));
  }
}

void
rondo_layer_norm_backward(const RondoCell* const  cell,
                          const RondoBatch* const batch,
                          const RondoReal* const  parameters,
                          const RondoReal* const  x,
                          RondoReal* const        dparameters,
                          RondoReal* const        dx)
{
  (void)x;

  const size_t                    X  = cell->X;
  const RondoReal* const          w  = parameters + cell->offset;
  RondoReal* RONDO_RESTRICT const dw = dparameters + cell->offset;
  RondoReal* RONDO_RESTRICT const db = dw + X;
  for (size_t row = 0; row < batch->T * batch->B; ++row) {
    const RondoReal* const x_hat = cell->inner + (row * X);
    const RondoReal* const dy    = cell->dh + (row * X);

    // dw = sum dy x_hat, db = sum dy
    for (size_t i = 0; i < X; ++i) {
      dw[i] += dy[i] * x_hat[i];
      db[i] += dy[i];
    }
    if (dx) {
      row_backward(X, w, x_hat, cell->gates[row], dy, dx + (row * X));
    }
  }
}
