// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Times a training step: forward, squared error, backward and Adam on 32
// sequences of 100 steps and 64 inputs.  Reads lines such as
//
//   lstm 256 1 5
//
// (type, units, threads, steps) and answers each with the seconds that each of
// the steps took: of processor time for one thread, so that other work on the
// machine counts less, and of real time for two.  compare_training.py asks
// PyTorch the same by turns.

#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"

#include <pthread.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_THREADS 2U

static const size_t n_steps  = 100;
static const size_t n_batch  = 32;
static const size_t n_inputs = 64;

// The sequences of one thread
typedef struct {
  RondoNetwork*    network;
  const RondoReal* parameters;
  RondoReal*       gradients; // (n_parameters)
  RondoReal*       x;         // (n_steps, n_batch, n_inputs)
  RondoReal*       target;    // (n_steps, n_batch, n_units)
  RondoReal*       dy;        // (n_steps, n_batch, n_units)
  size_t           n_parameters;
  size_t           n_units;
  size_t           n_batch;
} Share;

// A network at training, all threads
typedef struct {
  RondoDescription* description;
  RondoReal*        parameters;
  RondoReal*        m; // Moments of Adam
  RondoReal*        v;
  Share             shares[MAX_THREADS];
  size_t            n_threads;
  size_t            n_parameters;
  size_t            step;
} Training;

static double
seconds(const size_t n_threads)
{
  struct timespec t;
  clock_gettime(n_threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
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

static void
free_training(Training* const training)
{
  for (size_t i = 0; i < training->n_threads; ++i) {
    Share* const share = &training->shares[i];
    rondo_network_free(share->network);
    rondo_aligned_free(share->gradients);
    rondo_aligned_free(share->x);
    rondo_aligned_free(share->target);
    rondo_aligned_free(share->dy);
  }
  rondo_aligned_free(training->v);
  rondo_aligned_free(training->m);
  rondo_aligned_free(training->parameters);
  rondo_description_free(training->description);
}

static bool
make_share(const Training* const training,
           Share* const          share,
           RondoRandom* const    random,
           RondoError* const     error)
{
  const size_t B = n_batch / training->n_threads;
  const size_t H = training->description->n_outputs;

  share->n_batch      = B;
  share->n_units      = H;
  share->n_parameters = training->n_parameters;
  share->parameters   = training->parameters;
  share->gradients    = new_random(random, training->n_parameters);
  share->x            = new_random(random, n_steps * B * n_inputs);
  share->target       = new_random(random, n_steps * B * H);
  share->dy           = new_random(random, n_steps * B * H);
  return share->gradients && share->x && share->target && share->dy &&
         !rondo_network_new(
           training->description, n_steps, B, &share->network, error);
}

static bool
make_training(Training* const   training,
              const char* const type,
              const size_t      n_units,
              const size_t      n_threads,
              RondoError* const error)
{
  char text[200];
  snprintf(text,
           sizeof(text),
           "{\"version\": 1, \"inputs\": %zu, \"layers\": [{\"name\": \"a\", "
           "\"type\": \"%s\", \"hidden\": %zu}]}",
           n_inputs,
           type,
           n_units);
  RondoConfig* config = NULL;
  if (rondo_config_parse(text, strlen(text), &config, error) ||
      rondo_description_new(config, &training->description, error)) {
    return false;
  }

  RondoRandom  random    = rondo_random(1, 1);
  const size_t n         = rondo_network_n_parameters(training->description);
  training->n_parameters = n;
  training->n_threads    = n_threads;
  training->parameters   = new_random(&random, n);
  training->m            = new_random(&random, n);
  training->v            = new_random(&random, n);
  if (!training->parameters || !training->m || !training->v) {
    return false;
  }
  const RondoInitialisation settings = rondo_initialisation();
  rondo_network_initialise(
    training->description, &settings, &random, training->parameters);
  memset(training->m, 0, sizeof(RondoReal) * n);
  memset(training->v, 0, sizeof(RondoReal) * n);
  for (size_t i = 0; i < n_threads; ++i) {
    if (!make_share(training, &training->shares[i], &random, error)) {
      return false;
    }
  }
  return true;
}

// Forward, loss and backward of one thread's sequences
static void*
run_share(void* const data)
{
  Share* const share = (Share*)data;
  const size_t n     = n_steps * share->n_batch * share->n_units;

  // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): made before
  memset(share->gradients, 0, sizeof(RondoReal) * share->n_parameters);
  rondo_network_reset(share->network);
  const RondoReal* const y = rondo_network_forward(share->network,
                                                   share->parameters,
                                                   n_steps,
                                                   share->n_batch,
                                                   share->x,
                                                   NULL,
                                                   NULL);

  // The mean of (y - target)^2 over the whole batch
  const RondoReal scale =
    (RondoReal)(2.0 / (double)(n_steps * n_batch * share->n_units));
  for (size_t i = 0; i < n; ++i) {
    share->dy[i] = scale * (y[i] - share->target[i]);
  }
  rondo_network_backward(
    share->network, share->parameters, share->dy, share->gradients, NULL);
  return NULL;
}

// One step; return the seconds that it took
static double
train(Training* const training)
{
  const RondoAdam adam  = { 0.9, 0.999, 1e-8, 0.0 };
  const double    start = seconds(training->n_threads);

  pthread_t thread = 0;
  Share*    other  = training->n_threads > 1 ? &training->shares[1] : NULL;
  if (other && pthread_create(&thread, NULL, run_share, other)) {
    fprintf(stderr, "bench_training: no thread\n");
    exit(1);
  }
  run_share(&training->shares[0]);
  if (other) {
    pthread_join(thread, NULL);
    for (size_t i = 0; i < training->n_parameters; ++i) {
      training->shares[0].gradients[i] += other->gradients[i];
    }
  }
  rondo_adam_step(&adam,
                  1e-3,
                  ++training->step,
                  training->n_parameters,
                  training->parameters,
                  training->shares[0].gradients,
                  training->m,
                  training->v);
  return seconds(training->n_threads) - start;
}

int
main(void)
{
  char     type[8];
  size_t   n_units   = 0;
  size_t   n_threads = 0;
  size_t   n_times   = 0;
  Training training  = { .description = NULL };
  char     known[64] = "";
  // NOLINTNEXTLINE(cert-err34-c): what is out of range is refused below
  while (scanf("%7s %zu %zu %zu", type, &n_units, &n_threads, &n_times) == 4) {
    char asked[64];
    snprintf(asked, sizeof(asked), "%s %zu %zu", type, n_units, n_threads);
    if (strcmp(asked, known) != 0) {
      RondoError error = { RONDO_SUCCESS, "" };
      free_training(&training);
      memset(&training, 0, sizeof(training));
      if (!n_threads || n_threads > MAX_THREADS ||
          !make_training(&training, type, n_units, n_threads, &error)) {
        fprintf(stderr, "bench_training: %s: %s\n", asked, error.message);
        return 1;
      }
      memcpy(known, asked, sizeof(known));
    }
    for (size_t i = 0; i < n_times; ++i) {
      printf("%s%.9f", i ? " " : "", train(&training));
    }
    putchar('\n');
    fflush(stdout);
  }
  free_training(&training);
  return 0;
}
