// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Time of a step of recurrent networks, beside the time that reading their
// weights takes.
//
//   bench_net [VARIANT [CELL [UNITS]]]   prints a table
//   bench_net --ask CELL UNITS           answers lines of the standard input:
//
//     read        ns that reading all weights takes
//     fma         ns that all multiply-adds of a step take
//     step        ns of a step
//     channels    ns of a step of one of four channels
//     block N     ns of a step of one channel, N at a time
//     weights     bytes of the packed weights
//     stream      bytes of the state of one channel
//
// A time is the least of a few rounds, for a script that asks again and again
// and others in between.

#include "bench/bounds.h"
#include "bench/rounds.h"
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

#define N_ROUNDS RONDO_MAX_ROUNDS
#define N_ROUNDS_ASKED 5U
#define N_FRAMES 64U
#define MAX_FRAMES 1024U
#define MAX_CHANNELS 4U
#define N_MULTIPLY_ADDS ((size_t)1 << 20U)

typedef struct {
  RondoStream* stream;
  size_t       n_frames; // 0 to step
  float*       in;
  float*       out;
} Work;

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

static void
read_weights(const void* context)
{
  const RondoModel* const model = (const RondoModel*)context;
  rondo_bounds_read(model->weights, model->n_weights);
}

static void
multiply_add(const void* context)
{
  rondo_bounds_multiply_add(*(const size_t*)context);
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

// A model and what runs it
typedef struct {
  RondoModel*  model;
  RondoStream* one; // Channel
  RondoStream* four;
  float*       in; // As much as the largest block needs
  float*       out;
  size_t       n_units;
} Subject;

static void
free_subject(Subject* subject)
{
  rondo_stream_free(subject->four);
  rondo_stream_free(subject->one);
  rondo_aligned_free(subject->out);
  rondo_aligned_free(subject->in);
  rondo_model_free(subject->model);
}

static bool
make_subject(Subject*            subject,
             const RondoKernels* kernels,
             const char*         cell,
             size_t              n_units)
{
  const size_t n = MAX_FRAMES * n_units;
  subject->model = make_model(kernels, cell, n_units);
  subject->in    = (float*)rondo_aligned_new(n * sizeof(float));
  subject->out   = (float*)rondo_aligned_new(n * sizeof(float));
  if (!subject->model || !subject->in || !subject->out ||
      rondo_stream_new(subject->model, 1U, &subject->one) ||
      rondo_stream_new(subject->model, MAX_CHANNELS, &subject->four)) {
    return false;
  }
  RondoRandom random = rondo_random(2U, 2U);
  for (size_t i = 0U; i < n; ++i) {
    subject->in[i] = rondo_random_uniform(&random) - 0.5f;
  }
  subject->n_units = n_units;
  return true;
}

static RondoTiming
measure_stream(const Subject* subject,
               RondoStream*   stream,
               size_t         n_frames,
               size_t         n_rounds)
{
  const Work work = { stream, n_frames, subject->in, subject->out };
  return rondo_rounds(run_stream, &work, n_rounds);
}

// Answer one line; false if it is not understood
static bool
answer(const Subject* subject, const char* word, size_t n_frames)
{
  const RondoModel* const model = subject->model;
  const size_t            some  = N_MULTIPLY_ADDS;
  if (!strcmp(word, "weights")) {
    return printf("%zu\n", model->n_weights) > 0;
  }
  if (!strcmp(word, "stream")) {
    return printf("%zu\n", rondo_stream_size(model, 1U)) > 0;
  }
  double ns = 0.0;
  if (!strcmp(word, "read")) {
    ns = rondo_rounds(read_weights, model, N_ROUNDS_ASKED).least;
  } else if (!strcmp(word, "fma")) {
    const RondoCell* const cell = &model->cells[0];
    ns = rondo_rounds(multiply_add, &some, N_ROUNDS_ASKED).least /
         (double)some *
         (double)(cell->stride * cell->w.n_gates *
                  (cell->w.n_inputs + cell->u.n_inputs));
  } else if (!strcmp(word, "step")) {
    ns = measure_stream(subject, subject->one, 0U, N_ROUNDS_ASKED).least;
  } else if (!strcmp(word, "channels")) {
    ns = measure_stream(subject, subject->four, 0U, N_ROUNDS_ASKED).least /
         MAX_CHANNELS;
  } else if (!strcmp(word, "block") && n_frames && n_frames <= MAX_FRAMES) {
    ns = measure_stream(subject, subject->one, n_frames, N_ROUNDS_ASKED).least /
         (double)n_frames;
  }
  return ns > 0.0 && printf("%.2f\n", ns) > 0;
}

static bool
answer_all(const char* cell, size_t n_units)
{
  Subject subject = { .model = NULL };
  bool    ok      = make_subject(&subject, rondo_kernels(), cell, n_units);
  char    line[64];
  while (ok && fgets(line, sizeof(line), stdin)) {
    char*       end  = NULL;
    char* const word = strtok_r(line, " \n", &end);
    ok               = word && answer(&subject, word, strtoul(end, NULL, 10));
    fflush(stdout);
  }
  free_subject(&subject);
  return ok;
}

static void
print_timing(const char* name, RondoTiming timing, double per, double bound)
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
  Subject    s  = { .model = NULL };
  const bool ok = make_subject(&s, kernels, cell, n_units);
  if (ok) {
    const double bound = rondo_rounds(read_weights, s.model, N_ROUNDS).least;
    printf("%-8s %-4s %3zu  read %6.0f", kernels->name, cell, n_units, bound);
    print_timing("step", measure_stream(&s, s.one, 0U, N_ROUNDS), 1.0, bound);
    print_timing("4 channels",
                 measure_stream(&s, s.four, 0U, N_ROUNDS),
                 MAX_CHANNELS,
                 bound);
    print_timing(
      "block", measure_stream(&s, s.one, N_FRAMES, N_ROUNDS), N_FRAMES, bound);
    printf("\n");
    fflush(stdout);
  }
  free_subject(&s);
  return ok;
}

static bool
print_table(int argc, char** argv)
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
          return false;
        }
      }
    }
  }
  return true;
}

int
main(int argc, char** argv)
{
  const bool asks = argc == 4 && !strcmp(argv[1], "--ask");
  const bool ok   = asks ? answer_all(argv[2], strtoul(argv[3], NULL, 10))
                         : print_table(argc, argv);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
