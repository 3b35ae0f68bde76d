// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// How fast training is: products of matrices against the peak of this
// processor, and a network of the size of the presets in seconds of audio
// (100 steps each) per second of one core.

#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/train/gemm.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "core/train/train_kernels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char reference[] =
  "{\"version\": 1, \"inputs\": 115, \"layers\": ["
  "{\"name\": \"in\", \"type\": \"linear\", \"out\": 128,"
  " \"activation\": \"tanh\"},"
  "{\"name\": \"gru1\", \"type\": \"gru\", \"hidden\": 160},"
  "{\"name\": \"gru2\", \"type\": \"gru\", \"hidden\": 160},"
  "{\"name\": \"head\", \"type\": \"linear\", \"out\": 98,"
  " \"activation\": \"sigmoid\", \"input\": [\"in\", \"gru1\", \"gru2\"]}]}";

// Time of this thread alone, so that other work on the machine counts less
static double
processor_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (1e-9 * (double)t.tv_nsec);
}

static RondoReal*
new_random(RondoRandom* const random, const size_t n)
{
  RondoReal* const x = (RondoReal*)rondo_aligned_new(sizeof(RondoReal) * n);
  for (size_t i = 0; x && i < n; ++i) {
    x[i] = rondo_random_uniform(random) - 0.5F;
  }
  return x;
}

// Return the operations per second of a tile that stays in the first cache
static double
measure_peak(const RondoTrainKernels* const kernels)
{
  static RondoReal a[RONDO_MAX_TILE_ROWS * RONDO_GEMM_DEPTH];
  static RondoReal b[RONDO_MAX_TILE_COLUMNS * RONDO_GEMM_DEPTH]
    __attribute__((aligned(64)));
  static RondoReal c[RONDO_MAX_TILE_ROWS * RONDO_MAX_TILE_COLUMNS];

  const RondoTile tile = {
    .m        = kernels->tile_rows,
    .n        = kernels->tile_columns,
    .k        = RONDO_GEMM_DEPTH,
    .a        = a,
    .a_row    = 1,
    .a_column = kernels->tile_rows,
    .b        = b,
    .c        = c,
    .c_row    = kernels->tile_columns,
  };

  double best = 0.0;
  for (size_t i = 0; i < 50; ++i) {
    const size_t n     = 1000;
    const double start = processor_seconds();
    for (size_t j = 0; j < n; ++j) {
      kernels->multiply(&tile);
    }
    const double speed = 2.0 * (double)(tile.m * tile.n * tile.k * n) /
                         (processor_seconds() - start);
    best = speed > best ? speed : best;
  }
  return best;
}

// Time a product (m, n) of inner dimension k
static void
measure_product(const RondoTrainKernels* const kernels,
                const double                   peak,
                const char* const              what,
                const bool                     outer,
                const size_t                   m,
                const size_t                   n,
                const size_t                   k)
{
  RondoRandom      random = rondo_random(1, 1);
  RondoReal* const a      = new_random(&random, m * k);
  RondoReal* const b      = new_random(&random, n * k);
  RondoReal* const c      = new_random(&random, m * n);
  RondoReal* const packed =
    new_random(&random, rondo_gemm_packed_size(k, n) + RONDO_GEMM_SCRATCH);
  if (!a || !b || !c || !packed) {
    fprintf(stderr, "bench_train: no memory\n");
    exit(1);
  }

  const double work = 2.0 * (double)(m * n) * (double)k;
  const size_t runs = 1 + (size_t)(1e8 / work);
  double       best = 0.0;
  rondo_gemm_pack(kernels, k, n, b, n, 1, packed);
  for (size_t i = 0; i < 10; ++i) {
    const double start = processor_seconds();
    for (size_t j = 0; j < runs; ++j) {
      if (outer) {
        const RondoOuter part = { n, b, n, c, n };
        rondo_gemm_outer(kernels, m, k, a, m, &part, 1, packed);
      } else {
        rondo_gemm_multiply(kernels, m, n, k, a, k, packed, true, c, n);
      }
    }
    const double speed = work * (double)runs / (processor_seconds() - start);
    best               = speed > best ? speed : best;
  }

  printf("  %-18s %5zu x %3zu, inner %4zu: %6.1f GFLOP/s, %3.0f %% of peak\n",
         what,
         m,
         n,
         k,
         1e-9 * best,
         100.0 * best / peak);
  rondo_aligned_free(packed);
  rondo_aligned_free(c);
  rondo_aligned_free(b);
  rondo_aligned_free(a);
}

