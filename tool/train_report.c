// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/train_report.h"

#include "core/base/file.h"
#include "core/net/config.h"
#include "tool/json.h"

#include <unistd.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A log of a hundred million steps is about this long
#define LONGEST_LOG (1U << 30U)

// Steps between lines where stderr is not a terminal
#define LINE_STEPS 100U

struct RondoTrainReportImpl {
  FILE*  log;
  char*  path;
  size_t n_steps;       ///< Of the run
  double step_seconds;  ///< Of audio in a step
  size_t first_step;    ///< Where this run began
  double first_seconds; ///< When it began, or negative
  bool   quiet;
  bool   terminal;
  bool   drawn; ///< Something stands on the terminal's line
};

static RondoStatus
fail_errno(const char* const path, RondoError* const error)
{
  return rondo_error_set(error, RONDO_ERR_IO, "%s: %s", path, strerror(errno));
}

// Return whether a line of a log is about a step up to `n_steps`
static bool
is_before(const char* const line, const size_t length, const size_t n_steps)
{
  RondoConfig* config = NULL;
  size_t       step   = SIZE_MAX / 2;
  if (rondo_config_parse(line, length, &config, NULL)) {
    return false;
  }
  const RondoStatus status =
    rondo_config_integer(config, "step", 0, SIZE_MAX / 4, &step, NULL);
  rondo_config_free(config);
  return !status && step <= n_steps;
}

// Keep the lines of the log at `path` that are about steps up to `n_steps`
static RondoStatus
shorten_log(const char* const path,
            const size_t      n_steps,
            RondoError* const error)
{
  void*  data = NULL;
  size_t size = 0;
  if (n_steps && access(path, F_OK) == 0) {
    const RondoStatus status =
      rondo_file_read(path, LONGEST_LOG, &data, &size, error);
    if (status) {
      return status;
    }
  }

  char* const text = (char*)data;
  size_t      kept = 0;
  for (size_t at = 0; at < size;) {
    const char* const end    = (const char*)memchr(text + at, '\n', size - at);
    const size_t      length = end ? (size_t)(end - (text + at)) : size - at;
    if (end && is_before(text + at, length, n_steps)) {
      memmove(text + kept, text + at, length + 1);
      kept += length + 1;
    }
    at += length + 1;
  }
  const RondoChunk  chunk  = { text ? text : "", kept };
  const RondoStatus status = rondo_file_write(path, &chunk, 1, error);
  free(data);
  return status;
}

void
rondo_report_free(RondoTrainReport* const report)
{
  if (report) {
    if (report->log) {
      fclose(report->log);
    }
    free(report->path);
    free(report);
  }
}

RondoStatus
rondo_report_new(const char* const        path,
                 const RondoRecipe* const recipe,
                 const size_t             n_steps,
                 const bool               quiet,
                 RondoTrainReport** const out,
                 RondoError* const        error)
{
  *out                     = NULL;
  const RondoStatus status = shorten_log(path, n_steps, error);
  if (status) {
    return status;
  }

  RondoTrainReport* const report =
    (RondoTrainReport*)calloc(1, sizeof(RondoTrainReport));
  if (!report || !(report->path = strdup(path))) {
    free(report);
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "out of memory");
  }
  report->n_steps    = recipe->training.steps;
  report->first_step = n_steps;
  report->step_seconds =
    (double)recipe->training.batch * recipe->training.item_seconds;
  report->first_seconds = -1.0;
  report->quiet         = quiet;
  report->terminal      = isatty(STDERR_FILENO) != 0;
  report->log           = fopen(path, "a");
  if (!report->log) {
    rondo_report_free(report);
    return fail_errno(path, error);
  }
  *out = report;
  return RONDO_SUCCESS;
}

static RondoStatus
end_record(RondoTrainReport* const report, RondoError* const error)
{
  fprintf(report->log, "}\n");
  return fflush(report->log) || ferror(report->log)
           ? fail_errno(report->path, error)
           : RONDO_SUCCESS;
}

static void
put_number(FILE* const       stream,
           int* const        first,
           const char* const key,
           const double      value)
{
  rondo_json_key(stream, first, key);
  rondo_json_number(stream, value);
}

void
rondo_report_end_line(RondoTrainReport* const report)
{
  if (report->drawn) {
    fputc('\n', stderr);
    report->drawn = false;
  }
}

