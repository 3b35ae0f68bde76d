// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate.h"

#include "core/music/continuation.h"
#include "tool/notes.h"
#include "tool/options.h"

#include <string.h>

enum {
  SEED,
  NOTES,
  OUTPUT,
  PICTURE,
  MODEL,
  BARS,
  STEPS,
  TEMPO,
  METRE,
  KEY,
  PICKUP,
  TRACK,
  TEMPERATURE,
  TOP_K,
  TOP_P,
  BEAM,
  RANGE,
  SCALE,
  CHORDS,
  RANDOM_SEED,
  COUNT,
  OMIT_SEED,
  OVERWRITE
};

static const RondoOption generate_options[] = {
  { 's', "seed", "FILE", "MIDI file to go on from, '-' for standard input" },
  { 0,
    "notes",
    "TEXT",
    "Or notes, such as \"C4 D4:8 r:8 E4:4.\": middle C is C4,\n"
    "8 an eighth, '.' dotted, 't' a triplet, r a rest" },
  { 'o', "output", "FILE", "MIDI file to write, '-' for standard output" },
  { 0, "picture", "FILE", "Draw a piano roll (.png)" },
  { 'm', "model", "FILE", "Model to use (default: melody)" },
  { 'b', "bars", "N", "Whole bars to add (default: 8)" },
  { 0, "steps", "N", "Notes to add, at most" },
  { 0, "tempo", "BPM", "Quarters a minute (default: the seed's, or 120)" },
  { 0, "metre", "N/M", "Metre (default: the seed's, or 4/4)" },
  { 0,
    "key",
    "KEY",
    "Such as D, Bbm or \"E dorian\" (default: the seed's, or a\n"
    "guess from its notes)" },
  { 0, "pickup", "Q", "Quarters ahead of the seed's first whole bar" },
  { 0, "track", "N", "Take track N of the seed only, from 0" },
  { 't',
    "temperature",
    "T",
    "Below 1 likely notes become likelier; 0 takes the\n"
    "likeliest (default: 1)" },
  { 'k', "top-k", "K", "Draw from the K likeliest tokens" },
  { 0,
    "top-p",
    "P",
    "Draw from as few of the likeliest tokens as have the\n"
    "probability P together (default: 0.97, and 1 for\n"
    "chorales)" },
  { 0,
    "beam",
    "N",
    "Do not draw, but look for the likeliest melody with a\n"
    "beam of N: 1 is fast, 10 finds better ones" },
  { 0, "range", "LOW-HIGH", "Pitches that may be played, such as C4-G5" },
  { 0,
    "scale",
    "NAME",
    "Notes above the tonic that may be played: key,\n"
    "chromatic (the default), major, minor, pentatonic, …" },
  { 0,
    "chords",
    "TEXT",
    "Chords of the bars that are added, such as\n"
    "\"C | G7 | Am F | C\", again and again" },
  { 0, "random-seed", "N", "Another number gives other notes (default: 1)" },
  { 'c', "count", "N", "Takes, written as FILE-1.mid, FILE-2.mid and so on" },
  { 0, "omit-seed", NULL, "Write only what was added" },
  { 0, "overwrite", NULL, "Replace outputs that exist already" },
};

static const RondoCommand generate_command = {
  .name      = "generate",
  .synopsis  = "[--seed FILE | --notes TEXT] --output FILE [OPTION]...",
  .summary   = "Go on with a melody, in its metre and key.",
  .options   = generate_options,
  .n_options = sizeof(generate_options) / sizeof(generate_options[0]),
  .notes =
    "Of a file with several voices the highest one is the seed. The same "
    "options give\nthe same notes on every machine.\n\n"
    "Chords: a letter with # or b, then nothing, m, 7, maj7, m7, dim, m7b5, +, "
    "sus4 or\n6. Bars have | between them; % is the chord before, N.C. is "
    "none.\n\n"
    "Scales: chromatic, key, major, minor, harmonic-minor, dorian, phrygian, "
    "lydian,\nmixolydian, pentatonic, minor-pentatonic, blues, "
    "whole-tone.\n",
};

typedef RondoGenerateSettings Settings;

RondoGenerateSettings
rondo_generate_defaults(void)
{
  const RondoGenerateSettings settings = {
    .how    = { .sampler     = { 1.0, 0, -1.0 },
                .high        = (int)RONDO_MAX_PITCH,
                .random_seed = 1 },
    .pickup = -1.0,
    .track  = -1,
    .count  = 1,
  };
  return settings;
}

static bool
refuse(const int option, const char* const value, const char* const expected)
{
  rondo_options_error(&generate_command,
                      "--%s: expected %s, found '%s'",
                      generate_options[option].name,
                      expected,
                      value);
  return false;
}

