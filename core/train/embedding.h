// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file embedding.h A row of a table for each token.

   The same as a product with a vector that is 1 at the token and 0 elsewhere
   (Bengio et al. 2003), without the product.
*/

#ifndef RONDO_TRAIN_EMBEDDING_H
#define RONDO_TRAIN_EMBEDDING_H

#include "core/base/attributes.h"
#include "core/train/cell.h"
#include "core/train/real.h"

RONDO_BEGIN_DECLS

/**
   Run forward over a batch.

   @param parameters The whole block of the network.
   @param x (T, B, 1) Tokens, 0 … n_tokens - 1; what is none counts as 0.
*/
void
rondo_embedding_forward(const RondoCell*  cell,
                        const RondoBatch* batch,
                        const RondoReal*  parameters,
                        const RondoReal*  x);

/**
   Run backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param dx Left alone: tokens have no gradient.
*/
void
rondo_embedding_backward(const RondoCell*  cell,
                         const RondoBatch* batch,
                         const RondoReal*  parameters,
                         const RondoReal*  x,
                         RondoReal*        dparameters,
                         RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_EMBEDDING_H
