// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate.h"

#include <stdlib.h>

// Tokens of a continuation without a number of bars
#define MOST_TOKENS 200000U

/// Tokens as they are drawn
typedef struct {
  uint8_t* tokens;
  size_t   count;
} Drawn;

static RondoStatus
append(Drawn* const drawn, const size_t token)
{
  const size_t n = drawn->count;
  if (!(n & (n - 1))) {
    uint8_t* const tokens = (uint8_t*)realloc(drawn->tokens, n ? 2 * n : 1);
    if (!tokens) {
      return RONDO_ERR_NO_MEMORY;
    }
    drawn->tokens = tokens;
  }
  drawn->tokens[drawn->count++] = (uint8_t)token;
  return RONDO_SUCCESS;
}

// Find what may be drawn, or say that nothing may
static RondoStatus
set_masks(const RondoGeneration* const how,
          const int                    shift,
          RondoComposing* const        c,
          RondoError* const            error)
{
  const int low  = how->low + shift;
  const int high = how->high + shift;
  c->sampler     = how->sampler;
  c->low         = (uint8_t)(low < 0 ? 0 : low);
  c->high        = (uint8_t)(high > 127 ? 127 : high < 0 ? 0 : high);
  c->scale       = how->scale;
  c->rests       = true;
  c->holds       = false; // What is the seed's stays as it is
  c->ends        = false;
  c->density     = 0.0f;
  for (int i = c->low; high >= 0 && i <= c->high; ++i) {
    if ((unsigned)c->scale >> (i % 12) & 1U) {
      return RONDO_SUCCESS;
    }
  }
  return rondo_error_set(
    error, RONDO_ERR_UNSUPPORTED, "no note of the scale is in the range");
}

// Draw until as many bars or notes are there as were asked for
static RondoStatus
draw(RondoComposer* const         composer,
     const RondoGeneration* const how,
     RondoComposing* const        c,
     const uint64_t               ticks,
     Drawn* const                 drawn)
{
  uint64_t    left    = ticks;
  uint32_t    n_notes = 0;
  RondoStatus st      = RONDO_SUCCESS;
  while (!st && left && drawn->count < MOST_TOKENS) {
    c->most            = left < 192 ? (uint32_t)left : 192;
    const size_t token = rondo_composer_next(composer, c);
    st                 = append(drawn, token);
    n_notes += token < RONDO_MELODY_REST ? 1 : 0;
    left -= rondo_melody_ticks(token);
    c->holds = true;
    if (how->notes && n_notes == how->notes && rondo_melody_ticks(token)) {
      break;
    }
  }
  return st;
}

RondoStatus
rondo_generate_take(RondoComposer* const         composer,
                    const RondoGeneration* const how,
                    const RondoMelody* const     seed,
                    const uint64_t               take,
                    RondoMelody* const           melody,
                    RondoError* const            error)
{
  const int      shift  = rondo_melody_shift(seed);
  const uint32_t bar    = rondo_melody_bar_ticks(seed->bar);
  uint8_t*       tokens = NULL;
  size_t         n      = 0;
  RondoComposing composing;
  *melody          = *seed;
  melody->events   = NULL;
  melody->n_events = 0;

  RondoStatus st = set_masks(how, shift, &composing, error);
  st = st ? st : rondo_melody_encode(seed, shift, &tokens, &n, error);
  if (st) {
    return st;
  }
  rondo_composer_begin(
    composer, seed->bar, seed->mode, seed->pickup, how->random_seed, take);
  for (size_t i = 0; i < n; ++i) {
    rondo_composer_feed(composer, tokens[i]);
  }
  free(tokens);

  const uint32_t rest =
    (bar - (rondo_composer_state(composer)->tick % bar)) % bar;
  const uint64_t ticks =
    how->bars ? rest + ((uint64_t)how->bars * bar) : UINT64_MAX;
  Drawn drawn    = { NULL, 0 };
  melody->pickup = rest;
  st             = draw(composer, how, &composing, ticks, &drawn);
  if (!st) {
    st = rondo_melody_decode(melody, shift, drawn.tokens, drawn.count);
  }
  free(drawn.tokens);
  return st ? rondo_error_set(error, st, "%s", rondo_strerror(st)) : st;
}
