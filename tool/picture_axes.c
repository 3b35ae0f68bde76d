// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/picture.h"

#include "tool/picture_impl.h"

#include <cairo.h>

#include <math.h>
#include <stdio.h>

// Numbers on a logarithmic axis, at most
#define MOST_DECADES 12

#define NUMBER_SIZE 12.0
#define LABEL_SIZE 13.0
#define TICK 5.0
#define X_SPACING 80.0 // Pixels between numbers, about
#define Y_SPACING 40.0

// Colours that people with any colour vision tell apart (Okabe and Ito 2008)
static const RondoColour curve_colours[] = {
  { 0.000, 0.447, 0.698 }, { 0.835, 0.369, 0.000 }, { 0.000, 0.620, 0.451 },
  { 0.800, 0.475, 0.655 }, { 0.337, 0.706, 0.914 }, { 0.902, 0.624, 0.000 },
};

#define N_CURVE_COLOURS (sizeof(curve_colours) / sizeof(curve_colours[0]))

// Return where a value stands on its axis, 0 to 1 inside of it
static double
position(const RondoAxis* axis, double value)
{
  return axis->logarithmic
           ? log(value / axis->low) / log(axis->high / axis->low)
           : (value - axis->low) / (axis->high - axis->low);
}

// Return a round number, 1, 2 or 5 times a power of ten, of at least `least`
static double
round_step(double least)
{
  const double power = pow(10.0, floor(log10(least)));
  const double part  = least / power;
  return power * (part <= 1.0   ? 1.0
                  : part <= 2.0 ? 2.0
                  : part <= 5.0 ? 5.
                                : 10.);
}

static void
draw_tick(RondoPicture* picture, double x, double y, double dx, double dy)
{
  cairo_set_source_rgb(picture->context, 0.2, 0.2, 0.2);
  cairo_move_to(picture->context, x, y);
  cairo_line_to(picture->context, x + dx, y + dy);
  cairo_stroke(picture->context);
}

static void
draw_number(RondoPicture*     picture,
            const RondoFrame* frame,
            const RondoAxis*  axis,
            double            value,
            bool              upright)
{
  char         text[32];
  const double part = position(axis, value);
  // A step of a range around 0 may miss it by a rounding error
  const bool rounded =
    !axis->logarithmic && fabs(value) < 1e-12 * (axis->high - axis->low);
  const double shown = rounded ? 0.0 : value;
  snprintf(text, sizeof(text), "%.6g", shown);
  if (upright) {
    const double y = floor(frame->y + ((1.0 - part) * frame->height)) + 0.5;
    draw_tick(picture, frame->x, y, -TICK, 0.0);
    rondo_picture_text(
      picture, frame->x - TICK - 4.0, y, NUMBER_SIZE, RONDO_TEXT_RIGHT, text);
  } else {
    const double x = floor(frame->x + (part * frame->width)) + 0.5;
    const double y = frame->y + frame->height;
    draw_tick(picture, x, y, 0.0, TICK);
    rondo_picture_text(
      picture, x, y + TICK + 10.0, NUMBER_SIZE, RONDO_TEXT_CENTRE, text);
  }
}

static void
draw_numbers(RondoPicture*     picture,
             const RondoFrame* frame,
             const RondoAxis*  axis,
             bool              upright)
{
  const double length  = upright ? frame->height : frame->width;
  const double spacing = upright ? Y_SPACING : X_SPACING;
  const double slack   = 1e-9;
  if (axis->logarithmic && axis->high / axis->low > 20.0) {
    const int first = (int)ceil(log10(axis->low) - slack);
    const int last  = (int)floor(log10(axis->high) + slack);
    const int step  = 1 + ((last - first) / MOST_DECADES);
    for (int e = first; e <= last; e += step) {
      draw_number(picture, frame, axis, pow(10.0, e), upright);
    }
    return;
  }
  const double range = axis->high - axis->low;
  const double step  = round_step(range * fmin(1.0, spacing / length));
  const long   first = (long)ceil((axis->low / step) - slack);
  const long   last  = (long)floor((axis->high / step) + slack);
  for (long i = first; i <= last; ++i) {
    draw_number(picture, frame, axis, (double)i * step, upright);
  }
}

