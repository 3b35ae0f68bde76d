// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/embedding.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// Return the token that x is; what is none counts as token 0
static size_t
token_of(const RondoCell* const cell, const RondoReal x)
{
  const bool   in_range = x >= 0 && x < (RondoReal)cell->n_tokens;
  const size_t token    = in_range ? (size_t)x : 0;
  return (RondoReal)token == x ? token : 0;
}

void
rondo_embedding_forward(const RondoCell* const  cell,
                        const RondoBatch* const batch,
                        const RondoReal* const  parameters,
                        const RondoReal* const  x)
{
  const size_t           H     = cell->H;
  const RondoReal* const table = parameters + cell->offset; // (n_tokens, H)
  RondoReal* const       y     = rondo_cell_outputs(cell, batch);
  for (size_t row = 0; row < batch->T * batch->B; ++row) {
    const RondoReal* const from = table + (token_of(cell, x[row]) * H);
    memcpy(y + (row * H), from, sizeof(RondoReal) * H);
  }
}

// NOLINTBEGIN(readability-non-const-parameter): as of all types of layer
void
rondo_embedding_backward(const RondoCell* const  cell,
                         const RondoBatch* const batch,
                         const RondoReal* const  parameters,
                         const RondoReal* const  x,
                         RondoReal* const        dparameters,
                         RondoReal* const        dx)
{
  (void)parameters;
  (void)dx;

  const size_t     H      = cell->H;
  RondoReal* const dtable = dparameters + cell->offset;
  for (size_t row = 0; row < batch->T * batch->B; ++row) {
    const RondoReal* const          dy = cell->dh + (row * H);
    RondoReal* RONDO_RESTRICT const to = dtable + (token_of(cell, x[row]) * H);
    for (size_t i = 0; i < H; ++i) {
      to[i] += dy[i];
    }
  }
}
// NOLINTEND(readability-non-const-parameter)
