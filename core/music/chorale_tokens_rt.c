// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chorale_tokens.h"

#include <string.h>

#define N_MODES 3
#define N_AGES 8

// Indices of the table: pitches, rest and unknown, then
enum {
  SIXTEENTH = RONDO_CHORALE_TOKENS, // In the beat
  BEAT      = SIXTEENTH + 4,
  MODE      = BEAT + RONDO_N_PLACE_BEATS,
  PART      = MODE + N_MODES,
  AGE       = PART + RONDO_N_PARTS,
};

_Static_assert(AGE + N_AGES == RONDO_CHORALE_TABLE, "table");
_Static_assert((int)PART == RONDO_HARMONY_TABLE, "table");
_Static_assert((int)RONDO_N_PARTS + 3 == RONDO_HARMONY_N_INPUTS, "inputs");
_Static_assert((2 * (int)RONDO_N_PARTS) + 5 == RONDO_CHORALE_N_INPUTS,
               "inputs");

const uint8_t rondo_chorale_order[RONDO_N_PARTS] = { RONDO_SOPRANO,
                                                     RONDO_BASS,
                                                     RONDO_TENOR,
                                                     RONDO_ALTO };

uint32_t
rondo_chorale_bar(const RondoBar bar)
{
  const uint32_t ticks = rondo_melody_bar_ticks(bar);
  return ticks ? (ticks + RONDO_SIXTEENTH - 1U) / RONDO_SIXTEENTH : 16U;
}

// Return the class of beat number `beat` of a bar of `n`
static uint8_t
classify(const uint32_t beat, const uint32_t n)
{
  for (uint32_t from = 0;;) {
    const uint32_t left = n > from ? n - from : 1;
    const uint32_t size = left == 3 || left == 5 || left == 6 ? 3
                          : left > 4                          ? 4
                                                              : left;
    if (beat < from + size || from > RONDO_MELODY_LONGEST_BAR) {
      const uint32_t at = (beat - from) % 4U;
      return (uint8_t)(size == 3     ? 4 + (at % 3U)
                       : size == 4   ? at
                       : from && !at ? 2
                       : from        ? 3
                                     : at);
    }
    from += size;
  }
}

RondoPlace
rondo_chorale_place(const RondoBar bar, const uint32_t sixteenth)
{
  // The thirds of a dotted beat are heard as what comes after it
  const uint8_t dotted[] = { 0, 1, 2, 3, 2, 3 };

  const RondoBar common   = { 4, 4 };
  const RondoBar b        = rondo_melody_bar_ticks(bar) ? bar : common;
  const bool     compound = b.beats > 3 && b.beats % 3 == 0 && b.unit >= 8;
  const uint32_t n        = rondo_chorale_bar(b);
  const uint32_t at       = sixteenth % n;
  const uint32_t beat     = compound ? 48U / b.unit : 4U;
  const uint32_t size     = beat ? beat : 1U;
  const uint32_t in_beat  = at % size;

  const RondoPlace place = {
    compound ? dotted[(in_beat * 6U / size) % 6U] : (uint8_t)in_beat,
    classify(at / size, (n + size - 1U) / size),
  };
  return place;
}

uint8_t
rondo_chorale_mode(const RondoMode mode)
{
  switch (mode) {
    case RONDO_MODE_MAJOR:
    case RONDO_MODE_LYDIAN:
    case RONDO_MODE_MIXOLYDIAN:
      return 1;
    case RONDO_MODE_MINOR:
    case RONDO_MODE_DORIAN:
    case RONDO_MODE_PHRYGIAN:
      return 2;
    default:
      return 0;
  }
}

int
rondo_chorale_shift(const uint8_t tonic, const RondoMode mode)
{
  // Semitones from the tonic of a mode down to that of the major key with its
  // notes
  const uint8_t down[RONDO_N_MODES] = { 0, 0, 9, 2, 4, 5, 7 };

  const unsigned m     = (unsigned)mode < RONDO_N_MODES ? (unsigned)mode : 0U;
  const int      major = (int)((tonic % 12U) + 12U - down[m]) % 12;
  return major < 6 ? -major : 12 - major;
}

