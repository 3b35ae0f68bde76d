// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file quantise.h Models whose matrices are int8.

   Setup (allocates).
*/

#ifndef RONDO_NET_QUANTISE_H
#define RONDO_NET_QUANTISE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/safetensors.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// Return whether a layer has matrices that can be int8.
bool
rondo_layer_can_be_int8(const RondoLayer* layer);

/**
   Return whether int8 makes a layer faster.

   Large matrices are read faster, as they are a quarter of the size.  Those
   that groups share are read once for all, and of small ones the inputs take
   longer to quantise than to multiply.
*/
bool
rondo_layer_gains_from_int8(const RondoLayer* layer);

/**
   Write a model whose layers in `is_int8` have int8 matrices, atomically; all
   else is taken over as it is.

   @param tensors A model's.
   @param is_int8 (n_layers) Of layers whose matrices are int8 already, nothing
   changes.
*/
RONDO_NODISCARD RondoStatus
rondo_quantise(const RondoTensors*     tensors,
               const RondoDescription* description,
               const bool*             is_int8,
               const char*             path,
               RondoError*             error);

RONDO_END_DECLS

#endif // RONDO_NET_QUANTISE_H
