// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate.h"
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

static const RondoColour colours[] = { { 0.45, 0.48, 0.55 },
                                       { 0.85, 0.35, 0.10 } };
static const RondoColour line      = { 0.88, 0.88, 0.88 };

/// A roll under way
typedef struct {
  RondoPicture* picture;
  RondoFrame    frame;
  RondoAxis     x; ///< Bars
  RondoAxis     y; ///< Pitches
  double        bar;
} Roll;

static void
fill(const Roll* const  roll,
     const double       from,
     const double       to,
     const double       pitch,
     const RondoColour* colour)
{
  const double sx = roll->frame.width / (roll->x.high - roll->x.low);
  const double sy = roll->frame.height / (roll->y.high - roll->y.low);

  const RondoFrame box = { roll->frame.x + ((from - roll->x.low) * sx),
                           roll->frame.y + ((roll->y.high - pitch - 0.5) * sy),
                           fmax(((to - from) * sx) - 1.0, 1.0),
                           fmax(sy - 1.0, 1.0) };
  rondo_picture_fill(roll->picture, &box, colour);
}

static uint32_t
length_of(const RondoMelody* const melody)
{
  uint32_t ticks = 0;
  for (size_t i = 0; i < melody->n_events; ++i) {
    ticks += melody->events[i].ticks;
  }
  return ticks;
}

// Draw the notes, the first of which begins at tick `at` of the picture
static void
draw_notes(const Roll* const        roll,
           const RondoMelody* const melody,
           double                   at,
           const RondoColour* const colour)
{
  for (size_t i = 0; i < melody->n_events; ++i) {
    const RondoMelodyEvent* const event = &melody->events[i];
    const double                  from  = 1.0 + (at / roll->bar);
    at += event->ticks;
    if (event->pitch != RONDO_MELODY_REST) {
      fill(roll, from, 1.0 + (at / roll->bar), event->pitch, colour);
    }
  }
}

static void
draw_bar_lines(const Roll* const roll)
{
  const double sx = roll->frame.width / (roll->x.high - roll->x.low);
  for (size_t i = 2; (double)i < roll->x.high; ++i) {
    const RondoFrame box = { roll->frame.x + (((double)i - roll->x.low) * sx) -
                               1.0,
                             roll->frame.y,
                             1.0,
                             roll->frame.height };
    rondo_picture_fill(roll->picture, &box, &line);
  }
}

static void
draw_legend(const Roll* const roll)
{
  static const char* const names[] = { "seed", "continuation" };
  for (size_t i = 0; i < 2; ++i) {
    const double     x   = LEFT + (90.0 * (double)i);
    const RondoFrame box = { x, 18.0, 14.0, 10.0 };
    rondo_picture_fill(roll->picture, &box, &colours[i]);
    rondo_picture_text(
      roll->picture, x + 20.0, 23.0, 13.0, RONDO_TEXT_LEFT, names[i]);
  }
}

static void
find_pitches(const RondoMelody* const melody, RondoAxis* const y)
{
  for (size_t i = 0; i < melody->n_events; ++i) {
    const double pitch = melody->events[i].pitch;
    if (pitch < RONDO_MELODY_REST) {
      y->low  = fmin(y->low, pitch - 2.0);
      y->high = fmax(y->high, pitch + 2.0);
    }
  }
}

RondoStatus
rondo_generate_picture(const RondoMelody* const seed,
                       const RondoMelody* const continuation,
                       const char* const        path,
                       RondoError* const        error)
{
  const double bar    = rondo_melody_bar_ticks(seed->bar);
  const double offset = seed->pickup ? bar - seed->pickup : 0.0;
  const double middle = offset + length_of(seed);
  const double end    = fmax(middle + length_of(continuation), 1.0);
  const double wanted = LEFT + RIGHT + (BAR_WIDTH * end / bar);
  const double width  = fmin(fmax(wanted, NARROWEST), WIDEST);

  Roll roll = {
    .frame = { LEFT, TOP, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM },
    .x     = { 1.0, 1.0 + (end / bar), false, "Bar" },
    .y     = { 128.0, 0.0, false, "Pitch (MIDI note)" },
    .bar   = bar,
  };
  find_pitches(seed, &roll.y);
  find_pitches(continuation, &roll.y);
  if (roll.y.high < roll.y.low) {
    roll.y.low  = 48.0;
    roll.y.high = 72.0;
  }
  RondoStatus st = rondo_picture_new((int)width, HEIGHT, &roll.picture, error);
  if (st) {
    return st;
  }
  draw_bar_lines(&roll);
  draw_notes(&roll, seed, offset, &colours[0]);
  draw_notes(&roll, continuation, middle, &colours[1]);
  draw_legend(&roll);
  rondo_picture_axes(roll.picture, &roll.frame, &roll.x, &roll.y);
  st = rondo_picture_write(roll.picture, path, error);
  rondo_picture_free(roll.picture);
  return st;
}
