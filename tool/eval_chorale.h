// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_EVAL_CHORALE_H
#define RONDO_TOOL_EVAL_CHORALE_H

#include "core/base/attributes.h"
#include "core/train/sequence_crew.h"
#include "core/train/sequences.h"

#include <stddef.h>

/// Negative log-likelihoods of a sixteenth, in nats
typedef struct {
  size_t n_sixteenths;
  double all;   ///< Of all four parts
  double lower; ///< Of alto, tenor and bass, given the soprano
} RondoChoraleScore;

/**
   Score a model of the task chorale or, where `set` has cells, harmony.

   The soprano that is given is that up to the sixteenth itself, or with cells
   all of it.  With cells the numbers are means over random orders in which
   cells are told, of which a few are drawn.

   @param crew Whose engine judges, see rondo_crew_init().
   @param[in,out] set Targets of sopranos are taken out.
*/
RondoChoraleScore
rondo_eval_chorale(RondoCrew* crew, RondoSequences* set);

#endif // RONDO_TOOL_EVAL_CHORALE_H
