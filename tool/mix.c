// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/base/random.h"
#include "core/train/examples.h"
#include "core/train/mixer.h"
#include "core/train/recipe.h"
#include "core/train/team.h"
#include "tool/console.h"
#include "tool/interrupt.h"
#include "tool/options.h"
#include "tool/tool.h"
#include "tool/training.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Items that each thread may have mixed before all are written
#define ITEMS_AHEAD 4U

// What stands before the samples of an item
#define N_HEADER 4U

enum { DATA, VALID, FIRST, COUNT, SEED, THREADS, QUIET, N_OPTIONS };

static const RondoOption options[N_OPTIONS] = {
  { 'd', "data", "DIR", "Folder that the recipe's data folders are in" },
  { 0, "valid", NULL, "Mix what validates, not what trains" },
  { 0, "first", "N", "Begin with item N (default: 0)" },
  { 'n', "count", "N", "Items to write (default: no end)" },
  { 0, "random-seed", "N", "Seed (default: as the recipe says)" },
  { 't', "threads", "N", "Threads (default: all processors, at most 16)" },
  { 'q', "quiet", NULL, "Print errors only" },
};

static const RondoCommand command = {
  .name      = "mix",
  .synopsis  = "[OPTION]... RECIPE --data DIR > FILE",
  .summary   = "Write the voices and noises that RECIPE mixes, for other "
               "trainers.",
  .options   = options,
  .n_options = N_OPTIONS,
  .notes =
    "Each item is, as 32-bit floating point numbers in the byte order of the\n"
    "machine: 1 if somebody speaks or 0; the ratio of speech to noise in dB;\n"
    "the level of the voice, or else of the noise; up to how many Hz the "
    "voice\n"
    "is to be trusted; the samples of the voice; and as many of the mix.\n"
    "Items are those that 'rondo train' would see, in its order.\n",
};

typedef struct {
  const char* recipe;
  const char* data;
  bool        valid;
  bool        quiet;
  long        first;
  long        count; ///< Negative: no end
  long        seed;  ///< Negative: as the recipe says
  long        threads;
} Arguments;

/// All that mixing needs
typedef struct {
  Arguments     arguments;
  RondoConsole  console;
  RondoRecipe*  recipe;
  RondoSounds*  sounds;
  RondoTeam*    team;
  RondoMixer*   mixers[RONDO_MAX_TRAIN_THREADS];
  size_t        n_threads;
  size_t        n_samples; ///< Of an item
  size_t        n_floats;  ///< Of an item, with its header
  size_t        n_items;   ///< In this batch
  uint64_t      seed;
  uint64_t      first; ///< Of this batch
  atomic_size_t next;  ///< Item of the batch that nobody has begun
  float*        items;
} Mix;

static bool
take(void* const to, const int option, const char* const value)
{
  Arguments* const arguments = (Arguments*)to;
  switch (option) {
    case DATA:
      arguments->data = value;
      return true;
    case VALID:
      arguments->valid = true;
      return true;
    case FIRST:
      return rondo_options_integer(
        &command, option, value, 0, 1L << 40U, &arguments->first);
    case COUNT:
      return rondo_options_integer(
        &command, option, value, 1, 1L << 40U, &arguments->count);
    case SEED:
      return rondo_options_integer(
        &command, option, value, 0, 4294967295L, &arguments->seed);
    case THREADS:
      return rondo_options_integer(&command,
                                   option,
                                   value,
                                   1,
                                   RONDO_MAX_TRAIN_THREADS,
                                   &arguments->threads);
    default:
      arguments->quiet = true;
      return true;
  }
}

// Return what rondo_options_take() does; RONDO_OPTIONS_END is good
static int
read_arguments(const int argc, char** const argv, Arguments* const arguments)
{
  RondoOptions reader = rondo_options(&command, argc, argv);
  const int    option = rondo_options_take(&reader, take, arguments);
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (reader.n_files != 1) {
    return rondo_options_error(
      &command, "expected one recipe, found %zu", reader.n_files);
  }
  if (!arguments->data) {
    return rondo_options_error(&command, "--data is missing");
  }
  if (isatty(STDOUT_FILENO)) {
    return rondo_options_error(&command, "standard output is a terminal");
  }
  arguments->recipe = reader.files[0];
  return RONDO_OPTIONS_END;
}

