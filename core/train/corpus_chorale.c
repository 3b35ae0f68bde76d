// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "core/music/chorale.h"
#include "core/music/score.h"
#include "core/train/corpus.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)1U << 30U)

/// Text that is read
typedef struct {
  const char* text;
  size_t      size;
  size_t      at;
} Reader;

static RondoStatus
fail(const Reader* const r, const char* const expected, RondoError* const error)
{
  return rondo_error_set(
    error, RONDO_ERR_BAD_FILE, "byte %zu: expected %s", r->at, expected);
}

// Take `c`, after white space, if it is there
static bool
take(Reader* const r, const char c)
{
  while (r->at < r->size && strchr(" \t\r\n", r->text[r->at]) &&
         r->text[r->at]) {
    ++r->at;
  }
  if (r->at < r->size && r->text[r->at] == c) {
    ++r->at;
    return true;
  }
  return false;
}

static RondoStatus
read_pitch(Reader* const r, uint8_t* const pitch, RondoError* const error)
{
  const bool   negative = take(r, '-');
  const size_t from     = r->at;
  unsigned     value    = 0;
  while (r->at < r->size && r->at < from + 4 && r->text[r->at] >= '0' &&
         r->text[r->at] <= '9') {
    value = (10 * value) + (unsigned)(r->text[r->at] - '0');
    ++r->at;
  }
  if (r->at == from || value > RONDO_MAX_PITCH || (negative && value != 1)) {
    r->at = from;
    return fail(r, "a pitch from 0 to 127, or -1", error);
  }
  *pitch = negative ? (uint8_t)RONDO_SILENT : (uint8_t)value;
  return RONDO_SUCCESS;
}

static RondoStatus
read_slice(Reader* const r, RondoSlice* const slice, RondoError* const error)
{
  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < RONDO_N_PARTS; ++i) {
    st = take(r, i ? ',' : '[') ? read_pitch(r, &slice->pitches[i], error)
                                : fail(r, i ? "','" : "'['", error);
  }
  return st || take(r, ']') ? st : fail(r, "']'", error);
}

static RondoStatus
read_chorale(Reader* const       r,
             RondoChorale* const chorale,
             RondoError* const   error)
{
  if (!take(r, '[')) {
    return fail(r, "'['", error);
  }
  do {
    RondoSlice  slice;
    RondoStatus st = read_slice(r, &slice, error);
    if (!st && rondo_chorale_add(chorale, slice)) {
      st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
    if (st) {
      return st;
    }
  } while (take(r, ','));
  return take(r, ']') ? RONDO_SUCCESS : fail(r, "']'", error);
}

// Return the token of a part at `t`
static uint8_t
token_at(const RondoChorale* const chorale,
         const int                 shift,
         const size_t              t,
         const size_t              part)
{
  const uint8_t pitch = chorale->slices[t].pitches[part];
  return rondo_chorale_token(pitch < RONDO_SILENT ? pitch + shift
                                                  : (int)RONDO_SILENT);
}

// Lay out tokens, four to the sixteenth, each with what is known before it
static void
lay_tokens(const RondoChorale* const chorale,
           const int                 shift,
           float*                    x,
           float*                    y)
{
  RondoChoraleState state;
  rondo_chorale_begin(&state, chorale->mode);
  for (size_t t = 0; t < chorale->n_slices; ++t) {
    rondo_chorale_move(&state, rondo_chorale_place_at(chorale, t));
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      const RondoPart part  = rondo_chorale_part(&state);
      const uint8_t   sound = token_at(chorale, shift, t, (size_t)part);
      const uint8_t   token =
        sound == state.before[part] ? (uint8_t)RONDO_CHORALE_HOLD : sound;
      rondo_chorale_inputs(&state, x);
      rondo_chorale_advance(&state, token);
      x += RONDO_CHORALE_N_INPUTS;
      *y++ = token;
    }
  }
}

// Lay out sixteenths, each with the cells of four parts
static void
lay_cells(const RondoChorale* const chorale,
          const int                 shift,
          float*                    x,
          float*                    y)
{
  for (size_t t = 0; t < chorale->n_slices; ++t) {
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      *y++ = token_at(chorale, shift, t, i);
    }
    rondo_harmony_inputs(
      chorale->mode, rondo_chorale_place_at(chorale, t), y - RONDO_N_PARTS, x);
    x += RONDO_HARMONY_N_INPUTS;
  }
}

