// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "core/text/lines.h"
#include "core/train/corpus.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)1U << 30U)
#define LONGEST_LAG 65536

// The keys of a piano
#define N_KEYS 88U
#define LOWEST 21U

// A file that is read, and the sequence at work
typedef struct {
  RondoCorpus*   corpus;
  const char*    path;
  RondoLines     lines;
  RondoSequence* sequence; // NULL before the first
  size_t         n_steps;  // That its heading promised
  size_t         n_read;
  RondoError*    error;
} Reading;

static RondoStatus
fail(const Reading* const r, const char* const reason, const RondoPiece piece)
{
  const int length = (int)(piece.length < 40 ? piece.length : 40);
  return rondo_error_set(r->error,
                         RONDO_ERR_BAD_FILE,
                         "%s:%zu: %s%s\"%.*s\"",
                         r->path,
                         r->lines.number,
                         reason,
                         ", found ",
                         length,
                         piece.start);
}

// Read a whole number of `piece`, or return false
static bool
read_count(const RondoPiece piece, size_t* const value)
{
  *value = 0;
  for (size_t i = 0; i < piece.length; ++i) {
    const char c = piece.start[i];
    if (c < '0' || c > '9' || i > 9) {
      return false;
    }
    *value = (10 * *value) + (size_t)(c - '0');
  }
  return piece.length > 0;
}

// Make the last of the steps the target of the one before
static RondoStatus
end_sequence(Reading* const r)
{
  RondoSequence* const s = r->sequence;
  if (!s) {
    return RONDO_SUCCESS;
  }
  if (r->n_read != r->n_steps) {
    return rondo_error_set(r->error,
                           RONDO_ERR_BAD_FILE,
                           "%s:%zu: expected %zu steps before this, found %zu",
                           r->path,
                           r->lines.number,
                           r->n_steps,
                           r->n_read);
  }

  size_t lowest  = N_KEYS - 1;
  size_t highest = 0;
  for (size_t i = 0; i < N_KEYS * r->n_steps; ++i) {
    if (s->memory[i] > 0.0f) {
      lowest  = i % N_KEYS < lowest ? i % N_KEYS : lowest;
      highest = i % N_KEYS > highest ? i % N_KEYS : highest;
    }
  }
  s->shift_low  = lowest > highest ? 0 : -(int)lowest;
  s->shift_high = lowest > highest ? 0 : (int)(N_KEYS - 1 - highest);
  s->x          = s->memory;
  s->y          = s->memory + N_KEYS;
  s->n_steps    = r->n_steps - 1;
  s->n_targets  = s->n_steps;
  r->sequence   = NULL;
  return RONDO_SUCCESS;
}

// Read `>SPLIT INDEX STEPS`
static RondoStatus
begin_sequence(Reading* const r, const RondoPiece line)
{
  RondoPiece        rest  = { line.start + 1, line.length - 1 };
  RondoPiece        split = { NULL, 0 };
  RondoPiece        index = { NULL, 0 };
  RondoPiece        steps = { NULL, 0 };
  size_t            part  = 0;
  const RondoStatus st    = end_sequence(r);
  if (st) {
    return st;
  }
  if (!rondo_piece_next(&rest, " ", &split) ||
      !rondo_piece_next(&rest, " ", &index) ||
      !rondo_piece_next(&rest, " ", &steps) || rest.start ||
      !read_count(steps, &r->n_steps)) {
    return fail(r, "expected >SPLIT INDEX STEPS", line);
  }
  while (part < RONDO_N_SPLITS &&
         !rondo_piece_is(split, rondo_split_names[part])) {
    ++part;
  }
  if (part == RONDO_N_SPLITS) {
    return fail(r, "expected train, valid or test", split);
  }
  if (r->n_steps < 2 || r->n_steps > LARGEST_FILE / N_KEYS) {
    return fail(r, "expected 2 steps or more", steps);
  }
  r->n_read = 0;
  r->sequence =
    rondo_sequences_add(&r->corpus->splits[part], N_KEYS * r->n_steps);
  return r->sequence ? RONDO_SUCCESS
                     : rondo_error_set_status(r->error, RONDO_ERR_NO_MEMORY);
}

