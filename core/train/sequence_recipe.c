// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_recipe.h"

#include "core/music/chorale_tokens.h"
#include "core/music/melody_tokens.h"
#include "core/train/recipe.h"
#include "core/train/settings.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Steps between updates while a text is learnt, which has no end
#define TEXT_CHUNK 100U

const char* const rondo_task_names[] = { "frames",   "classify", "tag",
                                         "language", "melody",   "chorale",
                                         "harmony",  NULL };

RondoStatus
rondo_recipe_task(RondoConfig* const recipe,
                  const char** const name,
                  RondoError* const  error)
{
  RondoConfig* model = NULL;
  RondoConfig* task  = NULL;
  *name              = NULL;
  RondoStatus st     = rondo_config_object(recipe, "model", &model, error);
  if (!st && model) {
    st = rondo_config_object(model, "task", &task, error);
  }
  if (!st && task) {
    st = rondo_config_string(task, "name", name, error);
  }
  return st;
}

RondoStatus
rondo_task_read_loss(RondoConfig* const   task,
                     RondoLossKind* const loss,
                     RondoError* const    error)
{
  static const char* const names[] = { "squared", "binary", "classes", NULL };

  size_t      kind = 0;
  RondoStatus st   = RONDO_SUCCESS;
  if ((st = rondo_config_require(task, "loss", error)) ||
      (st = rondo_config_choice(task, "loss", names, &kind, error))) {
    return st;
  }
  *loss = (RondoLossKind)kind;
  return RONDO_SUCCESS;
}

// The data complete the task, so only its own keys are read here
static RondoStatus
read_task(RondoSequenceRecipe* const recipe,
          RondoConfig* const         model,
          RondoError* const          error)
{
  RondoConfig* task = NULL;
  size_t       name = 0;
  RondoStatus  st   = RONDO_SUCCESS;
  if ((st = rondo_config_require(model, "task", error)) ||
      (st = rondo_config_object(model, "task", &task, error)) ||
      (st = rondo_config_require(task, "name", error)) ||
      (st =
         rondo_config_choice(task, "name", rondo_task_names, &name, error))) {
    return st;
  }
  recipe->task = (RondoTask)name;
  recipe->loss = RONDO_LOSS_CLASSES;
  if (recipe->task == RONDO_TASK_FRAMES &&
      (st = rondo_task_read_loss(task, &recipe->loss, error))) {
    return st;
  }
  return rondo_config_refuse_unknown(task, error);
}

static RondoStatus
read_sections(RondoSequenceRecipe* const recipe, RondoError* const error)
{
  RondoConfig* const top      = recipe->config;
  RondoConfig*       model    = NULL;
  RondoConfig*       training = NULL;
  RondoConfig*       card     = NULL;
  size_t             version  = 0;
  RondoStatus        st       = RONDO_SUCCESS;
  if ((st = rondo_config_require(top, "version", error)) ||
      (st = rondo_config_integer(top,
                                 "version",
                                 RONDO_RECIPE_VERSION,
                                 RONDO_RECIPE_VERSION,
                                 &version,
                                 error)) ||
      (st = rondo_config_require(top, "model", error)) ||
      (st = rondo_config_object(top, "model", &model, error)) ||
      (st = read_task(recipe, model, error)) ||
      (st = rondo_config_require(top, "data", error)) ||
      (st = rondo_config_object(top, "data", &recipe->data, error)) ||
      (st = rondo_config_object(top, "training", &training, error)) ||
      (training && (st = rondo_sequence_settings_read(
                      training, &recipe->training, error))) ||
      (st = rondo_config_object(top, "card", &card, error))) {
    return st;
  }
  if (card && !(recipe->card = rondo_config_write(card))) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  return rondo_config_refuse_unknown(top, error);
}

