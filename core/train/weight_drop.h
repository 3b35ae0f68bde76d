// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file weight_drop.h Recurrent weights that are left out of an update.
*/

#ifndef RONDO_TRAIN_WEIGHT_DROP_H
#define RONDO_TRAIN_WEIGHT_DROP_H

#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/net/description.h"

RONDO_BEGIN_DECLS

/**
   Leave out a share of the weights between a state and the next.

   Each weight_hh of `block` is set to 0 with probability `rate`, or else
   divided by 1 - `rate`: DropConnect (Wan et al. 2013) on recurrent weights, as
   of Merity et al. 2017.  The mask is the same at all steps and for all
   sequences.  Called with the same `random` on the parameters ahead of an
   update, and on its gradients, it gives the gradient of what is kept.

   @param rate 0 <= p < 1.
   @param random A copy: where it stands decides on the mask.
   @param[in,out] block (n_parameters).
*/
void
rondo_weight_drop(const RondoDescription* description,
                  double                  rate,
                  RondoRandom             random,
                  float*                  block);

RONDO_END_DECLS

#endif // RONDO_TRAIN_WEIGHT_DROP_H
