// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file stream_private.h The inside of a stream.
*/

#ifndef RONDO_NET_STREAM_PRIVATE_H
#define RONDO_NET_STREAM_PRIVATE_H

#include "core/net/model_private.h"
#include "core/net/stream.h"

#include <stdbool.h>
#include <stddef.h>

/// Frames whose input products are batched
#define RONDO_BLOCK 16U

/// The outputs and the state of one cell
typedef struct {
  float* rows; ///< (1 + RONDO_BLOCK, n_channels, stride) Outputs, h among them
  float* c;    ///< (n_channels, stride) Cell state of an lstm
} RondoCellState;

struct RondoStreamImpl {
  const RondoModel* model;
  size_t            n_channels;
  size_t            newest;  ///< Row with the last output: 0, or 1 after a step
  bool              reverse; ///< Order of panels, alternating
  RondoCellState*   cells;   ///< (n_cells)
  float*            gathered; ///< (RONDO_BLOCK, n_channels, n_inputs) Widest
  float*            products; ///< (RONDO_BLOCK, n_channels, rows) Widest
  float*            work;     ///< (2, n_channels, stride) Widest
};

#endif // RONDO_NET_STREAM_PRIVATE_H
