// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file optimizer.h Gradient clipping, gradient descent and Adam.
*/

#ifndef RONDO_TRAIN_OPTIMIZER_H
#define RONDO_TRAIN_OPTIMIZER_H

#include "core/base/attributes.h"
#include "core/train/real.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// Settings of Adam (Kingma and Ba 2015, algorithm 1)
typedef struct {
  double beta1;        ///< Decay of the first moment, 0.9
  double beta2;        ///< Decay of the second moment, 0.999
  double epsilon;      ///< 1e-8
  double weight_decay; ///< Decoupled (Loshchilov and Hutter 2019), 0
} RondoAdam;

/// Settings of gradient descent with momentum
typedef struct {
  double momentum;     ///< Decay of the velocity, 0 for none
  double weight_decay; ///< Added to the gradient as this times the weight
  bool   nesterov;     ///< Look ahead along the velocity
} RondoDescent;

/**
   Scale `gradients` so that their norm is at most `max_norm` (Pascanu et al.
   2013).

   @return The norm before, which is not finite if any gradient is not.
*/
double
rondo_clip_by_norm(RondoReal* gradients, size_t n, double max_norm);

/**
   Limit each gradient to -limit … limit (Mikolov 2012).

   @return The largest magnitude before, which is not finite if any gradient is
   not; gradients are left alone then.
*/
double
rondo_clip_by_value(RondoReal* gradients, size_t n, double limit);

/**
   Take one step of gradient descent, as torch.optim.SGD.

   v = momentum v + g, w = w - rate v; with Nesterov's momentum (Sutskever et
   al. 2013) w = w - rate (g + momentum v), where v is the new one.

   @param[in,out] v (n) Velocity, 0 at the start.
*/
void
rondo_descent_step(const RondoDescent* descent,
                   double              learning_rate,
                   size_t              n,
                   RondoReal*          parameters,
                   const RondoReal*    gradients,
                   RondoReal*          v);

/**
   Take one step of Adam.

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
