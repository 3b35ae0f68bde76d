// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/piano_roll.h"

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

static const RondoColour line = { 0.88, 0.88, 0.88 };

RondoRoll
rondo_roll(const double low, const double n_bars)
{
  const double    wanted = LEFT + RIGHT + (BAR_WIDTH * n_bars);
  const double    width  = fmin(fmax(wanted, NARROWEST), WIDEST);
  const RondoRoll roll   = {
      .frame = { LEFT, TOP, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM },
      .x     = { low, low + n_bars, false, "Bar" },
      .y     = { 128.0, 0.0, false, "Pitch (MIDI note)" },
  };
  return roll;
}

void
rondo_roll_widen(RondoRoll* const roll, const double pitch)
{
  roll->y.low  = fmin(roll->y.low, pitch - 2.0);
  roll->y.high = fmax(roll->y.high, pitch + 2.0);
}

RondoStatus
rondo_roll_begin(RondoRoll* const roll, RondoError* const error)
{
  if (roll->y.high < roll->y.low) {
    roll->y.low  = 48.0;
    roll->y.high = 72.0;
  }
  const int         width = (int)(roll->frame.width + LEFT + RIGHT);
  const RondoStatus st =
    rondo_picture_new(width, HEIGHT, &roll->picture, error);
  const double sx = roll->frame.width / (roll->x.high - roll->x.low);
  for (int i = (int)floor(roll->x.low) + 1; !st && i < roll->x.high; ++i) {
    const RondoFrame box = { roll->frame.x + ((i - roll->x.low) * sx) - 1.0,
                             roll->frame.y,
                             1.0,
                             roll->frame.height };
    rondo_picture_fill(roll->picture, &box, &line);
  }
  return st;
}

void
rondo_roll_fill(const RondoRoll* const   roll,
                const double             from,
                const double             to,
                const double             pitch,
                const RondoColour* const colour)
{
  const double sx = roll->frame.width / (roll->x.high - roll->x.low);
  const double sy = roll->frame.height / (roll->y.high - roll->y.low);

  const RondoFrame box = { roll->frame.x + ((from - roll->x.low) * sx),
                           roll->frame.y + ((roll->y.high - pitch - 0.5) * sy),
                           fmax(((to - from) * sx) - 1.0, 1.0),
                           fmax(sy - 1.0, 1.0) };
  rondo_picture_fill(roll->picture, &box, colour);
}

RondoStatus
rondo_roll_end(RondoRoll* const         roll,
               const char* const* const names,
               const RondoColour* const colours,
               const size_t             n,
               const char* const        path,
               RondoError* const        error)
{
  for (size_t i = 0; i < n; ++i) {
    const double     x   = LEFT + (90.0 * (double)i);
    const RondoFrame box = { x, 18.0, 14.0, 10.0 };
    rondo_picture_fill(roll->picture, &box, &colours[i]);
    rondo_picture_text(
      roll->picture, x + 20.0, 23.0, 13.0, RONDO_TEXT_LEFT, names[i]);
  }
  rondo_picture_axes(roll->picture, &roll->frame, &roll->x, &roll->y);
  const RondoStatus st = rondo_picture_write(roll->picture, path, error);
  rondo_picture_free(roll->picture);
  return st;
}