// Print how far the run is; the speed is that since the run began
static void
print_state(RondoTrainReport* const     report,
            const RondoTrainStep* const step,
            const double                seconds)
{
  if (report->first_seconds < 0.0) {
    report->first_seconds = seconds;
    report->first_step    = step->step;
  }
  const double spent = seconds - report->first_seconds;
  const double done  = (double)(step->step - report->first_step);
  const double each  = done > 0.0 ? spent / done : 0.0;
  const double left  = each * (double)(report->n_steps - step->step);
  fprintf(stderr,
          "step %zu of %zu, loss %.4f, %.0f s of sound a second, "
          "%d:%02d:%02d left",
          step->step,
          report->n_steps,
          step->loss,
          each > 0.0 ? report->step_seconds / each : 0.0,
          (int)(left / 3600.0),
          (int)(left / 60.0) % 60,
          (int)left % 60);
}

void
rondo_report_progress(RondoTrainReport* const     report,
                      const RondoTrainStep* const step,
                      const double                seconds)
{
  if (report->first_seconds < 0.0) {
    report->first_seconds = seconds;
    report->first_step    = step->step;
  }
  if (!report->quiet && report->terminal) {
    fputc('\r', stderr);
    print_state(report, step, seconds);
    fputs("\033[K", stderr);
    report->drawn = true;
  }
}

RondoStatus
rondo_report_step(RondoTrainReport* const     report,
                  const RondoTrainStep* const step,
                  const double                seconds,
                  RondoError* const           error)
{
  rondo_report_progress(report, step, seconds);
  if (!report->quiet && !report->terminal && step->step % LINE_STEPS == 0) {
    print_state(report, step, seconds);
    fputc('\n', stderr);
  }

  int first = 1;
  fputc('{', report->log);
  put_number(report->log, &first, "step", (double)step->step);
  put_number(report->log, &first, "loss", step->loss);
  put_number(report->log, &first, "gradient_norm", step->gradient_norm);
  put_number(report->log, &first, "learning_rate", step->learning_rate);
  put_number(report->log, &first, "seconds", seconds);
  return end_record(report, error);
}

static void
put_scores(FILE* const                      stream,
           int* const                       first,
           const RondoTrainJudgement* const j)
{
  put_number(stream, first, "valid_loss", j->loss);
  put_number(stream, first, "compressed", j->compressed);
  put_number(stream, first, "distortion_db", j->distortion);
  put_number(stream, first, "voice", j->voice);
  put_number(stream, first, "before_db", j->before_db);
  put_number(stream, first, "after_db", j->after_db);
  rondo_json_key(stream, first, "gain_db");
  for (size_t c = 0; c < RONDO_N_SNR_CLASSES; ++c) {
    fputc(c ? ',' : '[', stream);
    rondo_json_number(stream, j->gain_db[c]);
  }
  fputc(']', stream);
}

RondoStatus
rondo_report_judgement(RondoTrainReport* const          report,
                       const RondoTrainJudgement* const j,
                       const double                     seconds,
                       RondoError* const                error)
{
  if (!report->quiet) {
    rondo_report_end_line(report);
    fprintf(stderr,
            "step %zu, validation loss %.5f%s, speech to error %.2f dB -> "
            "%.2f dB (%+.2f, %+.2f, %+.2f, %+.2f)\n",
            j->step,
            j->loss,
            j->best ? " (best)" : "",
            j->before_db,
            j->after_db,
            j->gain_db[0],
            j->gain_db[1],
            j->gain_db[2],
            j->gain_db[3]);
  }

  int first = 1;
  fputc('{', report->log);
  put_number(report->log, &first, "step", (double)j->step);
  put_scores(report->log, &first, j);
  rondo_json_key(report->log, &first, "best");
  fputs(j->best ? "true" : "false", report->log);
  put_number(report->log, &first, "seconds", seconds);
  return end_record(report, error);
}

char*
rondo_report_card(const RondoRecipe* const         recipe,
                  const RondoTrainJudgement* const j,
                  const char* const                recipe_path)
{
  char*       text   = NULL;
  size_t      size   = 0;
  FILE* const stream = open_memstream(&text, &size);
  if (!stream) {
    return NULL;
  }

  // Go on after what the recipe itself says
  const char* const said  = recipe->card ? recipe->card : "{}";
  const size_t      n     = strlen(said) - 1;
  int               first = n <= 1;
  fwrite(said, 1, n, stream);

  const char* const slash = strrchr(recipe_path, '/');
  rondo_json_key(stream, &first, "recipe");
  rondo_json_string(stream, slash ? slash + 1 : recipe_path);
  put_number(stream, &first, "steps", (double)j->step);
  put_number(stream,
             &first,
             "hours_heard",
             round((double)j->step * (double)recipe->training.batch *
                   recipe->training.item_seconds / 360.0) /
               10.0);
  rondo_json_key(stream, &first, "validation");
  int inner = 1;
  fputc('{', stream);
  put_scores(stream, &inner, j);
  fputs("}}", stream);
  const bool failed = ferror(stream) != 0;
  if (fclose(stream) || failed) {
    free(text);
    return NULL;
  }
  return text;
}
