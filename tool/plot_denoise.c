// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/plot_denoise.h"

#include "core/net/model.h"
#include "tool/denoise_model.h"
#include "tool/denoised_sound.h"
#include "tool/interrupt.h"
#include "tool/picture.h"
#include "tool/plot_panels.h"
#include "tool/spectrogram.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS 190U
#define CURVE_HEIGHT 100.0
#define BETWEEN 16.0         // Pixels between panels
#define LOWEST_GAIN (-40.0)  // dB
#define LEAST_LEVEL (-160.f) // dB, below which there is no gain to speak of

enum { BEFORE, AFTER, GAIN, REDUCTION, VOICE, N_PANELS };

static const char* const headings[N_PANELS] = {
  "Before",
  "After",
  "Gain: from before to after",
  "Reduction: all frequencies together",
  "Voice: the probability that somebody speaks",
};

/// What is drawn
typedef struct {
  RondoSpectrogram   before;
  RondoSpectrogram   after;
  float*             gains; ///< (N_ROWS, RONDO_PANEL_COLUMNS) dB
  RondoDenoisedSound sound;
} Drawing;

static RondoFrame
panel_frame(size_t index)
{
  double y = RONDO_PANEL_TOP + RONDO_PANEL_HEADING;
  for (size_t i = 0U; i < index; ++i) {
    y += (i < REDUCTION ? (double)N_ROWS : CURVE_HEIGHT) + BETWEEN +
         RONDO_PANEL_HEADING;
  }
  const RondoFrame frame = { RONDO_PANEL_LEFT,
                             y,
                             (double)RONDO_PANEL_COLUMNS,
                             index < REDUCTION ? (double)N_ROWS
                                               : CURVE_HEIGHT };
  return frame;
}

static RondoStatus
measure(const RondoPlotDenoise* settings,
        const RondoModel*       model,
        Drawing*                drawing,
        RondoError*             error)
{
  RondoStatus st = rondo_spectrogram_read(&drawing->before,
                                          settings->input,
                                          N_ROWS,
                                          RONDO_PANEL_COLUMNS,
                                          settings->max_hz,
                                          error);
  if (!st) {
    st = rondo_denoised_sound_open(
      &drawing->sound, settings->input, model, RONDO_PANEL_COLUMNS, error);
  }
  if (!st) {
    st = rondo_spectrogram_measure(&drawing->after,
                                   &drawing->sound.source,
                                   N_ROWS,
                                   RONDO_PANEL_COLUMNS,
                                   settings->max_hz,
                                   error);
  }
  return st;
}

static RondoStatus
find_gains(Drawing* drawing, RondoError* error)
{
  const size_t n = (size_t)N_ROWS * RONDO_PANEL_COLUMNS;
  drawing->gains = (float*)calloc(n, sizeof(float));
  if (!drawing->gains) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0U; i < n; ++i) {
    drawing->gains[i] = fmaxf(drawing->after.levels[i], LEAST_LEVEL) -
                        fmaxf(drawing->before.levels[i], LEAST_LEVEL);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
draw_maps(RondoPicture*           picture,
          const RondoPlotDenoise* settings,
          const Drawing*          drawing)
{
  const RondoSpectrogram* const before     = &drawing->before;
  const RondoSpectrogram        both[]     = { *before, drawing->after };
  const float* const            values[]   = { before->levels,
                                               drawing->after.levels,
                                               drawing->gains };
  const RondoScale              gain_scale = { LOWEST_GAIN, 0.0 };
  const RondoScale              level_scale =
    rondo_panels_level_scale(both, 2U, settings->range);
  const RondoFrame gain_frame  = panel_frame(GAIN);
  RondoFrame       level_frame = panel_frame(BEFORE);
  level_frame.height += panel_frame(AFTER).y - level_frame.y;

  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0U; !st && i <= GAIN; ++i) {
    const RondoFrame   frame = panel_frame(i);
    const RondoHeatMap map   = { headings[i],
                                 values[i],
                                 N_ROWS,
                                 before->max_hz,
                               i == GAIN ? gain_scale : level_scale };
    st = rondo_panels_draw_map(picture, &frame, NULL, &map);
  }
  if (!st) {
    st = rondo_panels_draw_scale(
      picture, &level_frame, &level_scale, RONDO_PANEL_LEVEL_LABEL);
  }
  if (!st) {
    st =
      rondo_panels_draw_scale(picture, &gain_frame, &gain_scale, "Gain (dB)");
  }
  return st;
}

