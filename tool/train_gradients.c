// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "core/net/config.h"
#include "core/text/lines.h"
#include "tool/picture.h"
#include "tool/train_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_LOG (1U << 30U)
#define WIDTH 900
#define HEIGHT 480
#define KEY "gradient_norms"

// Nothing smaller is drawn
#define SMALLEST 1e-30

/// The norms of a judgement
typedef struct {
  char    label[40];
  double* x; ///< (count) Distances
  double* y; ///< (count) Norms
  size_t  count;
} Norms;

static void
clear_norms(Norms* const norms)
{
  free(norms->x);
  free(norms->y);
  memset(norms, 0, sizeof(*norms));
}

// Take the norms of a line of the log, if it has any
static RondoStatus
read_line(const RondoPiece line, Norms* const norms)
{
  RondoConfig* config = NULL;
  double       step   = 0.0;
  if (rondo_config_parse(line.start, line.length, &config, NULL)) {
    return RONDO_SUCCESS;
  }
  const size_t n  = rondo_config_count(config, KEY);
  RondoStatus  st = RONDO_SUCCESS;
  if (n && !rondo_config_number(config, "step", 0.0, 1e15, &step, NULL)) {
    clear_norms(norms);
    norms->x     = (double*)calloc(n, sizeof(double));
    norms->y     = (double*)calloc(n, sizeof(double));
    norms->count = n;
    snprintf(norms->label, sizeof(norms->label), "step %.0f", step);
    if (!norms->x || !norms->y) {
      st           = RONDO_ERR_NO_MEMORY;
      norms->count = 0U;
    }
    for (size_t i = 0U; i < norms->count; ++i) {
      double norm = 0.0;
      if (rondo_config_number_at(config, KEY, i, 0.0, 1e300, &norm, NULL)) {
        norm = 0.0;
      }
      norms->x[i] = (double)i;
      norms->y[i] = norm < SMALLEST ? NAN : norm;
    }
  }
  rondo_config_free(config);
  return st;
}

// Read the first and the last norms of a log
static RondoStatus
read_norms(const char* const path, Norms* const norms, RondoError* const error)
{
  void*       data = NULL;
  size_t      size = 0U;
  RondoStatus st   = rondo_file_read(path, LONGEST_LOG, &data, &size, error);
  if (st) {
    return st;
  }
  RondoLines lines = rondo_lines((const char*)data, size);
  RondoPiece line  = { NULL, 0U };
  while (!st && rondo_lines_next(&lines, &line)) {
    st = read_line(line, &norms[norms[0].count ? 1U : 0U]);
  }
  free(data);
  if (st) {
    return rondo_error_set_status(error, st);
  }
  return norms[0].count
           ? RONDO_SUCCESS
           : rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s: there is no \"" KEY
                             "\"; set it to true in the recipe's \"training\"",
                             path);
}

static RondoStatus
draw(const Norms* const norms, const char* const path, RondoError* const error)
{
  double     low  = INFINITY;
  double     high = 0.0;
  double     last = 1.0;
  RondoCurve curves[2];
  for (size_t i = 0U; i < 2U; ++i) {
    const RondoCurve curve = {
      norms[i].label, norms[i].x, norms[i].y, norms[i].count
    };
    curves[i] = curve;
    last      = fmax(last, (double)norms[i].count - 1.0);
    for (size_t j = 0U; j < norms[i].count; ++j) {
      low  = fmin(low, norms[i].y[j]);
      high = fmax(high, norms[i].y[j]);
    }
  }
  if (!(low <= high)) {
    low  = SMALLEST;
    high = 1.0;
  }
  const RondoFrame frame = { 90.0, 20.0, WIDTH - 120.0, HEIGHT - 80.0 };
  const RondoAxis  x     = { 0.0, last, false, "Steps back from the last one" };
  const RondoAxis  y     = {
         low / 2.0, high * 2.0, true, "Norm of the gradient of the state"
  };
  RondoPicture* picture = NULL;
  RondoStatus   st      = rondo_picture_new(WIDTH, HEIGHT, &picture, error);
  if (!st) {
    rondo_picture_axes(picture, &frame, &x, &y);
    rondo_picture_curves(
      picture, &frame, &x, &y, curves, norms[1].count ? 2U : 1U);
    st = rondo_picture_write(picture, path, error);
  }
  rondo_picture_free(picture);
  return st;
}

RondoStatus
rondo_report_draw_gradients(const char* const log,
                            const char* const path,
                            RondoError* const error)
{
  Norms norms[2];
  memset(norms, 0, sizeof(norms));
  RondoStatus st = read_norms(log, norms, error);
  st             = st ? st : draw(norms, path, error);
  clear_norms(&norms[0]);
  clear_norms(&norms[1]);
  return st;
}
