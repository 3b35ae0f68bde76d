// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file train_kernels.h Inner loops of training, built once per instruction
   set from train_kernel_variant.c and cell_kernel_variant.c.

   The variant of the same name as the engine's (core/net/kernels.h) is used,
   so RONDO_CPU chooses for both; of vnni, that of avx512.
*/

#ifndef RONDO_TRAIN_TRAIN_KERNELS_H
#define RONDO_TRAIN_TRAIN_KERNELS_H

#include "core/base/attributes.h"
#include "core/train/real.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// The most rows of a tile, of any variant
#define RONDO_MAX_TILE_ROWS 12U

/// The most columns of a tile, of any variant
#define RONDO_MAX_TILE_COLUMNS 32U

/// A tile of a product: C (m, n) = or += A (m, k) B (k, n)
typedef struct {
  size_t           m;        ///< 1 … tile_rows
  size_t           n;        ///< 1 … tile_columns
  size_t           k;        ///< At least 1
  const RondoReal* a;        ///< A(i, p) at a[(i * a_row) + (p * a_column)]
  size_t           a_row;    ///< Distance of rows of A
  size_t           a_column; ///< Distance of columns of A
  const RondoReal* b;        ///< (k, tile_columns), aligned, padded with zeros
  RondoReal*       c;        ///< C(i, j) at c[(i * c_row) + j]
  size_t           c_row;    ///< Distance of rows of C
  bool             add;      ///< Add to C
} RondoTile;

/// One sequence at one step of a recurrent cell of H units, forward
typedef struct {
  size_t           H;
  const RondoReal* b_ih;   ///< (G H)
  const RondoReal* b_hh;   ///< (G H)
  const RondoReal* h;      ///< (H) gru: state before
  const RondoReal* c;      ///< (H) lstm: state before
  RondoReal*       gates;  ///< (G H) Sums without biases, replaced by the gates
  RondoReal*       inner;  ///< (H) gru: W_hn h, replaced by q; lstm: tanh(c')
  RondoReal*       c_next; ///< (H) lstm
  RondoReal*       h_next; ///< (H)
} RondoCellRow;

/// One sequence at one step of a recurrent cell of H units, backward
typedef struct {
  size_t           H;
  const RondoReal* dh_next; ///< (H)
  const RondoReal* h;       ///< (H) gru: state before
  const RondoReal* c;       ///< (H) lstm: state before
  RondoReal*       gates;   ///< (G H) Replaced by the gradients of their sums
  RondoReal*       inner;   ///< (H) lstm: tanh(c'); gru: q, replaced by dq
  RondoReal*       dh;      ///< (H) gru: what skips the gates is added
  RondoReal*       dc;      ///< (H) lstm: of the state after, then before
  RondoReal*       sums;    ///< (4 H) `gates`, and gru: `inner`, are added
} RondoCellRowBackward;

/// The loops over the units of the cells, whose equations are in lstm.h and
/// gru.h; those of the gru are for the reset gate after the product
typedef struct {
  void (*lstm)(const RondoCellRow* row);
  void (*lstm_backward)(const RondoCellRowBackward* row);
  void (*gru)(const RondoCellRow* row);
  void (*gru_backward)(const RondoCellRowBackward* row);
} RondoCellKernels;

/// The kernels of one instruction set
typedef struct {
  const char* name;
  size_t      tile_rows;
  size_t      tile_columns;

  /// Multiply a tile; sums run over k in ascending order.
  void (*multiply)(const RondoTile* tile);

  /// Replace x (n) by tanh(x).
  void (*tanh)(RondoReal* x, size_t n);

  /// Replace x (n) by 1 / (1 + exp(-x)).
  void (*sigmoid)(RondoReal* x, size_t n);

  const RondoCellKernels* cells;
} RondoTrainKernels;

/// Return the kernels for this processor.
const RondoTrainKernels*
rondo_train_kernels(void);

/// Return a variant if it is built in and the processor has it, or NULL.
const RondoTrainKernels*
rondo_train_kernels_variant(const char* name);

RONDO_END_DECLS

#endif // RONDO_TRAIN_TRAIN_KERNELS_H
