// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"
#include "core/train/sequence_recipe.h"
#include "core/train/team.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/model_path.h"
#include "tool/options.h"
#include "tool/tool.h"
#include "tool/train_report.h"
#include "tool/training.h"

#include <sys/stat.h>
#include <unistd.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Losses of this many steps are averaged for one line of the log
#define LOG_STEPS 50U

// Diverged: the average loss is this many times the lowest one so far, and
// above the first, for near 0 losses that are well may differ as much
#define DIVERGED 4.0

/// What the command line says
typedef struct {
  const char* recipe;
  const char* data;
  const char* output;
  const char* log;
  const char* picture;
  const char* gradient_picture;
  const char* start;
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
  RondoTraining     training;
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
  OPTION_START,
  OPTION_OVERWRITE,
  OPTION_THREADS,
  OPTION_STEPS,
  OPTION_LOG,
  OPTION_PICTURE,
  OPTION_GRADIENT_PICTURE,
  OPTION_QUIET,
  N_OPTIONS
};

static const RondoOption options[N_OPTIONS] = {
  { 'd', "data", "DIR", "Folder that the recipe's data folders are in" },
  { 'o', "output", "MODEL", "Model file to write, .safetensors" },
  { 'r', "resume", NULL, "Go on from MODEL.checkpoint if it is there" },
  { 0,
    "start",
    "MODEL",
    "Begin with the weights of MODEL, a file or a name such\n"
    "as voice, where names and shapes are the same" },
  { 0, "overwrite", NULL, "Start again even if MODEL is there" },
  { 't', "threads", "N", "Threads (default: all processors, at most 16)" },
  { 0, "steps", "N", "Steps in all (default: as the recipe says)" },
  { 0, "log", "FILE", "Log, one JSON object a line (default: MODEL.jsonl)" },
  { 0, "picture", "FILE", "Draw the curve of the loss as a PNG" },
  { 0,
    "gradient-picture",
    "FILE",
    "Draw how gradients die away through time as a PNG\n"
    "(the recipe's gradient_norms must be true)" },
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

long
rondo_training_default_threads(void)
{
  const long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > 16 ? 16 : n;
}

// Return whether `*value` is set, or print a usage message
static bool
take(void* const to, const int option, const char* const value)
{
  Arguments* const arguments = (Arguments*)to;
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
    case OPTION_START:
      arguments->start = value;
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
    case OPTION_GRADIENT_PICTURE:
      arguments->gradient_picture = value;
      return true;
    default:
      arguments->quiet = true;
      return true;
  }
}

// Return what rondo_options_take() does; RONDO_OPTIONS_END is good
static int
read_arguments(const int argc, char** const argv, Arguments* const arguments)
{
  RondoOptions reader = rondo_options(&command, argc, argv);
  const int    option = rondo_options_take(&reader, take, arguments);
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

// Prepare what the task of the recipe calls for
static RondoStatus
make_training(Run* const run, RondoError* const error)
{
  const Arguments* const     arguments = &run->arguments;
  const RondoTrainingOptions how       = { arguments->recipe,
                                           arguments->data,
                                           (size_t)arguments->threads,
                                           (size_t)arguments->steps };

  RondoConfig* recipe = NULL;
  const char*  task   = NULL;
  RondoStatus  st     = rondo_config_read(how.recipe, &recipe, error);
  if (!st && (st = rondo_recipe_task(recipe, &task, error))) {
    rondo_error_prefix(error, how.recipe);
  }
  if (st || !task || !strcmp(task, "denoise")) {
    rondo_config_free(recipe);
    return st ? st
              : rondo_training_new_denoise(
                  &how, &run->console, &run->training, error);
  }
  return rondo_training_new_sequences(
    &how, recipe, &run->console, &run->training, error);
}

// Begin with the weights of a model: a file, or one that comes with Rondo
static RondoStatus
start_from(Run* const run, const char* const model, RondoError* const error)
{
  char* const       preset  = rondo_preset_find(model);
  const char* const path    = preset ? preset : model;
  RondoTensors*     tensors = NULL;
  size_t            n_taken = 0;
  RondoStatus       st      = rondo_tensors_read(path, &tensors, error);
  if (!st && (st = rondo_learner_start_from(
                run->training.learner, tensors, &n_taken, error))) {
    rondo_error_prefix(error, path);
  } else if (!st && !n_taken) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "%s: no tensor has the name and the shape of one of "
                         "the network's",
                         path);
  }
  rondo_tensors_free(tensors);
  if (!st) {
    rondo_console_note(&run->console,
                       "%zu of %zu parameters begin as in %s",
                       n_taken,
                       run->training.learner->n_parameters,
                       path);
  }
  free(preset);
  return st;
}

