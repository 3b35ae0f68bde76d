// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/run_text.h"

#include "core/net/sequence.h"
#include "tool/interrupt.h"
#include "tool/sequence_model.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  RondoModel*        model;
  RondoSequenceModel task;
  RondoTokens        tokens;
  float*             y; ///< (n_tokens, n_outputs)
} Run;

static size_t
largest(const float* const y, const size_t n)
{
  size_t best = 0U;
  for (size_t i = 1U; i < n; ++i) {
    best = y[i] > y[best] ? i : best;
  }
  return best;
}

// Run the network over the first `n` of the tokens
static RondoStatus
run_tokens(Run* const run, const size_t n, RondoError* const error)
{
  free(run->y);
  run->y =
    (float*)calloc((n * rondo_model_n_outputs(run->model)) + 1U, sizeof(float));
  if (!run->y) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  const RondoStatus st =
    n ? rondo_sequence_run(run->model, 1U, n, run->tokens.values, run->y)
      : RONDO_SUCCESS;
  return st ? rondo_error_set_status(error, st) : st;
}

static RondoStatus
classify(Run* const run, const RondoPiece text, RondoError* const error)
{
  const size_t Y = rondo_model_n_outputs(run->model);
  if (rondo_vocabulary_encode(run->task.vocabulary, text, &run->tokens) ||
      rondo_tokens_append(&run->tokens, RONDO_TOKEN_END)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  const size_t      n  = run->tokens.count;
  const RondoStatus st = run_tokens(run, n, error);
  if (!st) {
    const float* const last = run->y + ((n - 1U) * Y);
    const size_t       best = largest(last, Y);
    printf(
      "%s\t%.4f\n", rondo_names_at(run->task.labels, best), (double)last[best]);
  }
  return st;
}

// Return the next word of `rest`, or false
static bool
next_word(RondoPiece* const rest, RondoPiece* const word)
{
  while (rondo_piece_next(rest, " \t", word)) {
    if (word->length) {
      return true;
    }
  }
  return false;
}

static RondoStatus
tag(Run* const run, const RondoPiece text, RondoError* const error)
{
  const size_t Y    = rondo_model_n_outputs(run->model);
  RondoPiece   word = { NULL, 0U };
  for (RondoPiece rest = text; next_word(&rest, &word);) {
    if (rondo_tokens_append(
          &run->tokens, rondo_vocabulary_find(run->task.vocabulary, word))) {
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  const RondoStatus st   = run_tokens(run, run->tokens.count, error);
  RondoPiece        rest = text;
  for (size_t t = 0U; !st && next_word(&rest, &word); ++t) {
    const size_t best = largest(run->y + (t * Y), Y);
    printf("%.*s\t%s\n",
           (int)word.length,
           word.start,
           rondo_names_at(run->task.labels, best));
  }
  putchar('\n');
  return st;
}

// A line begins after the end of another
static RondoStatus
score(Run* const run, const RondoPiece text, RondoError* const error)
{
  const RondoVocabulary* const v = run->task.vocabulary;
  const size_t                 Y = rondo_model_n_outputs(run->model);
  if (rondo_tokens_append(&run->tokens, rondo_vocabulary_start(v)) ||
      rondo_vocabulary_encode(v, text, &run->tokens) ||
      (rondo_vocabulary_settings(v)->lines &&
       rondo_tokens_append(&run->tokens, RONDO_TOKEN_END))) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  const size_t      n   = run->tokens.count - 1U;
  const RondoStatus st  = run_tokens(run, n, error);
  double            sum = 0.0;
  for (size_t t = 0U; !st && t < n; ++t) {
    const size_t next = (size_t)run->tokens.values[t + 1U];
    sum += log((double)run->y[(t * Y) + next]);
  }
  if (!st) {
    printf("%.4f\t%.4f\n", sum, exp(-sum / (double)(n ? n : 1U)));
  }
  return st;
}

static RondoStatus
run_line(Run* const run, const RondoPiece text, RondoError* const error)
{
  run->tokens.count    = 0U;
  const RondoStatus st = rondo_text_check(text, error);
  if (st) {
    return st;
  }
  switch (run->task.task) {
    case RONDO_TASK_CLASSIFY:
      return classify(run, text, error);
    case RONDO_TASK_TAG:
      return tag(run, text, error);
    default:
      return score(run, text, error);
  }
}

static RondoStatus
run_lines(Run* const run, RondoError* const error)
{
  char*       line     = NULL;
  size_t      capacity = 0U;
  RondoStatus st       = RONDO_SUCCESS;
  ssize_t     n        = 0;
  while (!st && !rondo_interrupted() &&
         (n = getline(&line, &capacity, stdin)) >= 0) {
    RondoPiece text = { line, (size_t)n };
    while (text.length && strchr("\r\n", line[text.length - 1U])) {
      --text.length;
    }
    st = run_line(run, text, error);
  }
  free(line);
  return st;
}

RondoStatus
rondo_run_text(const char* const path,
               const char* const text,
               RondoError* const error)
{
  Run run;
  memset(&run, 0, sizeof(run));
  RondoStatus st = rondo_model_load(path, &run.model, error);
  if (st) {
    return st;
  }
  st = rondo_sequence_model_read_task(
    rondo_model_description(run.model), &run.task, error);
  if (!st && run.task.task == RONDO_TASK_FRAMES) {
    st = rondo_error_set(error,
                         RONDO_ERR_UNSUPPORTED,
                         "it is not a model of texts; --input and --output are "
                         "missing");
  }
  if (st) {
    rondo_error_prefix(error, path);
  } else {
    const RondoPiece whole = { text, text ? strlen(text) : 0U };
    st = text ? run_line(&run, whole, error) : run_lines(&run, error);
  }
  rondo_sequence_model_clear(&run.task);
  rondo_tokens_clear(&run.tokens);
  free(run.y);
  rondo_model_free(run.model);
  return st;
}
