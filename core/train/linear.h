// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file linear.h Linear layers with an activation.

   y = f(W x + b), W (H, X), b (H)
*/

#ifndef RONDO_TRAIN_LINEAR_H
#define RONDO_TRAIN_LINEAR_H

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
rondo_linear_forward(const RondoCell*  cell,
                     const RondoBatch* batch,
                     const RondoReal*  parameters,
                     const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_linear_backward(const RondoCell*  cell,
                      const RondoBatch* batch,
                      const RondoReal*  parameters,
                      const RondoReal*  x,
                      RondoReal*        dparameters,
                      RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_LINEAR_H
