// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file activation.h Functions of a layer's output.
*/

#ifndef RONDO_TRAIN_ACTIVATION_H
#define RONDO_TRAIN_ACTIVATION_H

#include "core/base/attributes.h"
#include "core/net/description.h"
#include "core/train/real.h"
#include "core/train/train_kernels.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Replace each row of y (n_rows, n) by its activation.
void
rondo_activation_forward(const RondoTrainKernels* kernels,
                         RondoActivation          activation,
                         size_t                   n_rows,
                         size_t                   n,
                         RondoReal*               y);

/**
   Replace the gradient of the output by that of the input.

   @param y (n_rows, n) The output of rondo_activation_forward().
   @param[in,out] dy (n_rows, n).
*/
void
rondo_activation_backward(RondoActivation  activation,
                          size_t           n_rows,
                          size_t           n,
                          const RondoReal* y,
                          RondoReal*       dy);

RONDO_END_DECLS

#endif // RONDO_TRAIN_ACTIVATION_H
