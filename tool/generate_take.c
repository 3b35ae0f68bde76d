// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/generate.h"

#include "core/music/continuation.h"

#include <stdlib.h>

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
  c->least       = 0;
  for (int i = c->low; high >= 0 && i <= c->high; ++i) {
    if ((unsigned)c->scale >> (i % 12) & 1U) {
      return RONDO_SUCCESS;
    }
  }
  return rondo_error_set(
    error, RONDO_ERR_UNSUPPORTED, "no note of the scale is in the range");
}

// Return whether there is a note among tokens
static bool
has_notes(const RondoFound* const found)
{
  for (size_t i = 0; i < found->count; ++i) {
    if (found->tokens[i] < RONDO_MELODY_REST) {
      return true;
    }
  }
  return false;
}

// Let a composer hear the seed
static void
begin(RondoComposer* const         composer,
      const RondoGeneration* const how,
      const RondoMelody* const     seed,
      const RondoFound* const      tokens,
      const uint64_t               take)
{
  rondo_composer_begin(
    composer, seed->bar, seed->mode, seed->pickup, how->random_seed, take);
  for (size_t i = 0; i < tokens->count; ++i) {
    rondo_composer_feed(composer, tokens->tokens[i]);
  }
}

// Find what follows the tokens of the seed; what is but a rest is found again
// without rests
static RondoStatus
find(const RondoModel* const      model,
     RondoComposer* const         composer,
     const RondoGeneration* const how,
     const RondoMelody* const     seed,
     const RondoFound* const      tokens,
     const uint64_t               take,
     RondoContinuation* const     what,
     RondoFound* const            found)
{
  const uint32_t bar = rondo_melody_bar_ticks(seed->bar);
  RondoStatus    st  = RONDO_SUCCESS;
  for (int i = 0; i < 2 && !st && !has_notes(found); ++i) {
    what->composing.rests = !i;
    rondo_found_clear(found);
    begin(composer, how, seed, tokens, take);
    what->upbeat = (bar - (rondo_composer_state(composer)->tick % bar)) % bar;
    what->ticks =
      how->bars ? what->upbeat + ((uint64_t)how->bars * bar) : UINT64_MAX;
    st = how->beam
           ? rondo_continuation_search(what, model, composer, how->beam, found)
           : rondo_continuation_draw(what, composer, found);
  }
  return st;
}

RondoStatus
rondo_generate_take(const RondoModel* const      model,
                    RondoComposer* const         composer,
                    const RondoGeneration* const how,
                    const RondoMelody* const     seed,
                    const uint64_t               take,
                    RondoMelody* const           melody,
                    RondoError* const            error)
{
  const int         shift  = rondo_melody_shift(seed);
  RondoFound        tokens = { NULL, 0 };
  RondoFound        found  = { NULL, 0 };
  RondoContinuation what   = { .notes = how->notes,
                               .chords =
                               how->chords.n_changes ? &how->chords : NULL,
                               .tonic = seed->tonic };
  *melody                  = *seed;
  melody->events           = NULL;
  melody->n_events         = 0;

  RondoStatus st = set_masks(how, shift, &what.composing, error);
  st =
    st ? st
       : rondo_melody_encode(seed, shift, &tokens.tokens, &tokens.count, error);
  if (st) {
    return st;
  }
  st = find(model, composer, how, seed, &tokens, take, &what, &found);
  melody->pickup = what.upbeat;
  if (!st) {
    st = rondo_melody_decode(melody, shift, found.tokens, found.count);
  }
  rondo_found_clear(&found);
  rondo_found_clear(&tokens);
  return st ? rondo_error_set_status(error, st) : st;
}
