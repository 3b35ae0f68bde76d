// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "core/net/config.h"
#include "tool/picture.h"
#include "tool/train_report.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_LOG (1U << 30U)
#define WIDTH 900
#define HEIGHT 640

/// A value over steps
typedef struct {
  const char* key;
  const char* label;
  double*     x;
  double*     y;
  size_t      count;
} Series;

enum { SERIES_LOSS, SERIES_VALID, SERIES_BEFORE, SERIES_AFTER, N_SERIES };

static void
free_series(Series* const series)
{
  for (size_t i = 0; i < N_SERIES; ++i) {
    free(series[i].x);
    free(series[i].y);
  }
}

static RondoStatus
make_series(Series* const series, const size_t n_lines, RondoError* const error)
{
  for (size_t i = 0; i < N_SERIES; ++i) {
    series[i].x = (double*)calloc(n_lines + 1, sizeof(double));
    series[i].y = (double*)calloc(n_lines + 1, sizeof(double));
    if (!series[i].x || !series[i].y) {
      free_series(series);
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  return RONDO_SUCCESS;
}

// Take what a line of the log says; a line that is cut off says nothing
static void
read_line(const char* const line, const size_t length, Series* const series)
{
  RondoConfig* config = NULL;
  double       step   = -1.0;
  if (rondo_config_parse(line, length, &config, NULL)) {
    return;
  }
  if (rondo_config_number(config, "step", 0.0, 1e15, &step, NULL) ||
      step < 0.0) {
    rondo_config_free(config);
    return;
  }
  for (size_t i = 0; i < N_SERIES; ++i) {
    Series* const s     = &series[i];
    double        value = NAN;
    if (rondo_config_has(config, s->key) &&
        !rondo_config_number(config, s->key, -1e9, 1e9, &value, NULL)) {
      s->x[s->count]   = step;
      s->y[s->count++] = value;
    }
  }
  rondo_config_free(config);
}

static RondoStatus
read_log(const char* const path, Series* const series, RondoError* const error)
{
  void*       data   = NULL;
  size_t      size   = 0;
  RondoStatus status = rondo_file_read(path, LONGEST_LOG, &data, &size, error);
  if (status) {
    return status;
  }

  const char* const text    = (const char*)data;
  size_t            n_lines = 0;
  for (size_t i = 0; i < size; ++i) {
    n_lines += text[i] == '\n' ? 1 : 0;
  }
  status = make_series(series, n_lines, error);
  for (size_t at = 0; !status && at < size;) {
    const char* const end = (const char*)memchr(text + at, '\n', size - at);
    if (!end) {
      break;
    }
    const size_t length = (size_t)(end - (text + at));
    read_line(text + at, length, series);
    at += length + 1;
  }
  free(data);
  return status;
}

// Draw two series in one frame, with a margin above and below
static void
draw_frame(RondoPicture* const     picture,
           const RondoFrame* const frame,
           const Series* const     series,
           const char* const       label,
           const double            last)
{
  double     low  = INFINITY;
  double     high = -INFINITY;
  RondoCurve curves[2];
  for (size_t i = 0; i < 2; ++i) {
    const RondoCurve curve = {
      series[i].label, series[i].x, series[i].y, series[i].count
    };
    curves[i] = curve;
    for (size_t j = 0; j < series[i].count; ++j) {
      low  = fmin(low, series[i].y[j]);
      high = fmax(high, series[i].y[j]);
    }
  }
  if (!(low <= high)) {
    low  = 0.0;
    high = 1.0;
  }
  const double    margin = (0.05 * (high - low)) + 1e-9;
  const RondoAxis x      = { 0.0, last, false, "Step" };
  const RondoAxis y      = { low - margin, high + margin, false, label };
  rondo_picture_axes(picture, frame, &x, &y);
  rondo_picture_curves(picture, frame, &x, &y, curves, 2);
}

RondoStatus
rondo_report_draw(const char* const log,
                  const char* const path,
                  RondoError* const error)
{
  Series      series[N_SERIES] = { { "loss", "training", NULL, NULL, 0 },
                                   { "valid_loss", "validation", NULL, NULL, 0 },
                                   { "before_db", "noisy", NULL, NULL, 0 },
                                   { "after_db", "denoised", NULL, NULL, 0 } };
  RondoStatus status           = read_log(log, series, error);
  if (status) {
    return status;
  }

  RondoPicture* picture = NULL;
  status                = rondo_picture_new(WIDTH, HEIGHT, &picture, error);
  if (!status) {
    double last = 1.0;
    for (size_t i = 0; i < N_SERIES; ++i) {
      const Series* const s = &series[i];
      last                  = s->count ? fmax(last, s->x[s->count - 1]) : last;
    }
    const bool       voices = series[SERIES_BEFORE].count > 0;
    const double     height = voices ? 250.0 : 560.0;
    const RondoFrame upper  = { 80.0, 20.0, WIDTH - 110.0, height };
    const RondoFrame lower  = { 80.0, 340.0, WIDTH - 110.0, 240.0 };
    draw_frame(picture, &upper, series, "Loss", last);
    if (voices) {
      draw_frame(
        picture, &lower, series + SERIES_BEFORE, "Speech to error (dB)", last);
    }
    status = rondo_picture_write(picture, path, error);
  }
  rondo_picture_free(picture);
  free_series(series);
  return status;
}
