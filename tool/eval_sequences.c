// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/eval_sequences.h"

#include "core/music/melody_tokens.h"
#include "core/text/entities.h"
#include "core/train/sequence_crew.h"
#include "tool/console.h"
#include "tool/corpus.h"
#include "tool/eval_chorale.h"
#include "tool/json.h"
#include "tool/options.h"
#include "tool/sequence_model.h"
#include "tool/tool.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Steps at a time of a network that can be cut through time
#define MAX_STEPS 256U

// Sequences at a time, all threads together
#define BATCH 32U

enum { DATA, RECIPE, SPLIT, THREADS, AS_JSON };

static const RondoOption eval_options[] = {
  { 'd', "data", "DIR", "Folder that the paths of the data start from" },
  { 0,
    "recipe",
    "FILE",
    "Recipe whose \"data\" is taken (default: that which the\n"
    "model was trained with)" },
  { 0, "split", "NAME", "train, valid or test (default: test)" },
  { 't', "threads", "N", "Threads (default: 1)" },
  { 0, "json", NULL, "Print JSON" },
};

static const RondoCommand eval_command = {
  .name      = "eval",
  .synopsis  = "frames|classify|tag|language|melody|chorale|harmony MODEL "
               "--data DIR [OPTION]...",
  .summary   = "Score a model on the data of its task.",
  .options   = eval_options,
  .n_options = sizeof(eval_options) / sizeof(eval_options[0]),
  .notes =
    "frames: the negative log-likelihood of a step (nats, summed over "
    "its\noutputs) or the squared error, as a mean over all steps and as a "
    "mean "
    "of\nthe sequences' means. classify: accuracy. tag: accuracy of words, "
    "and\n"
    "precision, recall and F1 of entities as CoNLL counts them. language: "
    "nats\nand bits per token, and perplexity. melody: nats per step (token) "
    "and per note,\nrests and ends counted in. chorale: nats per sixteenth, of "
    "all parts and of\nthose below the soprano. harmony: the same, an estimate "
    "over the orders in\nwhich cells may be told.\nModels are run as the audio "
    "thread runs them.\n",
};

typedef struct {
  size_t      task;
  const char* model;
  const char* data;
  const char* recipe;
  size_t      split;
  size_t      n_threads;
  bool        json;
} Settings;

/// A number and what it is
typedef struct {
  const char* key;
  const char* label;
  double      value;
} Line;

enum { MAX_LINES = 8 };

typedef struct {
  Settings            settings;
  RondoSequenceModel  model;
  RondoConfig*        recipe;
  RondoCorpus         corpus;
  RondoSequenceScore* scores;
  Line                lines[MAX_LINES];
  size_t              n_lines;
} Evaluation;

static void
add_line(Evaluation* const e,
         const char* const key,
         const char* const label,
         const double      value)
{
  const Line line        = { key, label, value };
  e->lines[e->n_lines++] = line;
}

// Find the object that says where the data are
static RondoStatus
find_data(Evaluation* const   e,
          RondoConfig** const data,
          RondoError* const   error)
{
  const char* const path = e->settings.recipe;
  RondoConfig*      card = NULL;
  RondoStatus       st   = RONDO_SUCCESS;
  if (path) {
    if ((st = rondo_config_read(path, &e->recipe, error))) {
      return st;
    }
    if ((st = rondo_config_require(e->recipe, "data", error)) ||
        (st = rondo_config_object(e->recipe, "data", data, error))) {
      rondo_error_prefix(error, path);
    }
    return st;
  }
  const RondoDescription* const d = rondo_model_description(e->model.engine);
  st = rondo_config_object(d->config, "card", &card, error);
  if (!st && card) {
    st = rondo_config_object(card, "data_section", data, error);
  }
  return st || *data ? st
                     : rondo_error_set(error,
                                       RONDO_ERR_BAD_FILE,
                                       "%s: it does not say what data it was "
                                       "trained with; use --recipe",
                                       e->settings.model);
}

static RondoStatus
read_data(Evaluation* const e, RondoError* const error)
{
  const char* const split = rondo_split_names[e->settings.split];
  RondoConfig*      data  = NULL;
  RondoStatus       st    = find_data(e, &data, error);

  // The corpus uses these, and frees them
  e->corpus.vocabulary = e->model.vocabulary;
  e->corpus.labels     = e->model.labels;
  e->model.vocabulary  = NULL;
  e->model.labels      = NULL;

  st = st ? st : rondo_corpus_read(data, e->settings.data, &e->corpus, error);
  if (st) {
    return st;
  }
  const RondoSequences* const set = &e->corpus.splits[e->settings.split];
  if (!set->count) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "data: there are no sequences for %s", split);
  }
  return rondo_sequences_check(
    set, rondo_model_description(e->model.engine), e->model.loss, error);
}

