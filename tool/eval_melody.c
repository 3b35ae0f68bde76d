// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/eval_melody.h"

#include "core/music/composer.h"
#include "core/music/melody.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/json.h"
#include "tool/melody_file.h"
#include "tool/options.h"
#include "tool/tool.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL, TRACK, AS_JSON };

static const RondoOption eval_options[] = {
  { 'm', "model", "FILE", "Model to use (default: melody)" },
  { 0, "track", "N", "Take track N of the files only, from 0" },
  { 0, "json", NULL, "Print JSON: an object for each file, then the total" },
};

static const RondoCommand eval_command = {
  .name     = "eval",
  .synopsis = "melody FILE... [OPTION]...",
  .summary =
    "Tell how well a model foretells the melodies of MIDI files: the negative\n"
    "logarithm of the probability (nats) of a note and of a step (token), "
    "rests "
    "and\nthe end counted in.",
  .options   = eval_options,
  .n_options = sizeof(eval_options) / sizeof(eval_options[0]),
  .notes =
    "Of a file with several voices the highest one is scored. With --data, "
    "\"rondo eval\nmelody MODEL --data DIR\" scores the data of a recipe; "
    "\"rondo eval frames --help\"\ntells its options.\n",
};

typedef struct {
  const char* model;
  long        track;
  bool        json;
} Settings;

/// What a model says of melodies
typedef struct {
  double nats;
  size_t n_steps;
  size_t n_notes;
} Score;

// Add what a model says of a melody and its end
static RondoStatus
score_melody(RondoComposer* const     composer,
             const RondoMelody* const melody,
             Score* const             score,
             RondoError* const        error)
{
  const RondoComposing any = { .sampler = { 1.0, 0, 1.0 },
                               .high    = RONDO_MAX_PITCH,
                               .scale   = 0xFFFU,
                               .rests   = true,
                               .holds   = true,
                               .ends    = true,
                               .most    = RONDO_MELODY_LONGEST_BAR };

  uint8_t*    tokens = NULL;
  size_t      n      = 0;
  RondoStatus st =
    rondo_melody_encode(melody, rondo_melody_shift(melody), &tokens, &n, error);
  if (st) {
    return st;
  }
  tokens[n++] = RONDO_MELODY_END; // rondo_melody_encode() leaves room for it
  rondo_composer_begin(
    composer, melody->bar, melody->mode, melody->pickup, 0, 0);
  for (size_t i = 0; i < n; ++i) {
    score->nats -= (double)rondo_composer_logits(composer, &any)[tokens[i]];
    score->n_notes += tokens[i] < RONDO_MELODY_REST ? 1 : 0;
    rondo_composer_feed(composer, tokens[i]);
  }
  score->n_steps += n;
  free(tokens);
  return RONDO_SUCCESS;
}

static void
print(const bool json, const char* const name, const Score* const score)
{
  const double by_note = score->nats / (double)score->n_notes;
  const double by_step = score->nats / (double)score->n_steps;
  int          first   = 1;
  if (json) {
    putchar('{');
    rondo_json_key(stdout, &first, "file");
    rondo_json_string(stdout, name);
    rondo_json_pair(stdout, &first, "notes", (double)score->n_notes);
    rondo_json_pair(stdout, &first, "steps", (double)score->n_steps);
    rondo_json_pair(stdout, &first, "nats_note", by_note);
    rondo_json_pair(stdout, &first, "nats", by_step);
    puts("}");
  } else {
    printf("%-40s %8zu %8zu %10.4f %10.4f\n",
           name,
           score->n_notes,
           score->n_steps,
           by_note,
           by_step);
  }
}

// Score a file, and add it to the total
static RondoStatus
score_file(RondoConsole* const   console,
           const Settings* const settings,
           RondoComposer* const  composer,
           const char* const     path,
           Score* const          total)
{
  const RondoMelodySource source = { path, (int)settings->track, { 0, 0 } };

  RondoMelody melody = { .events = NULL };
  Score       score  = { 0.0, 0, 0 };
  RondoError  error  = { RONDO_SUCCESS, "" };
  RondoStatus st =
    rondo_melody_file_read(&source, console, &melody, NULL, &error);
  if (!st && (st = score_melody(composer, &melody, &score, &error))) {
    rondo_error_prefix(&error, path);
  }
  if (st) {
    rondo_console_error(console, NULL, "%s", error.message);
  } else {
    print(settings->json, path, &score);
    total->nats += score.nats;
    total->n_steps += score.n_steps;
    total->n_notes += score.n_notes;
  }
  rondo_melody_clear(&melody);
  return st;
}

static int
score_files(RondoConsole* const   console,
            const Settings* const settings,
            const char* const*    paths,
            const size_t          n_paths)
{
  RondoModel*    model    = NULL;
  RondoComposer* composer = NULL;
  RondoError     error    = { RONDO_SUCCESS, "" };
  RondoStatus    st = rondo_melody_model_load(settings->model, &model, &error);
  if (!st && (st = rondo_composer_new(model, &composer))) {
    rondo_error_set_status(&error, st);
  }
  if (st) {
    rondo_console_error(console, NULL, "%s", error.message);
    rondo_model_free(model);
    return RONDO_EXIT_FAILURE;
  }
  Score  total    = { 0.0, 0, 0 };
  size_t n_failed = 0;
  if (!settings->json) {
    printf("%-40s %8s %8s %10s %10s\n",
           "file",
           "notes",
           "steps",
           "nats/note",
           "nats/step");
  }
  for (size_t i = 0; i < n_paths && !rondo_interrupted(); ++i) {
    n_failed +=
      score_file(console, settings, composer, paths[i], &total) ? 1 : 0;
  }
  if (total.n_steps) {
    print(settings->json, "total", &total);
  }
  rondo_composer_free(composer);
  rondo_model_free(model);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : n_failed          ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}

static bool
take(void* const to, const int option, const char* const value)
{
  Settings* const settings = (Settings*)to;
  switch (option) {
    case MODEL:
      settings->model = value;
      return true;
    case TRACK:
      return rondo_options_integer(
        &eval_command, option, value, 0, 65535, &settings->track);
    default:
      settings->json = true;
      return true;
  }
}

int
rondo_eval_melody(int argc, char** argv)
{
  Settings     settings = { .track = -1 };
  RondoOptions options  = rondo_options(&eval_command, argc, argv);
  int          option   = rondo_options_take(&options, take, &settings);
  if (option == RONDO_OPTIONS_END && options.n_files < 2U) {
    option = rondo_options_error(&eval_command, "a MIDI file is needed");
  }
  if (option != RONDO_OPTIONS_END) {
    return rondo_options_status(option);
  }
  RondoConsole console;
  rondo_console_init(&console, "eval");
  rondo_interrupt_catch();
  const int status = score_files(&console,
                                 &settings,
                                 (const char* const*)options.files + 1,
                                 options.n_files - 1);
  rondo_console_end(&console);
  return status;
}
