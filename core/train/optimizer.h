// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file optimizer.h Gradient clipping and Adam.
*/

#ifndef RONDO_TRAIN_OPTIMIZER_H
#define RONDO_TRAIN_OPTIMIZER_H

#include "core/base/attributes.h"
#include "core/train/real.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Settings of Adam (Kingma and Ba 2015, algorithm 1)
typedef struct {
  double beta1;        ///< Decay of the first moment, 0.9
  double beta2;        ///< Decay of the second moment, 0.999
  double epsilon;      ///< 1e-8
  double weight_decay; ///< Decoupled (Loshchilov and Hutter 2019), 0
} RondoAdam;

/**
   Scale `gradients` so that their norm is at most `max_norm` (Pascanu et al.
   2013).

   @return The norm before, which is not finite if any gradient is not.
*/
double
rondo_clip_by_norm(RondoReal* gradients, size_t n, double max_norm);

/**
   Take one step.

   @param step 1 for the first step.
   @param[in,out] m (n) First moment, 0 at the start.
   @param[in,out] v (n) Second moment, 0 at the start.
*/
void
rondo_adam_step(const RondoAdam* adam,
                double           learning_rate,
                size_t           step,
                size_t           n,
                RondoReal*       parameters,
                const RondoReal* gradients,
                RondoReal*       m,
                RondoReal*       v);

RONDO_END_DECLS

#endif // RONDO_TRAIN_OPTIMIZER_H
