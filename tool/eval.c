// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/status.h"
#include "core/train/sequence_recipe.h"
#include "tool/console.h"
#include "tool/eval_melody.h"
#include "tool/eval_score.h"
#include "tool/eval_sequences.h"
#include "tool/eval_table.h"
#include "tool/interrupt.h"
#include "tool/options.h"
#include "tool/sound_format.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_THREADS 256

enum { NOISY, LOSSES, CSV, JSON, MANIFEST, DELAY, MAX_LAG, JOBS };

static const RondoOption eval_options[] = {
  { 0, "noisy", "DIR", "The files before processing, to compare with" },
  { 0,
    "losses",
    NULL,
    "Tell too what onsets, sibilants and word ends lose;\n"
    "--noisy is needed to tell voice from noise" },
  { 0,
    "csv",
    "FILE",
    "Write the scores of every file, '-' for standard\n"
    "output" },
  { 0, "json", NULL, "Print JSON instead of a table" },
  { 0,
    "manifest",
    "FILE",
    "Tab-separated columns 'name' and 'snr': print means\n"
    "for each signal-to-noise ratio too" },
  { 0, "delay", "N", "Samples that processed files are late (default: 0)" },
  { 0,
    "max-lag",
    "N",
    "Find the delay, at most N samples either way: the\n"
    "median over the set" },
  { 'j', "jobs", "N", "Work on N files at a time (default: 1)" },
};

static const RondoCommand eval_command = {
  "eval",
  "denoise CLEAN_DIR PROCESSED_DIR [OPTION]...",
  "Score processed voices against clean ones of the same names: the\n"
  "scale-invariant ratio of signal to distortion (SI-SDR, dB) and the\n"
  "intelligibility (STOI, 0 to 1) at 16 kHz, and the log-spectral distance\n"
  "(LSD, dB, less is better) at the files' own rate.  Means over the set.",
  eval_options,
  sizeof(eval_options) / sizeof(eval_options[0]),
  "First channels are compared.  Where lengths differ, the shorter one "
  "counts.\n"
  "\n"
  "'rondo eval frames|classify|tag|language|melody --help' tells of other "
  "tasks.",
};

typedef struct {
  const char* clean;
  const char* processed;
  const char* noisy;
  const char* csv;
  const char* manifest;
  long        delay;
  long        max_lag; ///< Or negative: the delay is given
  size_t      n_threads;
  bool        json;
  bool        losses;
} Settings;

typedef struct {
  const Settings* settings;
  RondoConsole*   console;
  RondoEvalTable  table;
  bool            finding; ///< Delays are looked for, nothing is scored
  size_t          next;
  size_t          n_failed;
  size_t          n_unequal; ///< Files whose length is not that of the clean
  pthread_mutex_t lock;
} Evaluation;

static int
compare_rows(const void* a, const void* b)
{
  return strcmp(((const RondoEvalRow*)a)->name, ((const RondoEvalRow*)b)->name);
}

