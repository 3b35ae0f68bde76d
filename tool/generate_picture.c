// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate.h"
#include "tool/piano_roll.h"

#include <math.h>

static const char* const names[] = { "seed", "continuation" };

static const RondoColour colours[] = { { 0.45, 0.48, 0.55 },
                                       { 0.85, 0.35, 0.10 } };

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
draw_notes(const RondoRoll* const   roll,
           const RondoMelody* const melody,
           const double             bar,
           double                   at,
           const RondoColour* const colour)
{
  for (size_t i = 0; i < melody->n_events; ++i) {
    const RondoMelodyEvent* const event = &melody->events[i];
    const double                  from  = 1.0 + (at / bar);
    at += event->ticks;
    if (event->pitch != RONDO_MELODY_REST) {
      rondo_roll_fill(roll, from, 1.0 + (at / bar), event->pitch, colour);
    }
  }
}

static void
find_pitches(const RondoMelody* const melody, RondoRoll* const roll)
{
  for (size_t i = 0; i < melody->n_events; ++i) {
    if (melody->events[i].pitch < RONDO_MELODY_REST) {
      rondo_roll_widen(roll, melody->events[i].pitch);
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

  RondoRoll roll = rondo_roll(1.0, end / bar);
  find_pitches(seed, &roll);
  find_pitches(continuation, &roll);
  const RondoStatus st = rondo_roll_begin(&roll, error);
  if (st) {
    return st;
  }
  draw_notes(&roll, seed, bar, offset, &colours[0]);
  draw_notes(&roll, continuation, bar, middle, &colours[1]);
  return rondo_roll_end(&roll, names, colours, 2, path, error);
}
