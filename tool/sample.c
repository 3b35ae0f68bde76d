// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/sampler.h"
#include "core/net/stream.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/options.h"
#include "tool/sequence_model.h"
#include "tool/tool.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX, LENGTH, TEMPERATURE, TOP_K, TOP_P, SEED, COUNT };

static const RondoOption sample_options[] = {
  { 'p', "prefix", "TEXT", "What the text begins with" },
  { 'n', "length", "N", "Tokens after the prefix, at most (default: 500)" },
  { 't',
    "temperature",
    "T",
    "Below 1 likely tokens become likelier; 0 takes the\n"
    "likeliest (default: 1)" },
  { 'k', "top-k", "K", "Draw from the K likeliest tokens" },
  { 0,
    "top-p",
    "P",
    "Draw from as few of the likeliest tokens as have the\n"
    "probability P together" },
  { 0, "random-seed", "N", "Another number gives another text (default: 1)" },
  { 'c', "count", "N", "Texts (default: 1)" },
};

static const RondoCommand sample_command = {
  .name      = "sample",
  .synopsis  = "MODEL [OPTION]...",
  .summary   = "Write text, token by token, as a model of the task language "
               "would go on.",
  .options   = sample_options,
  .n_options = sizeof(sample_options) / sizeof(sample_options[0]),
  .notes = "The same seed gives the same text on every machine. A text ends "
           "early where\nthe model says that a line does. Of the prefix, "
           "characters that the model\ndoes not know are refused; words are "
           "taken as unknown.\n",
};

typedef struct {
  const char*  model;
  const char*  prefix;
  RondoSampler sampler;
  long         length;
  long         seed;
  long         count;
} Settings;

/// A model at work
typedef struct {
  RondoModel*        model;
  RondoStream*       stream;
  RondoSequenceModel task;
  RondoTokens        prefix;
  size_t             n_tokens;
  float*             y;             ///< (n_tokens) Outputs, then logits
  double*            probabilities; ///< (n_tokens)
  uint32_t*          order;         ///< (n_tokens)
} Sampling;

static RondoStatus
read_prefix(Sampling* const s, const char* const text, RondoError* const error)
{
  const RondoVocabulary* const v      = s->task.vocabulary;
  const RondoPiece             prefix = { text, strlen(text) };
  const RondoStatus            st     = rondo_text_check(prefix, error);
  if (st) {
    rondo_error_prefix(error, "--prefix");
    return st;
  }
  if (rondo_tokens_append(&s->prefix, rondo_vocabulary_start(v)) ||
      rondo_vocabulary_encode(v, prefix, &s->prefix)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 1U; i < s->prefix.count; ++i) {
    if ((size_t)s->prefix.values[i] == RONDO_TOKEN_UNKNOWN &&
        !rondo_vocabulary_settings(v)->words) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "--prefix: character %zu is not one of those that "
                             "the model knows",
                             i);
    }
  }
  return RONDO_SUCCESS;
}

