// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file network.h A network that can be trained: forward and backward through
   time over batches of sequences.

   Parameters are one block, in the order and shapes of PyTorch's state_dict,
   owned by the caller; gradients and the moments of the optimiser are blocks
   of the same layout.  An object holds the activations of one batch, so each
   thread has its own, over shared parameters.

   The real type is RondoReal: float in the library, double in the copy that
   checks gradients against finite differences.

   Setup (allocates) up to rondo_network_free(); the rest does not allocate.
*/

#ifndef RONDO_TRAIN_NETWORK_H
#define RONDO_TRAIN_NETWORK_H

#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/train/real.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// Activations of a network over a batch
typedef struct RondoNetworkImpl RondoNetwork;

/**
   Make room for batches of up to `max_batch` sequences of `max_steps` steps.

   The description must outlive the network.
*/
RONDO_NODISCARD RondoStatus
rondo_network_new(const RondoDescription* description,
                  size_t                  max_steps,
                  size_t                  max_batch,
                  RondoNetwork**          out,
                  RondoError*             error);

/// Free; NULL is harmless.
void
rondo_network_free(RondoNetwork* network);

/// Return the number of parameters, all tensors together.
size_t
rondo_network_n_parameters(const RondoDescription* description);

/// Return where tensor `index` of rondo_description_tensor() starts.
size_t
rondo_network_offset(const RondoDescription* description, size_t index);

/**
   Draw first parameters.

   Input weights: Glorot and Bengio 2010, uniform.  Recurrent weights:
   orthogonal, each gate for itself (Saxe et al. 2014).  Biases: 0, but 1 for
   the forget gate of an lstm (Jozefowicz et al. 2015, in bias_ih).

   @param[out] parameters (n_parameters).
*/
RONDO_NODISCARD RondoStatus
rondo_network_initialise(const RondoDescription* description,
                         RondoRandom*            random,
                         RondoReal*              parameters);

/// Clear the recurrent state that rondo_network_forward() starts from.
void
rondo_network_reset(RondoNetwork* network);

/**
   Run forward over `n_steps` of `n_batch` sequences.

   The recurrent state goes on from the end of the call before, unless
   rondo_network_reset() was called; gradients stop there (truncated
   backpropagation through time, Williams and Peng 1990).  It also starts from
   zeros if `n_batch` is not that of the call before.

   @param n_steps 1 … max_steps.
   @param n_batch 1 … max_batch.
   @param x (n_steps, n_batch, n_inputs).  Must stay until the backward call.
   @return Output (n_steps, n_batch, n_outputs), valid until the next forward
   call.
*/
const RondoReal*
rondo_network_forward(RondoNetwork*    network,
                      const RondoReal* parameters,
                      size_t           n_steps,
                      size_t           n_batch,
                      const RondoReal* x);

/**
   Run backward over the last forward call, once: the activations of gates
   are overwritten.

   @param parameters As of the forward call.
   @param dy (n_steps, n_batch, n_outputs).
   @param[in,out] dparameters (n_parameters); the gradient is added.
   @param[out] dx (n_steps, n_batch, n_inputs) or NULL; set, not added.
*/
void
rondo_network_backward(RondoNetwork*    network,
                       const RondoReal* parameters,
                       const RondoReal* dy,
                       RondoReal*       dparameters,
                       RondoReal*       dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_NETWORK_H
