// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/pooling.h"

#include <stddef.h>
#include <string.h>

static size_t
length(const RondoBatch* const batch, const size_t b)
{
  return batch->lengths ? batch->lengths[b] : batch->T;
}

// NOLINTBEGIN(readability-non-const-parameter): as of all types of layer
void
rondo_last_forward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x)
{
  (void)parameters;

  const size_t     X = cell->X;
  RondoReal* const y = rondo_cell_outputs(cell, batch); // (B, X)
  for (size_t b = 0; b < batch->B; ++b) {
    const size_t n = length(batch, b);
    if (n) {
      const RondoReal* const from = x + ((((n - 1) * batch->B) + b) * X);
      memcpy(y + (b * X), from, sizeof(RondoReal) * X);
    } else {
      memset(y + (b * X), 0, sizeof(RondoReal) * X);
    }
  }
}

void
rondo_last_backward(const RondoCell* const  cell,
                    const RondoBatch* const batch,
                    const RondoReal* const  parameters,
                    const RondoReal* const  x,
                    RondoReal* const        dparameters,
                    RondoReal* const        dx)
{
  (void)parameters;
  (void)x;
  (void)dparameters;

  const size_t X = cell->X;
  for (size_t b = 0; dx && b < batch->B; ++b) {
    const size_t n = length(batch, b);
    for (size_t i = 0; n && i < X; ++i) {
      dx[((((n - 1) * batch->B) + b) * X) + i] += cell->dh[(b * X) + i];
    }
  }
}

void
rondo_mean_forward(const RondoCell* const  cell,
                   const RondoBatch* const batch,
                   const RondoReal* const  parameters,
                   const RondoReal* const  x)
{
  (void)parameters;

  const size_t     X = cell->X;
  RondoReal* const y = rondo_cell_outputs(cell, batch); // (B, X)
  memset(y, 0, sizeof(RondoReal) * batch->B * X);
  for (size_t b = 0; b < batch->B; ++b) {
    const size_t                    n     = length(batch, b);
    RondoReal* RONDO_RESTRICT const y_row = y + (b * X);
    for (size_t t = 0; t < n; ++t) {
      const RondoReal* const from = x + (((t * batch->B) + b) * X);
      for (size_t i = 0; i < X; ++i) {
        y_row[i] += from[i] / (RondoReal)n;
      }
    }
  }
}

void
rondo_mean_backward(const RondoCell* const  cell,
                    const RondoBatch* const batch,
                    const RondoReal* const  parameters,
                    const RondoReal* const  x,
                    RondoReal* const        dparameters,
                    RondoReal* const        dx)
{
  (void)parameters;
  (void)x;
  (void)dparameters;

  const size_t X = cell->X;
  for (size_t b = 0; dx && b < batch->B; ++b) {
    const size_t           n  = length(batch, b);
    const RondoReal* const dy = cell->dh + (b * X);
    for (size_t t = 0; t < n; ++t) {
      RondoReal* RONDO_RESTRICT const to = dx + (((t * batch->B) + b) * X);
      for (size_t i = 0; i < X; ++i) {
        to[i] += dy[i] / (RondoReal)n;
      }
    }
  }
}
// NOLINTEND(readability-non-const-parameter)
