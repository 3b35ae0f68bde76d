// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequences.h Sequences of inputs and targets, held in memory.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_SEQUENCES_H
#define RONDO_TRAIN_SEQUENCES_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/masking.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Lags of a set, at most
#define RONDO_MAX_LAGS 16U

/// One sequence
typedef struct {
  float*       memory; ///< What x and y point into, owned; or NULL
  const float* x;      ///< (n_steps, width of inputs)
  const float* y;      ///< (n_targets, width of targets)
  size_t       n_steps;
  size_t       n_targets;  ///< n_steps, or 1
  int          shift_low;  ///< How far inputs may be shifted to lower units
  int          shift_high; ///< And to higher ones, before values are lost
  int32_t*     predicted;  ///< (n_targets) Set when scored, if not NULL; owned
} RondoSequence;

/// Inputs that may be left unknown
#define RONDO_MAX_OPTIONAL 4U

/// A set of sequences of the same kind
typedef struct {
  size_t n_inputs; ///< (1 + n_lags) times the width of inputs
  size_t n_lags;   ///< Beside each value x[t][i] those of x[t + 1 - lag][i]
  size_t lags[RONDO_MAX_LAGS]; ///< (n_lags) 2 or more; nothing before the start
  size_t n_outputs;            ///< Units of a target: values or classes
  bool   classes;          ///< y is a class, -1 where there is none; otherwise
                           ///< n_outputs values, NaN where there are none
  bool   is_single;        ///< One target per sequence
  size_t n_cells;          ///< Classes of a target that may be hidden, the
                           ///< first inputs telling them; or 0: one class
  float          hidden;   ///< Input of a cell that is hidden
  RondoMasking   masking;  ///< What may be hidden
  uint64_t       seed;     ///< Of what is hidden while they are judged
  size_t         optional; ///< The first input that may be left unknown
  size_t         n_optional;                  ///< How many may be, all at once
  float          unknown[RONDO_MAX_OPTIONAL]; ///< What they are then
  size_t         count;
  size_t         capacity;
  RondoSequence* sequences;
} RondoSequences;

/// Return the floats of a step of x.
size_t
rondo_sequences_input_width(const RondoSequences* sequences);

/// Return the floats of one target.
size_t
rondo_sequences_target_width(const RondoSequences* sequences);

/// Return the steps of the longest sequence.
size_t
rondo_sequences_longest(const RondoSequences* sequences);

/// Return the steps of all sequences together.
size_t
rondo_sequences_n_steps(const RondoSequences* sequences);

/**
   Add a sequence whose x and y lie in new memory.

   @param n_floats Of the memory, which is cleared.
   @return The sequence, valid until the next one is added, or NULL if there is
   no memory.
*/
RondoSequence*
rondo_sequences_add(RondoSequences* sequences, size_t n_floats);

/**
   Cut the only sequence into `n_lanes` of equal length, which borrow from it.

   Less than n_lanes steps at the end are lost.

   @param[out] lanes Of the same kind; valid as long as `stream`.
*/
RONDO_NODISCARD RondoStatus
rondo_sequences_cut(const RondoSequences* stream,
                    size_t                n_lanes,
                    RondoSequences*       lanes);

/// Free all sequences; the set is empty then.
void
rondo_sequences_clear(RondoSequences* sequences);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCES_H
