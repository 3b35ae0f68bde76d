// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_trainer.h"

#include "core/base/arena.h"
#include "core/train/checkpoint.h"
#include "core/train/denoise_worker.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"
#include "core/train/parameters.h"

#include <pthread.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE__)
#  include <xmmintrin.h>
#endif

// Random stream of the first parameters: one that no item has
#define INITIAL_STREAM UINT64_MAX

typedef enum {
  TASK_TRAIN,
  TASK_JUDGE,
  TASK_END,
} Task;

struct RondoTrainerImpl {
  RondoWorkplace place;
  RondoFrames*   frames;
  RondoFeatures* features;
  size_t         n_parameters;
  float*         parameters;
  float*         gradients;
  float*         m;
  float*         v;
  float*         average;
  float*         best;
  size_t         step;
  size_t         best_step;
  double         best_loss;
  double         learning_rate;

  size_t          n_threads;
  size_t          n_started;
  pthread_t       threads[RONDO_MAX_TRAIN_THREADS];
  RondoWorker*    workers[RONDO_MAX_TRAIN_THREADS];
  size_t          n_items[RONDO_MAX_TRAIN_THREADS]; ///< Of this task
  uint64_t        first[RONDO_MAX_TRAIN_THREADS];   ///< Random stream
  pthread_mutex_t lock;
  pthread_cond_t  changed;
  size_t          round;     ///< Counts tasks
  size_t          n_running; ///< Threads that are not done with this task
  Task            task;
};

typedef struct {
  RondoTrainer* trainer;
  size_t        index;
} ThreadArgument;

// Silence makes numbers so small that processors handle them slowly
static void
flush_tiny_numbers(void)
{
#if defined(__SSE__)
  _mm_setcsr(_mm_getcsr() | 0x8040U);
#endif
}

static void*
run_thread(void* const data)
{
  RondoTrainer* const trainer = ((ThreadArgument*)data)->trainer;
  const size_t        i       = ((ThreadArgument*)data)->index;
  RondoWorker* const  worker  = trainer->workers[i];
  const double        batch   = (double)trainer->place.recipe->training.batch;
  free(data);
  flush_tiny_numbers();

  for (size_t round = 1;; ++round) {
    pthread_mutex_lock(&trainer->lock);
    while (trainer->round < round) {
      pthread_cond_wait(&trainer->changed, &trainer->lock);
    }
    pthread_mutex_unlock(&trainer->lock);

    if (trainer->task == TASK_END) {
      return NULL;
    }
    if (trainer->task == TASK_TRAIN) {
      rondo_worker_train(worker,
                         trainer->parameters,
                         trainer->first[i],
                         trainer->n_items[i],
                         1.0 / batch);
    } else {
      rondo_worker_judge(
        worker, trainer->average, trainer->first[i], trainer->n_items[i]);
    }

    pthread_mutex_lock(&trainer->lock);
    --trainer->n_running;
    pthread_cond_broadcast(&trainer->changed);
    pthread_mutex_unlock(&trainer->lock);
  }
}

// Have all threads do their share, and wait for them unless it is the end
static void
run_task(RondoTrainer* const trainer, const Task task)
{
  pthread_mutex_lock(&trainer->lock);
  trainer->task      = task;
  trainer->n_running = trainer->n_started;
  ++trainer->round;
  pthread_cond_broadcast(&trainer->changed);
  while (task != TASK_END && trainer->n_running) {
    pthread_cond_wait(&trainer->changed, &trainer->lock);
  }
  pthread_mutex_unlock(&trainer->lock);
}

void
rondo_trainer_free(RondoTrainer* const t)
{
  if (!t) {
    return;
  }
  run_task(t, TASK_END);
  for (size_t i = 0; i < t->n_started; ++i) {
    pthread_join(t->threads[i], NULL);
  }
  pthread_cond_destroy(&t->changed);
  pthread_mutex_destroy(&t->lock);
  for (size_t i = 0; i < t->n_threads; ++i) {
    rondo_worker_free(t->workers[i]);
  }
  rondo_features_free(t->features);
  rondo_frames_free(t->frames);
  rondo_aligned_free(t->parameters);
  rondo_aligned_free(t->gradients);
  rondo_aligned_free(t->m);
  rondo_aligned_free(t->v);
  rondo_aligned_free(t->average);
  rondo_aligned_free(t->best);
  free(t);
}

