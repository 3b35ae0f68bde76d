// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file input_product.h The product of the inputs of a recurrent cell with
   W_ih, made for a few steps at a time, so that it is still in the cache when
   the recurrent product is added to it.
*/

#ifndef RONDO_TRAIN_INPUT_PRODUCT_H
#define RONDO_TRAIN_INPUT_PRODUCT_H

#include "core/base/attributes.h"
#include "core/train/cell.h"
#include "core/train/real.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The product of all inputs, being made
typedef struct {
  const RondoCell*  cell;
  const RondoBatch* batch;
  const RondoReal*  x;       ///< (T, B, X)
  RondoReal*        y;       ///< (T, B, G H) gates, of an rnn its outputs
  size_t            n_steps; ///< Made at a time
} RondoInputProduct;

/// Pack W_ih into batch->packed_ih and return the product, not yet begun.
RondoInputProduct
rondo_input_product(const RondoCell*  cell,
                    const RondoBatch* batch,
                    const RondoReal*  parameters,
                    const RondoReal*  x);

/// Have the product of step t made; steps are asked for in order.
void
rondo_input_product_step(const RondoInputProduct* input, size_t t);

RONDO_END_DECLS

#endif // RONDO_TRAIN_INPUT_PRODUCT_H
