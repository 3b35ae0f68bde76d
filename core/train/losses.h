// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file losses.h Losses over batches of sequences, and their gradients.

   The sum runs over units and over the steps that count: those within the
   length of their sequence whose target is not marked as missing.  For the
   mean over steps, take one over their number as `scale`, or scale the
   gradients of the parameters by it before the update.

   Does not allocate.
*/

#ifndef RONDO_TRAIN_LOSSES_H
#define RONDO_TRAIN_LOSSES_H

#include "core/base/attributes.h"
#include "core/train/real.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// The class of a step that does not count
#define RONDO_CLASS_MISSING (-1)

/// What a loss is taken over: rows of units, (n_steps, n_batch, n_units)
typedef struct {
  size_t        n_steps;
  size_t        n_batch;
  size_t        n_units;
  const size_t* lengths; ///< (n_batch) Steps of each sequence; NULL: n_steps
} RondoLossShape;

/// A loss over a batch
typedef struct {
  double sum;     ///< Over units and steps, without the scale
  size_t n_steps; ///< That counted: at least one target is not missing
} RondoLoss;

/**
   Score by the squared error, the sum of (y - target)^2.

   @param y Outputs.
   @param target Of the shape of y; NaN where there is none.
   @param scale Factor of the gradient.
   @param[out] dy Gradient of the scaled loss, 0 where nothing counts, or NULL.
   May be equal to y.
*/
RondoLoss
rondo_loss_squared(const RondoLossShape* shape,
                   const RondoReal*      y,
                   const RondoReal*      target,
                   double                scale,
                   RondoReal*            dy);

/**
   Score by the binary cross-entropy of sigmoid(y), each unit for itself.

   -t log(sigmoid(y)) - (1 - t) log(1 - sigmoid(y)), computed as
   max(y, 0) - t y + log(1 + exp(-|y|)), which neither overflows nor cancels.

   @param y Logits: outputs ahead of the sigmoid.
   @param target 0 to 1, of the shape of y; NaN where there is none.
   @param scale Factor of the gradient.
   @param[out] dy Gradient of the scaled loss, 0 where nothing counts, or NULL.
   May be equal to y.
*/
RondoLoss
rondo_loss_binary(const RondoLossShape* shape,
                  const RondoReal*      y,
                  const RondoReal*      target,
                  double                scale,
                  RondoReal*            dy);

/**
   Score by the cross-entropy of softmax(y), one class per step.

   log(sum exp(y)) - y[class], where the largest of y is taken off first.

   @param y Logits: outputs ahead of the softmax.
   @param target (n_steps, n_batch) 0 … n_units - 1, or RONDO_CLASS_MISSING.
   @param scale Factor of the gradient.
   @param[out] dy Gradient of the scaled loss, 0 where nothing counts, or NULL.
   May be equal to y.
*/
RondoLoss
rondo_loss_classes(const RondoLossShape* shape,
                   const RondoReal*      y,
                   const int32_t*        target,
                   double                scale,
                   RondoReal*            dy);

RONDO_END_DECLS

#endif // RONDO_TRAIN_LOSSES_H