static RondoStatus
make_blocks(RondoTrainer* const t, RondoError* const error)
{
  const RondoRecipe* const recipe   = t->place.recipe;
  float** const            blocks[] = { &t->parameters, &t->gradients, &t->m,
                                        &t->v,          &t->average,   &t->best };

  t->n_parameters = rondo_network_n_parameters(recipe->description);
  for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); ++i) {
    *blocks[i] = (float*)rondo_aligned_new(t->n_parameters * sizeof(float));
    if (!*blocks[i]) {
      return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
    }
  }

  RondoRandom random = rondo_random(recipe->training.seed, INITIAL_STREAM);
  const RondoStatus status =
    rondo_network_initialise(recipe->description, &random, t->parameters);
  if (status) {
    return rondo_error_set(error, status, "%s", rondo_strerror(status));
  }
  memcpy(t->average, t->parameters, t->n_parameters * sizeof(float));
  memcpy(t->best, t->parameters, t->n_parameters * sizeof(float));
  return RONDO_SUCCESS;
}

static RondoStatus
make_place(RondoTrainer* const t, RondoError* const error)
{
  const RondoRecipe* const        recipe   = t->place.recipe;
  const RondoTrainSettings* const training = &recipe->training;

  double      seconds = 0.0;
  RondoStatus st =
    rondo_features_frame_seconds(recipe->description, &seconds, error);
  if (st) {
    return st;
  }
  if ((st = rondo_frames_new(training->sample_rate, seconds, &t->frames))) {
    return rondo_error_set(error, st, "frames: %s", rondo_strerror(st));
  }
  if ((st = rondo_features_new(recipe->description,
                               rondo_frames_n_bins(t->frames),
                               rondo_frames_bin_hz(t->frames),
                               &t->features,
                               error))) {
    return st;
  }

  const double hop  = (double)rondo_frames_hop(t->frames);
  const double hops = training->item_seconds * training->sample_rate / hop;
  t->place.frames   = t->frames;
  t->place.features = t->features;
  t->place.n_frames = (size_t)fmax(hops, 1.0);
  return RONDO_SUCCESS;
}

static RondoStatus
make_workers(RondoTrainer* const t, RondoError* const error)
{
  const RondoTrainSettings* const training = &t->place.recipe->training;

  const size_t share = (training->batch + t->n_threads - 1) / t->n_threads;
  for (size_t i = 0; i < t->n_threads; ++i) {
    const RondoStatus status =
      rondo_worker_new(&t->place, share, &t->workers[i], error);
    if (status) {
      return status;
    }
  }
  return RONDO_SUCCESS;
}

static RondoStatus
start_threads(RondoTrainer* const t, RondoError* const error)
{
  for (size_t i = 0; i < t->n_threads; ++i) {
    ThreadArgument* const argument =
      (ThreadArgument*)malloc(sizeof(ThreadArgument));
    if (argument) {
      argument->trainer = t;
      argument->index   = i;
    }
    if (!argument ||
        pthread_create(&t->threads[i], NULL, run_thread, argument)) {
      free(argument);
      return rondo_error_set(
        error, RONDO_ERR_NO_MEMORY, "cannot start thread %zu", i + 1);
    }
    ++t->n_started;
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_trainer_new(const RondoRecipe* const recipe,
                  const RondoSounds* const train,
                  const RondoSounds* const valid,
                  const size_t             n_threads,
                  RondoTrainer** const     out,
                  RondoError* const        error)
{
  *out = NULL;
  if (!n_threads || n_threads > RONDO_MAX_TRAIN_THREADS) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_ARGUMENT,
                           "%zu threads: expected 1 to %u",
                           n_threads,
                           RONDO_MAX_TRAIN_THREADS);
  }
  RondoTrainer* const t = (RondoTrainer*)calloc(1, sizeof(RondoTrainer));
  if (!t) {
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
  }
  pthread_mutex_init(&t->lock, NULL);
  pthread_cond_init(&t->changed, NULL);
  t->place.recipe = recipe;
  t->place.train  = train;
  t->place.valid  = valid;
  t->n_threads =
    n_threads < recipe->training.batch ? n_threads : recipe->training.batch;
  t->best_loss = INFINITY;

  RondoStatus st = RONDO_SUCCESS;
  if ((st = make_place(t, error)) || (st = make_blocks(t, error)) ||
      (st = make_workers(t, error)) || (st = start_threads(t, error))) {
    rondo_trainer_free(t);
    return st;
  }
  *out = t;
  return RONDO_SUCCESS;
}

size_t
rondo_trainer_n_steps(const RondoTrainer* const trainer)
{
  return trainer->step;
}

size_t
rondo_trainer_n_parameters(const RondoTrainer* const trainer)
{
  return trainer->n_parameters;
}

