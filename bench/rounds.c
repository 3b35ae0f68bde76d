// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/rounds.h"

#include <stdlib.h>
#include <time.h>

#define ROUND_NS 1e6

static double
now_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return ((double)t.tv_sec * 1e9) + (double)t.tv_nsec;
}

// Return the time of `n_calls`
static double
time_calls(void (*function)(const void*), const void* context, size_t n_calls)
{
  const double start = now_ns();
  for (size_t i = 0U; i < n_calls; ++i) {
    function(context);
  }
  return now_ns() - start;
}

static int
compare(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

RondoTiming
rondo_rounds(void (*function)(const void*),
             const void*  context,
             const size_t n_rounds)
{
  double rounds[RONDO_MAX_ROUNDS] = { 0.0 };
  size_t n_calls                  = 1U;
  while (time_calls(function, context, n_calls) < ROUND_NS) {
    n_calls *= 2U;
  }
  for (size_t i = 0U; i < n_rounds; ++i) {
    rounds[i] = time_calls(function, context, n_calls) / (double)n_calls;
  }
  qsort(rounds, n_rounds, sizeof(double), compare);
  const RondoTiming timing = { rounds[0], rounds[n_rounds / 2U] };
  return timing;
}
