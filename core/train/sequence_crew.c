// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_crew.h"

#include <stdlib.h>
#include <string.h>

// Random streams of dropout; other streams of a seed are elsewhere
#define DROPOUT_STREAMS ((uint64_t)2U << 56U)

RondoStatus
rondo_crew_init(RondoCrew* const              crew,
                const RondoDescription* const description,
                const RondoLossKind           loss,
                const size_t                  max_steps,
                const size_t                  batch,
                const size_t                  n_threads,
                const RondoModel* const       model,
                RondoError* const             error)
{
  memset(crew, 0, sizeof(*crew));
  crew->batch     = batch;
  crew->order     = (size_t*)calloc(batch, sizeof(size_t));
  crew->shifts    = (int*)calloc(batch, sizeof(int));
  crew->hides     = (bool*)calloc(batch, sizeof(bool));
  RondoStatus st  = crew->order && crew->shifts && crew->hides
                      ? rondo_team_new(n_threads, batch, &crew->team, error)
                      : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  crew->n_threads = st ? 0 : rondo_team_n_threads(crew->team);

  const size_t share = st ? 0 : (batch + crew->n_threads - 1) / crew->n_threads;
  for (size_t i = 0; !st && i < crew->n_threads; ++i) {
    st = rondo_sequence_worker_new(
      description, loss, max_steps, share, model, &crew->workers[i], error);
  }
  if (st) {
    rondo_crew_clear(crew);
  }
  return st;
}

void
rondo_crew_clear(RondoCrew* const crew)
{
  rondo_team_free(crew->team);
  for (size_t i = 0; i < crew->n_threads; ++i) {
    rondo_sequence_worker_free(crew->workers[i]);
  }
  free(crew->order);
  free(crew->shifts);
  free(crew->hides);
  memset(crew, 0, sizeof(*crew));
}

static void
train_share(void* const data, const size_t i)
{
  RondoCrew* const crew = (RondoCrew*)data;
  rondo_sequence_worker_train(
    crew->workers[i], crew->parameters, &crew->shares[i], &crew->randoms[i]);
}

static void
judge_share(void* const data, const size_t i)
{
  RondoCrew* const crew = (RondoCrew*)data;
  rondo_sequence_worker_judge(
    crew->workers[i], crew->parameters, &crew->shares[i]);
}

// Share the members of a batch among the threads
static void
share_members(RondoCrew* const crew, const RondoSequenceShare* const whole)
{
  const size_t n = whole->n_items;
  for (size_t i = 0; i < crew->n_threads; ++i) {
    const size_t              from  = i * n / crew->n_threads;
    const size_t              to    = (i + 1) * n / crew->n_threads;
    RondoSequenceShare* const share = &crew->shares[i];

    *share         = *whole;
    share->members = whole->members + from;
    share->shifts  = whole->shifts ? whole->shifts + from : NULL;
    share->hides   = whole->hides ? whole->hides + from : NULL;
    share->n_items = to - from;
  }
}

RondoLoss
rondo_crew_train(RondoCrew* const            crew,
                 const float* const          parameters,
                 const RondoSequences* const sequences,
                 const RondoPlanStep* const  step,
                 const uint64_t              seed,
                 const size_t                n_steps)
{
  const RondoSequenceShare whole = {
    sequences,       step->members, crew->shifts,  crew->hides,
    step->n_members, step->first,   step->n_steps,
  };
  share_members(crew, &whole);
  for (size_t i = 0; i < crew->n_threads; ++i) {
    const uint64_t stream = ((uint64_t)n_steps * RONDO_MAX_TRAIN_THREADS) + i;
    crew->randoms[i]      = rondo_random(seed, DROPOUT_STREAMS + stream);
  }
  crew->parameters = parameters;
  rondo_team_run(crew->team, train_share, crew);

  RondoLoss sum = { 0.0, 0 };
  for (size_t i = 0; i < crew->n_threads; ++i) {
    sum.sum += crew->workers[i]->result.sum;
    sum.n_steps += crew->workers[i]->result.n_steps;
  }
  return sum;
}

// Score the sequences from `first` on
static void
judge_batch(RondoCrew* const            crew,
            const RondoSequences* const sequences,
            const size_t                first)
{
  const size_t left = sequences->count - first;
  const size_t n    = left < crew->batch ? left : crew->batch;

  size_t longest = 0;
  for (size_t i = 0; i < n; ++i) {
    const size_t n_steps = sequences->sequences[first + i].n_steps;
    longest              = n_steps > longest ? n_steps : longest;
    crew->order[i]       = first + i;
  }
  const RondoSequenceShare whole = { sequences, crew->order, NULL,   NULL,
                                     n,         0,           longest };
  share_members(crew, &whole);
  rondo_team_run(crew->team, judge_share, crew);
}

RondoSequenceScore
rondo_crew_judge(RondoCrew* const            crew,
                 const float* const          parameters,
                 const RondoSequences* const sequences,
                 RondoSequenceScore* const   scores)
{
  RondoSequenceScore total = { 0.0, 0, 0 };
  crew->parameters         = parameters;
  for (size_t first = 0; first < sequences->count; first += crew->batch) {
    judge_batch(crew, sequences, first);
    for (size_t i = 0; i < crew->n_threads; ++i) {
      const RondoSequenceShare* const share = &crew->shares[i];
      for (size_t j = 0; j < share->n_items; ++j) {
        const RondoSequenceScore* const score = &crew->workers[i]->scores[j];
        total.loss += score->loss;
        total.n_targets += score->n_targets;
        total.n_correct += score->n_correct;
        if (scores) {
          scores[share->members[j]] = *score;
        }
      }
    }
  }
  return total;
}
