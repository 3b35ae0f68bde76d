// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/plot_panels.h"

#include <math.h>
#include <stdlib.h>

#define N_SHADES 256U
#define MOST_SECONDS 180.0

RondoScale
rondo_panels_level_scale(const RondoSpectrogram* spectrograms,
                         size_t                  n,
                         double                  range)
{
  // Silence has no loudest level to speak of
  double loudest = -100.0;
  for (size_t i = 0U; i < n; ++i) {
    loudest = fmax(loudest, (double)spectrograms[i].loudest);
  }
  const double     high  = ceil(loudest / 10.0) * 10.0;
  const RondoScale scale = { high - range, high };
  return scale;
}

RondoStatus
rondo_panels_begin(double         bottom,
                   const char*    title,
                   RondoPicture** out,
                   RondoError*    error)
{
  const double width =
    RONDO_PANEL_LEFT + (double)RONDO_PANEL_COLUMNS + RONDO_PANEL_RIGHT;
  const RondoStatus st = rondo_picture_new(
    (int)width, (int)(bottom + RONDO_PANEL_BOTTOM), out, error);
  if (!st) {
    rondo_picture_text(*out,
                       RONDO_PANEL_LEFT + ((double)RONDO_PANEL_COLUMNS / 2.0),
                       26.0,
                       17.0,
                       RONDO_TEXT_CENTRE,
                       title);
  }
  return st;
}

RondoAxis
rondo_panels_time(double seconds, bool lowest)
{
  const bool      minutes = seconds > MOST_SECONDS;
  const RondoAxis axis    = { 0.0,
                              seconds / (minutes ? 60.0 : 1.0),
                              false,
                           !lowest   ? NULL
                              : minutes ? "Time (min)"
                                        : "Time (s)" };
  return axis;
}

void
rondo_panels_heading(RondoPicture*     picture,
                     const RondoFrame* frame,
                     const char*       text)
{
  rondo_picture_text(
    picture, frame->x, frame->y - 11.0, 13.0, RONDO_TEXT_LEFT, text);
}

RondoStatus
rondo_panels_draw_map(RondoPicture*       picture,
                      const RondoFrame*   frame,
                      const RondoAxis*    time,
                      const RondoHeatMap* map)
{
  const RondoAxis frequency = {
    0.0, map->max_hz / 1000.0, false, "Frequency (kHz)"
  };
  const double range  = map->scale.high - map->scale.low;
  const size_t n      = map->n_rows * RONDO_PANEL_COLUMNS;
  float* const shades = (float*)calloc(n, sizeof(float));
  if (!shades) {
    return RONDO_ERR_NO_MEMORY;
  }
  for (size_t i = 0U; i < n; ++i) {
    shades[i] = (float)(((double)map->values[i] - map->scale.low) / range);
  }
  const RondoStatus st = rondo_picture_image(
    picture, frame, shades, map->n_rows, RONDO_PANEL_COLUMNS);
  free(shades);
  rondo_panels_heading(picture, frame, map->heading);
  rondo_picture_axes(picture, frame, time, &frequency);
  return st;
}

RondoStatus
rondo_panels_draw_scale(RondoPicture*     picture,
                        const RondoFrame* frame,
                        const RondoScale* scale,
                        const char*       label)
{
  float            shades[N_SHADES];
  const RondoFrame bar = {
    frame->x + frame->width + 78.0, frame->y, 18.0, frame->height
  };
  const RondoAxis axis = { scale->low, scale->high, false, label };
  for (size_t i = 0U; i < N_SHADES; ++i) {
    shades[i] = (float)i / (float)(N_SHADES - 1U);
  }
  const RondoStatus st =
    rondo_picture_image(picture, &bar, shades, N_SHADES, 1U);
  rondo_picture_axes(picture, &bar, NULL, &axis);
  return st;
}