static RondoStatus
prepare(Run* const run, RondoError* const error)
{
  const Arguments* const arguments = &run->arguments;

  run->checkpoint = join(arguments->output, ".checkpoint", "");
  run->log        = arguments->log ? strdup(arguments->log)
                                   : join(arguments->output, ".jsonl", "");
  if (!run->checkpoint || !run->log) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  RondoStatus status = protect_files(run, error);
  if (status || (status = make_training(run, error))) {
    return status;
  }
  if (arguments->resume && exists(run->checkpoint)) {
    return run->training.type->read_checkpoint(
      run->training.self, run->checkpoint, &run->seconds, error);
  }
  return arguments->start ? start_from(run, arguments->start, error)
                          : RONDO_SUCCESS;
}

static double
seconds_spent(const Run* const run)
{
  return run->seconds + rondo_console_seconds() - run->started;
}

static RondoStatus
save_checkpoint(Run* const run, RondoError* const error)
{
  return run->training.type->write_checkpoint(
    run->training.self, run->checkpoint, seconds_spent(run), error);
}

static RondoStatus
judge(Run* const run, RondoError* const error)
{
  const RondoTraining* const training = &run->training;
  const bool                 best     = training->type->judge(training->self);

  RondoStatus status =
    rondo_report_judgement(run->report, best, seconds_spent(run), error);
  if (!status && best) {
    char* const card = rondo_report_card(training, run->arguments.recipe);
    status           = card ? rondo_learner_write_model(
                      training->learner, run->arguments.output, card, error)
                            : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
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

// Losses since the last line of the log
typedef struct {
  double sum;
  size_t count;
  double first;  // Average of the first line, or infinite before
  double lowest; // Of a line so far
} Losses;

// Log the average of the last losses, if it is time, and see where it goes
static RondoStatus
report_step(Run* const            run,
            Losses* const         losses,
            RondoTrainStep* const step,
            RondoError* const     error)
{
  losses->sum += step->loss;
  ++losses->count;
  if (step->step % LOG_STEPS && step->step != run->training.n_steps) {
    rondo_report_progress(run->report, step, seconds_spent(run));
    return RONDO_SUCCESS;
  }
  step->loss    = losses->sum / (double)losses->count;
  losses->sum   = 0.0;
  losses->count = 0;
  if (step->loss > DIVERGED * losses->lowest && step->loss > losses->first) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "step %zu: the loss has risen from %g to %g; "
                           "try a lower learning_rate",
                           step->step,
                           losses->lowest,
                           step->loss);
  }
  losses->first  = isfinite(losses->first) ? losses->first : step->loss;
  losses->lowest = fmin(losses->lowest, step->loss);
  return rondo_report_step(run->report, step, seconds_spent(run), error);
}

// Take steps until the last one, a signal or a failure
static RondoStatus
train(Run* const run, RondoError* const error)
{
  const RondoTraining* const     training = &run->training;
  const RondoTrainingType* const type     = training->type;

  RondoStatus status = RONDO_SUCCESS;
  Losses      losses = { 0.0, 0, INFINITY, INFINITY };
  while (!status && training->learner->step < training->n_steps &&
         !type->is_done(training->self) && !rondo_interrupted()) {
    RondoTrainStep step;
    if ((status = type->step(training->self, &step, error)) ||
        (status = report_step(run, &losses, &step, error))) {
      return status;
    }
    const bool last   = step.step == training->n_steps;
    const bool judged = last || type->judge_is_due(training->self, step.step);
    if (judged) {
      status = judge(run, error);
    }
    if (!status &&
        (last || type->checkpoint_is_due(training->self, step.step))) {
      status = save_checkpoint(run, error);
    }
    if (!status && judged) {
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
    status = rondo_report_new(
      run->log, &run->training, run->arguments.quiet, &run->report, error);
  }
  if (status) {
    return status;
  }

  const RondoTraining* const training = &run->training;
  rondo_console_note(&run->console,
                     "%zu parameters, %zu steps of about %.0f %s, from step "
                     "%zu",
                     training->learner->n_parameters,
                     training->n_steps,
                     training->amount,
                     training->unit,
                     training->learner->step);
  run->started = rondo_console_seconds();

  // A path that cannot be written to is better found out now
  if (!(status = save_checkpoint(run, error)) && !(status = draw(run, error))) {
    status = train(run, error);
  }
  rondo_report_end_line(run->report);
  if (!status && run->arguments.gradient_picture) {
    status = rondo_report_draw_gradients(
      run->log, run->arguments.gradient_picture, error);
  }
  if (!status && rondo_interrupted()) {
    status = save_checkpoint(run, error);
    if (!status) {
      rondo_console_note(&run->console,
                         "stopped at step %zu; --resume goes on",
                         run->training.learner->step);
    }
  }
  return status;
}

static void
end(Run* const run)
{
  rondo_report_free(run->report);
  if (run->training.type) {
    run->training.type->free(run->training.self);
  }
  free(run->checkpoint);
  free(run->log);
  rondo_console_end(&run->console);
}

int
rondo_tool_train(const int argc, char** const argv)
{
  Run run;
  memset(&run, 0, sizeof(run));
  run.arguments.threads = rondo_training_default_threads();

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
