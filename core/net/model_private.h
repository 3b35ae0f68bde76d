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

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   What runs at a time: a layer, or one direction at one depth of a recurrent
   one.

   The directions of a bidirectional layer are cells next to each other, and
   their outputs side by side are what other cells read.
*/
typedef struct {
  const RondoLayer* layer;
  size_t            n_inputs;        ///< X of one group; all frames of a kernel
  size_t            n_units;         ///< H or out of one group, unpadded
  size_t            stride;          ///< Units, padded to whole panels
  size_t            n_sources;       ///< Of which more than 1 are gathered
  size_t sources[RONDO_MAX_SOURCES]; ///< First cells, or RONDO_SOURCE_INPUTS
  bool   is_reverse;                 ///< Runs from the last to the first
  bool   is_int8;                    ///< All of its matrices are
  size_t input_delay;                ///< Frames that its latest source waits
  size_t input_levels;     ///< Cells that look ahead, one after the other
  RondoPanels w;           ///< Of the input; of layer_norm scale and shift, of
                           ///< embedding the table (tokens, H), unpadded
  RondoPanels u;           ///< Of the state; no gates if there is none
  RondoPanels candidate;   ///< Of r * h, for a reset before
  size_t      n_direct;    ///< Weights of `w`, whole panels
  size_t      n_recurrent; ///< Weights of `u` and `candidate`, whole panels
} RondoCell;

struct RondoModelImpl {
  RondoDescription*   description;
  const RondoKernels* kernels;
  RondoCell*          cells; ///< In the order in which they run
  size_t              n_cells;
  size_t              output;    ///< The first cell of the last layer
  void*               weights;   ///< All panels
  size_t              n_weights; ///< Bytes
  size_t              n_parameters;
  size_t              n_operations;
};

/// Make a model that runs on `kernels`, whatever was chosen at the start.
RONDO_NODISCARD RondoStatus
rondo_model_new_for(const RondoKernels* kernels,
                    const RondoTensors* tensors,
                    RondoModel**        out,
                    RondoError*         error);

/// List the cells of all layers and what each of them reads.
RONDO_NODISCARD RondoStatus
rondo_model_make_cells(RondoModel* model, RondoError* error);

/// Pack the weights of all cells.
RONDO_NODISCARD RondoStatus
rondo_model_pack(RondoModel*         model,
                 const RondoTensors* tensors,
                 RondoError*         error);

/// Return the number of cells whose outputs side by side `source` stands for.
size_t
rondo_model_n_directions(const RondoModel* model, size_t source);

/**
   Return the frames that `cell` looks ahead, 0 for most, or
   RONDO_LOOKAHEAD_WHOLE.

   @param lookahead Frames for all that look ahead; 0 for those of the
   description; or RONDO_LOOKAHEAD_WHOLE for the same in a sequence that is
   there as a whole, where nothing is late.
*/
size_t
rondo_cell_n_ahead(const RondoCell* cell, size_t lookahead);

/// Return the frames by which the inputs of `cell` are late.
size_t
rondo_cell_input_delay(const RondoCell* cell, size_t lookahead);

/// Return the frames by which the output of `cell` is late.
size_t
rondo_cell_delay(const RondoCell* cell, size_t lookahead);

RONDO_END_DECLS

#endif // RONDO_NET_MODEL_PRIVATE_H
