// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/train/corpus.h"

#include <stdint.h>

// Symbols to copy, how many kinds there are, and what stands between
#define N_COPIED 10U
#define N_SYMBOLS 8U
#define BLANK 8.0f
#define DELIMITER 9.0f

typedef enum { PROBLEM_ADDING, PROBLEM_COPY } Problem;

static RondoStatus
add_adding(RondoSequences* const set,
           const size_t          length,
           RondoRandom* const    random)
{
  RondoSequence* const s = rondo_sequences_add(set, (2 * length) + 1);
  if (!s) {
    return RONDO_ERR_NO_MEMORY;
  }
  float* const x       = s->memory;
  float* const y       = s->memory + (2 * length);
  const size_t half    = length / 2;
  const size_t marks[] = { rondo_random_below(random, (uint32_t)half),
                           half + rondo_random_below(
                                    random, (uint32_t)(length - half)) };
  for (size_t t = 0; t < length; ++t) {
    x[2 * t] = rondo_random_uniform(random);
  }
  for (size_t i = 0; i < 2; ++i) {
    x[(2 * marks[i]) + 1] = 1.0f;
    *y += x[2 * marks[i]];
  }
  s->x         = x;
  s->y         = y;
  s->n_steps   = length;
  s->n_targets = 1;
  return RONDO_SUCCESS;
}

static RondoStatus
add_copy(RondoSequences* const set,
         const size_t          length,
         RondoRandom* const    random)
{
  const size_t         n = length + (2 * N_COPIED);
  RondoSequence* const s = rondo_sequences_add(set, 2 * n);
  if (!s) {
    return RONDO_ERR_NO_MEMORY;
  }
  float* const x = s->memory;
  float* const y = s->memory + n;
  for (size_t t = 0; t < n; ++t) {
    x[t] = BLANK;
    y[t] = BLANK;
  }
  for (size_t i = 0; i < N_COPIED; ++i) {
    x[i]                = (float)rondo_random_below(random, N_SYMBOLS);
    y[n - N_COPIED + i] = x[i];
  }
  x[n - N_COPIED - 1] = DELIMITER;
  s->x                = x;
  s->y                = y;
  s->n_steps          = n;
  s->n_targets        = n;
  return RONDO_SUCCESS;
}

static RondoStatus
fill(RondoSequences* const set,
     const Problem         problem,
     const size_t          length,
     const size_t          count,
     const uint64_t        seed,
     const uint64_t        split)
{
  const bool adding = problem == PROBLEM_ADDING;
  set->n_inputs     = adding ? 2 : 1;
  set->n_outputs    = adding ? 1 : N_SYMBOLS + 2;
  set->classes      = !adding;
  set->is_single    = adding;
  RondoStatus st    = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < count; ++i) {
    RondoRandom random = rondo_random(seed, (split << 32U) + i);
    st                 = adding ? add_adding(set, length, &random)
                                : add_copy(set, length, &random);
  }
  return st;
}

RondoStatus
rondo_corpus_read_synthetic(RondoCorpus* const corpus,
                            RondoConfig* const data,
                            const char* const  folder,
                            RondoError* const  error)
{
  static const char* const problems[] = { "adding", "copy", NULL };

  (void)folder;
  size_t      problem                = 0;
  size_t      length                 = 0;
  size_t      seed                   = 1;
  size_t      counts[RONDO_N_SPLITS] = { 10000, 1000, 1000 };
  RondoStatus st                     = RONDO_SUCCESS;
  if ((st = rondo_config_require(data, "problem", error)) ||
      (st = rondo_config_choice(data, "problem", problems, &problem, error)) ||
      (st = rondo_config_require(data, "length", error)) ||
      (st = rondo_config_integer(data, "length", 2, 100000, &length, error)) ||
      (st = rondo_config_integer(data, "seed", 0, UINT32_MAX, &seed, error))) {
    return st;
  }
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    st = rondo_config_integer(
      data, rondo_split_names[i], 1, 10000000, &counts[i], error);
  }
  st = st ? st : rondo_config_refuse_unknown(data, error);
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    if (fill(
          &corpus->splits[i], (Problem)problem, length, counts[i], seed, i)) {
      st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  return st;
}