static char*
join(const char* folder, const char* name)
{
  char* path = NULL;
  return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool
is_in(const char* folder, const char* name)
{
  char* const path  = join(folder, name);
  const bool  found = path && !access(path, F_OK);
  free(path);
  return found;
}

static bool
add_row(RondoEvalTable* table, const char* name)
{
  RondoEvalRow* const rows = (RondoEvalRow*)realloc(
    table->rows, (table->n_rows + 1U) * sizeof(RondoEvalRow));
  if (!rows) {
    return false;
  }
  table->rows = rows;
  memset(&rows[table->n_rows], 0, sizeof(rows[0]));
  rows[table->n_rows].name = strdup(name);
  return rows[table->n_rows].name && ++table->n_rows;
}

// Call a sound file by its name alone
static bool
is_sound(const char* name)
{
  return name[0] != '.' && rondo_format_of_path(name, 0);
}

// List the sound files of the clean folder that have a partner
static bool
list_files(Evaluation* evaluation)
{
  const Settings* const settings = evaluation->settings;
  RondoConsole* const   console  = evaluation->console;
  DIR* const            folder   = opendir(settings->clean);
  size_t                n_alone  = 0U;
  bool                  success  = folder != NULL;
  if (!folder) {
    rondo_console_error(console, settings->clean, "%s", strerror(errno));
    return false;
  }
  for (const struct dirent* entry = readdir(folder); success && entry;
       entry                      = readdir(folder)) {
    if (!is_sound(entry->d_name)) {
      continue;
    }
    if (!is_in(settings->processed, entry->d_name)) {
      ++n_alone;
    } else {
      success = add_row(&evaluation->table, entry->d_name);
    }
  }
  closedir(folder);
  if (!success) {
    rondo_console_error(console, NULL, "Out of memory");
    return false;
  }
  if (n_alone) {
    rondo_console_note(console,
                       "%zu files of %s are not in %s and are left out",
                       n_alone,
                       settings->clean,
                       settings->processed);
  }
  if (!evaluation->table.n_rows) {
    rondo_console_error(console,
                        NULL,
                        "no sound file is in both %s and %s",
                        settings->clean,
                        settings->processed);
    return false;
  }
  qsort(evaluation->table.rows,
        evaluation->table.n_rows,
        sizeof(RondoEvalRow),
        compare_rows);
  return true;
}

static RondoStatus
score_row(Evaluation* evaluation, RondoEvalRow* row, RondoError* error)
{
  const Settings* const settings  = evaluation->settings;
  char* const           clean     = join(settings->clean, row->name);
  char* const           processed = join(settings->processed, row->name);
  char* const noisy = settings->noisy ? join(settings->noisy, row->name) : NULL;
  RondoStatus st    = RONDO_SUCCESS;
  if (!clean || !processed || (settings->noisy && !noisy)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  } else if (evaluation->finding) {
    st = rondo_score_delay(
      clean, processed, (size_t)settings->max_lag, &row->delay, error);
  } else {
    st = rondo_score_files(
      clean, processed, evaluation->table.delay, &row->processed, error);
    if (!st && noisy) {
      st = rondo_score_files(clean, noisy, 0, &row->noisy, error);
    }
    if (!st && settings->losses) {
      st = rondo_score_losses(
        clean, noisy, processed, evaluation->table.delay, row->losses, error);
    }
  }
  free(noisy);
  free(processed);
  free(clean);
  return st;
}

static void
tell_row(RondoConsole*       console,
         const RondoEvalRow* row,
         const RondoError*   error)
{
  if (!row->scored) {
    rondo_console_error(console, NULL, "%s", error->message);
    return;
  }
  for (size_t s = 0U; s < RONDO_N_SCORES; ++s) {
    if (!isfinite(row->processed.values[s])) {
      rondo_console_note(
        console, "%s: too short for %s", row->name, rondo_score_names[s]);
    }
  }
}

static void*
work(void* data)
{
  Evaluation* const     evaluation = (Evaluation*)data;
  RondoEvalTable* const table      = &evaluation->table;
  while (!rondo_interrupted()) {
    pthread_mutex_lock(&evaluation->lock);
    const size_t index = evaluation->next++;
    pthread_mutex_unlock(&evaluation->lock);
    if (index >= table->n_rows) {
      break;
    }
    RondoEvalRow* const row   = &table->rows[index];
    RondoError          error = { RONDO_SUCCESS, "" };
    const RondoStatus   st    = score_row(evaluation, row, &error);
    row->scored               = !st;
    pthread_mutex_lock(&evaluation->lock);
    evaluation->n_failed += st ? 1U : 0U;
    evaluation->n_unequal += row->processed.lengths_differ ? 1U : 0U;
    pthread_mutex_unlock(&evaluation->lock);
    if (!evaluation->finding) {
      tell_row(evaluation->console, row, &error);
    }
    rondo_console_advance(evaluation->console, 1.0);
  }
  return NULL;
}

// Let the threads do all rows
static void
run_threads(Evaluation* evaluation)
{
  pthread_t threads[MAX_THREADS];
  size_t    n_started  = 0U;
  evaluation->next     = 0U;
  evaluation->n_failed = 0U;
  while (n_started + 1U < evaluation->settings->n_threads &&
         !pthread_create(&threads[n_started], NULL, work, evaluation)) {
    ++n_started;
  }
  (void)work(evaluation);
  for (size_t i = 0U; i < n_started; ++i) {
    pthread_join(threads[i], NULL);
  }
}

static int
compare_delays(const void* a, const void* b)
{
  const long x = *(const long*)a;
  const long y = *(const long*)b;
  return (x > y) - (x < y);
}

// Return the median delay of the files that could be read
static long
median_delay(const RondoEvalTable* table)
{
  long* const delays = (long*)calloc(table->n_rows, sizeof(long));
  size_t      n      = 0U;
  for (size_t i = 0U; delays && i < table->n_rows; ++i) {
    if (table->rows[i].scored) {
      delays[n++] = table->rows[i].delay;
    }
  }
  long median = 0;
  if (n) {
    qsort(delays, n, sizeof(long), compare_delays);
    median = (delays[(n - 1U) / 2U] + delays[n / 2U]) / 2;
  }
  free(delays);
  return median;
}

static RondoStatus
tell(Evaluation* evaluation, RondoError* error)
{
  const Settings* const settings = evaluation->settings;
  RondoStatus           st       = RONDO_SUCCESS;
  if (evaluation->n_unequal) {
    rondo_console_note(evaluation->console,
                       "%zu processed files have not the length of the clean "
                       "ones",
                       evaluation->n_unequal);
  }
  if (settings->json) {
    rondo_eval_table_print_json(&evaluation->table);
  } else if (!settings->csv || strcmp(settings->csv, "-")) {
    rondo_eval_table_print(&evaluation->table);
  }
  if (settings->csv) {
    st = rondo_eval_table_write(&evaluation->table, settings->csv, error);
    if (st) {
      rondo_console_error(
        evaluation->console, settings->csv, "%s", error->message);
    }
  }
  return st;
}

static int
evaluate(Evaluation* evaluation)
{
  const Settings* const settings = evaluation->settings;
  RondoConsole* const   console  = evaluation->console;
  RondoError            error    = { RONDO_SUCCESS, "" };
  if (!list_files(evaluation)) {
    return RONDO_EXIT_FAILURE;
  }
  evaluation->table.has_noisy  = settings->noisy != NULL;
  evaluation->table.has_losses = settings->losses;
  evaluation->table.delay      = settings->delay;
  if (settings->manifest && rondo_eval_table_read_manifest(
                              &evaluation->table, settings->manifest, &error)) {
    rondo_console_error(console, NULL, "%s", error.message);
    return RONDO_EXIT_FAILURE;
  }
  const bool   finding = settings->max_lag >= 0;
  const double n_rows  = (double)evaluation->table.n_rows;
  rondo_console_start_bar(
    console, RONDO_PROGRESS_AUTO, finding ? 2.0 * n_rows : n_rows);
  if (finding) {
    evaluation->finding = true;
    run_threads(evaluation);
    evaluation->finding     = false;
    evaluation->table.delay = median_delay(&evaluation->table);
  }
  run_threads(evaluation);
  if (rondo_interrupted()) {
    return RONDO_EXIT_INTERRUPTED;
  }
  rondo_console_stop_bar(console);
  return tell(evaluation, &error) || evaluation->n_failed ? RONDO_EXIT_FAILURE
                                                          : RONDO_EXIT_SUCCESS;
}

static bool
take(void* to, int option, const char* value)
{
  Settings* const settings = (Settings*)to;
  const long      most     = 1L << 30;
  long            threads  = 0;
  switch (option) {
    case NOISY:
      settings->noisy = value;
      return true;
    case LOSSES:
      settings->losses = true;
      return true;
    case CSV:
      settings->csv = value;
      return true;
    case JSON:
      settings->json = true;
      return true;
    case MANIFEST:
      settings->manifest = value;
      return true;
    case DELAY:
      settings->max_lag = -1;
      return rondo_options_integer(
        &eval_command, option, value, -most, most, &settings->delay);
    case MAX_LAG:
      return rondo_options_integer(
        &eval_command, option, value, 0, most, &settings->max_lag);
    default:
      if (!rondo_options_integer(
            &eval_command, option, value, 1, MAX_THREADS, &threads)) {
        return false;
      }
      settings->n_threads = (size_t)threads;
      return true;
  }
}

static int
parse(int argc, char** argv, Settings* settings)
{
  RondoOptions options = rondo_options(&eval_command, argc, argv);
  const int    option  = rondo_options_take(&options, take, settings);
  if (option != RONDO_OPTIONS_END) {
    return option;
  }
  if (!options.n_files || strcmp(options.files[0], "denoise")) {
    return rondo_options_error(&eval_command,
                               "what to score is missing: denoise, frames, "
                               "classify, tag, language or melody");
  }
  if (options.n_files != 3U) {
    return rondo_options_error(&eval_command,
                               "CLEAN_DIR and PROCESSED_DIR are needed");
  }
  if (settings->losses && !settings->noisy) {
    return rondo_options_error(&eval_command, "--losses needs --noisy");
  }
  settings->clean     = options.files[1];
  settings->processed = options.files[2];
  return option;
}

// Return whether there is an option such as --data DIR, --data=DIR or -d DIR
static bool
asks_for_data(const int argc, char** const argv)
{
  for (int i = 1; i < argc; ++i) {
    if (!strncmp(argv[i], "--data", 6) || !strncmp(argv[i], "-d", 2)) {
      return true;
    }
  }
  return false;
}

int
rondo_tool_eval(int argc, char** argv)
{
  if (argc > 1 && !strcmp(argv[1], "melody") && !asks_for_data(argc, argv)) {
    return rondo_eval_melody(argc, argv);
  }
  for (size_t i = 0U; argc > 1 && rondo_task_names[i]; ++i) {
    if (!strcmp(argv[1], rondo_task_names[i])) {
      return rondo_eval_sequences(argc, argv);
    }
  }

  Settings settings;
  memset(&settings, 0, sizeof(settings));
  settings.max_lag   = -1;
  settings.n_threads = 1U;
  const int result   = parse(argc, argv, &settings);
  if (result != RONDO_OPTIONS_END) {
    return rondo_options_status(result);
  }
  RondoConsole console;
  rondo_console_init(&console, "eval");
  rondo_interrupt_catch();
  Evaluation evaluation;
  memset(&evaluation, 0, sizeof(evaluation));
  evaluation.settings = &settings;
  evaluation.console  = &console;
  pthread_mutex_init(&evaluation.lock, NULL);
  const int status = evaluate(&evaluation);
  pthread_mutex_destroy(&evaluation.lock);
  rondo_eval_table_free(&evaluation.table);
  rondo_console_end(&console);
  return status;
}
