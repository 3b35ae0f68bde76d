// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file dense.h The product of all steps of a batch with one matrix, which
   every type of layer starts with.
*/

#ifndef RONDO_TRAIN_DENSE_H
#define RONDO_TRAIN_DENSE_H

#include "core/base/attributes.h"
#include "core/train/cell.h"
#include "core/train/real.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   Compute y = x W^T for all steps.

   @param w (n_rows, X).
   @param x (T, B, X).
   @param[out] y (T, B, n_rows).
*/
void
rondo_dense_forward(const RondoBatch* batch,
                    size_t            n_rows,
                    size_t            X,
                    const RondoReal*  w,
                    const RondoReal*  x,
                    RondoReal*        y);

/**
   Add the gradients dW += dy^T x and dx += dy W.

   @param dy (T, B, n_rows).
   @param[in,out] dw (n_rows, X).
   @param[in,out] dx (T, B, X) or NULL.
*/
void
rondo_dense_backward(const RondoBatch* batch,
                     size_t            n_rows,
                     size_t            X,
                     const RondoReal*  w,
                     const RondoReal*  x,
                     const RondoReal*  dy,
                     RondoReal*        dw,
                     RondoReal*        dx);

/// Add the gradient dx += dy W alone; the arguments are those above.
void
rondo_dense_input_backward(const RondoBatch* batch,
                           size_t            n_rows,
                           size_t            X,
                           const RondoReal*  w,
                           const RondoReal*  dy,
                           RondoReal*        dx);

/**
   Add the sum over all steps: db += sum dy.

   @param dy (T, B, n), rows `stride` apart.
   @param[in,out] db (n).
*/
void
rondo_bias_backward(const RondoBatch* batch,
                    size_t            n,
                    const RondoReal*  dy,
                    size_t            stride,
                    RondoReal*        db);

/// Add to each element of a row: y += x, both (n).
void
rondo_add(size_t n, const RondoReal* x, RondoReal* RONDO_RESTRICT y);

RONDO_END_DECLS

#endif // RONDO_TRAIN_DENSE_H
