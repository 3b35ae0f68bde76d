// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/melody_tokens.h"

#include <string.h>

#define MOST_TICKS 96 // Of a beat
#define MOST_BEATS 16 // Of a bar

// Bars ago that the network looks back
static const uint32_t lags[RONDO_MELODY_LAGS] = { 1, 2, 4, 8, 16 };

// Tokens that must have been the same for what followed them to be told, and
// how far they are counted
#define LEAST_ALIKE 4U
#define MOST_ALIKE 32U

// From so many tokens alike on they are told apart
static const uint8_t alikes[] = { 4, 6, 8, 12, 16, 24, 32 };

#define N_ALIKES (sizeof(alikes) / sizeof(alikes[0]))

// Beats that have a length of their own; the last stands for all others
static const uint8_t lengths[] = { 12, 24, 36, 48, 0 };

#define N_LENGTHS 5

// Indices of the table: tokens, then
enum {
  START  = RONDO_MELODY_TOKENS, // There is no token before
  NONE   = START + 1,           // Nothing was played then
  TICK   = NONE + 1,            // In the beat
  BEAT   = TICK + MOST_TICKS,   // In the bar
  BEATS  = BEAT + MOST_BEATS,   // Of a bar
  LENGTH = BEATS + MOST_BEATS,  // Of a beat
  MODE   = LENGTH + N_LENGTHS,
  BAR    = MODE + RONDO_N_MODES,
  ROOT   = BAR + RONDO_MELODY_BARS, // None, then semitones above the tonic
  CHORD  = ROOT + 13,
  ALIKE  = CHORD + RONDO_N_CHORDS, // None, then those of `alikes`
  AGREE  = ALIKE + 1 + N_ALIKES,   // A bit for each lag
};

_Static_assert(AGREE + (1 << RONDO_MELODY_LAGS) == RONDO_MELODY_TABLE, "table");
_Static_assert(NONE <= UINT8_MAX, "tokens are bytes");
_Static_assert(12 + RONDO_MELODY_LAGS == RONDO_MELODY_N_INPUTS, "inputs");

const uint8_t rondo_melody_durations[RONDO_MELODY_N_DURATIONS] = {
  1,  2,  3,  4,  6,  8,  9,  12, 16, 18,  21,  24,  30,
  32, 36, 42, 48, 60, 64, 72, 84, 96, 120, 144, 168, 192
};

// Units are grouped by three in 6/8, 9/8, 12/8 and the like
static uint32_t
count_beats(const RondoBar bar)
{
  return bar.beats > 3 && bar.beats % 3 == 0 ? bar.beats / 3U : bar.beats;
}

uint32_t
rondo_melody_bar_ticks(const RondoBar bar)
{
  const uint32_t whole = 4U * RONDO_MELODY_QUARTER;
  if (!bar.beats || !bar.unit || whole % bar.unit) {
    return 0;
  }
  const uint32_t ticks = bar.beats * (whole / bar.unit);
  return ticks <= RONDO_MELODY_LONGEST_BAR && count_beats(bar) <= MOST_BEATS &&
             ticks / count_beats(bar) <= MOST_TICKS
           ? ticks
           : 0;
}

void
rondo_melody_begin(RondoMelodyState* const state,
                   const RondoBar          bar,
                   const RondoMode         mode,
                   const uint32_t          pickup)
{
  const uint32_t ticks = rondo_melody_bar_ticks(bar);
  memset(state, 0, sizeof(*state));
  memset(state->pitches, NONE, sizeof(state->pitches));
  memset(state->durations, NONE, sizeof(state->durations));
  state->bar_ticks  = (uint16_t)ticks;
  state->beat_ticks = (uint16_t)(ticks / count_beats(bar));
  state->mode       = (uint8_t)mode;
  state->token      = START;
  state->tick       = pickup ? (RONDO_MELODY_BARS * ticks) - pickup : 0;
}

void
rondo_melody_set_chord(RondoMelodyState* const state,
                       const RondoChordSymbol  chord)
{
  state->chord = chord;
}

// Return what was played at this place so many bars ago; what was played a
// whole round ago is overwritten last
static unsigned
look_back(const RondoMelodyState* const state, const uint32_t lag)
{
  const uint32_t round = RONDO_MELODY_BARS * state->bar_ticks;
  const uint32_t then =
    (state->tick + round - (lag * state->bar_ticks)) % round;
  return state->in_note ? state->durations[then] : state->pitches[then];
}

static unsigned
token_at(const RondoMelodyState* const state, const uint32_t index)
{
  return state->history[index % RONDO_MELODY_HISTORY];
}