// As many samples as the network's frames of an item span
static RondoStatus
measure_item(Mix* const mix, RondoError* const error)
{
  const RondoTrainSettings* const training = &mix->recipe->training;

  RondoFrames* frames = NULL;
  RondoStatus  st     = rondo_features_make_frames(
    mix->recipe->description, training->sample_rate, &frames, error);
  if (!st) {
    const size_t n_frames = rondo_examples_n_frames(
      frames, training->sample_rate, training->item_seconds);
    mix->n_samples = rondo_examples_n_samples(frames, n_frames);
    mix->n_floats  = N_HEADER + (2U * mix->n_samples);
  }
  rondo_frames_free(frames);
  return st;
}

static RondoStatus
prepare(Mix* const mix, RondoError* const error)
{
  const Arguments* const a  = &mix->arguments;
  RondoStatus            st = rondo_recipe_read(a->recipe, &mix->recipe, error);
  if (st ||
      (st = rondo_training_read_sounds(
         mix->recipe, a->data, a->valid, &mix->console, &mix->sounds, error)) ||
      (st = rondo_team_new((size_t)a->threads, SIZE_MAX, &mix->team, error)) ||
      (st = measure_item(mix, error))) {
    return st;
  }

  mix->seed      = a->seed < 0 ? mix->recipe->training.seed : (uint64_t)a->seed;
  mix->first     = (uint64_t)a->first;
  mix->n_threads = rondo_team_n_threads(mix->team);
  mix->items =
    (float*)calloc(mix->n_threads * ITEMS_AHEAD * mix->n_floats, sizeof(float));
  st = mix->items ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
  for (size_t i = 0; !st && i < mix->n_threads; ++i) {
    st = rondo_mixer_new(
      mix->sounds, &mix->recipe->mix, mix->n_samples, &mix->mixers[i]);
  }
  return st ? rondo_error_set_status(error, st) : st;
}

static void
put_item(float* const out, const RondoMix* const item, const size_t n)
{
  out[0] = item->has_speech ? 1.0f : 0.0f;
  out[1] = item->snr_db;
  out[2] = item->level;
  out[3] = item->bandwidth_hz;
  memcpy(out + N_HEADER, item->clean, n * sizeof(float));
  memcpy(out + N_HEADER + n, item->noisy, n * sizeof(float));
}

static void
mix_share(void* const data, const size_t thread)
{
  Mix* const mix = (Mix*)data;
  for (size_t i = 0; (i = atomic_fetch_add(&mix->next, 1U)) < mix->n_items;) {
    RondoRandom random = rondo_random(mix->seed, mix->first + i);
    RondoMix    item;
    rondo_mixer_draw(mix->mixers[thread], &random, &item);
    put_item(mix->items + (i * mix->n_floats), &item, mix->n_samples);
  }
}

static RondoStatus
write_items(Mix* const mix, RondoError* const error)
{
  const size_t most = mix->n_threads * ITEMS_AHEAD;
  uint64_t     left =
    mix->arguments.count < 0 ? UINT64_MAX : (uint64_t)mix->arguments.count;
  while (left && !rondo_interrupted()) {
    mix->n_items = left < most ? (size_t)left : most;
    atomic_store(&mix->next, 0U);
    rondo_team_run(mix->team, mix_share, mix);
    if (fwrite(
          mix->items, mix->n_floats * sizeof(float), mix->n_items, stdout) <
        mix->n_items) {
      return rondo_error_set(
        error, RONDO_ERR_IO, "standard output: %s", strerror(errno));
    }
    mix->first += mix->n_items;
    left -= mix->n_items;
  }
  return RONDO_SUCCESS;
}

static void
clear(Mix* const mix)
{
  for (size_t i = 0; i < mix->n_threads; ++i) {
    rondo_mixer_free(mix->mixers[i]);
  }
  free(mix->items);
  rondo_team_free(mix->team);
  rondo_sounds_free(mix->sounds);
  rondo_recipe_free(mix->recipe);
}

int
rondo_tool_mix(int argc, char** argv)
{
  Mix mix = { .arguments = { .count   = -1,
                             .seed    = -1,
                             .threads = rondo_training_default_threads() } };

  const int result = read_arguments(argc, argv, &mix.arguments);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }

  rondo_interrupt_catch();
  rondo_console_init(&mix.console, "mix");
  mix.console.quiet = mix.arguments.quiet;

  RondoError  error = { RONDO_SUCCESS, "" };
  RondoStatus st    = prepare(&mix, &error);
  if (!st) {
    st = write_items(&mix, &error);
  }
  if (st && !rondo_interrupted()) {
    rondo_console_error(&mix.console, NULL, "%s", error.message);
  }
  clear(&mix);
  rondo_console_end(&mix.console);
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : st                ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}
