// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/eval_chorale.h"

#include "core/music/chorale_tokens.h"
#include "core/train/losses.h"

#include <stdint.h>

// Orders that cells are told in, to be averaged over
#define N_ORDERS 8U

#define ALL_PARTS 0xFU

// Return the mean loss of a set over some orders of cells of `parts`
static double
judge_orders(RondoCrew* const      crew,
             RondoSequences* const set,
             const uint32_t        parts)
{
  const RondoMasking before = set->masking;
  const uint64_t     seed   = set->seed;
  double             sum    = 0.0;
  set->masking.cells        = parts;
  set->masking.block        = 1;
  for (set->seed = 0; set->seed < N_ORDERS; ++set->seed) {
    sum += rondo_crew_judge(crew, NULL, set, NULL).loss / N_ORDERS;
  }
  set->masking = before;
  set->seed    = seed;
  return sum;
}

// Let sopranos, the first of every four tokens, count for nothing
static void
leave_out_soprano(const RondoSequences* const set)
{
  for (size_t i = 0; i < set->count; ++i) {
    const RondoSequence* const s = &set->sequences[i];
    float* const               y = s->memory + (s->y - s->memory);
    for (size_t t = 0; t < s->n_targets; t += RONDO_N_PARTS) {
      y[t] = (float)RONDO_CLASS_MISSING;
    }
  }
}

RondoChoraleScore
rondo_eval_chorale(RondoCrew* const crew, RondoSequences* const set)
{
  const size_t n_steps = rondo_sequences_n_steps(set);

  RondoChoraleScore score;
  score.n_sixteenths = set->n_cells ? n_steps : n_steps / RONDO_N_PARTS;
  const double n     = (double)(score.n_sixteenths ? score.n_sixteenths : 1);
  if (set->n_cells) {
    score.all = judge_orders(crew, set, ALL_PARTS) / n;
    score.lower =
      judge_orders(crew, set, ALL_PARTS & ~(1U << RONDO_SOPRANO)) / n;
  } else {
    score.all = rondo_crew_judge(crew, NULL, set, NULL).loss / n;
    leave_out_soprano(set);
    score.lower = rondo_crew_judge(crew, NULL, set, NULL).loss / n;
  }
  return score;
}
