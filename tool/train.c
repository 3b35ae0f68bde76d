// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/denoise_trainer.h"
#include "tool/console.h"
#include "tool/dataset.h"
#include "tool/interrupt.h"
#include "tool/options.h"
#include "tool/tool.h"
#include "tool/train_report.h"

#include <sys/stat.h>
#include <unistd.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Losses of this many steps are averaged for one line of the log
#define LOG_STEPS 50U

// Diverged: the average loss is this many times the lowest one so far
#define DIVERGED 4.0

/// What the command line says
typedef struct {
  const char* recipe;
  const char* data;
  const char* output;
  const char* log;
  const char* picture;
  bool        resume;
  bool        overwrite;
  bool        quiet;
  long        threads;
  long        steps; ///< 0: as the recipe says
} Arguments;

/// A training run and all that it needs
typedef struct {
  Arguments         arguments;
  RondoConsole      console;
  RondoRecipe*      recipe;
  RondoSounds*      train;
  RondoSounds*      valid;
  RondoTrainer*     trainer;
  RondoTrainReport* report;
  char*             checkpoint; ///< Path
  char*             log;        ///< Path
  double            seconds;    ///< Spent in earlier runs
  double            started;
} Run;

enum {
  OPTION_DATA,
  OPTION_OUTPUT,
  OPTION_RESUME,
  OPTION_OVERWRITE,
  OPTION_THREADS,
  OPTION_STEPS,
  OPTION_LOG,
  OPTION_PICTURE,
  OPTION_QUIET,
  N_OPTIONS
};

static const RondoOption options[N_OPTIONS] = {
  { 'd', "data", "DIR", "Folder that the recipe's data folders are in" },
  { 'o', "output", "MODEL", "Model file to write, .safetensors" },
  { 'r', "resume", NULL, "Go on from MODEL.checkpoint if it is there" },
  { 0, "overwrite", NULL, "Start again even if MODEL is there" },
  { 't', "threads", "N", "Threads (default: all processors, at most 16)" },
  { 0, "steps", "N", "Steps in all (default: as the recipe says)" },
  { 0, "log", "FILE", "Log, one JSON object a line (default: MODEL.jsonl)" },
  { 0, "picture", "FILE", "Draw the curve of the loss as a PNG" },
  { 'q', "quiet", NULL, "Print errors only" },
};

static const RondoCommand command = {
  .name      = "train",
  .synopsis  = "[OPTION]... RECIPE --data DIR --output MODEL",
  .summary   = "Train a network as RECIPE, a JSON file, describes.",
  .options   = options,
  .n_options = N_OPTIONS,
  .notes =
    "The model with the lowest loss on the validation data so far is always\n"
    "in MODEL, and all that is needed to go on is in MODEL.checkpoint. A run\n"
    "that is interrupted (Ctrl+C) finishes its step, writes the checkpoint "
    "and\n"
    "exits with status 130. The same recipe, data, seed and number of threads\n"
    "give the same model to the last bit, also after --resume.\n",
};

static long
default_threads(void)
{
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > 16 ? 16 : n;
}

// Return whether `*value` is set, or print a usage message
static bool
take(Arguments* const arguments, const int option, const char* const value)
{
  switch (option) {
    case OPTION_DATA:
      arguments->data = value;
      return true;
    case OPTION_OUTPUT:
      arguments->output = value;
      return true;
    case OPTION_RESUME:
      arguments->resume = true;
      return true;
    case OPTION_OVERWRITE:
      arguments->overwrite = true;
      return true;
    case OPTION_THREADS:
      return rondo_options_integer(&command,
                                   option,
                                   value,
                                   1,
                                   RONDO_MAX_TRAIN_THREADS,
                                   &arguments->threads);
    case OPTION_STEPS:
      return rondo_options_integer(
        &command, option, value, 1, 100000000, &arguments->steps);
    case OPTION_LOG:
      arguments->log = value;
      return true;
    case OPTION_PICTURE:
      arguments->picture = value;
      return true;
    default:
      arguments->quiet = true;
      return true;
  }
}

