// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_options.h"

#include "core/audio/denoiser.h"
#include "core/audio/denoiser_presets.h"
#include "tool/denoise_batch.h"
#include "tool/quantiser.h"
#include "tool/sound_format.h"

#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum {
  OUTPUT,
  OUTPUT_DIR,
  IN_PLACE,
  SUFFIX,
  FORMAT,
  SUBTYPE,
  DITHER,
  OVERWRITE,
  JOBS,
  JSON,
  QUIET,
  VERBOSE,
  PROGRESS,
  MODEL,
  PRESET,
  LIMIT,
  MIX,
  GATE,
  GATE_THRESHOLD,
  GATE_HOLD,
  GATE_RANGE,
  REMOVED,
  UNLINKED,
  N_OPTIONS,
};

static const RondoOption denoise_options[] = {
  { 'o',
    "output",
    "OUT",
    "The output of a single FILE; '-' for standard output" },
  { 0, "output-dir", "DIR", "A folder for the outputs, made if it is missing" },
  { 0, "in-place", NULL, "Replace each FILE by its output" },
  { 0,
    "suffix",
    "S",
    "Put S before the end of names (default: -clean, none\n"
    "with --output-dir)" },
  { 'f',
    "format",
    "F",
    "File format: wav, flac, ogg, aiff, rf64, ... (default:\n"
    "as the input, or as the output's name asks)" },
  { 'b',
    "subtype",
    "S",
    "Samples: pcm16, pcm24, float, vorbis, ... (default:\n"
    "as the input)" },
  { 0,
    "dither",
    "HOW",
    "auto: where 16 bits or fewer are rounded to; none;\n"
    "tpdf: every sample (default: auto)" },
  { 0, "overwrite", NULL, "Replace outputs that exist already" },
  { 'j', "jobs", "N", "Keep N processors busy (default: all there are)" },
  { 0, "json", NULL, "Print a report on standard output" },
  { 'q', "quiet", NULL, "Print errors only" },
  { 'v', "verbose", NULL, "Print more, such as metadata that were lost" },
  { 0, "progress", "WHEN", "auto (on a terminal), always or never" },
  { 'm',
    "model",
    "MODEL",
    "The network: voice, voice-lookahead (a little\n"
    "better), tiny (for small computers) or a file\n"
    "(default: RONDO_MODEL in the environment, or else\n"
    "voice)" },
  { 'p',
    "preset",
    "NAME",
    "gentle, standard, strong, podcast or music-safe:\n"
    "what is not given below" },
  { 'a',
    "attenuation-limit",
    "DB",
    "The most that noise is lowered, 0 to 100\n"
    "(default: 100, no limit)" },
  { 0, "mix", "X", "0, the input, to 1, the cleaned voice (default: 1)" },
  { 0, "gate", NULL, "Lower pauses further, where nobody speaks" },
  { 0,
    "gate-threshold",
    "P",
    "Probability of voice that opens the gate, 0 to 1\n"
    "(default: 0.5)" },
  { 0,
    "gate-hold",
    "MS",
    "How long it stays open then, 0 to 2000 (default: 300)" },
  { 0,
    "gate-range",
    "DB",
    "By how much pauses are lowered, 0 to 100 (default:\n"
    "20; 100 is silence)" },
  { 0, "removed", NULL, "Write what is removed instead of what is left" },
  { 0,
    "unlinked",
    NULL,
    "Treat channels apart (default: all share one gain,\n"
    "so that the stereo image stands still)" },
};

static const RondoCommand denoise_command = {
  "denoise",
  "[OPTION]... [--] FILE...",
  "Remove noise from recorded voices.\n\n"
  "The output of NAME.wav is NAME-clean.wav beside it, or standard output if\n"
  "FILE is '-'.  It has the length, sample rate, channels, format and "
  "metadata\n"
  "of the input, and every sample stands where it stood.",
  denoise_options,
  sizeof(denoise_options) / sizeof(denoise_options[0]),
  "Any file that libsndfile reads, of 1 to 64 channels at 8 to 384 kHz.  An\n"
  "output appears complete or not at all.  A batch goes on after a failure.\n"
  "Exit status: 0 done, 1 some file failed, 2 wrong usage, 130 interrupted.",
};

static bool
parse_names(const char* value, int option, RondoDenoiseSettings* settings)
{
  const bool subtype = option == SUBTYPE;
  int* const found   = subtype ? &settings->job.subtype : &settings->job.format;
  *found = subtype ? rondo_subtype_find(value) : rondo_format_find(value);
  if (!*found) {
    char list[256];
    rondo_format_list(subtype, list, sizeof(list));
    rondo_options_error(&denoise_command,
                        "--%s: '%s' is none of %s",
                        denoise_options[option].name,
                        value,
                        list);
  }
  return *found != 0;
}

// Read a number into the control that `option` sets
static bool
parse_control(const char* value, int option, RondoDenoiserControls* controls)
{
  const struct {
    float* control;
    double high;
  } targets[] = {
    [LIMIT]          = { &controls->attenuation_limit, 100.0 },
    [MIX]            = { &controls->mix, 1.0 },
    [GATE_THRESHOLD] = { &controls->gate_threshold, 1.0 },
    [GATE_HOLD]      = { &controls->gate_hold, (double)RONDO_MAX_GATE_HOLD },
    [GATE_RANGE]     = { &controls->gate_range, (double)RONDO_MAX_GATE_RANGE },
  };

  float* const control = targets[option].control;
  double       number  = 0.0;
  if (!control ||
      !rondo_options_number(
        &denoise_command, option, value, 0.0, targets[option].high, &number)) {
    return false;
  }
  *control = (float)number;
  return true;
}

