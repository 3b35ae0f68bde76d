// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file masking.h Which cells of a sequence are hidden from a network that is
   to tell them from the others.

   The orderless NADE (Uria, Murray and Larochelle 2014), as Coconet uses it for
   chorales (Huang et al. 2017): each share of hidden cells is as likely as any
   other.  There are two differences, so that what is asked in use is met in
   training: which kinds of cell (parts) may be hidden is drawn first, and what
   is hidden may be whole blocks of steps.

   Does not allocate.
*/

#ifndef RONDO_TRAIN_MASKING_H
#define RONDO_TRAIN_MASKING_H

#include "core/base/attributes.h"
#include "core/base/random.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// The most cells of a step
#define RONDO_MAX_CELLS 16U

/// What may be hidden
typedef struct {
  uint32_t cells; ///< Bit i: cell i of a step may be.  0: drawn anew, half of
                  ///< the time all but the first, otherwise any set of them
  size_t block;   ///< Steps that are hidden together.  0: drawn anew: 1, 4, 16,
                  ///< or all
} RondoMasking;

/**
   Draw a mask, in which each block is hidden by the same probability, uniform
   from 0 to 1.

   @param n_cells Of a step, 1 to RONDO_MAX_CELLS.
   @param[out] mask (n_steps, n_cells) 1 where it is hidden, which at least one
   cell is.
   @return How many are.
*/
size_t
rondo_masking_draw(const RondoMasking* masking,
                   RondoRandom*        random,
                   size_t              n_steps,
                   size_t              n_cells,
                   uint8_t*            mask);

/// Return how many cells of a step may be hidden.
size_t
rondo_masking_count(const RondoMasking* masking, size_t n_cells);

RONDO_END_DECLS

#endif // RONDO_TRAIN_MASKING_H
