// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/melody.h"

#include "core/music/key.h"

#include <stdlib.h>
#include <string.h>

#define LOWEST_MEAN 60.0
#define HIGHEST_MEAN 84.0

const char* const rondo_mode_names[] = { "unknown",    "major",    "minor",
                                         "dorian",     "phrygian", "lydian",
                                         "mixolydian", NULL };

void
rondo_melody_clear(RondoMelody* const melody)
{
  free(melody->events);
  melody->events   = NULL;
  melody->n_events = 0;
}

RondoStatus
rondo_melody_add(RondoMelody* const melody,
                 const uint8_t      pitch,
                 const uint32_t     ticks)
{
  const size_t n = melody->n_events;
  if (pitch == RONDO_MELODY_REST && n &&
      melody->events[n - 1].pitch == RONDO_MELODY_REST) {
    melody->events[n - 1].ticks += ticks;
    return RONDO_SUCCESS;
  }
  if (!(n & (n - 1))) {
    RondoMelodyEvent* const events = (RondoMelodyEvent*)realloc(
      melody->events, sizeof(RondoMelodyEvent) * (n ? 2 * n : 1));
    if (!events) {
      return RONDO_ERR_NO_MEMORY;
    }
    melody->events = events;
  }
  const RondoMelodyEvent event = { ticks, pitch };
  melody->events[n]            = event;
  melody->n_events             = n + 1;
  return RONDO_SUCCESS;
}

// Return how well a melody fits bars that begin after `pickup`
static double
fit(const RondoMelody* const melody,
    const uint32_t           pickup,
    const uint32_t           bar,
    const uint32_t           beat)
{
  double   sum = 0.0;
  uint32_t at  = bar - pickup;
  for (size_t i = 0; i < melody->n_events; ++i) {
    const RondoMelodyEvent* const event = &melody->events[i];
    if (event->pitch != RONDO_MELODY_REST) {
      const double crosses = at + event->ticks > bar ? -1.0 : 0.0;
      sum += event->ticks * (at % bar ? crosses : 1.0);
      sum += event->ticks * (at % beat ? 0.0 : 1.0);
    }
    at = (at + event->ticks) % bar;
  }
  return sum;
}

uint32_t
rondo_melody_guess_pickup(const RondoMelody* const melody)
{
  RondoMelodyState state;
  const uint32_t   bar = rondo_melody_bar_ticks(melody->bar);
  if (!bar || !melody->n_events ||
      melody->events[0].pitch == RONDO_MELODY_REST) {
    return 0;
  }
  rondo_melody_begin(&state, melody->bar, melody->mode, 0);

  uint32_t best = 0;
  uint32_t at   = 0;
  double   most = fit(melody, 0, bar, state.beat_ticks);
  for (size_t i = 0; i < melody->n_events; ++i) {
    at += melody->events[i].ticks;
    if (3 * at > bar) {
      break;
    }
    const double sum = fit(melody, at, bar, state.beat_ticks);
    if (sum > most) {
      most = sum;
      best = at;
    }
  }
  return best;
}

void
rondo_melody_guess_key(RondoMelody* const melody)
{
  double times[12] = { 0.0 };
  for (size_t i = 0; i < melody->n_events; ++i) {
    if (melody->events[i].pitch < RONDO_MELODY_REST) {
      times[melody->events[i].pitch % 12] += melody->events[i].ticks;
    }
  }
  const RondoTonality key = rondo_key_guess(times);
  melody->tonic           = key.tonic;
  melody->mode            = key.mode;
}

int
rondo_melody_shift(const RondoMelody* const melody)
{
  double sum   = 0.0;
  double count = 0.0;
  for (size_t i = 0; i < melody->n_events; ++i) {
    if (melody->events[i].pitch < RONDO_MELODY_REST) {
      sum += melody->events[i].pitch;
      count += 1.0;
    }
  }
  int shift = melody->tonic < 6 ? -melody->tonic : 12 - melody->tonic;
  if (count == 0.0) {
    return shift;
  }
  const double mean = sum / count;
  while (mean + shift < LOWEST_MEAN) {
    shift += 12;
  }
  while (mean + shift > HIGHEST_MEAN) {
    shift -= 12;
  }
  return shift;
}

// Append the tokens of an event, or only count them if `tokens` is NULL
static size_t
write_event(const RondoMelodyEvent event,
            const int              shift,
            uint8_t* const         tokens)
{
  const bool rests = event.pitch == RONDO_MELODY_REST;
  size_t     n     = 0;
  for (uint32_t left = event.ticks; left;) {
    const size_t duration = rondo_melody_longest(left);
    if (tokens) {
      tokens[n]     = n       ? RONDO_MELODY_HOLD
                      : rests ? RONDO_MELODY_REST
                              : (uint8_t)(event.pitch + shift);
      tokens[n + 1] = (uint8_t)duration;
    }
    n += 2;
    left -= rondo_melody_ticks(duration);
  }
  return n;
}

RondoStatus
rondo_melody_encode(const RondoMelody* const melody,
                    const int                shift,
                    uint8_t** const          tokens,
                    size_t* const            n_tokens,
                    RondoError* const        error)
{
  *tokens   = NULL;
  *n_tokens = 0;
  if (!rondo_melody_bar_ticks(melody->bar)) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "bars of %u/%u are too long, or too finely divided",
                           melody->bar.beats,
                           melody->bar.unit);
  }
  size_t n = 0;
  for (size_t i = 0; i < melody->n_events; ++i) {
    const int pitch = melody->events[i].pitch;
    if (pitch < RONDO_MELODY_REST &&
        (pitch + shift < 0 || pitch + shift > 127)) {
      return rondo_error_set(error,
                             RONDO_ERR_UNSUPPORTED,
                             "note %d is too far from the others",
                             pitch);
    }
    n += write_event(melody->events[i], shift, NULL);
  }
  *tokens = (uint8_t*)malloc(n + 1);
  if (!*tokens) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0; i < melody->n_events; ++i) {
    *n_tokens += write_event(melody->events[i], shift, *tokens + *n_tokens);
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_melody_decode(RondoMelody* const   melody,
                    const int            shift,
                    const uint8_t* const tokens,
                    const size_t         n_tokens)
{
  for (size_t i = 0; i + 1 < n_tokens; i += 2) {
    const uint32_t ticks = rondo_melody_ticks(tokens[i + 1]);
    const int      pitch =
      tokens[i] < RONDO_MELODY_REST ? tokens[i] - shift : tokens[i];
    if (!ticks || tokens[i] > RONDO_MELODY_HOLD || pitch < 0 ||
        (tokens[i] < RONDO_MELODY_REST && pitch >= RONDO_MELODY_REST) ||
        (tokens[i] == RONDO_MELODY_HOLD && !melody->n_events)) {
      return RONDO_ERR_BAD_ARGUMENT;
    }
    if (tokens[i] == RONDO_MELODY_HOLD) {
      melody->events[melody->n_events - 1].ticks += ticks;
    } else {
      const RondoStatus st = rondo_melody_add(melody, (uint8_t)pitch, ticks);
      if (st) {
        return st;
      }
    }
  }
  return n_tokens % 2 ? RONDO_ERR_BAD_ARGUMENT : RONDO_SUCCESS;
}
