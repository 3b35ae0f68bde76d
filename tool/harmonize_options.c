// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/harmonize.h"
#include "tool/notes.h"
#include "tool/options.h"

#include <string.h>

enum {
  NOTES,
  OUTPUT,
  PICTURE,
  MODEL,
  KEY,
  METRE,
  PICKUP,
  TEMPO,
  TRACK,
  TEMPERATURE,
  PASSES,
  RANDOM_SEED,
  COUNT,
  OVERWRITE
};

static const RondoOption harmonize_options[] = {
  { 0, "notes", "TEXT", "Notes in place of IN, such as \"C4 D4:8 r:8 E4:4.\"" },
  { 'o', "output", "FILE", "MIDI file to write, '-' for standard output" },
  { 0, "picture", "FILE", "Draw a piano roll (.png)" },
  { 'm', "model", "FILE", "Model to use (default: chorale-harmony)" },
  { 0,
    "key",
    "KEY",
    "Such as D, Bbm or \"E dorian\" (default: the file's, or a\n"
    "guess from the melody)" },
  { 0, "metre", "N/M", "Metre (default: the file's, or a guess)" },
  { 0, "pickup", "Q", "Quarters ahead of the first whole bar" },
  { 0, "tempo", "BPM", "Quarters a minute (default: the file's, or 120)" },
  { 0, "track", "N", "Take the melody from track N only, from 0" },
  { 't',
    "temperature",
    "T",
    "Below 1 likely chords become likelier (default: 1)" },
  { 0, "passes", "N", "How often parts are drawn anew (default: 120)" },
  { 0, "random-seed", "N", "Another number gives other parts (default: 1)" },
  { 'c', "count", "N", "Takes, written as FILE-1.mid, FILE-2.mid and so on" },
  { 0, "overwrite", NULL, "Replace outputs that exist already" },
};

static const RondoCommand harmonize_command = {
  .name      = "harmonize",
  .synopsis  = "IN.mid --output FILE [OPTION]...\n"
               "--notes TEXT --output FILE [OPTION]...",
  .summary   = "Add alto, tenor and bass to a melody.",
  .options   = harmonize_options,
  .n_options = sizeof(harmonize_options) / sizeof(harmonize_options[0]),
  .notes =
    "The highest voice of IN is the melody, which is kept as it is. The other "
    "parts\nare on a grid of sixteenths, an octave or more higher or lower "
    "than a choir if\nthe melody is. Each part has a track and a channel of "
    "its own. The same options\ngive the same parts on every machine. With a "
    "model of the task chorale the parts\nare those that would be played with "
    "the melody as it comes.\n",
};

typedef RondoHarmonizeSettings Settings;

static bool
refuse(const int option, const char* const value, const char* const expected)
{
  rondo_options_error(&harmonize_command,
                      "--%s: expected %s, found '%s'",
                      harmonize_options[option].name,
                      expected,
                      value);
  return false;
}

static bool
take_number(Settings* const o, const int option, const char* const value)
{
  const RondoCommand* const c = &harmonize_command;
  switch (option) {
    case PICKUP:
      return rondo_options_number(c, option, value, 0.0, 8.0, &o->pickup);
    case TEMPO:
      return rondo_options_number(c, option, value, 10.0, 1000.0, &o->tempo);
    case TRACK:
      return rondo_options_integer(c, option, value, 0, 65535, &o->track);
    case TEMPERATURE:
      return rondo_options_number(
        c, option, value, 0.0, 100.0, &o->temperature);
    case PASSES:
      return rondo_options_integer(c, option, value, 1, 10000, &o->passes);
    case RANDOM_SEED:
      return rondo_options_integer(
        c, option, value, 0, UINT32_MAX, &o->random_seed);
    default:
      return rondo_options_integer(c, option, value, 1, 10000, &o->count);
  }
}

static bool
take(void* const to, const int option, const char* const value)
{
  Settings* const o     = (Settings*)to;
  uint8_t         tonic = 0;
  RondoMode       mode  = RONDO_MODE_MAJOR;
  switch (option) {
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
    case KEY:
      o->key = value;
      return rondo_notes_key(value, &tonic, &mode) ||
             refuse(option, value, "a key such as D, Bbm or 'E dorian'");
    case METRE:
      return rondo_notes_metre(value, &o->bar) ||
             refuse(option, value, "a metre such as 6/8, at most 8/4");
    case OVERWRITE:
      o->overwrite = true;
      return true;
    default:
      return take_number(o, option, value);
  }
}

static int
check(Settings* const o, const RondoOptions* const options)
{
  const RondoCommand* const c = &harmonize_command;
  if (options->n_files > 1 || (options->n_files && o->notes)) {
    return rondo_options_error(
      c, "unexpected '%s'", options->files[o->notes ? 0 : 1]);
  }
  if (!options->n_files && !o->notes) {
    return rondo_options_error(c, "a MIDI file or --notes is needed");
  }
  if (!o->output) {
    return rondo_options_error(c, "--output is missing");
  }
  if (o->count > 1 &&
      (!strcmp(o->output, "-") || (o->picture && !strcmp(o->picture, "-")))) {
    return rondo_options_error(c, "several takes need files to be written to");
  }
  o->input = options->n_files ? options->files[0] : NULL;
  return RONDO_OPTIONS_END;
}

int
rondo_harmonize_parse(const int argc, char** const argv, Settings* const o)
{
  const Settings defaults = { .pickup      = -1.0,
                              .temperature = -1.0,
                              .track       = -1,
                              .random_seed = 1,
                              .count       = 1 };
  RondoOptions   options  = rondo_options(&harmonize_command, argc, argv);
  *o                      = defaults;
  const int option        = rondo_options_take(&options, take, o);
  return option == RONDO_OPTIONS_END ? check(o, &options) : option;
}