// Make room for the tags that the network finds
static RondoStatus
keep_predictions(RondoSequences* const set, RondoError* const error)
{
  for (size_t i = 0; i < set->count; ++i) {
    RondoSequence* const s = &set->sequences[i];
    s->predicted = (int32_t*)calloc(s->n_targets + 1, sizeof(int32_t));
    if (!s->predicted) {
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  return RONDO_SUCCESS;
}

static RondoStatus
add_entities(Evaluation* const e, RondoError* const error)
{
  const RondoSequences* const set = &e->corpus.splits[e->settings.split];

  RondoEntities  entities = { 0, 0, 0 };
  const size_t   longest  = rondo_sequences_longest(set);
  int32_t* const expected = (int32_t*)calloc(longest + 1, sizeof(int32_t));
  if (!expected) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0; i < set->count; ++i) {
    const RondoSequence* const s = &set->sequences[i];
    for (size_t t = 0; t < s->n_targets; ++t) {
      expected[t] = (int32_t)s->y[t];
    }
    rondo_entities_add(
      &entities, e->corpus.labels, expected, s->predicted, s->n_targets);
  }
  free(expected);
  add_line(e,
           "precision",
           "precision of entities",
           rondo_entities_precision(&entities));
  add_line(e, "recall", "recall of entities", rondo_entities_recall(&entities));
  add_line(e, "f1", "F1 of entities", rondo_entities_f1(&entities));
  return RONDO_SUCCESS;
}

// Return the mean of the means of the sequences
static double
mean_of_means(const RondoSequences* const     set,
              const RondoSequenceScore* const scores)
{
  double sum = 0.0;
  size_t n   = 0;
  for (size_t i = 0; i < set->count; ++i) {
    if (scores[i].n_targets) {
      sum += scores[i].loss / (double)scores[i].n_targets;
      ++n;
    }
  }
  return sum / (double)(n ? n : 1);
}

static void
add_chorale_scores(Evaluation* const e, const RondoChoraleScore* const score)
{
  const RondoSequences* const set = &e->corpus.splits[e->settings.split];
  add_line(e, "sequences", "sequences", (double)set->count);
  add_line(e, "sixteenths", "sixteenths", (double)score->n_sixteenths);
  add_line(e, "nats", "nats per sixteenth", score->all);
  add_line(e, "nats_quarter", "nats per quarter", 4.0 * score->all);
  add_line(
    e, "nats_lower", "nats per sixteenth, below the soprano", score->lower);
}

// Return the pitches among the targets
static double
count_notes(const RondoSequences* const set)
{
  size_t n = 0;
  for (size_t i = 0; i < set->count; ++i) {
    for (size_t t = 0; t < set->sequences[i].n_targets; ++t) {
      n += set->sequences[i].y[t] < (float)RONDO_MELODY_REST ? 1 : 0;
    }
  }
  return (double)(n ? n : 1);
}

static RondoStatus
add_scores(Evaluation* const               e,
           const RondoSequenceScore* const total,
           RondoError* const               error)
{
  const RondoSequences* const set     = &e->corpus.splits[e->settings.split];
  const double                n       = (double)total->n_targets;
  const double                mean    = total->loss / n;
  const bool                  squared = e->model.loss == RONDO_LOSS_SQUARED;

  add_line(e, "sequences", "sequences", (double)set->count);
  add_line(e, "targets", "targets", n);
  if (e->model.task == RONDO_TASK_LANGUAGE) {
    add_line(e, "nats", "nats per token", mean);
    add_line(e, "bits", "bits per token", mean / log(2.0));
    add_line(e, "perplexity", "perplexity", exp(mean));
    return RONDO_SUCCESS;
  }
  if (e->model.task == RONDO_TASK_MELODY) {
    add_line(e, "notes", "notes", count_notes(set));
    add_line(e, "nats", "nats per step", mean);
    add_line(e, "nats_note", "nats per note", total->loss / count_notes(set));
    return RONDO_SUCCESS;
  }
  add_line(e,
           squared ? "mse" : "nll",
           squared ? "mean squared error, all steps"
                   : "negative log-likelihood, all steps (nats)",
           mean);
  if (!set->is_single) {
    add_line(e,
             squared ? "mse_sequences" : "nll_sequences",
             squared ? "mean squared error, mean of sequences"
                     : "negative log-likelihood, mean of sequences (nats)",
             mean_of_means(set, e->scores));
  }
  if (e->model.loss == RONDO_LOSS_CLASSES) {
    add_line(e, "accuracy", "accuracy", (double)total->n_correct / n);
  }
  return e->model.task == RONDO_TASK_TAG ? add_entities(e, error)
                                         : RONDO_SUCCESS;
}

static RondoStatus
score(Evaluation* const e, RondoError* const error)
{
  const Settings* const         s   = &e->settings;
  const RondoDescription* const d   = rondo_model_description(e->model.engine);
  RondoSequences* const         set = &e->corpus.splits[s->split];

  const size_t longest = rondo_sequences_longest(set);
  const bool   whole   = rondo_description_sees_all(d) || longest < MAX_STEPS;
  RondoCrew    crew;
  RondoStatus  st = e->model.task == RONDO_TASK_TAG
                      ? keep_predictions(set, error)
                      : RONDO_SUCCESS;
  e->scores =
    (RondoSequenceScore*)calloc(set->count, sizeof(RondoSequenceScore));
  if (!e->scores) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  st = st ? st
          : rondo_crew_init(&crew,
                            d,
                            e->model.loss,
                            whole ? longest : MAX_STEPS,
                            set->count < BATCH ? set->count : BATCH,
                            s->n_threads,
                            e->model.engine,
                            error);
  if (st) {
    return st;
  }
  if (e->model.task >= RONDO_TASK_CHORALE) {
    const RondoChoraleScore chorale = rondo_eval_chorale(&crew, set);
    rondo_crew_clear(&crew);
    add_chorale_scores(e, &chorale);
    return RONDO_SUCCESS;
  }
  const RondoSequenceScore total =
    rondo_crew_judge(&crew, NULL, set, e->scores);
  rondo_crew_clear(&crew);
  if (!total.n_targets) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "data: there are no targets to score");
  }
  return add_scores(e, &total, error);
}

