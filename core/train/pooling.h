// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file pooling.h Layers that make one step of a whole sequence.

   last   y = x(n - 1)
   mean   y = (x(0) + ... + x(n - 1)) / n

   where n is the length of the sequence in this call; 0 if that is 0.
*/

#ifndef RONDO_TRAIN_POOLING_H
#define RONDO_TRAIN_POOLING_H

#include "core/base/attributes.h"
#include "core/train/cell.h"
#include "core/train/real.h"

RONDO_BEGIN_DECLS

/**
   Run forward over a batch.

   @param parameters The whole block of the network, unused.
   @param x (T, B, X).
*/
void
rondo_last_forward(const RondoCell*  cell,
                   const RondoBatch* batch,
                   const RondoReal*  parameters,
                   const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_last_backward(const RondoCell*  cell,
                    const RondoBatch* batch,
                    const RondoReal*  parameters,
                    const RondoReal*  x,
                    RondoReal*        dparameters,
                    RondoReal*        dx);

/**
   Run forward over a batch.

   @param parameters The whole block of the network, unused.
   @param x (T, B, X).
*/
void
rondo_mean_forward(const RondoCell*  cell,
                   const RondoBatch* batch,
                   const RondoReal*  parameters,
                   const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_mean_backward(const RondoCell*  cell,
                    const RondoBatch* batch,
                    const RondoReal*  parameters,
                    const RondoReal*  x,
                    RondoReal*        dparameters,
                    RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_POOLING_H
