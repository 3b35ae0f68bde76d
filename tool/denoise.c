// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/audio/denoiser.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "tool/console.h"
#include "tool/denoise_batch.h"
#include "tool/denoise_file.h"
#include "tool/denoise_plan.h"
#include "tool/interrupt.h"
#include "tool/model_path.h"
#include "tool/options.h"
#include "tool/quantiser.h"
#include "tool/sound_format.h"

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
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
  LIMIT,
  MIX,
  REMOVED,
  UNLINKED,
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
    "FILE",
    "The network (default: the preset \"voice\", or what\n"
    "RONDO_MODEL in the environment names)" },
  { 'a',
    "attenuation-limit",
    "DB",
    "The most that noise is lowered, 0 to 100\n"
    "(default: 100, no limit)" },
  { 0, "mix", "X", "0, the input, to 1, the cleaned voice (default: 1)" },
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

typedef struct {
  RondoDenoisePlan plan;
  RondoDenoiseJob  job;
  RondoProgress    progress;
  const char*      model;
  size_t           n_threads;
  bool             json;
  bool             quiet;
} Settings;

static bool
parse_names(const char* value, int option, Settings* settings)
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

static bool
parse_number(const char* value, int option, Settings* settings)
{
  RondoDenoiserControls* const controls = &settings->job.controls;

  const bool is_mix  = option == MIX;
  double     number  = 0.0;
  const bool success = rondo_options_number(
    &denoise_command, option, value, 0.0, is_mix ? 1.0 : 100.0, &number);
  if (success && is_mix) {
    controls->mix = (float)number;
  } else if (success) {
    controls->attenuation_limit = (float)number;
  }
  return success;
}

static bool
parse_choice(const char* value, int option, Settings* settings)
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
parse_jobs(const char* value, Settings* settings)
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
set_flag(int option, Settings* settings)
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
    case VERBOSE:
      job->read_back = true;
      break;
    case REMOVED:
      job->controls.listen_removed = true;
      break;
    default:
      job->controls.link_channels = false;
      break;
  }
}

static bool
set_option(int option, const char* value, Settings* settings)
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
    case LIMIT:
    case MIX:
      return parse_number(value, option, settings);
    default:
      set_flag(option, settings);
      return true;
  }
}

// Return what is wrong with the options and files taken together, or NULL
static const char*
find_conflict(const Settings* settings, char** files, size_t n_files)
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

static int
parse(int argc, char** argv, Settings* settings, RondoOptions* options)
{
  const char* value  = NULL;
  int         option = 0;
  *options           = rondo_options(&denoise_command, argc, argv);
  while ((option = rondo_options_next(options, &value)) >= 0) {
    if (!set_option(option, value, settings)) {
      return RONDO_OPTIONS_ERROR;
    }
  }
  if (option != RONDO_OPTIONS_END) {
    return option;
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

// Load a model and see whether it is one that denoises
static RondoStatus
load_model(const char* path, RondoModel** model, RondoError* error)
{
  RondoDenoiser* denoiser = NULL;
  RondoStatus    st       = rondo_model_load(path, model, error);
  if (!st) {
    st = rondo_denoiser_new(*model, 48000.0, 1U, &denoiser, error);
    if (st) {
      rondo_error_prefix(error, path);
      rondo_model_free(*model);
      *model = NULL;
    }
    rondo_denoiser_free(denoiser);
  }
  return st;
}

static int
run(Settings* settings, RondoConsole* console, char** files, size_t n_files)
{
  RondoError  error = { RONDO_SUCCESS, "" };
  RondoModel* model = NULL;
  char* const path =
    rondo_model_path(settings->model, "RONDO_MODEL", "voice.safetensors");
  RondoStatus st =
    path ? load_model(path, &model, &error)
         : rondo_error_set(&error, RONDO_ERR_NO_MEMORY, "Out of memory");
  free(path);
  if (st) {
    rondo_console_error(console, NULL, "%s", error.message);
    return RONDO_EXIT_FAILURE;
  }
  const char* const folder = settings->plan.directory;
  if (folder) {
    st = rondo_denoise_plan_make_folder(folder, &error);
    if (st) {
      rondo_console_error(console, folder, "%s", error.message);
    }
  }
  settings->job.model = model;
  const int status    = st ? RONDO_EXIT_FAILURE
                           : rondo_denoise_batch(&settings->plan,
                                              &settings->job,
                                              files,
                                              n_files,
                                              settings->n_threads,
                                              settings->progress,
                                              settings->json);
  rondo_model_free(model);
  return status;
}

int
rondo_tool_denoise(int argc, char** argv)
{
  Settings settings;
  memset(&settings, 0, sizeof(settings));
  settings.job.controls = rondo_denoiser_default_controls();
  settings.n_threads    = count_processors();

  RondoOptions options;
  const int    result = parse(argc, argv, &settings, &options);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "denoise");
  console.quiet        = settings.quiet;
  settings.job.console = &console;
  rondo_interrupt_catch();
  const int status = run(&settings, &console, options.files, options.n_files);
  rondo_console_end(&console);
  return status;
}