uint8_t
rondo_chorale_token(int pitch)
{
  if (pitch == (int)RONDO_SILENT) {
    return RONDO_CHORALE_REST;
  }
  pitch -= RONDO_CHORALE_LOWEST;
  if (pitch < 0) {
    pitch += (11 - pitch) / 12 * 12;
  } else if (pitch >= RONDO_CHORALE_N_PITCHES) {
    pitch -= (pitch - RONDO_CHORALE_N_PITCHES + 12) / 12 * 12;
  }
  return (uint8_t)pitch;
}

void
rondo_harmony_inputs(const RondoMode    mode,
                     const RondoPlace   place,
                     const float* const cells,
                     float* const       inputs)
{
  memcpy(inputs, cells, sizeof(float) * RONDO_N_PARTS);
  inputs[RONDO_N_PARTS]     = (float)(SIXTEENTH + place.sixteenth);
  inputs[RONDO_N_PARTS + 1] = (float)(BEAT + place.beat);
  inputs[RONDO_N_PARTS + 2] = (float)(MODE + rondo_chorale_mode(mode));
}

void
rondo_chorale_begin(RondoChoraleState* const state, const RondoMode mode)
{
  memset(state, 0, sizeof(*state));
  memset(state->before, RONDO_CHORALE_UNKNOWN, sizeof(state->before));
  memset(state->now, RONDO_CHORALE_UNKNOWN, sizeof(state->now));
  state->mode = rondo_chorale_mode(mode);
}

void
rondo_chorale_move(RondoChoraleState* const state, const RondoPlace place)
{
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    if (state->now[i] != RONDO_CHORALE_UNKNOWN) {
      state->before[i] = state->now[i];
    }
    state->now[i] = RONDO_CHORALE_UNKNOWN;
    if (state->ages[i] < UINT8_MAX) {
      ++state->ages[i];
    }
  }
  state->n_known = 0;
  state->place   = place;
}

RondoPart
rondo_chorale_part(const RondoChoraleState* const state)
{
  return (RondoPart)rondo_chorale_order[state->n_known % RONDO_N_PARTS];
}

// Sixteenths that are told apart: 1, 2, 3, 4, 5 to 7, 8, 9 to 15, more
static unsigned
classify_age(const unsigned age)
{
  return age < 5    ? (age ? age - 1 : 0)
         : age < 8  ? 4
         : age == 8 ? 5
         : age < 16 ? 6
                    : 7;
}

void
rondo_chorale_inputs(const RondoChoraleState* const state, float* const inputs)
{
  const RondoPart part = rondo_chorale_part(state);
  for (size_t i = 0; i < RONDO_N_PARTS; ++i) {
    inputs[i]                 = (float)state->now[i];
    inputs[RONDO_N_PARTS + i] = (float)state->before[i];
  }
  float* const rest = inputs + ((size_t)2 * RONDO_N_PARTS);
  rest[0]           = (float)(SIXTEENTH + state->place.sixteenth);
  rest[1]           = (float)(BEAT + state->place.beat);
  rest[2]           = (float)(MODE + state->mode);
  rest[3]           = (float)(PART + (unsigned)part);
  rest[4]           = (float)(AGE + classify_age(state->ages[part]));
}

bool
rondo_chorale_allows(const RondoChoraleState* const state, const size_t token)
{
  const uint8_t before = state->before[rondo_chorale_part(state)];
  return state->n_known < RONDO_N_PARTS && token < RONDO_CHORALE_TOKENS &&
         (token == RONDO_CHORALE_HOLD ? before != RONDO_CHORALE_UNKNOWN
                                      : token != before);
}

void
rondo_chorale_advance(RondoChoraleState* const state, const size_t token)
{
  const RondoPart part = rondo_chorale_part(state);
  if (token == RONDO_CHORALE_HOLD) {
    state->now[part] = state->before[part];
  } else {
    state->now[part]  = (uint8_t)token;
    state->ages[part] = 0;
  }
  ++state->n_known;
}
