// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_trainer.h"

#include "core/train/sequence_crew.h"
#include "core/train/sequence_gradients.h"
#include "core/train/sequence_plan.h"
#include "core/train/weight_drop.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Random streams of shifts, of recurrent weights that are left out, and of
// inputs that are hidden; other streams of a seed are elsewhere
#define SHIFT_STREAMS ((uint64_t)3U << 56U)
#define WEIGHT_STREAMS ((uint64_t)4U << 56U)
#define HIDE_STREAMS ((uint64_t)5U << 56U)

// Numbers of the state ahead of those of the networks
enum { STATE_EPOCH, STATE_AT, STATE_FIRST, STATE_FACTOR, STATE_WORSE, N_STATE };

struct RondoSequenceTrainerImpl {
  const RondoSequenceRecipe* recipe;
  const RondoCorpus*         corpus;
  RondoSequences             lanes[2]; // Of one text: training, validation
  const RondoSequences*      train;
  const RondoSequences*      valid;
  RondoLearner               learner;
  RondoCrew                  crew;
  RondoPlan                  plan;
  size_t                     total;
  size_t                     n_updates; // Of the first epoch
  double                     factor;    // Of the learning rate, on a plateau
  size_t                     n_worse;   // Judgements since the best one
  bool                       epoch_ended;
  float*  dropped; // (n_parameters) Those of an update, or NULL: all are there
  double* norms;   // (max_steps of a worker), or NULL
  double* state;   // (n_state)
  size_t  n_state;
};

void
rondo_sequence_trainer_free(RondoSequenceTrainer* const t)
{
  if (t) {
    rondo_crew_clear(&t->crew);
    rondo_plan_clear(&t->plan);
    rondo_learner_clear(&t->learner);
    rondo_sequences_clear(&t->lanes[0]);
    rondo_sequences_clear(&t->lanes[1]);
    free(t->dropped);
    free(t->norms);
    free(t->state);
    free(t);
  }
}

// A text is one sequence: cut it into as many as a batch has
static RondoStatus
cut_lanes(const RondoSequences* const  whole,
          const size_t                 batch,
          RondoSequences* const        lanes,
          const RondoSequences** const out,
          RondoError* const            error)
{
  if (whole->sequences[0].n_steps < batch) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "data: a text of %zu tokens cannot be cut into a "
                           "batch of %zu",
                           whole->sequences[0].n_steps,
                           batch);
  }
  *out = lanes;
  return rondo_sequences_cut(whole, batch, lanes)
           ? rondo_error_set_status(error, RONDO_ERR_NO_MEMORY)
           : RONDO_SUCCESS;
}

static RondoStatus
find_sequences(RondoSequenceTrainer* const t, RondoError* const error)
{
  const size_t batch = t->recipe->training.batch;

  t->train = &t->corpus->splits[RONDO_SPLIT_TRAIN];
  t->valid = &t->corpus->splits[RONDO_SPLIT_VALID];
  if (!t->train->count || !t->valid->count) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "data: there are no sequences to %s",
                           t->train->count ? "judge by (valid)"
                                           : "learn from (train)");
  }
  if (t->recipe->task != RONDO_TASK_LANGUAGE) {
    return RONDO_SUCCESS;
  }
  const RondoStatus st =
    cut_lanes(t->train, batch, &t->lanes[0], &t->train, error);
  return st ? st : cut_lanes(t->valid, batch, &t->lanes[1], &t->valid, error);
}

// Return the steps that a network has room for
static size_t
find_max_steps(const RondoSequenceTrainer* const t)
{
  if (t->recipe->training.chunk) {
    return t->recipe->training.chunk;
  }
  const size_t train = rondo_sequences_longest(t->train);
  const size_t valid = rondo_sequences_longest(t->valid);
  return valid > train && rondo_description_sees_all(t->recipe->description)
           ? valid
           : train;
}

