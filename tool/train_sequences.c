// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_trainer.h"
#include "tool/corpus.h"
#include "tool/json.h"
#include "tool/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  RondoSequenceRecipe*   recipe;
  RondoCorpus            corpus;
  RondoSequenceTrainer*  trainer;
  RondoSequenceJudgement judgement;
} Sequences;

static void
free_sequences(void* const self)
{
  Sequences* const s = (Sequences*)self;
  rondo_sequence_trainer_free(s->trainer);
  rondo_corpus_clear(&s->corpus);
  rondo_sequence_recipe_free(s->recipe);
  free(s);
}

static RondoStatus
take_step(void* const self, RondoTrainStep* const step, RondoError* const error)
{
  return rondo_sequence_trainer_step(((Sequences*)self)->trainer, step, error);
}

static bool
is_done(const void* const self)
{
  return rondo_sequence_trainer_is_done(((const Sequences*)self)->trainer);
}

static bool
judge_is_due(const void* const self, const size_t step)
{
  (void)step;
  return rondo_sequence_trainer_is_due(((const Sequences*)self)->trainer);
}

static bool
checkpoint_is_due(const void* const self, const size_t step)
{
  const size_t every =
    ((const Sequences*)self)->recipe->training.checkpoint_every;
  return every ? step % every == 0 : judge_is_due(self, step);
}

static bool
judge(void* const self)
{
  Sequences* const s = (Sequences*)self;
  rondo_sequence_trainer_judge(s->trainer, &s->judgement);
  return s->judgement.best;
}

static void
print(const void* const self, FILE* const stream)
{
  const RondoSequenceJudgement* const j = &((const Sequences*)self)->judgement;
  fprintf(stream,
          "epoch %zu, validation loss %.5f%s",
          j->epoch,
          j->loss,
          j->best ? " (best)" : "");
  if (isfinite(j->accuracy)) {
    fprintf(stream, ", accuracy %.2f %%", 100.0 * j->accuracy);
  }
}

static void
put_scores(const void* const self, FILE* const stream, int* const first)
{
  const RondoSequenceJudgement* const j = &((const Sequences*)self)->judgement;
  rondo_json_pair(stream, first, "epoch", (double)j->epoch);
  rondo_json_pair(stream, first, "valid_loss", j->loss);
  if (isfinite(j->accuracy)) {
    rondo_json_pair(stream, first, "accuracy", j->accuracy);
  }
}

static void
put_log(const void* const self, FILE* const stream, int* const first)
{
  const RondoSequenceJudgement* const j = &((const Sequences*)self)->judgement;
  if (j->n_norms) {
    rondo_json_key(stream, first, "gradient_norms");
    for (size_t i = 0; i < j->n_norms; ++i) {
      fputc(i ? ',' : '[', stream);
      rondo_json_number(stream, j->norms[i]);
    }
    fputc(']', stream);
  }
}

// Where the data are is kept, so that the model can be scored without a recipe
static void
put_card(const void* const self, FILE* const stream, int* const first)
{
  char* const text = rondo_config_write(((const Sequences*)self)->recipe->data);
  if (text) {
    rondo_json_key(stream, first, "data_section");
    fputs(text, stream);
  }
  free(text);
}

static RondoStatus
write_checkpoint(const void* const self,
                 const char* const path,
                 const double      seconds,
                 RondoError* const error)
{
  return rondo_sequence_trainer_write_checkpoint(
    ((const Sequences*)self)->trainer, path, seconds, error);
}

static RondoStatus
read_checkpoint(void* const       self,
                const char* const path,
                double* const     seconds,
                RondoError* const error)
{
  return rondo_sequence_trainer_read_checkpoint(
    ((Sequences*)self)->trainer, path, seconds, error);
}

static const RondoTrainingType sequences_type = {
  .free              = free_sequences,
  .step              = take_step,
  .is_done           = is_done,
  .judge_is_due      = judge_is_due,
  .checkpoint_is_due = checkpoint_is_due,
  .judge             = judge,
  .print             = print,
  .put_scores        = put_scores,
  .put_log           = put_log,
  .put_card          = put_card,
  .write_checkpoint  = write_checkpoint,
  .read_checkpoint   = read_checkpoint,
};

static RondoStatus
prepare(Sequences* const                  s,
        const RondoTrainingOptions* const options,
        RondoConfig* const                config,
        RondoConsole* const               console,
        RondoError* const                 error)
{
  RondoStatus st = rondo_sequence_recipe_new(config, &s->recipe, error);
  if (st) {
    return st;
  }
  if (options->n_steps) {
    s->recipe->training.steps = options->n_steps;
  }
  if ((st = rondo_corpus_read(
         s->recipe->data, options->data, &s->corpus, error)) ||
      (st = rondo_sequence_recipe_fill(s->recipe, &s->corpus, error))) {
    return st;
  }
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    const RondoSequences* const set = &s->corpus.splits[i];
    rondo_console_note(console,
                       "%s: %zu sequences of %zu steps in all",
                       rondo_split_names[i],
                       set->count,
                       rondo_sequences_n_steps(set));
  }
  return rondo_sequence_trainer_new(
    s->recipe, &s->corpus, options->n_threads, &s->trainer, error);
}

RondoStatus
rondo_training_new_sequences(const RondoTrainingOptions* const options,
                             RondoConfig* const                recipe,
                             RondoConsole* const               console,
                             RondoTraining* const              out,
                             RondoError* const                 error)
{
  Sequences* const s = (Sequences*)calloc(1, sizeof(Sequences));
  if (!s) {
    rondo_config_free(recipe);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  const RondoStatus st = prepare(s, options, recipe, console, error);
  if (st) {
    rondo_error_prefix(error, options->recipe);
    free_sequences(s);
    return st;
  }
  const RondoTraining training = {
    .type    = &sequences_type,
    .self    = s,
    .learner = rondo_sequence_trainer_learner(s->trainer),
    .n_steps = rondo_sequence_trainer_total(s->trainer),
    .amount  = rondo_sequence_trainer_amount(s->trainer),
    .unit    = "sequence steps",
    .card    = s->recipe->card,
  };
  *out = training;
  return RONDO_SUCCESS;
}