// Time forward, backward and an update of the reference network
static int
measure_network(const RondoDescription* const description)
{
  const size_t T = 400;
  const size_t B = 16;
  const size_t n = rondo_network_n_parameters(description);

  RondoRandom      random      = rondo_random(1, 1);
  RondoNetwork*    network     = NULL;
  RondoError       error       = { RONDO_SUCCESS, "" };
  RondoReal* const parameters  = new_random(&random, n);
  RondoReal* const dparameters = new_random(&random, n);
  RondoReal* const m           = new_random(&random, n);
  RondoReal* const v           = new_random(&random, n);
  RondoReal* const x  = new_random(&random, T * B * description->n_inputs);
  RondoReal* const dy = new_random(&random, T * B * description->n_outputs);
  if (!parameters || !dparameters || !m || !v || !x || !dy ||
      rondo_network_new(description, T, B, &network, &error)) {
    fprintf(stderr, "bench_train: %s\n", error.message);
    return 1;
  }

  const RondoInitialisation settings = rondo_initialisation();
  rondo_network_initialise(description, &settings, &random, parameters);
  memset(m, 0, sizeof(RondoReal) * n);
  memset(v, 0, sizeof(RondoReal) * n);
  const RondoAdam adam    = { 0.9, 0.999, 1e-8, 0.0 };
  const size_t    n_runs  = 5;
  double          best[3] = { 1e9, 1e9, 1e9 };
  for (size_t i = 0; i < n_runs; ++i) {
    memset(dparameters, 0, sizeof(RondoReal) * n);
    double time[4] = { processor_seconds() };
    rondo_network_reset(network);
    rondo_network_forward(network, parameters, T, B, x, NULL, NULL);
    time[1] = processor_seconds();
    rondo_network_backward(network, parameters, dy, dparameters, NULL);
    time[2] = processor_seconds();
    rondo_clip_by_norm(dparameters, n, 1.0);
    rondo_adam_step(&adam, 1e-3, i + 1, n, parameters, dparameters, m, v);
    time[3] = processor_seconds();
    for (size_t j = 0; j < 3; ++j) {
      const double taken = time[j + 1] - time[j];
      best[j]            = taken < best[j] ? taken : best[j];
    }
  }

  const double audio = (double)(T * B) / 100.0;
  printf("  %zu parameters, %zu sequences of %zu steps\n", n, B, T);
  printf("  forward %.1f ms, backward %.1f ms, update %.1f ms\n",
         1e3 * best[0],
         1e3 * best[1],
         1e3 * best[2]);
  printf("  forward and backward: %.0f seconds of audio per second\n",
         audio / (best[0] + best[1]));

  rondo_network_free(network);
  rondo_aligned_free(dy);
  rondo_aligned_free(x);
  rondo_aligned_free(v);
  rondo_aligned_free(m);
  rondo_aligned_free(dparameters);
  rondo_aligned_free(parameters);
  return 0;
}

int
main(void)
{
  const RondoTrainKernels* const kernels = rondo_train_kernels();

  const double peak = measure_peak(kernels);
  printf("Kernels: %s, %.1f GFLOP/s at most\n", kernels->name, 1e-9 * peak);
  measure_product(kernels, peak, "recurrent", false, 16, 480, 160);
  measure_product(kernels, peak, "recurrent", false, 32, 480, 160);
  measure_product(kernels, peak, "recurrent, back", false, 16, 160, 480);
  measure_product(kernels, peak, "all steps", false, 6400, 480, 160);
  measure_product(kernels, peak, "all steps, back", false, 6400, 160, 480);
  measure_product(kernels, peak, "gradient", true, 480, 160, 6400);
  measure_product(kernels, peak, "gradient", true, 98, 448, 6400);

  RondoConfig*      config      = NULL;
  RondoDescription* description = NULL;
  RondoError        error       = { RONDO_SUCCESS, "" };
  if (rondo_config_parse(reference, strlen(reference), &config, &error) ||
      rondo_description_new(config, &description, &error)) {
    fprintf(stderr, "bench_train: %s\n", error.message);
    return 1;
  }

  printf("Network: linear 128, gru 160, gru 160, linear 98\n");
  const int failed = measure_network(description);
  rondo_description_free(description);
  return failed;
}