RondoStatus
rondo_sequence_recipe_new(RondoConfig* const          config,
                          RondoSequenceRecipe** const out,
                          RondoError* const           error)
{
  *out = NULL;
  RondoSequenceRecipe* const recipe =
    (RondoSequenceRecipe*)calloc(1, sizeof(RondoSequenceRecipe));
  if (!recipe) {
    rondo_config_free(config);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  recipe->config       = config;
  recipe->training     = rondo_sequence_default_settings();
  const RondoStatus st = read_sections(recipe, error);
  if (st) {
    rondo_sequence_recipe_free(recipe);
    return st;
  }
  if (recipe->task == RONDO_TASK_LANGUAGE && !recipe->training.chunk) {
    recipe->training.chunk = TEXT_CHUNK;
  }
  *out = recipe;
  return RONDO_SUCCESS;
}

void
rondo_sequence_recipe_free(RondoSequenceRecipe* const recipe)
{
  if (recipe) {
    rondo_description_free(recipe->description);
    rondo_config_free(recipe->config);
    free(recipe->card);
    free(recipe);
  }
}

// Set the integer `key` unless it is there and not 0
static RondoStatus
fill_integer(RondoConfig* const config,
             const char* const  key,
             const size_t       value,
             RondoError* const  error)
{
  size_t            given = 0;
  const RondoStatus st =
    rondo_config_integer(config, key, 0, SIZE_MAX / 2, &given, error);
  return st || given ? st : rondo_config_set_integer(config, key, value, error);
}

// Return the rows of the table that inputs are looked up in, or 0
static size_t
count_tokens(const RondoCorpus* const corpus)
{
  static const size_t chorales[] = { 0,
                                     RONDO_CHORALE_TABLE,
                                     RONDO_HARMONY_TABLE };
  return corpus->vocabulary  ? rondo_vocabulary_size(corpus->vocabulary)
         : corpus->is_melody ? RONDO_MELODY_TABLE
                             : chorales[corpus->chorale];
}

static RondoStatus
fill_layers(RondoConfig* const       model,
            const RondoCorpus* const corpus,
            RondoError* const        error)
{
  size_t      n  = 0;
  RondoStatus st = rondo_config_array(model, "layers", &n, error);
  for (size_t i = 0; !st && i < n; ++i) {
    RondoConfig* layer = NULL;
    const char*  type  = "";
    if ((st = rondo_config_element(model, "layers", i, &layer, error)) ||
        (st = rondo_config_string(layer, "type", &type, error))) {
      return st;
    }
    const size_t n_tokens = count_tokens(corpus);
    if (n_tokens && !strcmp(type, "embedding")) {
      st = fill_integer(layer, "tokens", n_tokens, error);
    }
    if (!st && i == n - 1 &&
        (!strcmp(type, "linear") || !strcmp(type, "conv1d"))) {
      const RondoSequences* const train   = &corpus->splits[RONDO_SPLIT_TRAIN];
      const size_t                n_cells = train->n_cells ? train->n_cells : 1;
      st = fill_integer(layer, "out", train->n_outputs / n_cells, error);
    }
  }
  return st;
}

static RondoStatus
fill_task(RondoConfig* const       model,
          const RondoCorpus* const corpus,
          RondoError* const        error)
{
  RondoConfig* task = NULL;
  RondoStatus  st   = rondo_config_object(model, "task", &task, error);
  if (!st && corpus->vocabulary) {
    st = rondo_vocabulary_write(corpus->vocabulary, task, error);
  }
  if (!st && corpus->labels) {
    st = rondo_names_write(corpus->labels, task, "labels", error);
  }
  return st;
}

// Check that the data are of a kind that the task can use
static RondoStatus
check_kind(const RondoTask          task,
           const RondoCorpus* const corpus,
           RondoError* const        error)
{
  const bool labels = task == RONDO_TASK_CLASSIFY || task == RONDO_TASK_TAG;
  const bool melody = task == RONDO_TASK_MELODY;
  const bool tokens = task > RONDO_TASK_FRAMES && task < RONDO_TASK_MELODY;
  const bool single = task == RONDO_TASK_CLASSIFY;

  const RondoChoraleLayout chorale =
    task == RONDO_TASK_CHORALE   ? RONDO_CHORALE_AS_TOKENS
    : task == RONDO_TASK_HARMONY ? RONDO_CHORALE_AS_CELLS
                                 : RONDO_CHORALE_NONE;
  if (labels != (corpus->labels != NULL) ||
      tokens != (corpus->vocabulary != NULL) || melody != corpus->is_melody ||
      chorale != corpus->chorale ||
      (labels && single != corpus->splits[RONDO_SPLIT_TRAIN].is_single)) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "data.kind: such data are not for the task %s",
                           rondo_task_names[task]);
  }
  return RONDO_SUCCESS;
}

