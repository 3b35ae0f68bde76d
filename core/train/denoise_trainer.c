// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_trainer.h"

#include "core/train/denoise_worker.h"
#include "core/train/learner.h"
#include "core/train/team.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct RondoTrainerImpl {
  RondoWorkplace place;
  RondoFrames*   frames;
  RondoFeatures* features;
  RondoLearner   learner;
  RondoTeam*     team;
  size_t         n_threads;
  RondoWorker*   workers[RONDO_MAX_TRAIN_THREADS];
  size_t         n_items[RONDO_MAX_TRAIN_THREADS]; ///< Of this task
  uint64_t       first[RONDO_MAX_TRAIN_THREADS];   ///< Random stream
};

static void
train_share(void* const data, const size_t i)
{
  RondoTrainer* const t     = (RondoTrainer*)data;
  const double        batch = (double)t->place.recipe->training.batch;
  rondo_worker_train(t->workers[i],
                     t->learner.parameters,
                     t->first[i],
                     t->n_items[i],
                     1.0 / batch);
}

static void
judge_share(void* const data, const size_t i)
{
  RondoTrainer* const t = (RondoTrainer*)data;
  rondo_worker_judge(
    t->workers[i], t->learner.average, t->first[i], t->n_items[i]);
}

void
rondo_trainer_free(RondoTrainer* const t)
{
  if (!t) {
    return;
  }
  rondo_team_free(t->team);
  for (size_t i = 0; i < t->n_threads; ++i) {
    rondo_worker_free(t->workers[i]);
  }
  rondo_features_free(t->features);
  rondo_frames_free(t->frames);
  rondo_learner_clear(&t->learner);
  free(t);
}

static RondoStatus
make_place(RondoTrainer* const t, RondoError* const error)
{
  const RondoRecipe* const        recipe   = t->place.recipe;
  const RondoTrainSettings* const training = &recipe->training;

  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_features_make_frames(
         recipe->description, training->sample_rate, &t->frames, error)) ||
      (st = rondo_features_new(recipe->description,
                               rondo_frames_n_bins(t->frames),
                               rondo_frames_bin_hz(t->frames),
                               &t->features,
                               error))) {
    return st;
  }

  t->place.frames   = t->frames;
  t->place.features = t->features;
  t->place.n_frames = rondo_examples_n_frames(
    t->frames, training->sample_rate, training->item_seconds);
  return RONDO_SUCCESS;
}

static RondoStatus
make_workers(RondoTrainer* const t, RondoError* const error)
{
  const RondoTrainSettings* const training = &t->place.recipe->training;

  t->n_threads       = rondo_team_n_threads(t->team);
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

RondoStatus
rondo_trainer_new(const RondoRecipe* const recipe,
                  const RondoSounds* const train,
                  const RondoSounds* const valid,
                  const size_t             n_threads,
                  RondoTrainer** const     out,
                  RondoError* const        error)
{
  *out                  = NULL;
  RondoTrainer* const t = (RondoTrainer*)calloc(1, sizeof(RondoTrainer));
  if (!t) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  t->place.recipe = recipe;
  t->place.train  = train;
  t->place.valid  = valid;

  const RondoInitialisation initialisation = rondo_initialisation();

  RondoStatus st = RONDO_SUCCESS;
  if ((st =
         rondo_team_new(n_threads, recipe->training.batch, &t->team, error)) ||
      (st = make_place(t, error)) ||
      (st = rondo_learner_init(&t->learner,
                               recipe->description,
                               &initialisation,
                               recipe->training.seed,
                               error)) ||
      (st = make_workers(t, error))) {
    rondo_trainer_free(t);
    return st;
  }
  *out = t;
  return RONDO_SUCCESS;
}

RondoLearner*
rondo_trainer_learner(RondoTrainer* const trainer)
{
  return &trainer->learner;
}

size_t
rondo_trainer_n_steps(const RondoTrainer* const trainer)
{
  return trainer->learner.step;
}

size_t
rondo_trainer_n_parameters(const RondoTrainer* const trainer)
{
  return trainer->learner.n_parameters;
}

const float*
rondo_trainer_parameters(const RondoTrainer* const trainer)
{
  return trainer->learner.parameters;
}

size_t
rondo_trainer_best_step(const RondoTrainer* const trainer)
{
  return trainer->learner.best_step;
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

// Sum the gradients of all threads; return the mean loss
static double
gather(RondoTrainer* const t)
{
  const float* blocks[RONDO_MAX_TRAIN_THREADS];
  double       loss = 0.0;
  for (size_t i = 0; i < t->n_threads; ++i) {
    blocks[i] = t->workers[i]->gradients;
    for (size_t j = 0; j < t->n_items[i]; ++j) {
      loss += t->workers[i]->scores[j].loss;
    }
  }
  rondo_learner_gather(&t->learner, blocks, t->n_threads, 1.0);
  return loss / (double)t->place.recipe->training.batch;
}

RondoStatus
rondo_trainer_step(RondoTrainer* const   t,
                   RondoTrainStep* const step,
                   RondoError* const     error)
{
  const RondoTrainSettings* const s    = &t->place.recipe->training;
  const size_t                    next = t->learner.step + 1;

  share_items(t, (uint64_t)t->learner.step * s->batch, s->batch);
  rondo_team_run(t->team, train_share, t);
  const double      loss   = gather(t);
  const RondoUpdate update = {
    .adam       = { 0.9, 0.999, 1e-8, s->weight_decay },
    .clip_norm  = s->clip,
    .clip_value = INFINITY,
    .averaging  = s->averaging,
  };
  const double rate = rondo_cosine_rate(
    next, s->steps, s->warm_up, s->learning_rate, s->final_learning_rate);
  return rondo_learner_update(&t->learner, &update, rate, loss, step, error);
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
    j->heard.quality += score->heard.quality;
    j->heard.intelligibility += score->heard.intelligibility;
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
    rondo_team_run(t->team, judge_share, t);
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
  j->step               = t->learner.step;
  j->loss /= n_items;
  j->compressed /= n_items;
  j->voice /= n_items;
  j->distortion /= n_ratios;
  j->before_db /= n_ratios;
  j->after_db /= n_ratios;
  j->heard.quality /= n_ratios;
  j->heard.intelligibility /= n_ratios;
  j->best = rondo_learner_keep_best(&t->learner, j->loss);
}

RondoStatus
rondo_trainer_write_model(const RondoTrainer* const t,
                          const char* const         path,
                          const char* const         card,
                          RondoError* const         error)
{
  return rondo_learner_write_model(&t->learner, path, card, error);
}

RondoStatus
rondo_trainer_write_checkpoint(const RondoTrainer* const t,
                               const char* const         path,
                               const double              seconds,
                               RondoError* const         error)
{
  return rondo_learner_write_checkpoint(
    &t->learner, path, seconds, NULL, 0, error);
}

RondoStatus
rondo_trainer_read_checkpoint(RondoTrainer* const t,
                              const char* const   path,
                              double* const       seconds,
                              RondoError* const   error)
{
  return rondo_learner_read_checkpoint(
    &t->learner, path, seconds, NULL, 0, error);
}