static RondoStatus
add_chorale(RondoSequences* const set,
            RondoChorale* const   chorale,
            RondoError* const     error)
{
  const bool   cells = set->n_cells > 0;
  const size_t n     = chorale->n_slices * (cells ? 1 : RONDO_N_PARTS);
  const size_t X     = set->n_inputs;

  RondoSequence* const s =
    rondo_sequences_add(set, n * (X + rondo_sequences_target_width(set)));
  if (!s) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  rondo_chorale_guess_key(chorale);
  rondo_chorale_guess_bar(chorale);
  s->x         = s->memory;
  s->y         = s->memory + (n * X);
  s->n_steps   = n;
  s->n_targets = n;

  const int shift = rondo_chorale_shift(chorale->tonic, chorale->mode);
  (cells ? lay_cells
         : lay_tokens)(chorale, shift, s->memory, s->memory + (n * X));
  return RONDO_SUCCESS;
}

static RondoStatus
read_split(Reader* const r, RondoSequences* const set, RondoError* const error)
{
  if (!take(r, '[')) {
    return fail(r, "'['", error);
  }
  do {
    RondoChorale chorale = { .slices = NULL };
    RondoStatus  st      = read_chorale(r, &chorale, error);
    st                   = st ? st : add_chorale(set, &chorale, error);
    rondo_chorale_clear(&chorale);
    if (st) {
      return st;
    }
  } while (take(r, ','));
  return take(r, ']') ? RONDO_SUCCESS : fail(r, "']'", error);
}

static RondoStatus
read_splits(Reader* const r, RondoCorpus* const corpus, RondoError* const error)
{
  if (!take(r, '{')) {
    return fail(r, "'{'", error);
  }
  do {
    size_t split = 0;
    if (!take(r, '"')) {
      return fail(r, "'\"'", error);
    }
    const char* const name = r->text + r->at;
    const size_t      left = r->size - r->at;
    for (; split < RONDO_N_SPLITS; ++split) {
      const size_t n = strlen(rondo_split_names[split]);
      if (left > n && !strncmp(name, rondo_split_names[split], n) &&
          name[n] == '"') {
        break;
      }
    }
    if (split == RONDO_N_SPLITS || corpus->splits[split].count) {
      return fail(r, "\"train\", \"valid\" or \"test\", once", error);
    }
    r->at += strlen(rondo_split_names[split]) + 1;
    const RondoStatus st = take(r, ':')
                             ? read_split(r, &corpus->splits[split], error)
                             : fail(r, "':'", error);
    if (st) {
      return st;
    }
  } while (take(r, ','));
  return take(r, '}') && (take(r, ' '), r->at == r->size)
           ? RONDO_SUCCESS
           : fail(r, "'}' and the end", error);
}

RondoStatus
rondo_corpus_read_chorale(RondoCorpus* const corpus,
                          RondoConfig* const data,
                          const char* const  folder,
                          RondoError* const  error)
{
  bool        masked = false;
  char*       path   = NULL;
  void*       text   = NULL;
  size_t      size   = 0;
  RondoStatus st     = rondo_corpus_path(data, "file", folder, &path, error);
  st = st ? st : rondo_config_boolean(data, "masked", &masked, error);
  st = st ? st : rondo_config_refuse_unknown(data, error);
  st = st ? st : rondo_file_read(path, LARGEST_FILE, &text, &size, error);

  corpus->chorale = masked ? RONDO_CHORALE_AS_CELLS : RONDO_CHORALE_AS_TOKENS;
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    RondoSequences* const set = &corpus->splits[i];
    set->classes              = true;
    set->n_cells              = masked ? RONDO_N_PARTS : 0;
    set->hidden               = RONDO_CHORALE_UNKNOWN;
    set->n_inputs  = masked ? RONDO_HARMONY_N_INPUTS : RONDO_CHORALE_N_INPUTS;
    set->n_outputs = masked ? (size_t)RONDO_N_PARTS * RONDO_CHORALE_N_CLASSES
                            : RONDO_CHORALE_TOKENS;
  }
  if (!st) {
    Reader reader = { (const char*)text, size, 0 };
    st            = read_splits(&reader, corpus, error);
    if (st) {
      rondo_error_prefix(error, path);
    }
  }
  free(text);
  free(path);
  return st;
}
