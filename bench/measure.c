// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/measure.h"

#include "core/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// What the compiler cannot know
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static volatile float sink;

double
rondo_measure_now(void)
{
  struct timespec t = { 0, 0 };
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (1e-9 * (double)t.tv_nsec);
}

void
rondo_measure_require(const RondoStatus status, const RondoError* const error)
{
  if (status) {
    fprintf(stderr, "benchmark: %s\n", error->message);
    exit(1);
  }
}

float*
rondo_measure_floats(const size_t n)
{
  float* const memory = rondo_aligned_new((n ? n : 1U) * sizeof(float));
  if (!memory) {
    fputs("benchmark: out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

static int
compare(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

void
rondo_measure_sort(float* const costs, const size_t n)
{
  qsort(costs, n, sizeof(float), compare);
}

void
rondo_measure_loop(const size_t n)
{
  float x = sink;
  for (size_t i = 0; i < n; ++i) {
    x = (x * 0.999f) + 0.001f;
  }
  sink = x;
}

size_t
rondo_measure_rounds(const double seconds)
{
  const size_t n    = 20000;
  double       best = 1.0;
  for (size_t i = 0; i < 200; ++i) {
    const double t = rondo_measure_now();
    rondo_measure_loop(n);
    const double spent = rondo_measure_now() - t;
    best               = (spent < best) ? spent : best;
  }
  return (size_t)((double)n * seconds / best);
}

void
rondo_measure_read(const float* const memory, const size_t n)
{
  float sum = 0.0f;
  for (size_t i = 0; i < n; i += 16U) {
    sum += memory[i];
  }
  sink = sum;
}

void
rondo_measure_keep_least(float* const       least,
                         const float* const costs,
                         const size_t       n)
{
  for (size_t i = 0; i < n; ++i) {
    least[i] = costs[i] < least[i] ? costs[i] : least[i];
  }
}

static const double places[] = { 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0 };

#define N_PLACES (sizeof(places) / sizeof(places[0]))

void
rondo_measure_print_head(void)
{
  printf("  %-12s", "");
  for (size_t i = 0; i + 1U < N_PLACES; ++i) {
    printf(" %8g %%", 100.0 * places[i]);
  }
  puts("        all");
}

void
rondo_measure_print(const char* const name,
                    float* const      costs,
                    const size_t      n,
                    const double      duration)
{
  rondo_measure_sort(costs, n);
  printf("  %-12s", name);
  for (size_t i = 0; i < N_PLACES; ++i) {
    const size_t at = (size_t)(places[i] * (double)(n - 1U));
    printf(" %8.2f %%", 100.0 * (double)costs[at] / duration);
  }
  putchar('\n');
}

double
rondo_measure_argument(const int    argc,
                       char** const argv,
                       const int    index,
                       const double otherwise)
{
  return argc > index ? strtod(argv[index], NULL) : otherwise;
}
