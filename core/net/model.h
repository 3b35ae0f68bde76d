// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file model.h A network ready to run: immutable and shared.

   Weights are packed for the kernels at load.  Any number of streams, threads
   and channels may use one model at a time.

   Setup (allocates).
*/

#ifndef RONDO_NET_MODEL_H
#define RONDO_NET_MODEL_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/safetensors.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The metadata key that holds a model's description
#define RONDO_METADATA_KEY "rondo"

/// A packed network
typedef struct RondoModelImpl RondoModel;

/**
   Load the model file at `path`.

   Missing or surplus tensors, wrong shapes and weights that are not finite
   are errors that name the layer, what was expected and what was found.
*/
RONDO_NODISCARD RondoStatus
rondo_model_load(const char* path, RondoModel** out, RondoError* error);

/// Make a model from tensors already in memory, which are copied.
RONDO_NODISCARD RondoStatus
rondo_model_new(const RondoTensors* tensors,
                RondoModel**        out,
                RondoError*         error);

/// Free a model that no stream uses any more; NULL is harmless.
void
rondo_model_free(RondoModel* model);

/// Return the description, which carries the task.
const RondoDescription*
rondo_model_description(const RondoModel* model);

/// Return the width of one input frame.
size_t
rondo_model_n_inputs(const RondoModel* model);

/// Return the width of one output frame.
size_t
rondo_model_n_outputs(const RondoModel* model);

/// Return the number of weights and biases.
size_t
rondo_model_n_parameters(const RondoModel* model);

/**
   Return the multiplications and additions of one step of one channel: those
   of products and biases, scale and shift, in every group, direction and
   window.  Layers that see the whole sequence count as run over it once.
*/
size_t
rondo_model_n_operations(const RondoModel* model);

/**
   Return the frames by which the output of a stream is late.

   @param lookahead Frames that each layer which is bidirectional along time
   sees after its own; 0 for what the description says.
   @return RONDO_LOOKAHEAD_WHOLE if a layer sees the whole sequence.
*/
size_t
rondo_model_delay(const RondoModel* model, size_t lookahead);

/**
   Check that a stream can be made, as to how far the network looks ahead.

   A layer that sees the whole sequence is an error that names it.
*/
RONDO_NODISCARD RondoStatus
rondo_model_check_lookahead(const RondoModel* model,
                            size_t            lookahead,
                            RondoError*       error);

// Processing (audio thread)

/**
   Read part `part` of `n_parts` of the weights, so that they are in caches.

   After a pause the first step of a network waits for memory, and costs several
   times as much as the next ones; parts can be read one after the other before.
*/
RONDO_REALTIME void
rondo_model_warm(const RondoModel* model, size_t part, size_t n_parts);

RONDO_END_DECLS

#endif // RONDO_NET_MODEL_H
