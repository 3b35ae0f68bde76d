// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_trainer.h"
#include "tool/dataset.h"
#include "tool/json.h"
#include "tool/training.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
  RondoRecipe*        recipe;
  RondoSounds*        train;
  RondoSounds*        valid;
  RondoTrainer*       trainer;
  RondoTrainJudgement judgement;
} Denoise;

static void
free_denoise(void* const self)
{
  Denoise* const d = (Denoise*)self;
  rondo_trainer_free(d->trainer);
  rondo_sounds_free(d->train);
  rondo_sounds_free(d->valid);
  rondo_recipe_free(d->recipe);
  free(d);
}

static RondoStatus
take_step(void* const self, RondoTrainStep* const step, RondoError* const error)
{
  return rondo_trainer_step(((Denoise*)self)->trainer, step, error);
}

static bool
is_done(const void* const self)
{
  (void)self;
  return false;
}

static bool
judge_is_due(const void* const self, const size_t step)
{
  const RondoTrainSettings* const s = &((const Denoise*)self)->recipe->training;
  return step % s->valid_every == 0;
}

static bool
checkpoint_is_due(const void* const self, const size_t step)
{
  const RondoTrainSettings* const s = &((const Denoise*)self)->recipe->training;
  return step % s->checkpoint_every == 0;
}

static bool
judge(void* const self)
{
  Denoise* const d = (Denoise*)self;
  rondo_trainer_judge(d->trainer, &d->judgement);
  return d->judgement.best;
}

static void
print(const void* const self, FILE* const stream)
{
  const RondoTrainJudgement* const j = &((const Denoise*)self)->judgement;
  fprintf(stream,
          "validation loss %.5f%s, speech to error %.2f dB -> %.2f dB (%+.2f, "
          "%+.2f, %+.2f, %+.2f)",
          j->loss,
          j->best ? " (best)" : "",
          j->before_db,
          j->after_db,
          j->gain_db[0],
          j->gain_db[1],
          j->gain_db[2],
          j->gain_db[3]);
}

static void
put_scores(const void* const self, FILE* const stream, int* const first)
{
  const RondoTrainJudgement* const j = &((const Denoise*)self)->judgement;
  rondo_json_pair(stream, first, "valid_loss", j->loss);
  rondo_json_pair(stream, first, "compressed", j->compressed);
  rondo_json_pair(stream, first, "distortion_db", j->distortion);
  rondo_json_pair(stream, first, "voice", j->voice);
  rondo_json_pair(stream, first, "quality", j->heard.quality);
  rondo_json_pair(stream, first, "intelligibility", j->heard.intelligibility);
  rondo_json_pair(stream, first, "before_db", j->before_db);
  rondo_json_pair(stream, first, "after_db", j->after_db);
  rondo_json_key(stream, first, "gain_db");
  for (size_t c = 0; c < RONDO_N_SNR_CLASSES; ++c) {
    fputc(c ? ',' : '[', stream);
    rondo_json_number(stream, j->gain_db[c]);
  }
  fputc(']', stream);
}

static void
put_card(const void* const self, FILE* const stream, int* const first)
{
  const Denoise* const            d = (const Denoise*)self;
  const RondoTrainSettings* const s = &d->recipe->training;

  const double seconds =
    (double)d->judgement.step * (double)s->batch * s->item_seconds;
  rondo_json_pair(stream, first, "hours_heard", round(seconds / 360.0) / 10.0);
}

static RondoStatus
write_checkpoint(const void* const self,
                 const char* const path,
                 const double      seconds,
                 RondoError* const error)
{
  return rondo_trainer_write_checkpoint(
    ((const Denoise*)self)->trainer, path, seconds, error);
}

static RondoStatus
read_checkpoint(void* const       self,
                const char* const path,
                double* const     seconds,
                RondoError* const error)
{
  return rondo_trainer_read_checkpoint(
    ((Denoise*)self)->trainer, path, seconds, error);
}

static const RondoTrainingType denoise_type = {
  .free              = free_denoise,
  .step              = take_step,
  .is_done           = is_done,
  .judge_is_due      = judge_is_due,
  .checkpoint_is_due = checkpoint_is_due,
  .judge             = judge,
  .print             = print,
  .put_scores        = put_scores,
  .put_card          = put_card,
  .write_checkpoint  = write_checkpoint,
  .read_checkpoint   = read_checkpoint,
};

RondoStatus
rondo_training_read_sounds(const RondoRecipe* const recipe,
                           const char* const        data,
                           const bool               is_valid,
                           RondoConsole* const      console,
                           RondoSounds** const      out,
                           RondoError* const        error)
{
  const char* const speech = is_valid ? recipe->valid_speech : recipe->speech;
  const char* const noise  = is_valid ? recipe->valid_noise : recipe->noise;

  char* a = NULL;
  char* b = NULL;
  if (asprintf(&a, "%s/%s", data, speech) < 0) {
    a = NULL;
  }
  if (asprintf(&b, "%s/%s", data, noise) < 0) {
    b = NULL;
  }
  const RondoStatus status =
    a && b ? rondo_dataset_read(a, b, recipe->training.sample_rate, out, error)
           : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  free(a);
  free(b);
  if (!status) {
    rondo_console_note(
      console,
      "%s: %.0f s of %zu voices (%zu recordings left out), %s: %.0f s of %zu "
      "noises, %zu rooms",
      speech,
      (*out)->speech_seconds,
      (*out)->n_speakers,
      (*out)->n_refused,
      noise,
      (*out)->noise_seconds,
      (*out)->n_noises,
      (*out)->n_responses);
  }
  return status;
}

static RondoStatus
prepare(Denoise* const                    d,
        const RondoTrainingOptions* const options,
        RondoConsole* const               console,
        RondoError* const                 error)
{
  RondoStatus st = rondo_recipe_read(options->recipe, &d->recipe, error);
  if (st) {
    return st;
  }
  RondoRecipe* const r = d->recipe;
  if (options->n_steps) {
    r->training.steps = options->n_steps;
  }
  if ((st = rondo_training_read_sounds(
         r, options->data, false, console, &d->train, error)) ||
      (st = rondo_training_read_sounds(
         r, options->data, true, console, &d->valid, error))) {
    return st;
  }
  return rondo_trainer_new(
    r, d->train, d->valid, options->n_threads, &d->trainer, error);
}

RondoStatus
rondo_training_new_denoise(const RondoTrainingOptions* const options,
                           RondoConsole* const               console,
                           RondoTraining* const              out,
                           RondoError* const                 error)
{
  Denoise* const d = (Denoise*)calloc(1, sizeof(Denoise));
  if (!d) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  const RondoStatus st = prepare(d, options, console, error);
  if (st) {
    free_denoise(d);
    return st;
  }
  const RondoTrainSettings* const s        = &d->recipe->training;
  const RondoTraining             training = {
                .type    = &denoise_type,
                .self    = d,
                .learner = rondo_trainer_learner(d->trainer),
                .n_steps = s->steps,
                .amount  = (double)s->batch * s->item_seconds,
                .unit    = "s of sound",
                .card    = d->recipe->card,
  };
  *out = training;
  return RONDO_SUCCESS;
}
