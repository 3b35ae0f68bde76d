// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_gradients.h How far back through time a network learns.
*/

#ifndef RONDO_TRAIN_SEQUENCE_GRADIENTS_H
#define RONDO_TRAIN_SEQUENCE_GRADIENTS_H

#include "core/base/attributes.h"
#include "core/train/sequence_worker.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

// Processing (does not allocate)

/**
   Find the norm of the gradient that the loss of a sequence's last step sends
   to the state of each step before (Bengio et al. 1994; Pascanu et al. 2013).

   The state is that of the first layer that is recurrent along time.  Norms
   are root mean squares over the first few sequences.

   @param worker That trains; its gradients and its state are lost.
   @param[out] norms (max_steps) By distance in steps from the last one.
   @return The distances, or 0 if no layer is recurrent along time.
*/
size_t
rondo_sequence_gradients(RondoSequenceWorker*  worker,
                         const float*          parameters,
                         const RondoSequences* sequences,
                         double*               norms);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_GRADIENTS_H