// Return a negative value of rondo_options_next(); RONDO_OPTIONS_END is good
static int
read_arguments(const int argc, char** const argv, Arguments* const arguments)
{
  RondoOptions reader = rondo_options(&command, argc, argv);
  const char*  value  = NULL;
  int          option = 0;
  while ((option = rondo_options_next(&reader, &value)) >= 0) {
    if (!take(arguments, option, value)) {
      return RONDO_OPTIONS_ERROR;
    }
  }
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (reader.n_files != 1) {
    return rondo_options_error(
      &command, "expected one recipe, found %zu", reader.n_files);
  }
  if (!arguments->data || !arguments->output) {
    return rondo_options_error(
      &command, "--%s is missing", arguments->data ? "output" : "data");
  }
  arguments->recipe = reader.files[0];
  return RONDO_OPTIONS_END;
}

static char*
join(const char* const a, const char* const b, const char* const c)
{
  char* text = NULL;
  return asprintf(&text, "%s%s%s", a, b, c) < 0 ? NULL : text;
}

static RondoStatus
read_part(Run* const          run,
          const char* const   speech,
          const char* const   noise,
          RondoSounds** const out,
          RondoError* const   error)
{
  const char* const folder = run->arguments.data;
  char* const       a      = join(folder, "/", speech);
  char* const       b      = join(folder, "/", noise);
  const RondoStatus status =
    a && b
      ? rondo_dataset_read(a, b, run->recipe->training.sample_rate, out, error)
      : rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
  free(a);
  free(b);
  if (!status) {
    rondo_console_note(
      &run->console,
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

static bool
exists(const char* const path)
{
  struct stat info;
  return !stat(path, &info);
}

// A run takes hours: do not lose what one has made
static RondoStatus
protect_files(const Run* const run, RondoError* const error)
{
  const Arguments* const arguments = &run->arguments;
  const bool             kept      = exists(run->checkpoint);
  if (arguments->overwrite || (kept && arguments->resume) ||
      (!kept && !exists(arguments->output))) {
    return RONDO_SUCCESS;
  }
  return rondo_error_set(error,
                         RONDO_ERR_IO,
                         "%s is there already; --overwrite starts again%s",
                         kept ? run->checkpoint : arguments->output,
                         kept ? ", --resume goes on" : "");
}

static RondoStatus
prepare(Run* const run, RondoError* const error)
{
  const Arguments* const arguments = &run->arguments;

  RondoStatus status =
    rondo_recipe_read(arguments->recipe, &run->recipe, error);
  if (status) {
    return status;
  }
  RondoRecipe* const recipe = run->recipe;
  if (arguments->steps) {
    recipe->training.steps = (size_t)arguments->steps;
  }
  run->checkpoint = join(arguments->output, ".checkpoint", "");
  run->log        = arguments->log ? strdup(arguments->log)
                                   : join(arguments->output, ".jsonl", "");
  if (!run->checkpoint || !run->log) {
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
  }

  if ((status = protect_files(run, error)) ||
      (status =
         read_part(run, recipe->speech, recipe->noise, &run->train, error)) ||
      (status = read_part(
         run, recipe->valid_speech, recipe->valid_noise, &run->valid, error)) ||
      (status = rondo_trainer_new(recipe,
                                  run->train,
                                  run->valid,
                                  (size_t)arguments->threads,
                                  &run->trainer,
                                  error))) {
    return status;
  }

  if (arguments->resume && exists(run->checkpoint)) {
    status = rondo_trainer_read_checkpoint(
      run->trainer, run->checkpoint, &run->seconds, error);
  }
  return status;
}

static double
seconds_spent(const Run* const run)
{
  return run->seconds + rondo_console_seconds() - run->started;
}

static RondoStatus
save_checkpoint(Run* const run, RondoError* const error)
{
  return rondo_trainer_write_checkpoint(
    run->trainer, run->checkpoint, seconds_spent(run), error);
}

static RondoStatus
judge(Run* const run, RondoError* const error)
{
  RondoTrainJudgement judgement;
  rondo_trainer_judge(run->trainer, &judgement);

  RondoStatus status =
    rondo_report_judgement(run->report, &judgement, seconds_spent(run), error);
  if (!status && judgement.best) {
    char* const card =
      rondo_report_card(run->recipe, &judgement, run->arguments.recipe);
    status = card
               ? rondo_trainer_write_model(
                   run->trainer, run->arguments.output, card, error)
               : rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
    free(card);
  }
  return status;
}

static RondoStatus
draw(const Run* const run, RondoError* const error)
{
  return run->arguments.picture
           ? rondo_report_draw(run->log, run->arguments.picture, error)
           : RONDO_SUCCESS;
}

// Take steps until the last one, a signal or a failure
static RondoStatus
train(Run* const run, RondoError* const error)
{
  const RondoTrainSettings* const s = &run->recipe->training;

  RondoStatus status = RONDO_SUCCESS;
  double      sum    = 0.0;
  double      lowest = INFINITY;
  size_t      count  = 0;
  while (!status && rondo_trainer_n_steps(run->trainer) < s->steps &&
         !rondo_interrupted()) {
    RondoTrainStep step;
    if ((status = rondo_trainer_step(run->trainer, &step, error))) {
      return status;
    }
    sum += step.loss;
    ++count;
    if (step.step % LOG_STEPS == 0 || step.step == s->steps) {
      step.loss = sum / (double)count;
      if (step.loss > DIVERGED * lowest) {
        return rondo_error_set(error,
                               RONDO_ERR_UNSUPPORTED,
                               "step %zu: the loss has risen from %g to %g; "
                               "try a lower learning_rate",
                               step.step,
                               lowest,
                               step.loss);
      }
      lowest = fmin(lowest, step.loss);
      status = rondo_report_step(run->report, &step, seconds_spent(run), error);
      sum    = 0.0;
      count  = 0;
    } else {
      rondo_report_progress(run->report, &step, seconds_spent(run));
    }
    if (!status && (step.step % s->valid_every == 0 || step.step == s->steps)) {
      status = judge(run, error);
    }
    if (!status &&
        (step.step % s->checkpoint_every == 0 || step.step == s->steps)) {
      status = save_checkpoint(run, error);
    }
    if (!status && (step.step % s->valid_every == 0 || step.step == s->steps)) {
      status = draw(run, error);
    }
  }
  return status;
}

static RondoStatus
run_training(Run* const run, RondoError* const error)
{
  RondoStatus status = prepare(run, error);
  if (!status) {
    status = rondo_report_new(run->log,
                              run->recipe,
                              rondo_trainer_n_steps(run->trainer),
                              run->arguments.quiet,
                              &run->report,
                              error);
  }
  if (status) {
    return status;
  }

  rondo_console_note(&run->console,
                     "%zu parameters, %zu steps of %zu items of %g s, from "
                     "step %zu",
                     rondo_trainer_n_parameters(run->trainer),
                     run->recipe->training.steps,
                     run->recipe->training.batch,
                     run->recipe->training.item_seconds,
                     rondo_trainer_n_steps(run->trainer));
  run->started = rondo_console_seconds();

  // A path that cannot be written to is better found out now
  if (!(status = save_checkpoint(run, error)) && !(status = draw(run, error))) {
    status = train(run, error);
  }
  rondo_report_end_line(run->report);
  if (!status && rondo_interrupted()) {
    status = save_checkpoint(run, error);
    if (!status) {
      rondo_console_note(&run->console,
                         "stopped at step %zu; --resume goes on",
                         rondo_trainer_n_steps(run->trainer));
    }
  }
  return status;
}

static void
end(Run* const run)
{
  rondo_report_free(run->report);
  rondo_trainer_free(run->trainer);
  rondo_sounds_free(run->train);
  rondo_sounds_free(run->valid);
  rondo_recipe_free(run->recipe);
  free(run->checkpoint);
  free(run->log);
  rondo_console_end(&run->console);
}

int
rondo_tool_train(const int argc, char** const argv)
{
  Run run;
  memset(&run, 0, sizeof(run));
  run.arguments.threads = default_threads();

  const int result = read_arguments(argc, argv, &run.arguments);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }

  rondo_interrupt_catch();
  rondo_console_init(&run.console, "train");
  run.console.quiet = run.arguments.quiet;

  RondoError        error  = { RONDO_SUCCESS, "" };
  const RondoStatus status = run_training(&run, &error);
  if (status) {
    rondo_console_error(&run.console, NULL, "%s", error.message);
  }
  end(&run);

  // Reading that was interrupted is no failure and has no message
  return rondo_interrupted() && !*error.message ? RONDO_EXIT_INTERRUPTED
         : status                               ? RONDO_EXIT_FAILURE
                                                : RONDO_EXIT_SUCCESS;
}
