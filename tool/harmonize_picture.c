// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/harmonize.h"
#include "tool/picture.h"

#include <math.h>

#define HEIGHT 420
#define BAR_WIDTH 60.0
#define NARROWEST 640.0
#define WIDEST 2400.0

// Pixels around the roll
#define LEFT 64.0
#define RIGHT 24.0
#define TOP 44.0
#define BOTTOM 56.0

static const RondoColour colours[RONDO_N_PARTS] = { { 0.85, 0.35, 0.10 },
                                                    { 0.35, 0.55, 0.30 },
                                                    { 0.25, 0.50, 0.75 },
                                                    { 0.40, 0.32, 0.55 } };
static const RondoColour line                   = { 0.88, 0.88, 0.88 };

/// A roll under way
typedef struct {
  RondoPicture*       picture;
  const RondoChorale* chorale;
  RondoFrame          frame;
  RondoAxis           x;   ///< Bars; the first whole one is number 1
  RondoAxis           y;   ///< Pitches
  double              bar; ///< Sixteenths
} Roll;

// Return the place of a sixteenth along the axis
static double
to_bars(const Roll* const roll, const double t)
{
  return 1.0 + ((t - roll->chorale->pickup) / roll->bar);
}

// Fill a box from sixteenth `from` to `to`
static void
fill(const Roll* const        roll,
     const double             from,
     const double             to,
     const double             pitch,
     const RondoColour* const colour)
{
  const double sx = roll->frame.width / (roll->x.high - roll->x.low);
  const double sy = roll->frame.height / (roll->y.high - roll->y.low);
  const double x0 = roll->frame.x + ((to_bars(roll, from) - roll->x.low) * sx);
  const double x1 = roll->frame.x + ((to_bars(roll, to) - roll->x.low) * sx);

  const RondoFrame box = { x0,
                           roll->frame.y + ((roll->y.high - pitch - 0.5) * sy),
                           fmax(x1 - x0 - 1.0, 1.0),
                           fmax(sy - 1.0, 1.0) };
  rondo_picture_fill(roll->picture, &box, colour);
}

static void
draw_part(const Roll* const roll, const size_t part)
{
  const RondoChorale* const c    = roll->chorale;
  size_t                    from = 0;
  for (size_t t = 1; t <= c->n_slices; ++t) {
    const uint8_t pitch = c->slices[from].pitches[part];
    if (t == c->n_slices || c->slices[t].pitches[part] != pitch) {
      if (pitch < RONDO_SILENT) {
        fill(roll, (double)from, (double)t, pitch, &colours[part]);
      }
      from = t;
    }
  }
}

static void
draw_bar_lines(const Roll* const roll)
{
  const double sx = roll->frame.width / (roll->x.high - roll->x.low);
  for (int i = (int)ceil(roll->x.low); i < roll->x.high; ++i) {
    const RondoFrame box = { roll->frame.x + ((i - roll->x.low) * sx) - 1.0,
                             roll->frame.y,
                             1.0,
                             roll->frame.height };
    rondo_picture_fill(roll->picture, &box, &line);
  }
}

static void
draw_legend(const Roll* const roll)
{
  static const char* const names[] = { "melody", "alto", "tenor", "bass" };
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    const double     x   = LEFT + (90.0 * (double)i);
    const RondoFrame box = { x, 18.0, 14.0, 10.0 };
    rondo_picture_fill(roll->picture, &box, &colours[i]);
    rondo_picture_text(
      roll->picture, x + 20.0, 23.0, 13.0, RONDO_TEXT_LEFT, names[i]);
  }
}

static void
find_pitches(const RondoChorale* const c, RondoAxis* const y)
{
  for (size_t t = 0; t < c->n_slices; ++t) {
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      const double pitch = c->slices[t].pitches[i];
      if (pitch < RONDO_SILENT) {
        y->low  = fmin(y->low, pitch - 2.0);
        y->high = fmax(y->high, pitch + 2.0);
      }
    }
  }
}

RondoStatus
rondo_song_picture(const RondoSong* const song,
                   const char* const      path,
                   RondoError* const      error)
{
  const RondoChorale* const c      = &song->chorale;
  const double              bar    = rondo_chorale_bar(c->bar);
  const double              n      = (double)c->n_slices;
  const double              wanted = LEFT + RIGHT + (BAR_WIDTH * n / bar);
  const double              width  = fmin(fmax(wanted, NARROWEST), WIDEST);

  Roll roll = {
    .chorale = c,
    .frame   = { LEFT, TOP, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM },
    .x       = { 0.0, 0.0, false, "Bar" },
    .y       = { 128.0, 0.0, false, "Pitch (MIDI note)" },
    .bar     = bar
  };
  roll.x.low  = to_bars(&roll, 0.0);
  roll.x.high = to_bars(&roll, n);
  find_pitches(c, &roll.y);
  RondoStatus st = rondo_picture_new((int)width, HEIGHT, &roll.picture, error);
  if (st) {
    return st;
  }
  draw_bar_lines(&roll);
  for (size_t i = RONDO_N_PARTS; i-- > 0;) {
    draw_part(&roll, i);
  }
  draw_legend(&roll);
  rondo_picture_axes(roll.picture, &roll.frame, &roll.x, &roll.y);
  st = rondo_picture_write(roll.picture, path, error);
  rondo_picture_free(roll.picture);
  return st;
}
