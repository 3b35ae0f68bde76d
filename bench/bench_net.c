// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Time of a step of recurrent networks, beside the time that reading their
// weights takes.
//
//   bench_net [VARIANT [CELL [UNITS]]]   prints a table
//   bench_net --ask CELL UNITS TYPE      answers lines of the standard input
//
// TYPE is that of the weights, float32 or int8.  The lines are:
//
//     read        ns that reading all weights takes
//     fma         ns that all multiply-adds of a step take
//     step        ns of a step
//     channels    ns of a step of one of four channels
//     block N     ns of a step of one channel, N at a time
//     weights     bytes of the packed weights
//     stream      bytes of the state of one channel
//     error       how far the output is from that of float32, as a share of the
//                 latter, rms
//
// A time is the least of a few rounds, for a script that asks again and again
// and others in between.

#include "bench/bounds.h"
#include "bench/layer.h"
#include "bench/rounds.h"
#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/net/kernels.h"
#include "core/net/model.h"
#include "core/net/model_private.h"
#include "core/net/stream.h"

#include <math.h>
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
             size_t              n_units,
             bool                is_int8)
{
  const size_t n     = MAX_FRAMES * n_units;
  RondoError   error = { RONDO_SUCCESS, "" };
  subject->in        = (float*)rondo_aligned_new(n * sizeof(float));
  subject->out       = (float*)rondo_aligned_new(n * sizeof(float));
  if (rondo_layer_model(
        kernels, cell, n_units, is_int8, &subject->model, &error)) {
    fprintf(stderr, "bench_net: %s\n", error.message);
    return false;
  }
  if (!subject->in || !subject->out ||
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

// Return how far the outputs of `subject` are from those of `exact`
static double
find_error(const Subject* subject, const Subject* exact)
{
  double signal     = 0.0;
  double difference = 0.0;
  rondo_stream_reset(subject->one);
  rondo_stream_reset(exact->one);
  rondo_stream_process(subject->one, MAX_FRAMES, exact->in, subject->out);
  rondo_stream_process(exact->one, MAX_FRAMES, exact->in, exact->out);
  for (size_t i = 0U; i < MAX_FRAMES * exact->n_units; ++i) {
    const double y = (double)exact->out[i];
    const double d = (double)subject->out[i] - y;
    signal += y * y;
    difference += d * d;
  }
  return sqrt(difference / signal);
}

// Return the answer to one line; below 0 if it is not understood
static double
answer(const Subject* subject,
       const Subject* exact,
       const char*    word,
       size_t         n_frames)
{
  const RondoModel* const model = subject->model;
  const RondoCell* const  cell  = &model->cells[0];
  const size_t            some  = N_MULTIPLY_ADDS;
  if (!strcmp(word, "weights")) {
    return (double)model->n_weights;
  }
  if (!strcmp(word, "stream")) {
    return (double)rondo_stream_size(model, 1U);
  }
  if (!strcmp(word, "error")) {
    return find_error(subject, exact);
  }
  if (!strcmp(word, "read")) {
    return rondo_rounds(read_weights, model, N_ROUNDS_ASKED).least;
  }
  if (!strcmp(word, "fma")) {
    return rondo_rounds(multiply_add, &some, N_ROUNDS_ASKED).least /
           (double)some *
           (double)(cell->stride * cell->w.n_gates *
                    (cell->w.n_inputs + cell->u.n_inputs));
  }
  if (!strcmp(word, "step")) {
    return measure_stream(subject, subject->one, 0U, N_ROUNDS_ASKED).least;
  }
  if (!strcmp(word, "channels")) {
    return measure_stream(subject, subject->four, 0U, N_ROUNDS_ASKED).least /
           MAX_CHANNELS;
  }
  return !strcmp(word, "block") && n_frames && n_frames <= MAX_FRAMES
           ? measure_stream(subject, subject->one, n_frames, N_ROUNDS_ASKED)
                 .least /
               (double)n_frames
           : -1.0;
}

static bool
answer_all(const char* cell, size_t n_units, bool is_int8)
{
  const RondoKernels* const kernels = rondo_kernels();
  Subject                   subject = { .model = NULL };
  Subject                   exact   = { .model = NULL };
  bool ok = make_subject(&subject, kernels, cell, n_units, is_int8) &&
            make_subject(&exact, kernels, cell, n_units, false);
  char line[64];
  while (ok && fgets(line, sizeof(line), stdin)) {
    char*        end  = NULL;
    char* const  word = strtok_r(line, " \n", &end);
    const double number =
      word ? answer(&subject, &exact, word, strtoul(end, NULL, 10)) : -1.0;
    ok = number >= 0.0;
    printf("%.9g\n", number);
    fflush(stdout);
  }
  free_subject(&exact);
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
  const bool ok = make_subject(&s, kernels, cell, n_units, false);
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
  const bool asks = argc == 5 && !strcmp(argv[1], "--ask");
  const bool ok   = asks ? answer_all(argv[2],
                                    strtoul(argv[3], NULL, 10),
                                    !strcmp(argv[4], "int8"))
                         : print_table(argc, argv);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
