// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/plot_log.h"

#include "core/base/file.h"
#include "core/net/config.h"
#include "tool/picture.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LOG ((size_t)1 << 30U)
#define WIDTH 900
#define HEIGHT 500

enum { TRAINED, VALIDATED, N_LOSSES };

static const char* const keys[N_LOSSES]   = { "loss", "valid_loss" };
static const char* const labels[N_LOSSES] = { "training", "validation" };

/// The points of one curve
typedef struct {
  double* x;
  double* y;
  size_t  n;
} Points;

static void
read_line(const char* line, size_t length, Points* points)
{
  RondoConfig* config = NULL;
  double       step   = (double)NAN;
  if (!length || rondo_config_parse(line, length, &config, NULL)) {
    return;
  }
  if (!rondo_config_number(config, "step", 0.0, 1e18, &step, NULL)) {
    for (size_t i = 0U; i < N_LOSSES; ++i) {
      double loss = (double)NAN;
      if (!rondo_config_number(config, keys[i], -1e18, 1e18, &loss, NULL) &&
          isfinite(loss) && isfinite(step)) {
        points[i].x[points[i].n]   = step;
        points[i].y[points[i].n++] = loss;
      }
    }
  }
  rondo_config_free(config);
}

static bool
points_new(Points* points, size_t capacity)
{
  bool success = true;
  for (size_t i = 0U; i < N_LOSSES; ++i) {
    points[i].x = (double*)calloc(capacity, sizeof(double));
    points[i].y = (double*)calloc(capacity, sizeof(double));
    success     = success && points[i].x && points[i].y;
  }
  return success;
}

static void
points_free(Points* points)
{
  for (size_t i = 0U; i < N_LOSSES; ++i) {
    free(points[i].x);
    free(points[i].y);
  }
}

static RondoStatus
read_points(const char* log, Points* points, RondoError* error)
{
  void*       data = NULL;
  size_t      size = 0U;
  RondoStatus st   = rondo_file_read(log, MAX_LOG, &data, &size, error);
  if (st) {
    return st;
  }
  size_t n_lines = 1U;
  for (const char* c = (const char*)data; *c; ++c) {
    n_lines += *c == '\n' ? 1U : 0U;
  }
  if (!points_new(points, n_lines)) {
    free(data);
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "Out of memory");
  }
  for (const char* line = (const char*)data; *line;) {
    const size_t length = strcspn(line, "\n");
    read_line(line, length, points);
    line += length;
    line += *line ? 1 : 0;
  }
  free(data);
  return points[TRAINED].n + points[VALIDATED].n
           ? RONDO_SUCCESS
           : rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s: no line has the keys 'step' and 'loss'",
                             log);
}

// Widen an axis to hold all points, then give it some room
static RondoAxis
find_range(const Points* points, bool vertical)
{
  double low  = INFINITY;
  double high = -INFINITY;
  for (size_t i = 0U; i < N_LOSSES; ++i) {
    const double* const values = vertical ? points[i].y : points[i].x;
    for (size_t j = 0U; j < points[i].n; ++j) {
      low  = fmin(low, values[j]);
      high = fmax(high, values[j]);
    }
  }
  const double room = high > low ? 0.04 * (high - low) : 0.5;
  RondoAxis    axis = { low, high, false, vertical ? "Loss" : "Step" };
  if (vertical || !(high > low)) {
    axis.low -= room;
    axis.high += room;
  }
  return axis;
}

static void
draw(RondoPicture* picture, const Points* points, const char* title)
{
  const RondoFrame frame = { 80.0, 48.0, WIDTH - 110.0, HEIGHT - 110.0 };
  const RondoAxis  x     = find_range(points, false);
  const RondoAxis  y     = find_range(points, true);
  RondoCurve       curves[N_LOSSES];
  size_t           n_curves = 0U;
  for (size_t i = 0U; i < N_LOSSES; ++i) {
    const RondoCurve curve = {
      labels[i], points[i].x, points[i].y, points[i].n
    };
    if (points[i].n) {
      curves[n_curves++] = curve;
    }
  }
  rondo_picture_text(
    picture, WIDTH / 2.0, 24.0, 16.0, RONDO_TEXT_CENTRE, title);
  rondo_picture_curves(picture, &frame, &x, &y, curves, n_curves);
  rondo_picture_axes(picture, &frame, &x, &y);
}

RondoStatus
rondo_plot_log(const char* log,
               const char* path,
               const char* title,
               RondoError* error)
{
  Points points[N_LOSSES];
  memset(points, 0, sizeof(points));
  RondoPicture* picture = NULL;
  RondoStatus   st      = read_points(log, points, error);
  if (!st) {
    st = rondo_picture_new(WIDTH, HEIGHT, &picture, error);
  }
  if (!st) {
    draw(picture, points, title ? title : "Training");
    st = rondo_picture_write(picture, path, error);
    if (st && error && error->message[0]) {
      rondo_error_prefix(error, path);
    }
  }
  rondo_picture_free(picture);
  points_free(points);
  return st;
}
