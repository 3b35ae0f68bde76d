// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "core/music/chord.h"
#include "core/music/melody.h"
#include "core/text/lines.h"
#include "core/train/corpus.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)1U << 30U)

// Notes of a chord
#define MOST_PITCHES 16U

static RondoStatus
read_key(RondoConfig* const line,
         RondoMelody* const melody,
         RondoError* const  error)
{
  static const char* const keys[] = { "C", "Db", "D", "Eb", "E", "F", "F#",
                                      "G", "Ab", "A", "Bb", "B", NULL };

  size_t      tonic = 0;
  size_t      mode  = RONDO_MODE_UNKNOWN;
  RondoStatus st    = RONDO_SUCCESS;
  if ((st = rondo_config_require(line, "key", error)) ||
      (st = rondo_config_choice(line, "key", keys, &tonic, error)) ||
      (st =
         rondo_config_choice(line, "mode", rondo_mode_names, &mode, error))) {
    return st;
  }
  melody->tonic = (uint8_t)tonic;
  melody->mode  = (RondoMode)mode;
  return RONDO_SUCCESS;
}

static RondoStatus
read_events(RondoConfig* const line,
            RondoMelody* const melody,
            RondoError* const  error)
{
  size_t      n  = 0;
  RondoStatus st = rondo_config_require(line, "ev", error);
  st             = st ? st : rondo_config_array(line, "ev", &n, error);
  for (size_t i = 0; !st && i < n; ++i) {
    size_t event[2] = { 0, 0 };
    st = rondo_config_integers_at(line, "ev", i, UINT16_MAX, 2, event, error);
    if (!st && (event[0] > RONDO_MAX_PITCH || !event[1])) {
      st = rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "ev[%zu]: expected [pitch, ticks], found [%zu, %zu]",
                           i,
                           event[0],
                           event[1]);
    }
    const uint8_t pitch = event[0] ? (uint8_t)event[0] : RONDO_MELODY_REST;
    if (!st && rondo_melody_add(melody, pitch, (uint32_t)event[1])) {
      st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  return st;
}

static RondoStatus
read_melody(RondoConfig* const line,
            RondoMelody* const melody,
            RondoError* const  error)
{
  size_t      metre[2] = { 4, 4 };
  RondoStatus st       = rondo_config_require(line, "metre", error);
  for (size_t i = 0; !st && i < 2; ++i) {
    st = rondo_config_integer_at(line, "metre", i, 1, 128, &metre[i], error);
  }
  melody->bar.beats = (uint8_t)metre[0];
  melody->bar.unit  = (uint8_t)metre[1];
  st                = st ? st : read_key(line, melody, error);
  st                = st ? st : read_events(line, melody, error);
  melody->pickup    = rondo_melody_guess_pickup(melody);
  return st;
}

// Read the chords, of which some are named and some are notes
static RondoStatus
read_chords(RondoConfig* const line,
            RondoChords* const chords,
            RondoError* const  error)
{
  size_t      n  = 0;
  RondoStatus st = rondo_config_array(line, "chords", &n, error);
  for (size_t i = 0; !st && i < n; ++i) {
    size_t      tick                = 0;
    const char* text                = NULL;
    size_t      notes[MOST_PITCHES] = { 0 };
    size_t      n_notes             = 0;
    st                              = rondo_config_pair_at(line,
                              "chords",
                              i,
                              UINT32_MAX,
                              &tick,
                              &text,
                              MOST_PITCHES,
                              notes,
                              &n_notes,
                              error);
    RondoChordSymbol chord          = rondo_chord_from_pitches(notes, n_notes);
    if (!st && text && rondo_chord_read_kind(text, &chord)) {
      st = rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "chords[%zu]: expected a chord such as "
                           "\"Bb:dominant\", found \"%.40s\"",
                           i,
                           text);
    }
    if (!st && rondo_chords_add(chords, (uint32_t)tick, chord)) {
      st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  return st;
}

// Add a melody and its end
static RondoStatus
add_melody(RondoSequences* const    set,
           const RondoMelody* const melody,
           const RondoChords* const chords,
           RondoError* const        error)
{
  uint8_t*    tokens = NULL;
  size_t      n      = 0;
  RondoStatus st =
    rondo_melody_encode(melody, rondo_melody_shift(melody), &tokens, &n, error);
  if (st) {
    return st;
  }
  tokens[n++] = RONDO_MELODY_END; // rondo_melody_encode() leaves room for it

  const size_t         X = RONDO_MELODY_N_INPUTS;
  RondoSequence* const s = rondo_sequences_add(set, n * (X + 1));
  RondoMelodyState     state;
  rondo_melody_begin(&state, melody->bar, melody->mode, melody->pickup);
  uint32_t tick = 0;
  for (size_t t = 0; s && t < n; ++t) {
    rondo_melody_set_chord(
      &state, rondo_chord_above(rondo_chords_at(chords, tick), melody->tonic));
    tick += rondo_melody_ticks(tokens[t]);
    rondo_melody_inputs(&state, s->memory + (t * X));
    s->memory[(n * X) + t] = tokens[t];
    rondo_melody_advance(&state, tokens[t]);
  }
  if (s) {
    s->x         = s->memory;
    s->y         = s->memory + (n * X);
    s->n_steps   = n;
    s->n_targets = n;
  }
  free(tokens);
  return s ? RONDO_SUCCESS : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
}

static RondoStatus
read_line(RondoCorpus* const corpus,
          const RondoPiece   text,
          RondoError* const  error)
{
  RondoConfig* line    = NULL;
  RondoMelody  melody  = { .events = NULL };
  RondoChords  chords  = { .changes = NULL };
  bool         changes = false;
  size_t       split   = 0;
  RondoStatus  st = rondo_config_parse(text.start, text.length, &line, error);
  if (st) {
    return st;
  }
  if (!(st = rondo_config_require(line, "split", error)) &&
      !(st = rondo_config_choice(
          line, "split", rondo_split_names, &split, error)) &&
      !(st = rondo_config_boolean(line, "metre_changes", &changes, error)) &&
      !changes && !(st = read_melody(line, &melody, error)) &&
      !(st = read_chords(line, &chords, error))) {
    if (corpus->shown == 0.0 ||
        (split != RONDO_SPLIT_TRAIN && corpus->shown < 1.0)) {
      rondo_chords_clear(&chords);
    }
    st = add_melody(&corpus->splits[split], &melody, &chords, error);
  }
  rondo_chords_clear(&chords);
  rondo_melody_clear(&melody);
  rondo_config_free(line);
  return st;
}

// Say that chords may be hidden, and how
static void
set_optional(RondoSequences* const set)
{
  const RondoBar   common                   = { 4, 4 };
  float            x[RONDO_MELODY_N_INPUTS] = { 0.0f };
  RondoMelodyState state;
  rondo_melody_begin(&state, common, RONDO_MODE_UNKNOWN, 0);
  rondo_melody_inputs(&state, x);
  set->optional   = RONDO_MELODY_CHORD_INPUT;
  set->n_optional = 2;
  memcpy(set->unknown, x + RONDO_MELODY_CHORD_INPUT, 2 * sizeof(float));
}

RondoStatus
rondo_corpus_read_melody(RondoCorpus* const corpus,
                         RondoConfig* const data,
                         const char* const  folder,
                         RondoError* const  error)
{
  char*       path  = NULL;
  void*       text  = NULL;
  size_t      size  = 0;
  RondoStatus st    = rondo_corpus_path(data, "file", folder, &path, error);
  corpus->is_melody = true;
  corpus->foretells = true;
  st                = st
                        ? st
                        : rondo_config_number(data, "chords", 0.0, 1.0, &corpus->shown, error);
  st                = st ? st : rondo_config_refuse_unknown(data, error);
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    corpus->splits[i].n_inputs  = RONDO_MELODY_N_INPUTS;
    corpus->splits[i].n_outputs = RONDO_MELODY_TOKENS;
    corpus->splits[i].classes   = true;
    set_optional(&corpus->splits[i]);
  }
  st = st ? st : rondo_file_read(path, LARGEST_FILE, &text, &size, error);
  if (!st) {
    RondoLines lines = rondo_lines((const char*)text, size);
    RondoPiece line  = { NULL, 0 };
    while (!st && rondo_lines_next(&lines, &line)) {
      if (line.length && (st = read_line(corpus, line, error))) {
        char place[32];
        snprintf(place, sizeof(place), "line %zu", lines.number);
        rondo_error_prefix(error, place);
        rondo_error_prefix(error, path);
      }
    }
  }
  free(text);
  free(path);
  return st;
}
