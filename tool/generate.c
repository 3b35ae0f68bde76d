// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate.h"

#include "tool/console.h"
#include "tool/generate_chorale.h"
#include "tool/interrupt.h"
#include "tool/melody_file.h"
#include "tool/notes.h"
#include "tool/options.h"
#include "tool/score_file.h"
#include "tool/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef RondoGenerateSettings Settings;

/// A session
typedef struct {
  Settings       settings;
  RondoConsole   console;
  RondoMelody    seed;
  uint32_t       microseconds; ///< Of a quarter
  RondoModel*    model;
  RondoComposer* composer;
} Session;

static RondoStatus
read_seed(Session* const s, RondoError* const error)
{
  const Settings* const o      = &s->settings;
  const RondoBar        common = { 4, 4 };
  RondoStatus           st     = RONDO_SUCCESS;
  s->seed.bar                  = o->bar.beats ? o->bar : common;
  s->seed.mode                 = RONDO_MODE_MAJOR;
  s->microseconds              = RONDO_DEFAULT_TEMPO;
  if (o->seed) {
    const RondoMelodySource source = { o->seed, (int)o->track, o->bar };
    st                             = rondo_melody_file_read(
      &source, &s->console, &s->seed, &s->microseconds, error);
  } else if (o->notes) {
    st = rondo_notes_read(o->notes, &s->seed, error);
    if (st) {
      rondo_error_prefix(error, "--notes");
    }
    rondo_melody_guess_key(&s->seed);
  }
  if (o->key) {
    (void)rondo_notes_key(o->key, &s->seed.tonic, &s->seed.mode);
  }
  if (o->tempo > 0.0) {
    s->microseconds = (uint32_t)((60e6 / o->tempo) + 0.5);
  }
  if (!st && o->chords) {
    const uint32_t ticks = rondo_melody_bar_ticks(s->seed.bar);
    st = rondo_chords_read(o->chords, ticks, &s->settings.how.chords, error);
    if (st) {
      rondo_error_prefix(error, "--chords");
    }
  }
  if (!st && o->pickup >= 0.0) {
    const uint32_t ticks = (uint32_t)((o->pickup * RONDO_MELODY_QUARTER) + 0.5);
    s->seed.pickup       = ticks % rondo_melody_bar_ticks(s->seed.bar);
  }
  return st;
}

static RondoStatus
load_model(Session* const s, RondoError* const error)
{
  RondoStatus st = rondo_melody_model_load(s->settings.model, &s->model, error);
  if (!st && (st = rondo_composer_new(s->model, &s->composer))) {
    rondo_error_set_status(error, st);
  }
  return st;
}

static RondoStatus
write_midi(const Session* const     s,
           const RondoMelody* const melody,
           const char* const        path,
           RondoError* const        error)
{
  RondoScore* score = NULL;
  RondoStatus st    = rondo_melody_to_score(melody, s->microseconds, &score);
  st                = st ? rondo_error_set_status(error, st)
                         : rondo_score_file_write(score, path, s->settings.overwrite, error);
  rondo_score_free(score);
  return st;
}

// Return the seed and what follows, or only that, to be cleared
static RondoStatus
join(const Session* const     s,
     const RondoMelody* const added,
     RondoMelody* const       whole)
{
  const bool               both    = !s->settings.omit_seed && s->seed.n_events;
  const RondoMelody* const parts[] = { both ? &s->seed : added, added };
  RondoStatus              st      = RONDO_SUCCESS;
  *whole                           = *parts[0];
  whole->events                    = NULL;
  whole->n_events                  = 0;
  for (size_t k = both ? 0 : 1; k < 2; ++k) {
    for (size_t i = 0; !st && i < parts[k]->n_events; ++i) {
      st = rondo_melody_add(
        whole, parts[k]->events[i].pitch, parts[k]->events[i].ticks);
    }
  }
  return st;
}

static RondoStatus
check_free(const Settings* const o,
           const char* const     path,
           RondoError* const     error)
{
  return path && strcmp(path, "-") != 0 && !o->overwrite && !access(path, F_OK)
           ? rondo_error_set(error,
                             RONDO_ERR_IO,
                             "%s is there already; --overwrite replaces it",
                             path)
           : RONDO_SUCCESS;
}

static RondoStatus
write_take(Session* const s, const long take, RondoError* const error)
{
  const Settings* const o = &s->settings;

  RondoMelody added = { .events = NULL };
  RondoMelody whole = { .events = NULL };
  char* const midi  = rondo_take_path(o->output, take, o->count);
  char* const picture =
    o->picture ? rondo_take_path(o->picture, take, o->count) : NULL;
  RondoStatus st = RONDO_SUCCESS;
  if (!midi || (o->picture && !picture)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  st = st ? st : check_free(o, midi, error);
  st = st ? st : check_free(o, picture, error);
  st = st ? st
          : rondo_generate_take(s->model,
                                s->composer,
                                &o->how,
                                &s->seed,
                                (uint64_t)take,
                                &added,
                                error);
  if (!st && join(s, &added, &whole)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  st = st ? st : write_midi(s, &whole, midi, error);
  if (!st && picture) {
    st = rondo_generate_picture(&s->seed, &added, picture, error);
  }
  rondo_melody_clear(&whole);
  rondo_melody_clear(&added);
  free(picture);
  free(midi);
  return st;
}

static RondoStatus
generate(Session* const s, RondoError* const error)
{
  Settings* const o    = &s->settings;
  bool            done = false;
  RondoStatus     st   = rondo_generate_chorale(&s->console, o, &done, error);
  if (st || done || (st = read_seed(s, error)) || (st = load_model(s, error))) {
    return st;
  }
  if (o->how.sampler.top_p < 0.0) {
    o->how.sampler.top_p = RONDO_MELODY_TOP_P;
  }
  o->how.scale = rondo_notes_scale(o->scale, s->seed.mode);
  for (long i = 0; !st && i < o->count && !rondo_interrupted(); ++i) {
    st = write_take(s, i, error);
  }
  return st;
}

int
rondo_tool_generate(int argc, char** argv)
{
  Session s;
  memset(&s, 0, sizeof(s));
  s.settings       = rondo_generate_defaults();
  const int result = rondo_generate_parse(argc, argv, &s.settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  rondo_console_init(&s.console, "generate");
  rondo_interrupt_catch();
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st    = generate(&s, &error);
  if (st) {
    rondo_console_error(&s.console, NULL, "%s", error.message);
  }
  rondo_composer_free(s.composer);
  rondo_model_free(s.model);
  rondo_melody_clear(&s.seed);
  rondo_chords_clear(&s.settings.how.chords);
  rondo_console_end(&s.console);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : st                ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}
