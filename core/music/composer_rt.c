// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/composer.h"

#include "core/music/composer_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

// The logarithm of a probability too small to tell, and of what may not be
// drawn
#define LEAST (-90.0f)
#define NEVER (-INFINITY)

// Return ln(x) of a normal number, the same on every machine:
// x = 2^n m, ln(m) = 2 artanh(s) = 2 (s + s^3 / 3 + ...), s = (m - 1) / (m + 1)
static float
logarithm(const float x)
{
  uint32_t bits = 0;
  memcpy(&bits, &x, sizeof(bits));
  const int n = (int)(bits >> 23U) - 127;
  bits        = (bits & 0x7FFFFFU) | 0x3F800000U;
  float m     = 0.0f;
  memcpy(&m, &bits, sizeof(m));

  const double s    = ((double)m - 1.0) / ((double)m + 1.0);
  double       rest = 0.0;
  for (int i = 19; i > 0; i -= 2) {
    rest = (rest * s * s) + (1.0 / i);
  }
  return (float)((n * 0x1.62e42fefa39efp-1) + (2.0 * s * rest));
}

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
  return rondo_melody_ticks(token) <= how->most;
}

size_t
rondo_composer_next(RondoComposer* const c, const RondoComposing* const how)
{
  size_t n_allowed = 0;
  ask(c);
  for (size_t i = 0; i < RONDO_MELODY_TOKENS; ++i) {
    const bool allowed = is_allowed(&c->melody, how, i);
    c->logits[i]       = !allowed                  ? NEVER
                         : c->outputs[i] > FLT_MIN ? logarithm(c->outputs[i])
                                                   : LEAST;
    n_allowed += allowed ? 1 : 0;
  }
  if (!n_allowed) {
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