// Draw (RONDO_PANEL_COLUMNS) values over time
static void
draw_curve(RondoPicture*    picture,
           size_t           panel,
           const RondoAxis* axis,
           const double*    values,
           double           seconds)
{
  double           x[RONDO_PANEL_COLUMNS];
  const RondoFrame frame = panel_frame(panel);
  const RondoAxis  time  = rondo_panels_time(seconds, panel == VOICE);
  const RondoCurve curve = { NULL, x, values, RONDO_PANEL_COLUMNS };
  for (size_t i = 0U; i < RONDO_PANEL_COLUMNS; ++i) {
    x[i] = time.high * ((double)i + 0.5) / (double)RONDO_PANEL_COLUMNS;
  }
  rondo_panels_heading(picture, &frame, headings[panel]);
  rondo_picture_axes(picture, &frame, panel == VOICE ? &time : NULL, axis);
  rondo_picture_curves(picture, &frame, &time, axis, &curve, 1U);
}

static void
draw_curves(RondoPicture* picture, const Drawing* drawing)
{
  const double seconds = drawing->before.seconds;
  double       reduction[RONDO_PANEL_COLUMNS];
  double       most = 0.0;
  for (size_t i = 0U; i < RONDO_PANEL_COLUMNS; ++i) {
    reduction[i] =
      (double)(drawing->before.totals[i] - drawing->after.totals[i]);
    most = fmax(most, reduction[i]);
  }
  const double    high     = most < 25.0 ? 25.0 : most < 50.0 ? 50.0 : 100.0;
  const RondoAxis decibels = { 0.0, high, false, "Reduction (dB)" };
  const RondoAxis share    = { 0.0, 1.0, false, "Probability" };
  draw_curve(picture, REDUCTION, &decibels, reduction, seconds);
  draw_curve(picture, VOICE, &share, drawing->sound.voice.values, seconds);
}

static RondoStatus
draw(const RondoPlotDenoise* settings,
     const Drawing*          drawing,
     RondoError*             error)
{
  const char* const slash   = strrchr(settings->input, '/');
  const RondoFrame  last    = panel_frame(VOICE);
  RondoPicture*     picture = NULL;
  char              title[300];
  snprintf(
    title, sizeof(title), "%s, denoised", slash ? slash + 1 : settings->input);
  RondoStatus st = rondo_panels_begin(last.y + last.height,
                                      settings->title ? settings->title : title,
                                      &picture,
                                      error);
  if (!st) {
    st = draw_maps(picture, settings, drawing);
    if (st) {
      rondo_error_set_status(error, st);
    }
  }
  if (!st) {
    draw_curves(picture, drawing);
    st = rondo_picture_write(picture, settings->output, error);
  }
  rondo_picture_free(picture);
  return st;
}

RondoStatus
rondo_plot_denoise(const RondoPlotDenoise* settings, RondoError* error)
{
  RondoModel* model = NULL;
  Drawing     drawing;
  RondoStatus st = rondo_denoise_model_load(settings->model, &model, error);
  if (st) {
    return st;
  }
  memset(&drawing, 0, sizeof(drawing));
  st = measure(settings, model, &drawing, error);
  if (st) {
    rondo_error_prefix(error, settings->input);
  }
  if (!st) {
    st = find_gains(&drawing, error);
  }
  if (!st && !rondo_interrupted()) {
    st = draw(settings, &drawing, error);
  }
  free(drawing.gains);
  rondo_denoised_sound_close(&drawing.sound);
  rondo_spectrogram_free(&drawing.after);
  rondo_spectrogram_free(&drawing.before);
  rondo_model_free(model);
  return st;
}
