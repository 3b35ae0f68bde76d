// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Time of a step of recurrent networks, beside the time that reading their
// weights takes.
//
//   bench_net [VARIANT [CELL [UNITS]]]

#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/net/kernels.h"
#include "core/net/model.h"
#include "core/net/model_private.h"
#include "core/net/safetensors.h"
#include "core/net/stream.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N_ROUNDS 41U
#define ROUND_NS 1e6
#define N_FRAMES 64U
#define MAX_CHANNELS 4U

// The smallest and the median of all rounds, ns
typedef struct {
  double least;
  double median;
} Timing;

typedef struct {
  RondoStream* stream;
  size_t       n_frames; // 0 to step
  float*       in;
  float*       out;
} Work;

static double
now_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return ((double)t.tv_sec * 1e9) + (double)t.tv_nsec;
}

static int
compare(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static void
run_stream(const void* context)
{
  const Work* const work = (const Work*)context;
  if (work->n_frames) {
    rondo_stream_process(work->stream, work->n_frames, work->in, work->out);
  } else {
    rondo_stream_step(work->stream, work->in, work->out);
  }
}

// The weights of a model as plain memory
typedef struct {
  const float* data;
  size_t       n;
} Memory;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static volatile float sink;

// Define a function that reads all of a memory in vectors of `bytes`
#define DEFINE_READ(bytes, attribute)                                        \
  attribute static void read_##bytes(const void* context)                    \
  {                                                                          \
    typedef float       Line __attribute__((vector_size(bytes), may_alias)); \
    const Memory* const memory = (const Memory*)context;                     \
    const size_t        step   = (bytes) / 4U;                               \
    Line                sum[8] = { { 0 } };                                  \
    for (size_t i = 0U; i + (8U * step) <= memory->n; i += 8U * step) {      \
      _Pragma("GCC unroll 8") for (size_t j = 0U; j < 8U; ++j)               \
      {                                                                      \
        sum[j] += *(const Line*)(memory->data + i + (step * j));             \
      }                                                                      \
    }                                                                        \
    for (size_t j = 1U; j < 8U; ++j) {                                       \
      sum[0] += sum[j];                                                      \
    }                                                                        \
    sink = sum[0][0];                                                        \
  }

DEFINE_READ(16, )
#ifdef __x86_64__
DEFINE_READ(32, __attribute__((target("avx2"))))
DEFINE_READ(64, __attribute__((target("avx512f"))))
#endif

// Return the fastest reader that this processor has
static void (*choose_reader(void))(const void*)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) {
    return read_64;
  }
  if (__builtin_cpu_supports("avx2")) {
    return read_32;
  }
#endif
  return read_16;
}

// Time `function`, per call
static Timing
measure(void (*function)(const void*), const void* context)
{
  double rounds[N_ROUNDS];
  size_t n_calls = 1U;
  for (bool warm = false; !warm;) {
    const double start = now_ns();
    for (size_t i = 0U; i < n_calls; ++i) {
      function(context);
    }
    warm = now_ns() - start > ROUND_NS;
    n_calls *= warm ? 1U : 2U;
  }
  for (size_t r = 0U; r < N_ROUNDS; ++r) {
    const double start = now_ns();
    for (size_t i = 0U; i < n_calls; ++i) {
      function(context);
    }
    rounds[r] = (now_ns() - start) / (double)n_calls;
  }
  qsort(rounds, N_ROUNDS, sizeof(double), compare);
  const Timing timing = { rounds[0], rounds[N_ROUNDS / 2U] };
  return timing;
}

