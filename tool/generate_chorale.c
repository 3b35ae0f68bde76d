// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate_chorale.h"

#include "core/music/chorale_score.h"
#include "core/music/harmonizer.h"
#include "core/music/melody.h"
#include "tool/interrupt.h"
#include "tool/model_path.h"
#include "tool/notes.h"
#include "tool/score_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VELOCITY 80U
#define DIVISION 480U

typedef RondoGenerateSettings Settings;

/// A chorale that is gone on with
typedef struct {
  const Settings*  settings;
  RondoScore*      score;   // The seed, or one without notes
  RondoChorale     chorale; // What was there
  uint64_t         begin;   // Sixteenth of the score that it begins at
  RondoHarmonizer* harmonizer;
} Session;

// Load the model if it is one of chorales; otherwise it stays NULL
static RondoStatus
load_model(const Settings* const o, RondoModel** const model, RondoError* error)
{
  RondoConfig* task = NULL;
  *model            = NULL;
  if (!o->model) {
    return RONDO_SUCCESS;
  }
  const bool  named = !strcmp(o->model, "chorale") && access(o->model, F_OK);
  char* const path  = rondo_model_path(
    named ? NULL : o->model, "RONDO_CHORALE_MODEL", "chorale.safetensors");
  if (!path) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  RondoStatus st = rondo_model_load(path, model, error);
  if (!st && rondo_description_task(
               rondo_model_description(*model), "chorale", &task, NULL)) {
    rondo_model_free(*model);
    *model = NULL;
  } else if (!st && (st = rondo_harmonizer_check(*model, error))) {
    rondo_error_prefix(error, path);
  }
  free(path);
  return st;
}

static RondoStatus
check_options(const Settings* const o, RondoError* const error)
{
  const char* const other = o->notes        ? "notes"
                            : o->picture    ? "picture"
                            : o->how.notes  ? "steps"
                            : o->how.beam   ? "beam"
                            : o->chords     ? "chords"
                            : o->track >= 0 ? "track"
                                            : NULL;
  return other ? rondo_error_set(error,
                                 RONDO_ERR_UNSUPPORTED,
                                 "--%s is not for models of chorales",
                                 other)
               : RONDO_SUCCESS;
}

// Put what options say in the place of what the score says; one of nothing is
// in common time
static RondoStatus
override(const Settings* const o, RondoScore* const score)
{
  const RondoBar common = { 4, 4 };
  const bool     known  = o->bar.beats || score->n_metres || score->n_notes;
  return rondo_score_override(score, known ? o->bar : common, o->tempo);
}