static RondoStatus
read_step(Reading* const r, const RondoPiece line)
{
  if (!r->sequence || r->n_read == r->n_steps) {
    return fail(r, "expected >SPLIT INDEX STEPS", line);
  }
  float* const keys = r->sequence->memory + (N_KEYS * r->n_read++);
  if (rondo_piece_is(line, "-")) {
    return RONDO_SUCCESS;
  }
  if (rondo_piece_is(line, "=") && r->n_read > 1) {
    memcpy(keys, keys - N_KEYS, N_KEYS * sizeof(float));
    return RONDO_SUCCESS;
  }
  RondoPiece rest = line;
  RondoPiece note = { NULL, 0 };
  while (rondo_piece_next(&rest, " ", &note)) {
    size_t number = 0;
    if (!read_count(note, &number) || number < LOWEST ||
        number >= LOWEST + N_KEYS) {
      return fail(r, "expected notes from 21 to 108, - or =", note);
    }
    keys[number - LOWEST] = 1.0f;
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_file(Reading* const r)
{
  RondoStatus st   = RONDO_SUCCESS;
  RondoPiece  line = { NULL, 0 };
  while (!st && rondo_lines_next(&r->lines, &line)) {
    if (line.length && line.start[0] == '>') {
      st = begin_sequence(r, line);
    } else if (line.length && line.start[0] != '#') {
      st = read_step(r, line);
    }
  }
  return st ? st : end_sequence(r);
}

static RondoStatus
read_transpose(RondoCorpus* const corpus,
               RondoConfig* const data,
               RondoError* const  error)
{
  double      range[2] = { 0.0, 0.0 };
  RondoStatus st       = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < 2; ++i) {
    st = rondo_config_number_at(
      data, "transpose", i, -87.0, 87.0, &range[i], error);
  }
  if (!st && range[0] > range[1]) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "data.transpose: %g is above %g",
                         range[0],
                         range[1]);
  }
  corpus->transpose_low  = (int)range[0];
  corpus->transpose_high = (int)range[1];
  return st;
}

// Read which steps before the one that is foretold are inputs
static RondoStatus
read_lags(RondoCorpus* const corpus,
          RondoConfig* const data,
          RondoError* const  error)
{
  size_t          n  = 0;
  RondoSequences* to = corpus->splits;
  RondoStatus     st = rondo_config_has(data, "lags")
                         ? rondo_config_array(data, "lags", &n, error)
                         : RONDO_SUCCESS;
  if (!st && n > RONDO_MAX_LAGS) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_FILE,
                         "data.lags: %zu of them, at most %u can be",
                         n,
                         RONDO_MAX_LAGS);
  }
  for (size_t i = 0; !st && i < n; ++i) {
    st = rondo_config_integer_at(
      data, "lags", i, 2, LONGEST_LAG, &to[0].lags[i], error);
  }
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    memcpy(to[i].lags, to[0].lags, sizeof(to[0].lags));
    to[i].n_lags    = n;
    to[i].n_inputs  = N_KEYS * (1 + n);
    to[i].n_outputs = N_KEYS;
  }
  return st;
}

RondoStatus
rondo_corpus_read_pianoroll(RondoCorpus* const corpus,
                            RondoConfig* const data,
                            const char* const  folder,
                            RondoError* const  error)
{
  char*       path  = NULL;
  void*       text  = NULL;
  size_t      size  = 0;
  RondoStatus st    = read_transpose(corpus, data, error);
  corpus->foretells = true;
  st                = st ? st : read_lags(corpus, data, error);
  st = st ? st : rondo_corpus_path(data, "file", folder, &path, error);
  st = st ? st : rondo_config_refuse_unknown(data, error);
  st = st ? st : rondo_file_read(path, LARGEST_FILE, &text, &size, error);
  if (!st) {
    Reading r = { .corpus = corpus,
                  .path   = path,
                  .lines  = rondo_lines((const char*)text, size),
                  .error  = error };
    st        = read_file(&r);
  }
  free(text);
  free(path);
  return st;
}