static RondoStatus
prepare(Sampling* const       s,
        const Settings* const settings,
        RondoError* const     error)
{
  RondoStatus st = rondo_model_load(settings->model, &s->model, error);
  if (st) {
    return st;
  }
  const RondoDescription* const d = rondo_model_description(s->model);
  st = rondo_sequence_model_read_task(d, &s->task, error);
  if (!st &&
      (s->task.task != RONDO_TASK_LANGUAGE ||
       d->layers[d->n_layers - 1U].activation != RONDO_ACTIVATION_SOFTMAX)) {
    st =
      rondo_error_set(error,
                      RONDO_ERR_UNSUPPORTED,
                      "expected the task language, and a softmax at the end");
  }
  st = st ? st : rondo_model_check_lookahead(s->model, 0U, error);
  if (st) {
    rondo_error_prefix(error, settings->model);
    return st;
  }
  s->n_tokens      = rondo_model_n_outputs(s->model);
  s->y             = (float*)calloc(s->n_tokens, sizeof(float));
  s->probabilities = (double*)calloc(s->n_tokens, sizeof(double));
  s->order         = (uint32_t*)calloc(s->n_tokens, sizeof(uint32_t));
  if (!s->y || !s->probabilities || !s->order ||
      rondo_stream_new(s->model, 1U, &s->stream)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  return read_prefix(s, settings->prefix, error);
}

static void
print_token(const Sampling* const s, const size_t token, const bool first)
{
  const RondoVocabulary* const v = s->task.vocabulary;
  if (token == RONDO_TOKEN_END) {
    putchar('\n');
    return;
  }
  if (rondo_vocabulary_settings(v)->words && !first) {
    putchar(' ');
  }
  fputs(rondo_vocabulary_token(v, token), stdout);
}

// Draw the token after what the network has seen
static size_t
draw(Sampling* const           s,
     const RondoSampler* const sampler,
     RondoRandom* const        random)
{
  for (size_t i = 0U; i < s->n_tokens; ++i) {
    s->y[i] = logf(s->y[i]);
  }
  s->y[RONDO_TOKEN_PADDING] = -INFINITY;
  s->y[RONDO_TOKEN_UNKNOWN] = -INFINITY;
  if (!rondo_vocabulary_settings(s->task.vocabulary)->lines) {
    s->y[RONDO_TOKEN_END] = -INFINITY;
  }
  rondo_sampler_distribution(
    sampler, s->n_tokens, s->y, s->probabilities, s->order);
  return rondo_sampler_draw(s->n_tokens, s->probabilities, random);
}

static void
write_text(Sampling* const       s,
           const Settings* const settings,
           const size_t          index)
{
  RondoRandom random = rondo_random((uint64_t)settings->seed, index);
  bool        first  = true;
  rondo_stream_reset(s->stream);
  for (size_t i = 0U; i < s->prefix.count; ++i) {
    rondo_stream_step(s->stream, &s->prefix.values[i], s->y);
    if (i) {
      print_token(s, (size_t)s->prefix.values[i], first);
      first = false;
    }
  }
  for (long i = 0; i < settings->length && !rondo_interrupted(); ++i) {
    const size_t token = draw(s, &settings->sampler, &random);
    if (token == RONDO_TOKEN_END) {
      break;
    }
    print_token(s, token, first);
    first         = false;
    const float x = (float)token;
    rondo_stream_step(s->stream, &x, s->y);
  }
  putchar('\n');
}

static RondoStatus
sample(const Settings* const settings, RondoError* const error)
{
  Sampling s;
  memset(&s, 0, sizeof(s));
  const RondoStatus st = prepare(&s, settings, error);
  for (long i = 0; !st && i < settings->count && !rondo_interrupted(); ++i) {
    write_text(&s, settings, (size_t)i);
  }
  rondo_stream_free(s.stream);
  rondo_sequence_model_clear(&s.task);
  rondo_model_free(s.model);
  rondo_tokens_clear(&s.prefix);
  free(s.y);
  free(s.probabilities);
  free(s.order);
  return st;
}

static bool
take(void* const to, const int option, const char* const value)
{
  Settings* const           settings = (Settings*)to;
  const RondoCommand* const c        = &sample_command;
  long                      top      = 0;
  switch (option) {
    case PREFIX:
      settings->prefix = value;
      return true;
    case LENGTH:
      return rondo_options_integer(
        c, option, value, 0, 1L << 30, &settings->length);
    case TEMPERATURE:
      return rondo_options_number(
        c, option, value, 0.0, 100.0, &settings->sampler.temperature);
    case TOP_K:
      if (!rondo_options_integer(c, option, value, 1, 1L << 30, &top)) {
        return false;
      }
      settings->sampler.top_k = (size_t)top;
      return true;
    case TOP_P:
      return rondo_options_number(
        c, option, value, 0.0, 1.0, &settings->sampler.top_p);
    case SEED:
      return rondo_options_integer(
        c, option, value, 0, INT32_MAX, &settings->seed);
    default:
      return rondo_options_integer(
        c, option, value, 1, 1000000, &settings->count);
  }
}

static int
parse(const int argc, char** const argv, Settings* const settings)
{
  RondoOptions options = rondo_options(&sample_command, argc, argv);
  const int    option  = rondo_options_take(&options, take, settings);
  if (option == RONDO_OPTIONS_END && options.n_files != 1U) {
    return rondo_options_error(&sample_command, "one MODEL is needed");
  }
  settings->model = options.files[0];
  return option;
}

int
rondo_tool_sample(int argc, char** argv)
{
  Settings  settings = { .prefix  = "",
                         .sampler = { 1.0, 0U, 1.0 },
                         .length  = 500,
                         .seed    = 1,
                         .count   = 1 };
  const int result   = parse(argc, argv, &settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "sample");
  rondo_interrupt_catch();
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st    = sample(&settings, &error);
  if (st) {
    rondo_console_error(&console, NULL, "%s", error.message);
  }
  rondo_console_end(&console);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : st                ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}