static bool
take_integer(Settings* const o, const int option, const char* const value)
{
  const RondoCommand* const c  = &generate_command;
  long                      n  = 0;
  bool                      ok = false;
  switch (option) {
    case BARS:
      ok          = rondo_options_integer(c, option, value, 1, 1000, &n);
      o->how.bars = (uint32_t)n;
      break;
    case STEPS:
      ok           = rondo_options_integer(c, option, value, 1, 10000, &n);
      o->how.notes = (uint32_t)n;
      break;
    case TOP_K:
      ok = rondo_options_integer(c, option, value, 1, RONDO_MELODY_TOKENS, &n);
      o->how.sampler.top_k = (size_t)n;
      break;
    case BEAM:
      ok = rondo_options_integer(c, option, value, 1, RONDO_WIDEST_BEAM, &n);
      o->how.beam = (size_t)n;
      break;
    case RANDOM_SEED:
      ok = rondo_options_integer(c, option, value, 0, UINT32_MAX, &n);
      o->how.random_seed = (uint64_t)n;
      break;
    case TRACK:
      return rondo_options_integer(c, option, value, 0, 65535, &o->track);
    default:
      return rondo_options_integer(c, option, value, 1, 10000, &o->count);
  }
  return ok;
}

static bool
take_music(Settings* const o, const int option, const char* const value)
{
  uint8_t   tonic = 0;
  RondoMode mode  = RONDO_MODE_MAJOR;
  switch (option) {
    case METRE:
      return rondo_notes_metre(value, &o->bar) ||
             refuse(option, value, "a metre such as 6/8, at most 8/4");
    case KEY:
      o->key = value;
      return rondo_notes_key(value, &tonic, &mode) ||
             refuse(option, value, "a key such as D, Bbm or 'E dorian'");
    case RANGE:
      return rondo_notes_range(value, &o->how.low, &o->how.high) ||
             refuse(option, value, "two notes such as C4-G5");
    default:
      return rondo_options_choice(
        &generate_command, option, value, rondo_scale_names, &o->scale);
  }
}

static bool
take(void* const to, const int option, const char* const value)
{
  Settings* const           o = (Settings*)to;
  const RondoCommand* const c = &generate_command;
  switch (option) {
    case SEED:
      o->seed = value;
      return true;
    case NOTES:
      o->notes = value;
      return true;
    case OUTPUT:
      o->output = value;
      return true;
    case PICTURE:
      o->picture = value;
      return true;
    case MODEL:
      o->model = value;
      return true;
    case CHORDS:
      o->chords = value;
      return true;
    case OMIT_SEED:
      o->omit_seed = true;
      return true;
    case OVERWRITE:
      o->overwrite = true;
      return true;
    case TEMPO:
      return rondo_options_number(c, option, value, 10.0, 1000.0, &o->tempo);
    case PICKUP:
      return rondo_options_number(c, option, value, 0.0, 8.0, &o->pickup);
    case TEMPERATURE:
      return rondo_options_number(
        c, option, value, 0.0, 100.0, &o->how.sampler.temperature);
    case TOP_P:
      return rondo_options_number(
        c, option, value, 0.0, 1.0, &o->how.sampler.top_p);
    case METRE:
    case KEY:
    case RANGE:
    case SCALE:
      return take_music(o, option, value);
    default:
      return take_integer(o, option, value);
  }
}

static int
check(Settings* const o, const RondoOptions* const options)
{
  const RondoCommand* const c = &generate_command;
  if (options->n_files) {
    return rondo_options_error(
      c, "unexpected '%s': --seed names a file", options->files[0]);
  }
  if (!o->output) {
    return rondo_options_error(c, "--output is missing");
  }
  if (o->picture && !strcmp(o->output, "-") && !strcmp(o->picture, "-")) {
    return rondo_options_error(c, "only one output can be standard output");
  }
  if (o->seed && o->notes) {
    return rondo_options_error(c, "--seed and --notes exclude each other");
  }
  if (o->count > 1 &&
      (!strcmp(o->output, "-") || (o->picture && !strcmp(o->picture, "-")))) {
    return rondo_options_error(c, "several takes need files to be written to");
  }
  if (o->count > 1 && o->how.beam) {
    return rondo_options_error(c, "--beam finds one melody, not --count");
  }
  if (!o->how.bars && !o->how.notes) {
    o->how.bars = 8;
  }
  return RONDO_OPTIONS_END;
}

int
rondo_generate_parse(const int                    argc,
                     char** const                 argv,
                     RondoGenerateSettings* const o)
{
  RondoOptions options = rondo_options(&generate_command, argc, argv);
  const int    option  = rondo_options_take(&options, take, o);
  return option == RONDO_OPTIONS_END ? check(o, &options) : option;
}