// Make a model of one recurrent layer, as wide as its input
static RondoModel*
make_model(const RondoKernels* kernels, const char* cell, size_t n_units)
{
  const size_t n_gates = strcmp(cell, "rnn") == 0   ? 1U
                         : strcmp(cell, "gru") == 0 ? 3U
                                                    : 4U;
  const size_t n_rows  = n_gates * n_units;

  char json[256];
  snprintf(json,
           sizeof(json),
           "{\"version\":1,\"inputs\":%zu,\"layers\":[{\"name\":\"a\","
           "\"type\":\"%s\",\"hidden\":%zu}]}",
           n_units,
           cell,
           n_units);

  const size_t n_weights = n_rows * n_units;
  float* const data      = (float*)malloc(n_weights * sizeof(float));
  RondoRandom  random    = rondo_random(1U, 1U);
  for (size_t i = 0U; data && i < n_weights; ++i) {
    data[i] = (rondo_random_uniform(&random) - 0.5f) * 0.1f;
  }
  const RondoTensor tensors[4] = {
    { "a.weight_ih_l0",
      RONDO_DTYPE_F32,
      2U,
      { n_rows, n_units },
      n_weights,
      data },
    { "a.weight_hh_l0",
      RONDO_DTYPE_F32,
      2U,
      { n_rows, n_units },
      n_weights,
      data },
    { "a.bias_ih_l0", RONDO_DTYPE_F32, 1U, { n_rows }, n_rows, data },
    { "a.bias_hh_l0", RONDO_DTYPE_F32, 1U, { n_rows }, n_rows, data }
  };
  const RondoMetadata metadata = { RONDO_METADATA_KEY, json };

  char          path[] = "bench_net.XXXXXX";
  const int     fd     = data ? mkstemp(path) : -1;
  RondoTensors* file   = NULL;
  RondoModel*   model  = NULL;
  RondoError    error  = { RONDO_ERR_IO, "no temporary file" };
  if (fd < 0 || rondo_tensors_write(path, tensors, 4U, &metadata, 1U, &error) ||
      rondo_tensors_read(path, &file, &error) ||
      rondo_model_new_for(kernels, file, &model, &error)) {
    fprintf(stderr, "bench_net: %s\n", error.message);
  }
  if (fd >= 0) {
    remove(path);
  }
  rondo_tensors_free(file);
  free(data);
  return model;
}

static void
print_timing(const char* name, Timing timing, double per, double bound)
{
  printf("  %s %7.0f /%7.0f (%4.2f)",
         name,
         timing.least / per,
         timing.median / per,
         bound / (timing.least / per));
}

static bool
bench_model(const RondoKernels* kernels, const char* cell, size_t n_units)
{
  RondoModel* const model = make_model(kernels, cell, n_units);
  const size_t      n     = N_FRAMES * MAX_CHANNELS * n_units;
  float* const      in    = (float*)rondo_aligned_new(n * sizeof(float));
  float* const      out   = (float*)rondo_aligned_new(n * sizeof(float));
  RondoStream*      one   = NULL;
  RondoStream*      four  = NULL;
  const bool ok = model && in && out && !rondo_stream_new(model, 1U, &one) &&
                  !rondo_stream_new(model, MAX_CHANNELS, &four);
  if (ok) {
    RondoRandom random = rondo_random(2U, 2U);
    for (size_t i = 0U; i < n; ++i) {
      in[i] = rondo_random_uniform(&random) - 0.5f;
    }
    const RondoPanels* const w      = &model->cells[0].w;
    const size_t             n_rows = w->n_panels * w->n_gates * RONDO_LANES;
    const Memory             memory = { w->weights, 2U * n_rows * w->n_inputs };
    const Work               step   = { one, 0U, in, out };
    const Work               shared = { four, 0U, in, out };
    const Work               block  = { one, N_FRAMES, in, out };

    const Timing bound = measure(choose_reader(), &memory);
    printf(
      "%-8s %-4s %3zu  read %6.0f", kernels->name, cell, n_units, bound.least);
    print_timing("step", measure(run_stream, &step), 1.0, bound.least);
    print_timing(
      "4 channels", measure(run_stream, &shared), MAX_CHANNELS, bound.least);
    print_timing("block", measure(run_stream, &block), N_FRAMES, bound.least);
    printf("\n");
    fflush(stdout);
  }
  rondo_stream_free(four);
  rondo_stream_free(one);
  rondo_aligned_free(out);
  rondo_aligned_free(in);
  rondo_model_free(model);
  return ok;
}

int
main(int argc, char** argv)
{
  static const char* const cells[] = { "rnn", "gru", "lstm" };
  static const size_t      units[] = { 16U, 32U, 64U, 128U, 160U, 256U, 512U };

  printf("ns per step and channel: minimum / median of %u rounds (read time "
         "over minimum)\n"
         "read: time to read the weights once\n",
         N_ROUNDS);
  for (size_t v = 0U; rondo_kernels_name(v); ++v) {
    const char* const         name    = rondo_kernels_name(v);
    const RondoKernels* const kernels = rondo_kernels_variant(name);
    if (argc > 1 && strcmp(argv[1], name) != 0) {
      continue;
    }
    if (!kernels) {
      printf("%-8s not on this processor\n", name);
      continue;
    }
    for (size_t c = 0U; c < sizeof(cells) / sizeof(*cells); ++c) {
      for (size_t u = 0U; u < sizeof(units) / sizeof(*units); ++u) {
        if ((argc > 2 && strcmp(argv[2], cells[c]) != 0) ||
            (argc > 3 && strtoul(argv[3], NULL, 10) != units[u])) {
          continue;
        }
        if (!bench_model(kernels, cells[c], units[u])) {
          return EXIT_FAILURE;
        }
      }
    }
  }
  return EXIT_SUCCESS;
}
