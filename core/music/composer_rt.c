// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/composer.h"

#include "core/music/composer_private.h"

#include <math.h>
#include <string.h>

// The logarithm of the probability of what may not be drawn
#define NEVER (-INFINITY)

void
rondo_composer_begin(RondoComposer* const c,
                     const RondoBar       bar,
                     const RondoMode      mode,
                     const uint32_t       pickup,
                     const uint64_t       seed,
                     const uint64_t       stream)
{
  rondo_stream_reset(c->stream);
  rondo_melody_begin(&c->melody, bar, mode, pickup);
  c->random = rondo_random(seed, stream);
  c->asked  = false;
}

void
rondo_composer_copy(RondoComposer* const c, const RondoComposer* const other)
{
  rondo_stream_copy(c->stream, other->stream);
  c->melody = other->melody;
  c->random = other->random;
  c->asked  = other->asked;
  if (c->asked) {
    memcpy(c->outputs, other->outputs, sizeof(c->outputs));
  }
}

void
rondo_composer_reseed(RondoComposer* const c,
                      const uint64_t       seed,
                      const uint64_t       stream)
{
  c->random = rondo_random(seed, stream);
}

void
rondo_composer_set_chord(RondoComposer* const c, const RondoChordSymbol chord)
{
  rondo_melody_set_chord(&c->melody, chord);
}

// Ask the network what comes next; it sees each place of a melody once
static void
ask(RondoComposer* const c)
{
  if (!c->asked) {
    float inputs[RONDO_MELODY_N_INPUTS];
    rondo_melody_inputs(&c->melody, inputs);
    rondo_stream_step(c->stream, inputs, c->outputs);
    c->asked = true;
  }
}

void
rondo_composer_feed(RondoComposer* const c, const size_t token)
{
  ask(c);
  rondo_melody_advance(&c->melody, token);
  c->asked = false;
}

// Return whether a token may be drawn
static bool
is_allowed(const RondoMelodyState* const melody,
           const RondoComposing* const   how,
           const size_t                  token)
{
  if (!rondo_melody_allows(melody, token)) {
    return false;
  }
  if (token < RONDO_MELODY_REST) {
    return token >= how->low && token <= how->high &&
           ((unsigned)how->scale >> (token % 12U) & 1U);
  }
  if (token == RONDO_MELODY_REST) {
    return how->rests;
  }
  if (token == RONDO_MELODY_HOLD) {
    return how->holds;
  }
  if (token == RONDO_MELODY_END) {
    return how->ends;
  }
  const uint32_t ticks = rondo_melody_ticks(token);
  return ticks <= how->most && (ticks >= how->least || how->least > how->most);
}

// Return what is added to the logit of a token for density
static float
lean(const RondoComposing* const how, const size_t token)
{
  const uint32_t ticks = rondo_melody_ticks(token);
  const uint32_t half  = RONDO_MELODY_QUARTER / 2U;
  const bool     tiny  = ticks < half / 2U;
  return ticks && how->density != 0.0f && !(tiny && how->density > 0.0f)
           ? -2.0f * how->density *
               rondo_sampler_logit((float)ticks / (float)half)
           : 0.0f;
}

// Set the logits; return how many tokens may be drawn
static size_t
set_logits(RondoComposer* const c, const RondoComposing* const how)
{
  size_t n_allowed = 0;
  ask(c);
  for (size_t i = 0; i < RONDO_MELODY_TOKENS; ++i) {
    const bool allowed = is_allowed(&c->melody, how, i);
    c->logits[i] =
      allowed ? rondo_sampler_logit(c->outputs[i]) + lean(how, i) : NEVER;
    n_allowed += allowed ? 1 : 0;
  }
  return n_allowed;
}

const float*
rondo_composer_logits(RondoComposer* const c, const RondoComposing* const how)
{
  (void)set_logits(c, how);
  return c->logits;
}

size_t
rondo_composer_next(RondoComposer* const c, const RondoComposing* const how)
{
  if (!set_logits(c, how)) {
    return RONDO_MELODY_END;
  }
  rondo_sampler_distribution(
    &how->sampler, RONDO_MELODY_TOKENS, c->logits, c->probabilities, c->order);
  const size_t token =
    rondo_sampler_draw(RONDO_MELODY_TOKENS, c->probabilities, &c->random);
  rondo_composer_feed(c, token);
  return token;
}

const RondoMelodyState*
rondo_composer_state(const RondoComposer* const c)
{
  return &c->melody;
}