void
rondo_melody_inputs(const RondoMelodyState* const state, float* const inputs)
{
  const uint32_t bar    = state->bar_ticks;
  const uint32_t beat   = state->beat_ticks;
  const uint32_t at     = state->tick % bar;
  const uint32_t passed = at / beat; // Beats
  const uint32_t beats  = bar / beat;
  const uint32_t bars   = state->tick / bar;
  const unsigned kind   = state->chord.kind;
  uint32_t       length = 0;
  unsigned       alike  = 0;
  while (lengths[length] && lengths[length] != beat) {
    ++length;
  }
  while (alike < N_ALIKES && state->alike >= alikes[alike]) {
    ++alike;
  }
  inputs[0] = (float)state->token;
  inputs[1] = (float)(TICK + (at % beat));
  inputs[2] = (float)(BEAT + passed);
  inputs[3] = (float)(BEATS + beats - 1);
  inputs[4] = (float)(LENGTH + length);
  inputs[5] = (float)(MODE + state->mode);
  inputs[6] = (float)(BAR + bars);
  for (size_t i = 0; i < RONDO_MELODY_LAGS; ++i) {
    inputs[7 + i] = (float)look_back(state, lags[i]);
  }
  inputs[12] = (float)(kind ? ROOT + 1 + state->chord.root : ROOT);
  inputs[13] = (float)(CHORD + kind);
  inputs[14] = (float)(alike ? token_at(state, state->match) : NONE);
  inputs[15] = (float)(ALIKE + alike);
  inputs[16] = (float)(AGREE + state->agree);
}

bool
rondo_melody_allows(const RondoMelodyState* const state, const size_t token)
{
  if (token >= RONDO_MELODY_TOKENS) {
    return false;
  }
  return state->in_note == (token >= RONDO_MELODY_DURATIONS) &&
         (token != RONDO_MELODY_HOLD || state->has_note);
}

uint32_t
rondo_melody_ticks(const size_t token)
{
  return token >= RONDO_MELODY_DURATIONS && token < RONDO_MELODY_TOKENS
           ? rondo_melody_durations[token - RONDO_MELODY_DURATIONS]
           : 0;
}

size_t
rondo_melody_longest(const uint32_t ticks)
{
  size_t i = RONDO_MELODY_N_DURATIONS - 1;
  while (i && rondo_melody_durations[i] > ticks) {
    --i;
  }
  return RONDO_MELODY_DURATIONS + i;
}

// Return how many tokens ahead of `index` are as those ahead of the next one
static uint32_t
count_alike(const RondoMelodyState* const state, const uint32_t index)
{
  const uint32_t first = state->count > RONDO_MELODY_HISTORY
                           ? state->count - RONDO_MELODY_HISTORY
                           : 0;
  uint32_t       n     = 0;
  while (n < MOST_ALIKE && index > first + n &&
         token_at(state, index - 1 - n) ==
           token_at(state, state->count - 1 - n)) {
    ++n;
  }
  return n;
}

// Go on where tokens were the same, or look for the last such place
static void
follow(RondoMelodyState* const state, const bool goes_on)
{
  if (goes_on) {
    ++state->match;
    state->alike += state->alike < MOST_ALIKE ? 1 : 0;
    return;
  }
  const uint32_t least = state->count > RONDO_MELODY_HISTORY
                           ? state->count - RONDO_MELODY_HISTORY
                           : 0;
  state->alike         = 0;
  for (uint32_t i = state->count - 1; i > least; --i) {
    const uint32_t n = count_alike(state, i);
    if (n >= LEAST_ALIKE) {
      state->match = i;
      state->alike = n;
      return;
    }
  }
}

// Note which of the places that the network looks back to foretold `token`,
// and what followed the tokens before the last time
static void
remember(RondoMelodyState* const state, const size_t token)
{
  const bool goes_on = state->alike && token_at(state, state->match) == token;
  state->agree       = 0;
  for (size_t i = 0; i < RONDO_MELODY_LAGS; ++i) {
    const bool agrees = look_back(state, lags[i]) == token;
    state->agree      = (uint8_t)(state->agree | (agrees ? 1U << i : 0U));
  }
  state->history[state->count % RONDO_MELODY_HISTORY] = (uint8_t)token;
  ++state->count;
  follow(state, goes_on);
}

void
rondo_melody_advance(RondoMelodyState* const state, const size_t token)
{
  const uint32_t ticks = rondo_melody_ticks(token);
  const uint32_t round = RONDO_MELODY_BARS * state->bar_ticks;
  remember(state, token);
  for (uint32_t i = 0; i < ticks; ++i) {
    const uint32_t at    = (state->tick + i) % round;
    state->pitches[at]   = i ? RONDO_MELODY_HOLD : state->pitch;
    state->durations[at] = i ? RONDO_MELODY_HOLD : (uint8_t)token;
  }
  state->tick = (state->tick + ticks) % round;
  if (!ticks) {
    state->pitch    = (uint8_t)token;
    state->has_note = state->has_note || token <= RONDO_MELODY_REST;
  }
  state->in_note = !ticks;
  state->token   = (uint8_t)token;
}
