// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chorale.h"

#include "core/music/key.h"

#include <math.h>
#include <stdlib.h>

#define QUARTER 4U // Sixteenths

void
rondo_chorale_clear(RondoChorale* const chorale)
{
  free(chorale->slices);
  chorale->slices   = NULL;
  chorale->n_slices = 0;
}

RondoStatus
rondo_chorale_add(RondoChorale* const chorale, const RondoSlice slice)
{
  const size_t n = chorale->n_slices;
  if (!(n & (n - 1))) {
    RondoSlice* const slices = (RondoSlice*)realloc(
      chorale->slices, sizeof(RondoSlice) * (n ? 2 * n : 1));
    if (!slices) {
      return RONDO_ERR_NO_MEMORY;
    }
    chorale->slices = slices;
  }
  chorale->slices[n] = slice;
  chorale->n_slices  = n + 1;
  return RONDO_SUCCESS;
}

void
rondo_chorale_guess_key(RondoChorale* const chorale)
{
  double times[12] = { 0.0 };
  for (size_t t = 0; t < chorale->n_slices; ++t) {
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      const uint8_t pitch = chorale->slices[t].pitches[i];
      if (pitch < RONDO_SILENT) {
        times[pitch % 12U] += 1.0;
      }
    }
  }
  const RondoTonality key = rondo_key_guess(times);
  chorale->tonic          = key.tonic;
  chorale->mode           = key.mode;
}

// Return the sixteenths of the note of part `i` that begins at `t`, or 0
static size_t
find_length(const RondoChorale* const chorale, const size_t t, const size_t i)
{
  const uint8_t pitch = chorale->slices[t].pitches[i];
  size_t        end   = t;
  if (pitch == RONDO_SILENT ||
      (t && chorale->slices[t - 1].pitches[i] == pitch)) {
    return 0;
  }
  while (end < chorale->n_slices && chorale->slices[end].pitches[i] == pitch) {
    ++end;
  }
  return end - t;
}

// Return how much more is heard where a bar is strong than there is on average
static double
fit(const RondoChorale* const chorale, const size_t bar, const size_t pickup)
{
  const double mean = bar == 16 ? 1.5 / 4.0 : 1.0 / 3.0;
  double       sum  = 0.0;
  for (size_t t = 0; t < chorale->n_slices; ++t) {
    const size_t at   = (t + bar - pickup) % bar;
    const double here = at == 0 ? 1.0 : bar == 16 && at == 8 ? 0.5 : 0.0;
    for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
      sum += (double)find_length(chorale, t, i) * (here - mean);
    }
  }
  return sum;
}

void
rondo_chorale_guess_bar(RondoChorale* const chorale)
{
  double most = -INFINITY;
  for (uint8_t beats = 4; beats >= 3; --beats) {
    for (uint32_t i = 0; i < beats; ++i) {
      const double sum =
        fit(chorale, (size_t)beats * QUARTER, (size_t)i * QUARTER);
      if (sum > most) {
        const RondoBar bar = { beats, 4 };
        most               = sum;
        chorale->bar       = bar;
        chorale->pickup    = i * QUARTER;
      }
    }
  }
}

RondoPlace
rondo_chorale_place_at(const RondoChorale* const chorale, const size_t t)
{
  const uint32_t bar = rondo_chorale_bar(chorale->bar);
  const uint32_t at  = (uint32_t)(t % bar) + bar - (chorale->pickup % bar);
  return rondo_chorale_place(chorale->bar, at % bar);
}
