// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_batch.h"

#include "tool/interrupt.h"
#include "tool/json.h"
#include "tool/sound_format.h"
#include "tool/tool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// One file of a batch
typedef struct {
  const char*        input;
  char*              output;
  bool               tried; ///< And not interrupted
  RondoStatus        status;
  RondoError         error;
  RondoDenoiseReport report;
} Item;

typedef struct {
  const RondoDenoisePlan* plan;
  const RondoDenoiseJob*  job;
  Item*                   items;
  size_t                  n_items;
  size_t                  n_threads;
  size_t                  next;   ///< The first item that nobody has taken
  size_t                  n_left; ///< Items that are not finished
  pthread_mutex_t         lock;
} Batch;

static double
duration(const RondoDenoiseReport* report)
{
  return report->sample_rate
           ? (double)report->n_frames / (double)report->sample_rate
           : 0.0;
}

// Return how often the sound's own duration went into the time spent
static double
speed(double sound, double spent)
{
  return spent > 0.0 ? sound / spent : 0.0;
}

// Return how many decimals of a speed are told
static int
decimals(double times)
{
  return times < 10.0 ? 1 : 0;
}

// Say all that there is to say in one line
static void
tell_success(RondoConsole* console, const Item* item)
{
  const RondoDenoiseReport* const report = &item->report;

  const double seconds = duration(report);
  const double times   = speed(seconds, report->seconds);
  char*        line    = NULL;
  size_t       size    = 0U;
  FILE* const  text    = open_memstream(&line, &size);
  if (!text) {
    return;
  }
  fprintf(text,
          "%s: written to %s: %.2f s, pauses %.1f to %.1f dB, %.*f times real "
          "time",
          item->input,
          item->output,
          seconds,
          report->input_floor,
          report->output_floor,
          decimals(times),
          times);
  if (report->n_clipped) {
    fprintf(text,
            "; %llu samples were clipped",
            (unsigned long long)report->n_clipped);
  }
  if (report->n_not_finite) {
    fprintf(text,
            "; %llu samples were not numbers, taken as silence",
            (unsigned long long)report->n_not_finite);
  }
  if (report->n_missing) {
    fprintf(text,
            "; ends %llu frames before its announced length",
            (unsigned long long)report->n_missing);
  }
  if (report->lost[0]) {
    fprintf(text, "; cannot hold %s", report->lost);
  }
  if (!fclose(text)) {
    rondo_console_note(console, "%s", line);
  }
  free(line);
}

// Fail if an earlier input has the same output
static RondoStatus
check_collision(const Batch* batch, Item* item)
{
  for (const Item* other = batch->items; other < item; ++other) {
    if (other->output && strcmp(item->output, "-") &&
        !strcmp(other->output, item->output)) {
      return rondo_error_set(&item->error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "The output %s is that of %s too",
                             item->output,
                             other->input);
    }
  }
  return RONDO_SUCCESS;
}

static void
process_item(const Batch* batch, Item* item, bool in_threads)
{
  RondoConsole* const console = batch->job->console;
  item->tried                 = true;
  if (!item->output) {
    item->status = rondo_error_set_status(&item->error, RONDO_ERR_NO_MEMORY);
  }
  if (!item->status) {
    item->status = check_collision(batch, item);
  }
  if (!item->status) {
    item->status = rondo_denoise_plan_check(
      batch->plan, item->input, item->output, &item->error);
  }
  if (!item->status) {
    item->status = rondo_denoise_file(batch->job,
                                      item->input,
                                      item->output,
                                      in_threads,
                                      &item->report,
                                      &item->error);
  }
  if (item->status && rondo_interrupted()) {
    item->tried = false;
  } else if (item->status) {
    const char* const path =
      item->report.output_failed ? item->output : item->input;
    rondo_console_error(console, path, "%s", item->error.message);
  } else {
    tell_success(console, item);
  }
}

static void*
work(void* data)
{
  Batch* const batch = (Batch*)data;
  while (!rondo_interrupted()) {
    pthread_mutex_lock(&batch->lock);
    Item* const item =
      batch->next < batch->n_items ? &batch->items[batch->next++] : NULL;
    const bool to_spare = batch->n_left < batch->n_threads;
    pthread_mutex_unlock(&batch->lock);
    if (!item) {
      break;
    }
    process_item(batch, item, to_spare);
    pthread_mutex_lock(&batch->lock);
    --batch->n_left;
    pthread_mutex_unlock(&batch->lock);
  }
  return NULL;
}

// Run the threads; what cannot be started is done by this one
static void
run_threads(Batch* batch)
{
  pthread_t    threads[RONDO_MAX_DENOISE_THREADS];
  size_t       n_started = 0U;
  const size_t n_wanted =
    batch->n_threads < batch->n_items ? batch->n_threads : batch->n_items;
  while (n_started + 1U < n_wanted &&
         !pthread_create(&threads[n_started], NULL, work, batch)) {
    ++n_started;
  }
  (void)work(batch);
  for (size_t i = 0U; i < n_started; ++i) {
    pthread_join(threads[i], NULL);
  }
}

