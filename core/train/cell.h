// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file cell.h What the layers of the trainer have in common.

   A cell is one entry of a description, or one of the stacked layers of a
   recurrent entry.  Its X inputs and H units run over B sequences of T steps,
   time first: element i of sequence b at time t is x[((t * B) + b) * X + i].
   Layers that make one step of a sequence give (1, B, H).

   Each type has a file of its own, forward beside backward.  Backward runs
   once after forward: gradients of gates take the place of the gates, and the
   gradient of the state is added into the output gradient of the step before.
*/

#ifndef RONDO_TRAIN_CELL_H
#define RONDO_TRAIN_CELL_H

#include "core/base/attributes.h"
#include "core/net/description.h"
#include "core/train/real.h"
#include "core/train/train_kernels.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// A layer with room for the activations of a batch
typedef struct {
  RondoLayerType  type;
  RondoActivation activation;
  RondoReset      reset;
  size_t          X;        ///< Inputs
  size_t          H;        ///< Units
  size_t          G;        ///< Gates: 3 gru, 4 lstm, 1 others
  size_t          K;        ///< Frames that a conv1d sees
  size_t          n_tokens; ///< Rows of an embedding
  double          epsilon;  ///< Added to the variance by layer_norm
  size_t          offset;   ///< Of its parameters in the block

  RondoReal* h;      ///< (1 + T, B, H) State before, then the outputs
  RondoReal* dh;     ///< (T, B, H) Gradient of the outputs
  RondoReal* gates;  ///< (T, B, G H) Recurrent types; layer_norm: scales
  RondoReal* inner;  ///< (T, B, H) gru: q or r h; lstm: tanh(c); norm: x hat
  RondoReal* c;      ///< (1 + T, B, H) lstm
  RondoReal* frames; ///< (K - 1 + T, B, X) conv1d: frames before, then inputs
} RondoCell;

/// A batch at work, and memory for it that all cells share
typedef struct {
  const RondoTrainKernels* kernels;
  size_t                   T;
  size_t                   B;
  const size_t*            lengths;   ///< (B) Steps of each sequence, or NULL
  RondoReal*               packed;    ///< W_hh, packed, or any other matrix
  RondoReal*               packed_ih; ///< W_ih of a recurrent cell, packed
  RondoReal*               scratch;   ///< (RONDO_GEMM_SCRATCH)
  RondoReal*               carry;     ///< (2, B, H) State gradients of a step
  RondoReal*               sums;      ///< (4, H) Gradients of biases
} RondoBatch;

/// Where the tensors of a recurrent cell start
typedef struct {
  size_t w_ih; ///< (G H, X)
  size_t w_hh; ///< (G H, H)
  size_t b_ih; ///< (G H)
  size_t b_hh; ///< (G H)
} RondoRecurrentOffsets;

/// Return where the tensors of a recurrent cell start.
static inline RondoRecurrentOffsets
rondo_recurrent_offsets(const RondoCell* const cell)
{
  const size_t rows = cell->G * cell->H;
  const size_t w_ih = cell->offset;
  const size_t w_hh = w_ih + (rows * cell->X);
  const size_t b_ih = w_hh + (rows * cell->H);
  const size_t b_hh = b_ih + rows;

  const RondoRecurrentOffsets offsets = { w_ih, w_hh, b_ih, b_hh };
  return offsets;
}

/// Return whether a cell has a state.
static inline bool
rondo_cell_is_recurrent(const RondoCell* const cell)
{
  return cell->type == RONDO_LAYER_RNN || cell->type == RONDO_LAYER_GRU ||
         cell->type == RONDO_LAYER_LSTM;
}

/// Return the outputs (T, B, H).
static inline RondoReal*
rondo_cell_outputs(const RondoCell* const cell, const RondoBatch* const batch)
{
  return cell->h + (batch->B * cell->H);
}

/**
   Run a cell of any type forward over a batch.

   @param parameters The whole block of the network.
   @param x (T, B, X).
*/
void
rondo_cell_forward(const RondoCell*  cell,
                   const RondoBatch* batch,
                   const RondoReal*  parameters,
                   const RondoReal*  x);

/**
   Run a cell of any type backward over the last forward call, from cell->dh.

   @param[in,out] dparameters The whole block; gradients are added.
   @param[in,out] dx (T, B, X), added to, or NULL.
*/
void
rondo_cell_backward(const RondoCell*  cell,
                    const RondoBatch* batch,
                    const RondoReal*  parameters,
                    const RondoReal*  x,
                    RondoReal*        dparameters,
                    RondoReal*        dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_CELL_H