static RondoStatus
make_crew(RondoSequenceTrainer* const t,
          const size_t                n_threads,
          RondoError* const           error)
{
  const RondoSequenceSettings* const s = &t->recipe->training;
  if (s->chunk && rondo_description_sees_all(t->recipe->description)) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "training.chunk: the network sees all of a sequence "
                           "at once, so it must be 0");
  }
  RondoStatus st = rondo_crew_init(&t->crew,
                                   t->recipe->description,
                                   t->recipe->loss,
                                   find_max_steps(t),
                                   s->batch,
                                   n_threads,
                                   NULL,
                                   error);
  for (size_t i = 0; !st && i < t->crew.n_threads; ++i) {
    st = rondo_network_set_dropout(
      t->crew.workers[i]->network, &s->dropout, error);
  }
  return st;
}

// Only chunks have a state that goes on from update to update
static RondoStatus
make_state(RondoSequenceTrainer* const t, RondoError* const error)
{
  t->n_state = N_STATE;
  for (size_t i = 0; t->plan.chunk && i < t->crew.n_threads; ++i) {
    t->n_state += rondo_network_state_size(t->crew.workers[i]->network);
  }
  t->state = (double*)calloc(t->n_state, sizeof(double));
  if (t->recipe->training.gradient_norms) {
    t->norms = (double*)calloc(t->crew.workers[0]->max_steps, sizeof(double));
  }
  return t->state && (t->norms || !t->recipe->training.gradient_norms)
           ? RONDO_SUCCESS
           : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
}