// Check that no layer reads backwards what is to be foretold
static RondoStatus
check_foresight(const RondoDescription* const description,
                RondoError* const             error)
{
  for (size_t i = 0; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    if (layer->n_directions > 1 && !layer->along_groups) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "model: layer %s: bidirectional, it would see the "
                             "steps that are to be foretold",
                             layer->name);
    }
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_sequence_recipe_fill(RondoSequenceRecipe* const recipe,
                           const RondoCorpus* const   corpus,
                           RondoError* const          error)
{
  const RondoSequences* const train = &corpus->splits[RONDO_SPLIT_TRAIN];

  RondoConfig* model = NULL;
  RondoStatus  st    = RONDO_SUCCESS;
  if ((st = check_kind(recipe->task, corpus, error))) {
    return st;
  }
  if ((st = rondo_config_object(recipe->config, "model", &model, error)) ||
      (st = fill_integer(model, "inputs", train->n_inputs, error)) ||
      (st = fill_layers(model, corpus, error)) ||
      (st = fill_task(model, corpus, error))) {
    rondo_error_prefix(error, "model");
    return st;
  }
  if ((st = rondo_settings_model(model, &recipe->description, error))) {
    return st;
  }
  st = corpus->foretells ? check_foresight(recipe->description, error) : st;
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    if (corpus->splits[i].count) {
      st = rondo_sequences_check(
        &corpus->splits[i], recipe->description, recipe->loss, error);
    }
  }
  return st;
}

// Check that inputs are tokens of the tables that look them up
static RondoStatus
check_tokens(const RondoSequences* const   sequences,
             const RondoDescription* const description,
             RondoError* const             error)
{
  const size_t width    = rondo_sequences_input_width(sequences);
  size_t       n_tokens = SIZE_MAX;
  for (size_t i = 0; i < description->n_layers; ++i) {
    const size_t n = description->layers[i].n_tokens;
    n_tokens       = n && n < n_tokens ? n : n_tokens;
  }
  for (size_t i = 0; n_tokens < SIZE_MAX && i < sequences->count; ++i) {
    const RondoSequence* const s = &sequences->sequences[i];
    for (size_t j = 0; j < s->n_steps * width; ++j) {
      if (!(s->x[j] >= 0.0f && s->x[j] < (float)n_tokens &&
            s->x[j] == floorf(s->x[j]))) {
        return rondo_error_set(error,
                               RONDO_ERR_BAD_FILE,
                               "data: sequence %zu has the input %g at step "
                               "%zu, expected tokens from 0 to %zu",
                               i,
                               (double)s->x[j],
                               j / width,
                               n_tokens - 1);
      }
    }
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_sequences_check(const RondoSequences* const   sequences,
                      const RondoDescription* const description,
                      const RondoLossKind           loss,
                      RondoError* const             error)
{
  const struct {
    bool        fits;
    const char* what;
    size_t      model;
    size_t      data;
  } widths[] = {
    { description->n_inputs == sequences->n_inputs,
      "inputs",
      description->n_inputs,
      sequences->n_inputs },
    { description->n_outputs == sequences->n_outputs,
      "outputs",
      description->n_outputs,
      sequences->n_outputs },
  };
  for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); ++i) {
    if (!widths[i].fits) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "the model has %zu %s, the data have %zu",
                             widths[i].model,
                             widths[i].what,
                             widths[i].data);
    }
  }
  const size_t n_groups =
    description->layers[description->n_layers - 1].n_groups;
  const size_t n_cells = sequences->n_cells ? sequences->n_cells : 1;
  if (sequences->classes && n_groups != n_cells) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "the last layer has %zu groups, the data have %zu "
                           "classes at a step",
                           n_groups,
                           n_cells);
  }
  const bool is_single = rondo_description_is_single(description);
  if (is_single != sequences->is_single) {
    return rondo_error_set(
      error,
      RONDO_ERR_BAD_FILE,
      "the model gives %s, the data have %s",
      is_single ? "one output per sequence" : "an output per step",
      sequences->is_single ? "one target per sequence" : "a target per step");
  }
  if (sequences->classes != (loss == RONDO_LOSS_CLASSES)) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "model.task.loss: the targets are %s",
                           sequences->classes ? "classes" : "values");
  }
  return check_tokens(sequences, description, error);
}
