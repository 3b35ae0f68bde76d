// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file model_private.h The inside of a model, for streams and tests.
*/

#ifndef RONDO_NET_MODEL_PRIVATE_H
#define RONDO_NET_MODEL_PRIVATE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/kernels.h"
#include "core/net/model.h"
#include "core/net/safetensors.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// One linear layer, or one layer of a stack of recurrent ones
typedef struct {
  const RondoLayer* layer;
  size_t            n_inputs;             ///< X, unpadded
  size_t            n_units;              ///< H or out, unpadded
  size_t            stride;               ///< Units, padded to whole panels
  size_t            n_sources;            ///< Of which more than 1 are gathered
  size_t      sources[RONDO_MAX_SOURCES]; ///< Cells, or RONDO_SOURCE_INPUTS
  RondoPanels w;                          ///< Of the input
  RondoPanels u;         ///< Of the state; no inputs for linear
  RondoPanels candidate; ///< Of r * h, for a reset before
} RondoCell;

struct RondoModelImpl {
  RondoDescription*   description;
  const RondoKernels* kernels;
  RondoCell*          cells; ///< In the order in which they run
  size_t              n_cells;
  void*               weights; ///< All panels
  size_t              n_parameters;
  size_t              n_operations;
};

/// Make a model that runs on `kernels`, whatever was chosen at the start.
RONDO_NODISCARD RondoStatus
rondo_model_new_for(const RondoKernels* kernels,
                    const RondoTensors* tensors,
                    RondoModel**        out,
                    RondoError*         error);

RONDO_END_DECLS

#endif // RONDO_NET_MODEL_PRIVATE_H
