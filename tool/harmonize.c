// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/harmonize.h"

#include "core/music/melody.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/model_path.h"
#include "tool/notes.h"
#include "tool/options.h"
#include "tool/score_file.h"
#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

/// A session
typedef struct {
  RondoHarmonizeSettings settings;
  RondoConsole           console;
  RondoScore*            score;
  RondoSong              song;
  RondoModel*            model;
} Session;

static RondoStatus
read_notes(Session* const s, RondoError* const error)
{
  const RondoHarmonizeSettings* const o      = &s->settings;
  const RondoBar                      common = { 4, 4 };
  RondoMelody                         melody = { .events = NULL };
  RondoStatus st = rondo_notes_read(o->notes, &melody, error);
  if (st) {
    rondo_error_prefix(error, "--notes");
  } else {
    melody.bar = o->bar.beats ? o->bar : common;
    rondo_melody_guess_key(&melody);
    st = rondo_melody_to_score(&melody, RONDO_DEFAULT_TEMPO, &s->score);
    st = st ? rondo_error_set_status(error, st) : st;
  }
  rondo_melody_clear(&melody);
  return st;
}

static RondoStatus
read_song(Session* const s, RondoError* const error)
{
  const RondoHarmonizeSettings* const o = &s->settings;

  RondoStatus st =
    o->input ? rondo_score_file_read(&s->console, o->input, &s->score, error)
             : read_notes(s, error);
  if (st) {
    return st;
  }
  if (rondo_score_override(s->score, o->bar, o->tempo)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  st = rondo_song_take(s->score, o, &s->song, error);
  if (st) {
    rondo_error_prefix(error, o->input ? o->input : "--notes");
  }
  return st;
}

static RondoStatus
write_take(Session* const s, const long take, RondoError* const error)
{
  const RondoHarmonizeSettings* const o = &s->settings;

  RondoScore* score = NULL;
  char* const path  = rondo_take_path(o->output, take, o->count);
  char* const picture =
    o->picture ? rondo_take_path(o->picture, take, o->count) : NULL;
  RondoStatus st = RONDO_SUCCESS;
  if (!path || (o->picture && !picture)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  st = st ? st : rondo_output_check_free(path, o->overwrite, error);
  st =
    st || !picture ? st : rondo_output_check_free(picture, o->overwrite, error);
  st = st ? st
          : rondo_song_harmonize(s->model, o, (uint64_t)take, &s->song, error);
  if (!st && (st = rondo_song_score(&s->song, s->score, &score))) {
    rondo_error_set_status(error, st);
  }
  st = st ? st : rondo_score_file_write(score, path, o->overwrite, error);
  st = st || !picture ? st : rondo_song_picture(&s->song, picture, error);
  rondo_score_free(score);
  free(picture);
  free(path);
  return st;
}

static RondoStatus
harmonize(Session* const s, RondoError* const error)
{
  RondoStatus st = read_song(s, error);
  if (st) {
    return st;
  }
  char* const path = rondo_model_path(
    s->settings.model, "RONDO_HARMONY_MODEL", "chorale-harmony.safetensors");
  st = path ? rondo_model_load(path, &s->model, error)
            : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  for (long i = 0; !st && i < s->settings.count && !rondo_interrupted(); ++i) {
    st = write_take(s, i, error);
  }
  free(path);
  return st;
}

int
rondo_tool_harmonize(int argc, char** argv)
{
  Session s;
  memset(&s, 0, sizeof(s));
  const int result = rondo_harmonize_parse(argc, argv, &s.settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  rondo_console_init(&s.console, "harmonize");
  rondo_interrupt_catch();
  RondoError        error = { RONDO_SUCCESS, "" };
  const RondoStatus st    = harmonize(&s, &error);
  if (st) {
    rondo_console_error(&s.console, NULL, "%s", error.message);
  }
  rondo_model_free(s.model);
  rondo_song_clear(&s.song);
  rondo_score_free(s.score);
  rondo_console_end(&s.console);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : st                ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}