static RondoStatus
make_trainer(RondoSequenceTrainer* const t,
             const size_t                n_threads,
             RondoError* const           error)
{
  const RondoSequenceSettings* const s = &t->recipe->training;

  RondoStatus st = RONDO_SUCCESS;
  if ((st = find_sequences(t, error)) ||
      (st = make_crew(t, n_threads, error)) ||
      (st = rondo_learner_init(&t->learner,
                               t->recipe->description,
                               &s->initialise,
                               s->seed,
                               error))) {
    return st;
  }
  if (s->recurrent_dropout > 0.0) {
    t->dropped = (float*)calloc(t->learner.n_parameters, sizeof(float));
  }
  if ((s->recurrent_dropout > 0.0 && !t->dropped) ||
      rondo_plan_init(&t->plan, t->train, s->batch, s->chunk, s->seed)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  t->n_updates = rondo_plan_count(&t->plan, 1);
  t->total     = s->steps ? s->steps : rondo_plan_count(&t->plan, s->epochs);
  return make_state(t, error);
}

RondoStatus
rondo_sequence_trainer_new(const RondoSequenceRecipe* const recipe,
                           const RondoCorpus* const         corpus,
                           const size_t                     n_threads,
                           RondoSequenceTrainer** const     out,
                           RondoError* const                error)
{
  *out = NULL;
  RondoSequenceTrainer* const t =
    (RondoSequenceTrainer*)calloc(1, sizeof(RondoSequenceTrainer));
  if (!t) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  t->recipe            = recipe;
  t->corpus            = corpus;
  t->factor            = 1.0;
  const RondoStatus st = make_trainer(t, n_threads, error);
  if (st) {
    rondo_sequence_trainer_free(t);
    return st;
  }
  *out = t;
  return RONDO_SUCCESS;
}

size_t
rondo_sequence_trainer_total(const RondoSequenceTrainer* const t)
{
  return t->total;
}

double
rondo_sequence_trainer_amount(const RondoSequenceTrainer* const t)
{
  return (double)rondo_sequences_n_steps(t->train) / (double)t->n_updates;
}

RondoLearner*
rondo_sequence_trainer_learner(RondoSequenceTrainer* const t)
{
  return &t->learner;
}

// Return the learning rate of an update of `epoch`
static double
rate_at(const RondoSequenceTrainer* const t,
        const size_t                      step,
        const size_t                      epoch)
{
  const RondoSequenceSettings* const s = &t->recipe->training;
  if (step <= s->warm_up || s->schedule == RONDO_SCHEDULE_COSINE) {
    return rondo_cosine_rate(
      step, t->total, s->warm_up, s->learning_rate, s->final_learning_rate);
  }
  if (s->schedule == RONDO_SCHEDULE_STEP) {
    const size_t n_falls = epoch / s->every;
    return s->learning_rate * pow(s->factor, (double)n_falls);
  }
  return s->learning_rate * t->factor;
}

// Draw how far each member is transposed in this epoch
static void
draw_shifts(RondoSequenceTrainer* const t, const RondoPlanStep* const step)
{
  const RondoCorpus* const corpus = t->corpus;
  for (size_t i = 0; i < step->n_members; ++i) {
    const size_t               index = step->members[i];
    const RondoSequence* const s     = &t->train->sequences[index];
    const int low = corpus->transpose_low > s->shift_low ? corpus->transpose_low
                                                         : s->shift_low;
    const int high     = corpus->transpose_high < s->shift_high
                           ? corpus->transpose_high
                           : s->shift_high;
    RondoRandom random = rondo_random(
      t->plan.seed, SHIFT_STREAMS + (step->epoch * t->train->count) + index);
    t->crew.shifts[i] =
      low < high
        ? low + (int)rondo_random_below(&random, (uint32_t)(high - low) + 1)
        : 0;
  }
}

// Return the parameters of an update, of which some are left out
static const float*
drop_weights(const RondoSequenceTrainer* const t, const RondoRandom random)
{
  const RondoLearner* const l = &t->learner;
  if (!t->dropped) {
    return l->parameters;
  }
  memcpy(t->dropped, l->parameters, l->n_parameters * sizeof(float));
  rondo_weight_drop(
    l->description, t->recipe->training.recurrent_dropout, random, t->dropped);
  return t->dropped;
}

// Draw whose optional inputs are hidden in this epoch
static void
draw_hides(RondoSequenceTrainer* const t, const RondoPlanStep* const step)
{
  for (size_t i = 0; i < step->n_members; ++i) {
    RondoRandom random = rondo_random(
      t->plan.seed,
      HIDE_STREAMS + (step->epoch * t->train->count) + step->members[i]);
    t->crew.hides[i] =
      t->train->n_optional && rondo_random_uniform(&random) >= t->corpus->shown;
  }
}

RondoStatus
rondo_sequence_trainer_step(RondoSequenceTrainer* const t,
                            RondoTrainStep* const       step,
                            RondoError* const           error)
{
  const RondoSequenceSettings* const s      = &t->recipe->training;
  const RondoPlanStep                update = rondo_plan_next(&t->plan);
  const RondoRandom                  random =
    rondo_random(s->seed, WEIGHT_STREAMS + t->learner.step);
  draw_shifts(t, &update);
  draw_hides(t, &update);
  const RondoLoss loss = rondo_crew_train(&t->crew,
                                          drop_weights(t, random),
                                          t->train,
                                          &update,
                                          s->seed,
                                          t->learner.step);

  const float* blocks[RONDO_MAX_TRAIN_THREADS];
  for (size_t i = 0; i < t->crew.n_threads; ++i) {
    blocks[i] = t->crew.workers[i]->gradients;
  }
  const double n_targets = (double)(loss.n_steps ? loss.n_steps : 1);
  const double n_items   = (double)update.n_members;
  rondo_learner_gather(&t->learner,
                       blocks,
                       t->crew.n_threads,
                       1.0 / (s->sum ? n_items : n_targets));
  if (t->dropped) {
    rondo_weight_drop(t->recipe->description,
                      s->recurrent_dropout,
                      random,
                      t->learner.gradients);
  }

  const RondoUpdate how = { .descends   = s->descends,
                            .adam       = s->adam,
                            .descent    = s->descent,
                            .clip_norm  = s->clip_norm,
                            .clip_value = s->clip_value,
                            .averaging  = s->averaging };
  t->epoch_ended        = update.ends_epoch;
  return rondo_learner_update(&t->learner,
                              &how,
                              rate_at(t, t->learner.step + 1, update.epoch),
                              loss.sum / n_targets,
                              step,
                              error);
}

bool
rondo_sequence_trainer_is_due(const RondoSequenceTrainer* const t)
{
  const size_t every = t->recipe->training.valid_every;
  return t->learner.step >= t->total ||
         (every ? t->learner.step % every == 0 : t->epoch_ended);
}

bool
rondo_sequence_trainer_is_done(const RondoSequenceTrainer* const t)
{
  const size_t patience = t->recipe->training.patience;
  return t->learner.step >= t->total || (patience && t->n_worse >= patience);
}

// Exchange the networks' states with `state`
static void
exchange_states(const RondoSequenceTrainer* const t,
                double* const                     state,
                const bool                        set)
{
  double* at = state + N_STATE;
  for (size_t i = 0; t->plan.chunk && i < t->crew.n_threads; ++i) {
    RondoNetwork* const network = t->crew.workers[i]->network;
    if (set) {
      rondo_network_set_state(network, at);
    } else {
      rondo_network_get_state(network, at);
    }
    at += rondo_network_state_size(network);
  }
}

void
rondo_sequence_trainer_judge(RondoSequenceTrainer* const   t,
                             RondoSequenceJudgement* const j)
{
  const RondoSequenceSettings* const s = &t->recipe->training;

  // Chunks go on with the state that they had
  exchange_states(t, t->state, false);
  const RondoSequenceScore score =
    rondo_crew_judge(&t->crew, t->learner.average, t->valid, NULL);
  j->norms = t->norms;
  j->n_norms =
    t->norms ? rondo_sequence_gradients(
                 t->crew.workers[0], t->learner.parameters, t->valid, t->norms)
             : 0;
  exchange_states(t, t->state, true);

  const double n = (double)(score.n_targets ? score.n_targets : 1);
  j->step        = t->learner.step;
  j->epoch       = t->plan.epoch + (t->plan.at == t->plan.n_batches ? 1 : 0);
  j->loss        = score.loss / n;
  j->accuracy =
    t->recipe->loss == RONDO_LOSS_CLASSES ? (double)score.n_correct / n : NAN;
  j->best = rondo_learner_keep_best(
    &t->learner,
    s->by_accuracy && isfinite(j->accuracy) ? 1.0 - j->accuracy : j->loss);
  t->n_worse = j->best ? 0 : t->n_worse + 1;
  if (t->n_worse && s->schedule == RONDO_SCHEDULE_PLATEAU &&
      t->n_worse % s->every == 0) {
    t->factor *= s->factor;
  }
}

RondoStatus
rondo_sequence_trainer_write_checkpoint(const RondoSequenceTrainer* const t,
                                        const char* const                 path,
                                        const double      seconds,
                                        RondoError* const error)
{
  t->state[STATE_EPOCH]  = (double)t->plan.epoch;
  t->state[STATE_AT]     = (double)t->plan.at;
  t->state[STATE_FIRST]  = (double)t->plan.first;
  t->state[STATE_FACTOR] = t->factor;
  t->state[STATE_WORSE]  = (double)t->n_worse;
  exchange_states(t, t->state, false);
  return rondo_learner_write_checkpoint(
    &t->learner, path, seconds, t->state, t->n_state, error);
}

RondoStatus
rondo_sequence_trainer_read_checkpoint(RondoSequenceTrainer* const t,
                                       const char* const           path,
                                       double* const               seconds,
                                       RondoError* const           error)
{
  const RondoStatus st = rondo_learner_read_checkpoint(
    &t->learner, path, seconds, t->state, t->n_state, error);
  if (st) {
    return st;
  }
  for (size_t i = 0; i < t->n_state; ++i) {
    if (!isfinite(t->state[i]) || (i < N_STATE && t->state[i] < 0.0)) {
      return rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "%s: state[%zu] cannot be", path, i);
    }
  }
  if (!rondo_plan_go(&t->plan,
                     (size_t)t->state[STATE_EPOCH],
                     (size_t)t->state[STATE_AT],
                     (size_t)t->state[STATE_FIRST])) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "%s: is of other data", path);
  }
  t->factor      = t->state[STATE_FACTOR];
  t->n_worse     = (size_t)t->state[STATE_WORSE];
  t->epoch_ended = t->plan.at == t->plan.n_batches;
  exchange_states(t, t->state, true);
  return RONDO_SUCCESS;
}