const float*
rondo_trainer_parameters(const RondoTrainer* const trainer)
{
  return trainer->parameters;
}

size_t
rondo_trainer_best_step(const RondoTrainer* const trainer)
{
  return trainer->best_step;
}

// Linear warm-up, then half a cosine (Loshchilov and Hutter 2017)
static double
rate_at(const RondoTrainSettings* const s, const size_t step)
{
  if (step <= s->warm_up) {
    return s->learning_rate * (double)step / (double)s->warm_up;
  }
  const size_t length = s->steps > s->warm_up ? s->steps - s->warm_up : 1;
  const double done   = (double)(step - s->warm_up) / (double)length;
  const double c      = 0.5 * (1.0 + cos(3.14159265358979 * fmin(done, 1.0)));
  return s->final_learning_rate +
         (c * (s->learning_rate - s->final_learning_rate));
}

// Share `count` items, whose random streams start at `first`, among threads
static void
share_items(RondoTrainer* const t, const uint64_t first, const size_t count)
{
  for (size_t i = 0; i < t->n_threads; ++i) {
    const size_t from = i * count / t->n_threads;
    const size_t to   = (i + 1) * count / t->n_threads;
    t->first[i]       = first + from;
    t->n_items[i]     = to - from;
  }
}

// Sum the gradients of all threads, in their order; return the mean loss
static double
gather(RondoTrainer* const t)
{
  double loss = 0.0;
  memset(t->gradients, 0, t->n_parameters * sizeof(float));
  for (size_t i = 0; i < t->n_threads; ++i) {
    const RondoWorker* const worker = t->workers[i];
    for (size_t j = 0; j < t->n_parameters; ++j) {
      t->gradients[j] += worker->gradients[j];
    }
    for (size_t j = 0; j < t->n_items[i]; ++j) {
      loss += worker->scores[j].loss;
    }
  }
  return loss / (double)t->place.recipe->training.batch;
}

// The average forgets faster at the start, so that the first parameters do
// not linger
static void
update_average(RondoTrainer* const t)
{
  const double early = (1.0 + (double)t->step) / (10.0 + (double)t->step);
  const double decay = fmin(t->place.recipe->training.averaging, early);
  const float  rest  = (float)(1.0 - decay);
  for (size_t j = 0; j < t->n_parameters; ++j) {
    t->average[j] += rest * (t->parameters[j] - t->average[j]);
  }
}

RondoStatus
rondo_trainer_step(RondoTrainer* const   t,
                   RondoTrainStep* const step,
                   RondoError* const     error)
{
  const RondoTrainSettings* const s = &t->place.recipe->training;

  share_items(t, (uint64_t)t->step * s->batch, s->batch);
  run_task(t, TASK_TRAIN);
  step->step = t->step + 1;
  step->loss = gather(t);
  step->gradient_norm =
    rondo_clip_by_norm(t->gradients, t->n_parameters, s->clip);
  step->learning_rate = rate_at(s, step->step);
  if (!isfinite(step->loss) || !isfinite(step->gradient_norm)) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "step %zu: the %s is not finite; try a lower "
                           "learning_rate or clip",
                           step->step,
                           isfinite(step->loss) ? "gradient" : "loss");
  }

  const RondoAdam adam = { 0.9, 0.999, 1e-8, s->weight_decay };
  t->step              = step->step;
  t->learning_rate     = step->learning_rate;
  rondo_adam_step(&adam,
                  step->learning_rate,
                  t->step,
                  t->n_parameters,
                  t->parameters,
                  t->gradients,
                  t->m,
                  t->v);
  update_average(t);
  return RONDO_SUCCESS;
}

static size_t
snr_class(const float snr_db)
{
  return snr_db < 0.0f ? 0 : snr_db < 10.0f ? 1 : snr_db < 20.0f ? 2 : 3;
}

static void
add_score(RondoTrainJudgement* const     j,
          const RondoExample* const      example,
          const RondoDenoiseScore* const score)
{
  j->loss += score->loss;
  j->compressed += score->compressed;
  j->voice += score->voice;

  // Ratios of clean items say nothing about denoising
  if (example->has_speech && example->snr_db < 100.0f) {
    const size_t c = snr_class(example->snr_db);
    j->distortion += score->distortion;
    j->before_db += score->before_db;
    j->after_db += score->after_db;
    j->gain_db[c] += score->after_db - score->before_db;
    ++j->count[c];
  }
}

