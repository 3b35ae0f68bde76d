// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_engine.h What the engine of the audio thread makes of
   sequences, to be scored as what the trainer's network makes of them.

   The two agree to rounding, but for weights of int8: the trainer knows them as
   real numbers, and quantises no inputs.
*/

#ifndef RONDO_TRAIN_SEQUENCE_ENGINE_H
#define RONDO_TRAIN_SEQUENCE_ENGINE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// A model, and room for sequences
typedef struct RondoSequenceEngineImpl RondoSequenceEngine;

/**
   Make room for `max_items` sequences, `max_steps` steps of each at a time: all
   of a sequence if rondo_description_sees_all().

   @param logits Undo the sigmoid or softmax of a linear layer at the end, as
   rondo_network_set_logits() leaves it out.
*/
RONDO_NODISCARD RondoStatus
rondo_sequence_engine_new(const RondoModel*     model,
                          bool                  logits,
                          size_t                max_steps,
                          size_t                max_items,
                          RondoSequenceEngine** out,
                          RondoError*           error);

/// Free; NULL is harmless.
void
rondo_sequence_engine_free(RondoSequenceEngine* engine);

/**
   Run over steps of `n_items` sequences, as rondo_network_forward() does.

   @param goes_on Whether these steps follow those of the last call.
   @param x (n_steps, n_items, n_inputs).
   @param lengths (n_items) Steps of each that count, up to n_steps.
   @return (n_steps, n_items, n_outputs), or (1, n_items, n_outputs) of a
   network with one output per sequence; NaN where there was no memory.
*/
const float*
rondo_sequence_engine_run(RondoSequenceEngine* engine,
                          bool                 goes_on,
                          size_t               n_steps,
                          size_t               n_items,
                          const float*         x,
                          const size_t*        lengths);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_ENGINE_H