static void
print_scores(const Evaluation* const e)
{
  int first = 1;
  if (e->settings.json) {
    putchar('{');
  }
  for (size_t i = 0; i < e->n_lines; ++i) {
    const Line* const line = &e->lines[i];
    if (e->settings.json) {
      rondo_json_pair(stdout, &first, line->key, line->value);
    } else if (line->value == floor(line->value) && line->value > 1.0) {
      printf("%-50s %.0f\n", line->label, line->value);
    } else {
      printf("%-50s %.5f\n", line->label, line->value);
    }
  }
  if (e->settings.json) {
    puts("}");
  }
}

static RondoStatus
evaluate(Evaluation* const e, RondoError* const error)
{
  RondoStatus st =
    rondo_sequence_model_read(e->settings.model, &e->model, error);
  if (!st && e->model.task != (RondoTask)e->settings.task) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "%s: its task is %s",
                         e->settings.model,
                         rondo_task_names[e->model.task]);
  }
  if (st || (st = read_data(e, error)) || (st = score(e, error))) {
    return st;
  }
  print_scores(e);
  return RONDO_SUCCESS;
}

static bool
take(void* const to, const int option, const char* const value)
{
  Settings* const settings = (Settings*)to;
  long            n        = 0;
  switch (option) {
    case DATA:
      settings->data = value;
      return true;
    case RECIPE:
      settings->recipe = value;
      return true;
    case SPLIT:
      return rondo_options_choice(
        &eval_command, option, value, rondo_split_names, &settings->split);
    case THREADS:
      if (!rondo_options_integer(
            &eval_command, option, value, 1, RONDO_MAX_TRAIN_THREADS, &n)) {
        return false;
      }
      settings->n_threads = (size_t)n;
      return true;
    default:
      settings->json = true;
      return true;
  }
}

static int
parse(const int argc, char** const argv, Settings* const settings)
{
  RondoOptions options = rondo_options(&eval_command, argc, argv);
  const int    option  = rondo_options_take(&options, take, settings);
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (options.n_files != 2U || !settings->data) {
    return rondo_options_error(&eval_command,
                               settings->data ? "one MODEL is needed"
                                              : "--data is missing");
  }
  while (strcmp(options.files[0], rondo_task_names[settings->task]) != 0) {
    ++settings->task;
  }
  settings->model = options.files[1];
  return option;
}

int
rondo_eval_sequences(int argc, char** argv)
{
  Evaluation e;
  memset(&e, 0, sizeof(e));
  e.settings.split     = RONDO_SPLIT_TEST;
  e.settings.n_threads = 1;
  const int result     = parse(argc, argv, &e.settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "eval");
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st    = evaluate(&e, &error);
  if (st) {
    rondo_console_error(&console, NULL, "%s", error.message);
  }
  rondo_sequence_model_clear(&e.model);
  rondo_corpus_clear(&e.corpus);
  rondo_config_free(e.recipe);
  free(e.scores);
  rondo_console_end(&console);
  return st ? RONDO_EXIT_FAILURE : RONDO_EXIT_SUCCESS;
}
