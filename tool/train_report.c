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
  const RondoTraining* training;
  FILE*                log;
  char*                path;
  size_t               first_step;    ///< Where this run began
  double               first_seconds; ///< When it began, or negative
  bool                 quiet;
  bool                 terminal;
  bool                 drawn; ///< Something stands on the terminal's line
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
rondo_report_new(const char* const          path,
                 const RondoTraining* const training,
                 const bool                 quiet,
                 RondoTrainReport** const   out,
                 RondoError* const          error)
{
  *out                      = NULL;
  const size_t      n_steps = training->learner->step;
  const RondoStatus status  = shorten_log(path, n_steps, error);
  if (status) {
    return status;
  }

  RondoTrainReport* const report =
    (RondoTrainReport*)calloc(1, sizeof(RondoTrainReport));
  if (!report || !(report->path = strdup(path))) {
    free(report);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  report->training      = training;
  report->first_step    = n_steps;
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
  const double left  = each * (double)(report->training->n_steps - step->step);
  fprintf(stderr,
          "step %zu of %zu, loss %.4f, %.0f %s a second, %d:%02d:%02d left",
          step->step,
          report->training->n_steps,
          step->loss,
          each > 0.0 ? report->training->amount / each : 0.0,
          report->training->unit,
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
  rondo_json_pair(report->log, &first, "step", (double)step->step);
  rondo_json_pair(report->log, &first, "loss", step->loss);
  rondo_json_pair(report->log, &first, "gradient_norm", step->gradient_norm);
  rondo_json_pair(report->log, &first, "learning_rate", step->learning_rate);
  rondo_json_pair(report->log, &first, "seconds", seconds);
  return end_record(report, error);
}

RondoStatus
rondo_report_judgement(RondoTrainReport* const report,
                       const bool              best,
                       const double            seconds,
                       RondoError* const       error)
{
  const RondoTraining* const training = report->training;
  if (!report->quiet) {
    rondo_report_end_line(report);
    fprintf(stderr, "step %zu, ", training->learner->step);
    training->type->print(training->self, stderr);
    fputc('\n', stderr);
  }

  int first = 1;
  fputc('{', report->log);
  rondo_json_pair(report->log, &first, "step", (double)training->learner->step);
  training->type->put_scores(training->self, report->log, &first);
  if (training->type->put_log) {
    training->type->put_log(training->self, report->log, &first);
  }
  rondo_json_key(report->log, &first, "best");
  fputs(best ? "true" : "false", report->log);
  rondo_json_pair(report->log, &first, "seconds", seconds);
  return end_record(report, error);
}

char*
rondo_report_card(const RondoTraining* const training,
                  const char* const          recipe_path)
{
  char*       text   = NULL;
  size_t      size   = 0;
  FILE* const stream = open_memstream(&text, &size);
  if (!stream) {
    return NULL;
  }

  // Go on after what the recipe itself says
  const char* const said  = training->card ? training->card : "{}";
  const size_t      n     = strlen(said) - 1;
  int               first = n <= 1;
  fwrite(said, 1, n, stream);

  const char* const slash = strrchr(recipe_path, '/');
  rondo_json_key(stream, &first, "recipe");
  rondo_json_string(stream, slash ? slash + 1 : recipe_path);
  rondo_json_pair(stream, &first, "steps", (double)training->learner->step);
  training->type->put_card(training->self, stream, &first);
  rondo_json_key(stream, &first, "validation");
  int inner = 1;
  fputc('{', stream);
  training->type->put_scores(training->self, stream, &inner);
  fputs("}}", stream);
  const bool failed = ferror(stream) != 0;
  if (fclose(stream) || failed) {
    free(text);
    return NULL;
  }
  return text;
}