// Take what a preset says, then what options say, wherever they stood
static bool
parse_controls(const char* const* values, RondoDenoiserControls* controls)
{
  size_t preset = 0U;
  if (values[PRESET]) {
    if (!rondo_options_choice(&denoise_command,
                              PRESET,
                              values[PRESET],
                              rondo_denoiser_preset_names,
                              &preset)) {
      return false;
    }
    *controls = rondo_denoiser_preset(preset);
  }
  for (int option = LIMIT; option <= GATE_RANGE; ++option) {
    const char* const value = values[option];
    if (value && option >= GATE) {
      controls->voice_gate = true;
    }
    if (value && option != GATE && !parse_control(value, option, controls)) {
      return false;
    }
  }
  controls->listen_removed = values[REMOVED] != NULL;
  controls->link_channels  = !values[UNLINKED];
  return true;
}

static bool
parse_choice(const char* value, int option, RondoDenoiseSettings* settings)
{
  const bool is_dither = option == DITHER;
  size_t     choice    = 0U;
  if (!rondo_options_choice(&denoise_command,
                            option,
                            value,
                            is_dither ? rondo_dither_words
                                      : rondo_progress_words,
                            &choice)) {
    return false;
  }
  if (is_dither) {
    settings->job.dither = (RondoDither)choice;
  } else {
    settings->progress = (RondoProgress)choice;
  }
  return true;
}

static bool
parse_jobs(const char* value, RondoDenoiseSettings* settings)
{
  long n = 0;
  if (!rondo_options_integer(
        &denoise_command, JOBS, value, 1, RONDO_MAX_DENOISE_THREADS, &n)) {
    return false;
  }
  settings->n_threads = (size_t)n;
  return true;
}

// Return the number of processors that this process may use
static size_t
count_processors(void)
{
  cpu_set_t set;
  CPU_ZERO(&set);
  const int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
  return n < (int)RONDO_MAX_DENOISE_THREADS ? (size_t)n
                                            : RONDO_MAX_DENOISE_THREADS;
}

static void
set_flag(int option, RondoDenoiseSettings* settings)
{
  RondoDenoiseJob* const job = &settings->job;
  switch (option) {
    case IN_PLACE:
      settings->plan.in_place = true;
      break;
    case OVERWRITE:
      job->overwrite = true;
      break;
    case JSON:
      settings->json = true;
      job->read_back = true;
      break;
    case QUIET:
      settings->quiet = true;
      break;
    default:
      job->read_back = true;
      break;
  }
}

static bool
set_option(int option, const char* value, RondoDenoiseSettings* settings)
{
  switch (option) {
    case OUTPUT:
      settings->plan.output = value;
      return true;
    case OUTPUT_DIR:
      settings->plan.directory = value;
      return true;
    case SUFFIX:
      settings->plan.suffix = value;
      return true;
    case MODEL:
      settings->model = value;
      return true;
    case FORMAT:
    case SUBTYPE:
      return parse_names(value, option, settings);
    case DITHER:
    case PROGRESS:
      return parse_choice(value, option, settings);
    case JOBS:
      return parse_jobs(value, settings);
    default:
      set_flag(option, settings);
      return true;
  }
}

// Return what is wrong with the options and files taken together, or NULL
static const char*
find_conflict(const RondoDenoiseSettings* settings,
              char**                      files,
              size_t                      n_files)
{
  const RondoDenoisePlan* const plan = &settings->plan;

  const int n_places = (plan->output != NULL) + (plan->directory != NULL) +
                       (plan->in_place ? 1 : 0);
  size_t n_streams = 0U;
  for (size_t i = 0U; i < n_files; ++i) {
    n_streams += !strcmp(files[i], "-") ? 1U : 0U;
  }
  const bool to_stdout =
    plan->output ? !strcmp(plan->output, "-") : n_streams > 0U;
  return !n_files       ? "FILE is missing"
         : n_places > 1 ? "choose one of --output, --output-dir and --in-place"
         : plan->output && n_files > 1U
           ? "--output is for a single FILE (see --output-dir)"
         : n_streams > 1U ? "'-' is given more than once"
         : n_streams && (plan->directory || plan->in_place)
           ? "standard input has no name (see --output)"
         : plan->suffix && (plan->output || plan->in_place)
           ? "--suffix has nothing to name"
         : plan->in_place && settings->job.format
           ? "--format would change what --in-place keeps"
         : to_stdout && settings->json
           ? "--json and the sound cannot both be on standard output"
         : to_stdout && isatty(STDOUT_FILENO)
           ? "sound is not written to a terminal (see --output)"
           : NULL;
}

int
rondo_denoise_parse(int                   argc,
                    char**                argv,
                    RondoDenoiseSettings* settings,
                    RondoOptions*         options)
{
  const char* values[N_OPTIONS] = { NULL };
  const char* value             = NULL;
  int         option            = 0;

  memset(settings, 0, sizeof(*settings));
  settings->job.controls = rondo_denoiser_default_controls();
  settings->n_threads    = count_processors();

  *options = rondo_options(&denoise_command, argc, argv);
  while ((option = rondo_options_next(options, &value)) >= 0) {
    if (option >= PRESET) {
      values[option] = value ? value : "";
    } else if (!set_option(option, value, settings)) {
      return RONDO_OPTIONS_ERROR;
    }
  }
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (!parse_controls(values, &settings->job.controls)) {
    return RONDO_OPTIONS_ERROR;
  }
  const char* const conflict =
    find_conflict(settings, options->files, options->n_files);
  if (conflict) {
    return rondo_options_error(&denoise_command, "%s", conflict);
  }
  settings->plan.format   = settings->job.format;
  settings->job.overwrite = settings->job.overwrite || settings->plan.in_place;
  return option;
}
