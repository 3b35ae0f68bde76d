// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file lstm.h Long short-term memory (Hochreiter and Schmidhuber 1997, Gers et
   al. 2000).

   i  = sigmoid(W_ii x + b_ii + W_hi h + b_hi)
   f  = sigmoid(W_if x + b_if + W_hf h + b_hf)
   g  = tanh(W_ig x + b_ig + W_hg h + b_hg)
   o  = sigmoid(W_io x + b_io + W_ho h + b_ho)
   c' = f c + i g
   h' = o tanh(c')

   Gates are stored as i, f, g, o, as in PyTorch.
*/

#ifndef RONDO_TRAIN_LSTM_H
#define RONDO_TRAIN_LSTM_H

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
rondo_lstm_forward(const RondoCell*  cell,
                   const RondoBatch* batch,
                   const RondoReal*  parameters,
                   const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_lstm_backward(const RondoCell*  cell,
                    const RondoBatch* batch,
                    const RondoReal*  parameters,
                    const RondoReal*  x,
                    RondoReal*        dparameters,
                    RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_LSTM_H