void
rondo_picture_axes(RondoPicture*     picture,
                   const RondoFrame* frame,
                   const RondoAxis*  x,
                   const RondoAxis*  y)
{
  cairo_t* const context = picture->context;
  cairo_set_line_width(context, 1.0);
  if (x) {
    draw_numbers(picture, frame, x, false);
  }
  if (y) {
    draw_numbers(picture, frame, y, true);
  }
  cairo_set_source_rgb(context, 0.2, 0.2, 0.2);
  cairo_rectangle(context,
                  floor(frame->x) + 0.5,
                  floor(frame->y) + 0.5,
                  frame->width - 1.0,
                  frame->height - 1.0);
  cairo_stroke(context);
  if (x && x->label) {
    rondo_picture_text(picture,
                       frame->x + (frame->width / 2.0),
                       frame->y + frame->height + 36.0,
                       LABEL_SIZE,
                       RONDO_TEXT_CENTRE,
                       x->label);
  }
  if (y && y->label) {
    rondo_picture_text(picture,
                       frame->x - (y->logarithmic ? 64.0 : 50.0),
                       frame->y + (frame->height / 2.0),
                       LABEL_SIZE,
                       RONDO_TEXT_UPWARDS,
                       y->label);
  }
}

static void
draw_curve(RondoPicture*     picture,
           const RondoFrame* frame,
           const RondoAxis*  x,
           const RondoAxis*  y,
           const RondoCurve* curve)
{
  cairo_t* const context = picture->context;
  bool           drawing = false;
  for (size_t i = 0U; i < curve->n_points; ++i) {
    const double px = frame->x + (position(x, curve->x[i]) * frame->width);
    const double py =
      frame->y + ((1.0 - position(y, curve->y[i])) * frame->height);
    if (!isfinite(px) || !isfinite(py)) {
      continue;
    }
    if (drawing) {
      cairo_line_to(context, px, py);
    } else {
      cairo_move_to(context, px, py);
    }
    drawing = true;
  }
  cairo_stroke(context);
}

static void
set_colour(RondoPicture* picture, size_t index)
{
  const RondoColour* const colour = &curve_colours[index % N_CURVE_COLOURS];
  cairo_set_source_rgb(picture->context, colour->r, colour->g, colour->b);
}

void
rondo_picture_curves(RondoPicture*     picture,
                     const RondoFrame* frame,
                     const RondoAxis*  x,
                     const RondoAxis*  y,
                     const RondoCurve* curves,
                     size_t            n_curves)
{
  cairo_t* const context = picture->context;
  cairo_save(context);
  cairo_rectangle(context, frame->x, frame->y, frame->width, frame->height);
  cairo_clip(context);
  cairo_set_line_width(context, 1.5);
  cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
  for (size_t i = 0U; i < n_curves; ++i) {
    set_colour(picture, i);
    draw_curve(picture, frame, x, y, &curves[i]);
  }
  for (size_t i = 0U; i < n_curves && n_curves > 1U; ++i) {
    const double right = frame->x + frame->width - 16.0;
    const double line  = frame->y + 18.0 + (18.0 * (double)i);
    set_colour(picture, i);
    cairo_set_line_width(context, 3.0);
    cairo_move_to(context, right - 24.0, line);
    cairo_line_to(context, right, line);
    cairo_stroke(context);
    rondo_picture_text(picture,
                       right - 32.0,
                       line,
                       NUMBER_SIZE,
                       RONDO_TEXT_RIGHT,
                       curves[i].label);
  }
  cairo_restore(context);
}
