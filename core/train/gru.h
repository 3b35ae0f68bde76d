// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file gru.h Gated recurrent units (Cho et al. 2014).

   r  = sigmoid(W_ir x + b_ir + W_hr h + b_hr)
   z  = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
   n  = tanh(W_in x + b_in + r (W_hn h + b_hn))     reset after
   n  = tanh(W_in x + b_in + W_hn (r h) + b_hn)     reset before
   h' = (1 - z) n + z h

   Gates are stored as r, z, n, as in PyTorch.
*/

#ifndef RONDO_TRAIN_GRU_H
#define RONDO_TRAIN_GRU_H

#include "core/base/attributes.h"
#include "core/train/cell.h"
#include "core/train/real.h"

RONDO_BEGIN_DECLS

/**
   Run forward over a batch.

   @param parameters The whole block of the network.
   @param x (T, B, X).
*/
void
rondo_gru_forward(const RondoCell*  cell,
                  const RondoBatch* batch,
                  const RondoReal*  parameters,
                  const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_gru_backward(const RondoCell*  cell,
                   const RondoBatch* batch,
                   const RondoReal*  parameters,
                   const RondoReal*  x,
                   RondoReal*        dparameters,
                   RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_GRU_H