static void
print_item(const Item* item, const char* separator)
{
  const RondoDenoiseReport* const report = &item->report;

  int  first = 1;
  char format[128];
  fputs(separator, stdout);
  fputs("    {", stdout);
  rondo_json_key(stdout, &first, "input");
  rondo_json_string(stdout, item->input);
  rondo_json_key(stdout, &first, "output");
  rondo_json_string(stdout, item->output ? item->output : "");
  if (item->status) {
    rondo_json_key(stdout, &first, "error");
    rondo_json_string(stdout, item->error.message);
    fputs("}", stdout);
    return;
  }
  rondo_format_describe(report->format, format, sizeof(format));
  rondo_json_key(stdout, &first, "format");
  rondo_json_string(stdout, format);
  rondo_json_key(stdout, &first, "lost");
  rondo_json_string(stdout, report->lost);
  const struct {
    const char* key;
    double      value;
  } numbers[] = {
    { "sample_rate", (double)report->sample_rate },
    { "channels", (double)report->n_channels },
    { "frames", (double)report->n_frames },
    { "clipped", (double)report->n_clipped },
    { "not_finite", (double)report->n_not_finite },
    { "missing", (double)report->n_missing },
    { "input_level_db", report->input_level },
    { "output_level_db", report->output_level },
    { "input_pauses_db", report->input_floor },
    { "output_pauses_db", report->output_floor },
    { "seconds", duration(report) },
    { "elapsed", report->seconds },
    { "speed", speed(duration(report), report->seconds) },
  };
  for (size_t i = 0U; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
    rondo_json_key(stdout, &first, numbers[i].key);
    rondo_json_number(stdout, numbers[i].value);
  }
  fputs("}", stdout);
}

// Say how all went, and return the exit status
static int
summarise(const Batch* batch, double elapsed, bool json)
{
  size_t n_done   = 0U;
  size_t n_failed = 0U;
  double seconds  = 0.0;
  if (json) {
    fputs("{\n  \"files\": [\n", stdout);
  }
  for (size_t i = 0U; i < batch->n_items; ++i) {
    const Item* const item   = &batch->items[i];
    const bool        failed = item->status != RONDO_SUCCESS;
    if (item->tried) {
      n_failed += failed ? 1U : 0U;
      n_done += failed ? 0U : 1U;
      seconds += duration(&item->report);
      if (json) {
        print_item(item, n_done + n_failed > 1U ? ",\n" : "");
      }
    }
  }
  if (json) {
    printf(
      "\n  ],\n  \"done\": %zu,\n  \"failed\": %zu,\n  \"seconds\": %.6f,\n"
      "  \"elapsed\": %.6f,\n  \"speed\": %.3f\n}\n",
      n_done,
      n_failed,
      seconds,
      elapsed,
      speed(seconds, elapsed));
  }
  if (batch->n_items > 1U) {
    rondo_console_note(batch->job->console,
                       "%zu files done, %zu failed%s: %.1f s of sound, %.*f "
                       "times real time",
                       n_done,
                       n_failed,
                       rondo_interrupted() ? ", interrupted" : "",
                       seconds,
                       decimals(speed(seconds, elapsed)),
                       speed(seconds, elapsed));
  }
  return rondo_interrupted() ? RONDO_EXIT_INTERRUPTED
         : n_failed          ? RONDO_EXIT_FAILURE
                             : RONDO_EXIT_SUCCESS;
}

int
rondo_denoise_batch(const RondoDenoisePlan* plan,
                    const RondoDenoiseJob*  job,
                    char* const*            files,
                    size_t                  n_files,
                    size_t                  n_threads,
                    RondoProgress           progress,
                    bool                    json)
{
  Batch batch = { .plan      = plan,
                  .job       = job,
                  .items     = (Item*)calloc(n_files, sizeof(Item)),
                  .n_items   = n_files,
                  .n_threads = n_threads,
                  .n_left    = n_files,
                  .lock      = PTHREAD_MUTEX_INITIALIZER };
  if (!batch.items) {
    rondo_console_error(job->console, NULL, "Out of memory");
    return RONDO_EXIT_FAILURE;
  }
  double bytes = 0.0;
  for (size_t i = 0U; i < n_files; ++i) {
    struct stat info;
    batch.items[i].input  = files[i];
    batch.items[i].output = rondo_denoise_plan_path(plan, files[i]);
    bytes += stat(files[i], &info) ? 0.0 : (double)info.st_size;
  }
  const double started = rondo_console_seconds();
  rondo_console_start_bar(job->console, progress, bytes);
  run_threads(&batch);
  const double elapsed = rondo_console_seconds() - started;
  rondo_console_stop_bar(job->console);
  const int status = summarise(&batch, elapsed, json);
  for (size_t i = 0U; i < n_files; ++i) {
    free(batch.items[i].output);
  }
  free(batch.items);
  return status;
}
