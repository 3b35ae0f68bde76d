// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file layer_norm.h Normalisation over the units of one step (Ba et al. 2016).

   y = w (x - mean(x)) / sqrt(var(x) + epsilon) + b, where the variance is that
   of the units themselves (divided by X), as in PyTorch.
*/

#ifndef RONDO_TRAIN_LAYER_NORM_H
#define RONDO_TRAIN_LAYER_NORM_H

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
rondo_layer_norm_forward(const RondoCell*  cell,
                         const RondoBatch* batch,
                         const RondoReal*  parameters,
                         const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_layer_norm_backward(const RondoCell*  cell,
                          const RondoBatch* batch,
                          const RondoReal*  parameters,
                          const RondoReal*  x,
                          RondoReal*        dparameters,
                          RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_LAYER_NORM_H
