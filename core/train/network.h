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
#include "core/net/config.h"
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

/// How recurrent weights are drawn, each gate for itself
typedef enum {
  RONDO_RECURRENT_ORTHOGONAL, ///< Saxe et al. 2014
  RONDO_RECURRENT_GLOROT,     ///< As input weights
  RONDO_RECURRENT_IDENTITY,   ///< Le et al. 2015, for rnn with relu
} RondoRecurrentWeights;

/// How first parameters are drawn
typedef struct {
  RondoRecurrentWeights recurrent;
  double                gain;        ///< Factor of recurrent weights
  double                forget_bias; ///< Of lstm, in bias_ih
} RondoInitialisation;

/// Return the usual settings: orthogonal, 1, 1 (Jozefowicz et al. 2015).
RondoInitialisation
rondo_initialisation(void);

/**
   Draw first parameters.

   Input weights: Glorot and Bengio 2010, uniform; those of a conv1d have a fan
   of all frames that it sees.  Recurrent weights: as `settings`.  Embeddings:
   normal with a deviation of 0.1, which keeps the gates that read them where
   they are not saturated, however many tokens there are.  Biases: 0, but that
   of the forget gate.  layer_norm: weights 1.

   @param[out] parameters (n_parameters).
*/
void
rondo_network_initialise(const RondoDescription*    description,
                         const RondoInitialisation* settings,
                         RondoRandom*               random,
                         RondoReal*                 parameters);

/// Shares of the units that are left out of each training step
typedef struct {
  double inputs;         ///< Of the network's input, 0 <= p < 1
  double layers;         ///< Between layers, stacked ones too, 0 <= p < 1
  bool   same_over_time; ///< Leave out the same units at all steps of a call
} RondoDropout;

/// Read the keys that `config` has, each under its own name.
RONDO_NODISCARD RondoStatus
rondo_dropout_read(RondoConfig*  config,
                   RondoDropout* dropout,
                   RondoError*   error);

/**
   Set dropout, none at first, and make room for it.

   What a layer reads is dropped, for each reader anew, and what is kept is
   divided by 1 - p (inverted dropout, Srivastava et al. 2014), so that nothing
   changes where none is drawn.  What reads an embedding takes it for the input;
   last, mean and layer_norm pass on what other layers give.  `same_over_time`
   is the variational dropout of Gal and Ghahramani 2016, without that of
   recurrent connections.
*/
RONDO_NODISCARD RondoStatus
rondo_network_set_dropout(RondoNetwork*       network,
                          const RondoDropout* dropout,
                          RondoError*         error);

/**
   Leave out the sigmoid or softmax of a linear layer at the end, forward and
   backward, so that losses see logits.

   @return Whether the outputs are logits now.
*/
bool
rondo_network_set_logits(RondoNetwork* network, bool logits);

/// Return the steps of the output: `n_steps`, or 1 if the network gives one
/// output per sequence.
size_t
rondo_network_n_output_steps(const RondoNetwork* network, size_t n_steps);

/// Clear the recurrent state that rondo_network_forward() starts from.
void
rondo_network_reset(RondoNetwork* network);

/// Return the numbers that a recurrent state takes, for max_batch sequences.
size_t
rondo_network_state_size(const RondoNetwork* network);

/// Get the recurrent state from which the next forward call goes on.
void
rondo_network_get_state(RondoNetwork* network, double* state);

/// Set a state that was got from a network of the same description and room.
void
rondo_network_set_state(RondoNetwork* network, const double* state);

/**
   Run forward over `n_steps` of `n_batch` sequences.

   The recurrent state goes on from the end of the call before, unless
   rondo_network_reset() was called; gradients stop there (truncated
   backpropagation through time, Williams and Peng 1990).  It also starts from
   zeros if `n_batch` is not that of the call before.

   Sequences of other lengths are padded at the end.  Steps beyond a length
   leave the state as it was, their outputs are 0, and no gradient comes from
   them, whatever `dy` says.

   @param n_steps 1 … max_steps.
   @param n_batch 1 … max_batch.
   @param x (n_steps, n_batch, n_inputs), finite everywhere.  Must stay until
   the backward call.
   @param lengths (n_batch) Steps of each sequence in this call, 0 … n_steps
   (0 where a sequence ended in a call before); NULL: n_steps.
   @param random Draws dropout; NULL: none, as for evaluation.
   @return Output (rondo_network_n_output_steps(), n_batch, n_outputs), valid
   until the next forward call.
*/
const RondoReal*
rondo_network_forward(RondoNetwork*    network,
                      const RondoReal* parameters,
                      size_t           n_steps,
                      size_t           n_batch,
                      const RondoReal* x,
                      const size_t*    lengths,
                      RondoRandom*     random);

/**
   Run backward over the last forward call, once: the activations of gates
   are overwritten.

   @param parameters As of the forward call.
   @param dy Of the shape of the output.
   @param[in,out] dparameters (n_parameters); the gradient is added.
   @param[out] dx (n_steps, n_batch, n_inputs) or NULL; set, not added.
*/
void
rondo_network_backward(RondoNetwork*    network,
                       const RondoReal* parameters,
                       const RondoReal* dy,
                       RondoReal*       dparameters,
                       RondoReal*       dx);

/**
   Tell how large gradients are as they flow back through time.

   To be called after rondo_network_backward().

   @param layer Index of a layer that is recurrent along time.
   @param[out] norms (n_steps) Norm of dL/dh at each step of the last call, over
   all sequences and units of the forward direction of the topmost of its
   stack.  Where these die away, the layer does not learn from further back.
*/
void
rondo_network_state_norms(const RondoNetwork* network,
                          size_t              layer,
                          double*             norms);

RONDO_END_DECLS

#endif // RONDO_TRAIN_NETWORK_H