void
rondo_trainer_judge(RondoTrainer* const t, RondoTrainJudgement* const j)
{
  const RondoTrainSettings* const s = &t->place.recipe->training;

  memset(j, 0, sizeof(*j));
  size_t n_speech = 0;
  for (size_t first = 0; first < s->valid_items; first += s->batch) {
    const size_t left = s->valid_items - first;
    share_items(t, first, left < s->batch ? left : s->batch);
    run_task(t, TASK_JUDGE);
    for (size_t i = 0; i < t->n_threads; ++i) {
      const RondoWorker* const w = t->workers[i];
      for (size_t k = 0; k < t->n_items[i]; ++k) {
        add_score(j, &w->examples->examples[k], &w->scores[k]);
      }
    }
  }

  for (size_t c = 0; c < RONDO_N_SNR_CLASSES; ++c) {
    n_speech += j->count[c];
    j->gain_db[c] /= (double)(j->count[c] ? j->count[c] : 1);
  }
  const double n_items  = (double)s->valid_items;
  const double n_ratios = (double)(n_speech ? n_speech : 1);
  j->step               = t->step;
  j->loss /= n_items;
  j->compressed /= n_items;
  j->voice /= n_items;
  j->distortion /= n_ratios;
  j->before_db /= n_ratios;
  j->after_db /= n_ratios;
  j->best = j->loss < t->best_loss;
  if (j->best) {
    t->best_loss = j->loss;
    t->best_step = t->step;
    memcpy(t->best, t->average, t->n_parameters * sizeof(float));
  }
}

// Make a copy of `description` with a card
static RondoStatus
describe(const RondoDescription* const description,
         const char* const             card,
         RondoDescription** const      out,
         RondoError* const             error)
{
  char* const text = rondo_config_write(description->config);
  char*       all  = NULL;
  if (!text ||
      asprintf(&all, "%.*s,\"card\":%s}", (int)strlen(text) - 1, text, card) <
        0) {
    free(text);
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
  }
  free(text);

  RondoConfig* config = NULL;
  RondoStatus  status = rondo_config_parse(all, strlen(all), &config, error);
  if (!status) {
    status = rondo_description_new(config, out, error);
  }
  free(all);
  return status;
}

RondoStatus
rondo_trainer_write_model(const RondoTrainer* const t,
                          const char* const         path,
                          const char* const         card,
                          RondoError* const         error)
{
  const RondoDescription* const plain = t->place.recipe->description;
  const float* const parameters       = t->best_step ? t->best : t->average;
  if (!card) {
    return rondo_parameters_write(path, plain, parameters, NULL, 0, error);
  }

  RondoDescription* description = NULL;
  RondoStatus       status      = describe(plain, card, &description, error);
  if (!status) {
    status =
      rondo_parameters_write(path, description, parameters, NULL, 0, error);
  }
  rondo_description_free(description);
  return status;
}

static RondoCheckpoint
as_checkpoint(const RondoTrainer* const t, const double seconds)
{
  RondoCheckpoint checkpoint;
  memset(&checkpoint, 0, sizeof(checkpoint));
  checkpoint.step          = t->step;
  checkpoint.best_step     = t->best_step;
  checkpoint.best_loss     = t->best_loss;
  checkpoint.learning_rate = t->learning_rate;
  checkpoint.seconds       = seconds;
  checkpoint.random     = rondo_random(t->place.recipe->training.seed, t->step);
  checkpoint.parameters = t->parameters;
  checkpoint.m          = t->m;
  checkpoint.v          = t->v;
  checkpoint.best       = t->best;
  checkpoint.average    = t->average;
  return checkpoint;
}

RondoStatus
rondo_trainer_write_checkpoint(const RondoTrainer* const t,
                               const char* const         path,
                               const double              seconds,
                               RondoError* const         error)
{
  const RondoCheckpoint checkpoint = as_checkpoint(t, seconds);
  return rondo_checkpoint_write(
    path, t->place.recipe->description, &checkpoint, error);
}

RondoStatus
rondo_trainer_read_checkpoint(RondoTrainer* const t,
                              const char* const   path,
                              double* const       seconds,
                              RondoError* const   error)
{
  RondoCheckpoint   checkpoint = as_checkpoint(t, 0.0);
  const RondoStatus status     = rondo_checkpoint_read(
    path, t->place.recipe->description, &checkpoint, error);
  if (!status) {
    t->step          = (size_t)checkpoint.step;
    t->best_step     = (size_t)checkpoint.best_step;
    t->best_loss     = checkpoint.best_loss;
    t->learning_rate = checkpoint.learning_rate;
    *seconds         = checkpoint.seconds;
  }
  return status;
}
