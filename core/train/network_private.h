// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file network_private.h What a network of the trainer is made of.

   An entry of the description is a stack of levels, one unless it is a
   recurrent type of several layers.  What a level reads and gives is
   (T, B, width), width being that of all groups and directions together.
*/

#ifndef RONDO_TRAIN_NETWORK_PRIVATE_H
#define RONDO_TRAIN_NETWORK_PRIVATE_H

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/net/description.h"
#include "core/train/cell.h"
#include "core/train/network.h"
#include "core/train/real.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// One of the stacked layers of an entry
typedef struct {
  RondoCell  cells[2]; ///< (n_directions) Forward, then backward
  size_t     index;    ///< In its stack
  size_t     n_inputs; ///< X: width of what it reads
  RondoReal* y;        ///< (T, B, Y) Outputs, or NULL: those of the only cell
  RondoReal* dy;       ///< (T, B, Y) Their gradient, or NULL
  RondoReal* dropped;  ///< (T, B, X) What it reads after dropout, or NULL
  RondoReal* mask;     ///< (T, B, X) or, if the same over time, (B, X)
} RondoLevel;

/// One entry of the description
typedef struct {
  const RondoLayer* layer;
  RondoLevel*       levels; ///< (n_stacked)
  RondoReal*        joined; ///< (T, B, X) Sources side by side, if several
  const RondoReal*  x;      ///< (T, B, X) joined, or the only source
} RondoEntry;

struct RondoNetworkImpl {
  const RondoDescription* description;
  RondoEntry*             entries;   ///< (n_layers)
  RondoReal*              djoined;   ///< (T, B, X) of the widest joined input
  RondoReal*              arranged;  ///< What a cell reads, along its path
  RondoReal*              darranged; ///< Its gradient
  size_t                  max_steps;
  size_t                  max_batch;
  size_t*                 lengths;     ///< (max_batch) Of this call
  size_t*                 ends;        ///< (max_batch) Of the call before
  size_t                  state_batch; ///< Sequences with a state, or 0
  const RondoReal*        x;
  RondoBatch              batch;
  RondoDropout            dropout;
  void*                   dropout_memory;
  RondoReal*              ddropped;   ///< (T, B, X) of the widest dropped input
  bool                    is_dropped; ///< The last forward call drew dropout
};

/// Carve (a, b, c, d) elements.
RondoReal*
rondo_network_take(RondoArena* arena, size_t a, size_t b, size_t c, size_t d);

/// Carve a network; with a counting arena, only count.
RondoNetwork*
rondo_network_place(RondoArena*             arena,
                    const RondoDescription* description,
                    size_t                  max_steps,
                    size_t                  max_batch);

/// Return the vectors of a row that sources are joined by.
size_t
rondo_layer_n_joined(const RondoLayer* layer);

/// Return whether what `layer` reads is one step per sequence.
bool
rondo_layer_reads_single(const RondoDescription* description,
                         const RondoLayer*       layer);

/// Return the batch as the cells of a layer see it: every group a sequence.
RondoBatch
rondo_layer_batch(const RondoNetwork* network, const RondoLayer* layer);

/// Return the outputs of a level (T, B, n_outputs).
RondoReal*
rondo_level_outputs(const RondoNetwork* network,
                    const RondoLayer*   layer,
                    const RondoLevel*   level);

/// Return the gradient of the outputs of a level (T, B, n_outputs).
RondoReal*
rondo_level_gradient(const RondoLevel* level);

/// Set rows beyond the length of their sequence to 0: (T, B, width).
void
rondo_network_hide_padding(const RondoNetwork* network,
                           size_t              width,
                           RondoReal*          rows);

/// Run a level forward; return its outputs.
const RondoReal*
rondo_level_forward(RondoNetwork*     network,
                    const RondoLayer* layer,
                    const RondoLevel* level,
                    const RondoReal*  parameters,
                    const RondoReal*  x,
                    RondoRandom*      random);

/**
   Run a level backward, from rondo_level_gradient().

   @param x As of the forward call.
   @param[in,out] dx Added to, or NULL.
*/
void
rondo_level_backward(const RondoNetwork* network,
                     const RondoLayer*   layer,
                     const RondoLevel*   level,
                     const RondoReal*    parameters,
                     const RondoReal*    x,
                     RondoReal*          dparameters,
                     RondoReal*          dx);

/// Draw a mask and apply it to what a level reads.
void
rondo_dropout_forward(const RondoNetwork* network,
                      const RondoLayer*   layer,
                      const RondoLevel*   level,
                      const RondoReal*    x,
                      size_t              n_steps,
                      RondoRandom*        random);

/// Add the gradient of what was dropped: dx += mask ddropped.
void
rondo_dropout_backward(const RondoNetwork* network,
                       const RondoLevel*   level,
                       size_t              n_steps,
                       RondoReal*          dx);

RONDO_END_DECLS

#endif // RONDO_TRAIN_NETWORK_PRIVATE_H
