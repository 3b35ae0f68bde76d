// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file conv1d.h Convolution over the last frames: causal.

   y(t) = f(sum over k of W_k x(t - K + 1 + k) + b), where W_k is (H, X),
   element k of the last dimension of the tensor (H, X, K).  Frames ahead of the
   first are those of the call before, or zeros.
*/

#ifndef RONDO_TRAIN_CONV1D_H
#define RONDO_TRAIN_CONV1D_H

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
rondo_conv1d_forward(const RondoCell*  cell,
                     const RondoBatch* batch,
                     const RondoReal*  parameters,
                     const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_conv1d_backward(const RondoCell*  cell,
                      const RondoBatch* batch,
                      const RondoReal*  parameters,
                      const RondoReal*  x,
                      RondoReal*        dparameters,
                      RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_CONV1D_H
