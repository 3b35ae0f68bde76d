// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/harmonize.h"
#include "tool/piano_roll.h"

static const char* const names[RONDO_N_PARTS] = { "melody",
                                                  "alto",
                                                  "tenor",
                                                  "bass" };

static const RondoColour colours[RONDO_N_PARTS] = { { 0.85, 0.35, 0.10 },
                                                    { 0.35, 0.55, 0.30 },
                                                    { 0.25, 0.50, 0.75 },
                                                    { 0.40, 0.32, 0.55 } };

// Return the place of a sixteenth along the axis
static double
to_bars(const RondoChorale* const c, const size_t t)
{
  return 1.0 + (((double)t - c->pickup) / rondo_chorale_bar(c->bar));
}

static void
draw_part(const RondoRoll* const    roll,
          const RondoChorale* const c,
          const size_t              part)
{
  size_t from = 0;
  for (size_t t = 1; t <= c->n_slices; ++t) {
    const uint8_t pitch = c->slices[from].pitches[part];
    if (t == c->n_slices || c->slices[t].pitches[part] != pitch) {
      if (pitch < RONDO_SILENT) {
        rondo_roll_fill(
          roll, to_bars(c, from), to_bars(c, t), pitch, &colours[part]);
      }
      from = t;
    }
  }
}

static void
find_pitches(const RondoChorale* const c, RondoRoll* const roll)
{
  for (size_t t = 0; t < c->n_slices; ++t) {
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      if (c->slices[t].pitches[i] < RONDO_SILENT) {
        rondo_roll_widen(roll, c->slices[t].pitches[i]);
      }
    }
  }
}

RondoStatus
rondo_song_picture(const RondoSong* const song,
                   const char* const      path,
                   RondoError* const      error)
{
  const RondoChorale* const c = &song->chorale;
  const double n_bars = (double)c->n_slices / (double)rondo_chorale_bar(c->bar);

  RondoRoll roll = rondo_roll(to_bars(c, 0), n_bars);
  find_pitches(c, &roll);
  const RondoStatus st = rondo_roll_begin(&roll, error);
  if (st) {
    return st;
  }
  for (size_t i = RONDO_N_PARTS; i-- > 0;) {
    draw_part(&roll, c, i);
  }
  return rondo_roll_end(&roll, names, colours, RONDO_N_PARTS, path, error);
}