// Find key, metre and pickup of a seed
static RondoStatus
take_frame(Session* const s, RondoError* const error)
{
  RondoChorale* const c      = &s->chorale;
  RondoMelody         melody = { .events = NULL };
  const RondoStatus st = rondo_melody_from_score(s->score, -1, &melody, error);
  if (st) {
    return st;
  }
  c->bar    = melody.bar;
  c->tonic  = melody.tonic;
  c->mode   = melody.mode;
  c->pickup = melody.pickup / RONDO_SIXTEENTH;
  rondo_melody_clear(&melody);
  if (!s->score->n_keys) {
    rondo_chorale_guess_key(c);
  }
  if (!s->score->n_metres) {
    rondo_chorale_guess_bar(c);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_seed(RondoConsole* const console,
          Session* const      s,
          RondoError* const   error)
{
  const Settings* const o  = s->settings;
  RondoChorale* const   c  = &s->chorale;
  RondoStatus           st = RONDO_SUCCESS;
  if (o->seed) {
    st = rondo_score_file_read(console, o->seed, &s->score, error);
  } else if (rondo_score_new(DIVISION, &s->score)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (!st && override(o, s->score)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (!st && o->seed) {
    st = rondo_chorale_from_score(s->score, c, &s->begin, error);
    st = st ? st : take_frame(s, error);
    if (st) {
      rondo_error_prefix(error, o->seed);
    }
  } else if (!st) {
    c->bar.beats = s->score->metres[0].beats;
    c->bar.unit  = s->score->metres[0].unit;
    c->mode      = RONDO_MODE_MAJOR;
  }
  if (o->key) {
    (void)rondo_notes_key(o->key, &c->tonic, &c->mode);
  }
  if (o->pickup >= 0.0) {
    c->pickup = (uint32_t)lround(4.0 * o->pickup) % rondo_chorale_bar(c->bar);
  }
  return st;
}

// Return what is drawn from
static RondoHarmonizing
set_masks(const Session* const s)
{
  const Settings* const o     = s->settings;
  RondoHarmonizing      how   = rondo_harmonizing();
  const unsigned        scale = rondo_notes_scale(o->scale, s->chorale.mode);
  const unsigned        tonic = s->chorale.tonic;
  how.sampler                 = o->how.sampler;
  if (how.sampler.top_p < 0.0) {
    how.sampler.top_p = RONDO_CHORALE_TOP_P;
  }
  how.low[RONDO_SOPRANO]  = 60;
  how.high[RONDO_SOPRANO] = 81;
  how.scale =
    (uint16_t)(((scale << tonic) | (scale >> (12U - tonic))) & 0xFFFU);
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    how.low[i] = o->how.low > how.low[i] ? (uint8_t)o->how.low : how.low[i];
    how.high[i] =
      o->how.high < how.high[i] ? (uint8_t)o->how.high : how.high[i];
  }
  return how;
}

// Add what follows the seed to a copy of it
static RondoStatus
go_on(const Session* const s, const uint64_t take, RondoChorale* const whole)
{
  const RondoChorale* const seed = &s->chorale;
  RondoHarmonizer* const    h    = s->harmonizer;
  const RondoHarmonizing    how  = set_masks(s);
  const uint32_t            bar  = rondo_chorale_bar(seed->bar);
  const int    shift             = rondo_chorale_shift(seed->tonic, seed->mode);
  const size_t at                = (seed->n_slices + bar - seed->pickup) % bar;
  const size_t more = ((bar - at) % bar) + (bar * s->settings->how.bars);
  RondoStatus  st   = RONDO_SUCCESS;
  rondo_harmonizer_begin(
    h, seed->bar, seed->mode, shift, s->settings->how.random_seed, take);
  for (size_t t = 0; !st && t < seed->n_slices + more; ++t) {
    const bool known = t < seed->n_slices;
    RondoChord chord;
    memset(&chord, 0, sizeof(chord));
    if (known) {
      memcpy(chord.pitches, seed->slices[t].pitches, sizeof(chord.pitches));
    }
    rondo_harmonizer_give_chord(
      h, (uint32_t)(t % bar) + bar - seed->pickup, &chord, known ? 0xFU : 0U);
    while (rondo_harmonizer_step(h, &how)) {
    }
    RondoSlice slice;
    memcpy(
      slice.pitches, rondo_harmonizer_chord(h)->pitches, sizeof(slice.pitches));
    st = rondo_chorale_add(whole, slice);
  }
  return st;
}

// Make a score of the seed and what follows, or only of that
static RondoStatus
make_score(const Session* const s,
           RondoChorale* const  whole,
           RondoScore** const   out)
{
  const RondoScore* const from = s->score;
  const size_t            n  = s->settings->omit_seed ? s->chorale.n_slices : 0;
  RondoStatus             st = rondo_score_new(from->division, out);
  for (size_t i = 0; !st && i < from->n_tempos; ++i) {
    st = rondo_score_add_tempo(*out, from->tempos[i]);
  }
  for (size_t i = 0; !st && i < from->n_metres; ++i) {
    st = rondo_score_add_metre(*out, from->metres[i]);
  }
  for (size_t i = 0; !st && i < from->n_keys; ++i) {
    st = rondo_score_add_key(*out, from->keys[i]);
  }
  for (size_t t = 0; whole->slices && t < n; ++t) {
    memset(whole->slices[t].pitches, RONDO_SILENT, RONDO_N_PARTS);
  }
  if (!st) {
    (*out)->n_tracks = RONDO_N_PARTS;
  }
  for (int part = 0; !st && part < RONDO_N_PARTS; ++part) {
    st = rondo_chorale_add_part(
      whole, (RondoPart)part, s->begin, UINT64_MAX, VELOCITY, *out);
  }
  return st ? st : rondo_score_sort(*out);
}

static RondoStatus
write_take(Session* const s, const long take, RondoError* const error)
{
  const Settings* const o     = s->settings;
  RondoChorale          whole = { .slices = NULL };
  RondoScore*           score = NULL;
  char* const           path  = rondo_take_path(o->output, take, o->count);
  RondoStatus           st =
    path ? go_on(s, (uint64_t)take, &whole) : RONDO_ERR_NO_MEMORY;
  st = st ? st : make_score(s, &whole, &score);
  st = st ? rondo_error_set_status(error, st)
          : rondo_score_file_write(score, path, o->overwrite, error);
  rondo_score_free(score);
  rondo_chorale_clear(&whole);
  free(path);
  return st;
}

RondoStatus
rondo_generate_chorale(RondoConsole* const   console,
                       const Settings* const o,
                       bool* const           done,
                       RondoError* const     error)
{
  Session     s     = { .settings = o };
  RondoModel* model = NULL;
  RondoStatus st    = load_model(o, &model, error);
  *done             = model != NULL;
  if (st || !model) {
    rondo_model_free(model);
    return st;
  }
  st = check_options(o, error);
  st = st ? st : read_seed(console, &s, error);
  if (!st && rondo_harmonizer_new(model, &s.harmonizer)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (long i = 0; !st && i < o->count && !rondo_interrupted(); ++i) {
    st = write_take(&s, i, error);
  }
  rondo_harmonizer_free(s.harmonizer);
  rondo_chorale_clear(&s.chorale);
  rondo_score_free(s.score);
  rondo_model_free(model);
  return st;
}
