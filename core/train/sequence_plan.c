// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_plan.h"

#include "core/base/random.h"

#include <stdlib.h>
#include <string.h>

// Random streams of epochs; other streams of a seed are elsewhere
#define EPOCH_STREAMS ((uint64_t)1U << 56U)

// Batches that are sorted together, at most, and pools that there are at least
#define MOST_BATCHES 8U
#define LEAST_POOLS 4U

void
rondo_plan_clear(RondoPlan* const plan)
{
  free(plan->order);
  free(plan->batches);
}

RondoStatus
rondo_plan_init(RondoPlan* const            plan,
                const RondoSequences* const sequences,
                const size_t                batch,
                const size_t                chunk,
                const uint64_t              seed)
{
  memset(plan, 0, sizeof(*plan));
  plan->sequences = sequences;
  plan->seed      = seed;
  plan->batch     = batch;
  plan->chunk     = chunk;
  plan->n_batches = (sequences->count + batch - 1) / batch;
  plan->order     = (size_t*)calloc(sequences->count + 1, sizeof(size_t));
  plan->batches   = (size_t*)calloc(plan->n_batches + 1, sizeof(size_t));
  if (!plan->order || !plan->batches) {
    return RONDO_ERR_NO_MEMORY;
  }
  rondo_plan_seek(plan, 0);
  return RONDO_SUCCESS;
}

// Set (n) to 0 … n - 1 in random order (Fisher and Yates)
static void
shuffle(size_t* const list, const size_t n, RondoRandom* const random)
{
  for (size_t i = 0; i < n; ++i) {
    list[i] = i;
  }
  for (size_t i = n; i > 1; --i) {
    const size_t j    = rondo_random_below(random, (uint32_t)i);
    const size_t kept = list[i - 1];
    list[i - 1]       = list[j];
    list[j]           = kept;
  }
}

// Insertion sort keeps the random order of what is equally long
static void
sort_by_length(const RondoSequences* const sequences,
               size_t* const               list,
               const size_t                n)
{
  const RondoSequence* const all = sequences->sequences;
  for (size_t i = 1; i < n; ++i) {
    const size_t moved = list[i];
    size_t       j     = i;
    for (; j > 0 && all[list[j - 1]].n_steps > all[moved].n_steps; --j) {
      list[j] = list[j - 1];
    }
    list[j] = moved;
  }
}

void
rondo_plan_seek(RondoPlan* const plan, const size_t epoch)
{
  const size_t count = plan->sequences->count;
  const size_t share = plan->n_batches / LEAST_POOLS;
  const size_t n = share < 1 ? 1 : share < MOST_BATCHES ? share : MOST_BATCHES;
  const size_t pool   = n * plan->batch;
  RondoRandom  random = rondo_random(plan->seed, EPOCH_STREAMS + epoch);

  plan->epoch = epoch;
  plan->at    = 0;
  plan->first = 0;
  shuffle(plan->order, count, &random);
  for (size_t i = 0; i < count; i += pool) {
    sort_by_length(
      plan->sequences, plan->order + i, count - i < pool ? count - i : pool);
  }
  shuffle(plan->batches, plan->n_batches, &random);
}

// Return the steps of the longest sequence of the batch that starts at `start`
static size_t
find_longest(const RondoPlan* const plan, const size_t start, const size_t n)
{
  size_t longest = 0;
  for (size_t i = start; i < start + n; ++i) {
    const size_t n_steps = plan->sequences->sequences[plan->order[i]].n_steps;
    longest              = n_steps > longest ? n_steps : longest;
  }
  return longest;
}

bool
rondo_plan_go(RondoPlan* const plan,
              const size_t     epoch,
              const size_t     at,
              const size_t     first)
{
  rondo_plan_seek(plan, epoch);
  if (at > plan->n_batches || (at == plan->n_batches && first)) {
    return false;
  }
  plan->at = at;
  while (plan->at == at && plan->first < first) {
    (void)rondo_plan_next(plan);
  }
  return plan->at == at && plan->first == first;
}

RondoPlanStep
rondo_plan_next(RondoPlan* const plan)
{
  if (plan->at == plan->n_batches) {
    rondo_plan_seek(plan, plan->epoch + 1);
  }
  const size_t  start = plan->batches[plan->at] * plan->batch;
  const size_t  left  = plan->sequences->count - start;
  RondoPlanStep step  = { .members   = plan->order + start,
                          .n_members = left < plan->batch ? left : plan->batch,
                          .first     = plan->first,
                          .epoch     = plan->epoch };

  const size_t longest = find_longest(plan, start, step.n_members);
  step.n_steps         = longest - step.first;
  if (plan->chunk && step.n_steps > plan->chunk) {
    step.n_steps = plan->chunk;
  }
  plan->first += step.n_steps;
  if (plan->first == longest) {
    plan->first = 0;
    ++plan->at;
  }
  step.ends_epoch = plan->at == plan->n_batches;
  return step;
}

size_t
rondo_plan_count(RondoPlan* const plan, const size_t n_epochs)
{
  size_t n_steps = 0;
  if (!plan->chunk) {
    return plan->n_batches * n_epochs;
  }
  for (size_t epoch = 0; epoch < n_epochs; ++epoch) {
    rondo_plan_seek(plan, epoch);
    bool ended = false;
    while (!ended) {
      ended = rondo_plan_next(plan).ends_epoch;
      ++n_steps;
    }
  }
  rondo_plan_seek(plan, 0);
  return n_steps;
}
