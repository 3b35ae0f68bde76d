// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/harmonizer.h"

#include "core/music/harmonizer_private.h"

#include <math.h>
#include <string.h>

// Beyond this, no chorale that was learnt from has a soprano
#define LOWEST_SOPRANO 57
#define HIGHEST_SOPRANO 84

// The logarithm of the probability of what may not be drawn
#define NEVER (-INFINITY)

/// What is asked of a token before less is asked
typedef enum {
  ALL,       ///< That settings allow it
  NOT_CROSS, ///< The same, but parts may cross
  POSSIBLE,  ///< That it can come next
} Strictness;

RondoHarmonizing
rondo_harmonizing(void)
{
  const RondoHarmonizing settings = {
    .sampler   = { 0.85, 0, 0.95 },
    .low       = { 0, 53, 47, 38 },
    .high      = { 127, 75, 69, 64 },
    .scale     = 0xFFF,
    .parallels = 4.0f,
  };
  return settings;
}

void
rondo_harmonizer_begin(RondoHarmonizer* const h,
                       const RondoBar         bar,
                       const RondoMode        mode,
                       const int              shift,
                       const uint64_t         seed,
                       const uint64_t         stream)
{
  rondo_stream_reset(h->stream);
  rondo_chorale_begin(&h->state, mode);
  h->state.n_known = RONDO_N_PARTS; // Nothing is asked for yet
  h->random        = rondo_random(seed, stream);
  h->bar           = bar;
  h->shift         = shift;
  h->parts         = 0;
  memset(&h->chord, 0, sizeof(h->chord));
  memset(h->chord.pitches, RONDO_SILENT, sizeof(h->chord.pitches));
}

void
rondo_harmonizer_give_chord(RondoHarmonizer* const  h,
                            const uint32_t          sixteenth,
                            const RondoChord* const chord,
                            const unsigned          parts)
{
  rondo_chorale_move(&h->state, rondo_chorale_place(h->bar, sixteenth));
  memset(h->chord.strikes, 0, sizeof(h->chord.strikes));
  h->given = *chord;
  h->parts = parts;
}

void
rondo_harmonizer_give(RondoHarmonizer* const h,
                      const uint32_t         sixteenth,
                      const uint8_t          pitch,
                      const bool             strikes)
{
  // Where nobody plays, nobody is accompanied
  const bool       rests = pitch >= RONDO_SILENT;
  const RondoChord chord = {
    { rests ? RONDO_SILENT : pitch, RONDO_SILENT, RONDO_SILENT, RONDO_SILENT },
    { !rests && strikes, false, false, false },
  };
  rondo_harmonizer_give_chord(
    h, sixteenth, &chord, rests ? 0xFU : 1U << RONDO_SOPRANO);
}

// Return the token of what is given, which goes on if it sounded already
static size_t
take_given(RondoHarmonizer* const h, const RondoPart part)
{
  const uint8_t pitch = h->given.pitches[part];
  uint8_t       token = RONDO_CHORALE_REST;
  if (pitch < RONDO_SILENT) {
    int moved = pitch + h->shift;
    if (part == RONDO_SOPRANO) {
      moved +=
        moved < LOWEST_SOPRANO ? (LOWEST_SOPRANO - moved + 11) / 12 * 12 : 0;
      moved -=
        moved > HIGHEST_SOPRANO ? (moved - HIGHEST_SOPRANO + 11) / 12 * 12 : 0;
    }
    // A pitch beyond the tokens is no rest, whatever its number
    token =
      rondo_chorale_token(moved == (int)RONDO_SILENT ? moved - 12 : moved);
  }
  h->chord.pitches[part] = pitch;
  h->chord.strikes[part] = h->given.strikes[part] && pitch < RONDO_SILENT;
  return token == h->state.before[part] ? RONDO_CHORALE_HOLD : token;
}

// Return what a part sounds by a token: a pitch as a token, or a rest
static size_t
heard(const RondoHarmonizer* const h, const RondoPart part, const size_t token)
{
  return token == RONDO_CHORALE_HOLD ? h->state.before[part] : token;
}

// Return whether a pitch would be above a higher part, or below a lower one
static bool
crosses(const RondoHarmonizer* const h,
        const RondoPart              part,
        const size_t                 pitch)
{
  for (unsigned i = 0; i < RONDO_N_PARTS; ++i) {
    const size_t other = h->state.now[i];
    if (other < RONDO_CHORALE_REST && ((i < (unsigned)part && pitch > other) ||
                                       (i > (unsigned)part && pitch < other))) {
      return true;
    }
  }
  return false;
}

static bool
is_allowed(const RondoHarmonizer* const  h,
           const RondoHarmonizing* const how,
           const RondoPart               part,
           const size_t                  token,
           const Strictness              strictness)
{
  if (!rondo_chorale_allows(&h->state, token)) {
    return false;
  }
  if (strictness == POSSIBLE) {
    return true;
  }
  const size_t pitch = heard(h, part, token);
  if (pitch >= RONDO_CHORALE_REST) {
    return how->rests;
  }
  const int sounds = (int)pitch + RONDO_CHORALE_LOWEST - h->shift;
  return sounds >= how->low[part] && sounds <= how->high[part] &&
         ((unsigned)how->scale >> (sounds % 12) & 1U) &&
         (how->crosses || strictness != ALL || !crosses(h, part, pitch));
}

// Return whether a token moves in parallel fifths, octaves or unisons with a
// part that is decided
static bool
is_parallel(const RondoHarmonizer* const h,
            const RondoPart              part,
            const size_t                 token)
{
  const int to   = (int)heard(h, part, token);
  const int from = h->state.before[part];
  if (to == from || to >= RONDO_CHORALE_REST || from >= RONDO_CHORALE_REST) {
    return false;
  }
  for (unsigned i = 0; i < RONDO_N_PARTS; ++i) {
    const int there = h->state.before[i];
    const int here  = h->state.now[i];
    if (here != there && here < RONDO_CHORALE_REST &&
        there < RONDO_CHORALE_REST) {
      const int now  = (here > to ? here - to : to - here) % 12;
      const int then = (there > from ? there - from : from - there) % 12;
      if (now == then && (now == 0 || now == 7)) {
        return true;
      }
    }
  }
  return false;
}

static size_t
draw(RondoHarmonizer* const        h,
     const RondoHarmonizing* const how,
     const RondoPart               part)
{
  size_t n_allowed = 0;
  for (int strictness = ALL; !n_allowed && strictness <= POSSIBLE;
       ++strictness) {
    for (size_t i = 0; i < RONDO_CHORALE_TOKENS; ++i) {
      const bool allowed = is_allowed(h, how, part, i, (Strictness)strictness);
      h->logits[i]       = allowed ? rondo_sampler_logit(h->outputs[i]) : NEVER;
      n_allowed += allowed ? 1 : 0;
      if (allowed && how->parallels > 0.0f && is_parallel(h, part, i)) {
        h->logits[i] -= how->parallels;
      }
    }
  }
  rondo_sampler_distribution(
    &how->sampler, RONDO_CHORALE_TOKENS, h->logits, h->probabilities, h->order);
  return rondo_sampler_draw(RONDO_CHORALE_TOKENS, h->probabilities, &h->random);
}

// Let a part sound as a token says
static void
sound(RondoHarmonizer* const h, const RondoPart part, const size_t token)
{
  const int pitch = (int)token + RONDO_CHORALE_LOWEST - h->shift;
  if (token < RONDO_CHORALE_REST) {
    h->chord.pitches[part] =
      pitch < 0 || pitch >= (int)RONDO_SILENT ? RONDO_SILENT : (uint8_t)pitch;
    h->chord.strikes[part] = h->chord.pitches[part] < RONDO_SILENT;
  } else if (token == RONDO_CHORALE_REST) {
    h->chord.pitches[part] = RONDO_SILENT;
  }
}

bool
rondo_harmonizer_step(RondoHarmonizer* const        h,
                      const RondoHarmonizing* const how)
{
  if (h->state.n_known >= RONDO_N_PARTS) {
    return false;
  }
  const RondoPart part = rondo_chorale_part(&h->state);
  float           inputs[RONDO_CHORALE_N_INPUTS];
  rondo_chorale_inputs(&h->state, inputs);
  rondo_stream_step(h->stream, inputs, h->outputs);

  const bool   given = h->parts >> (unsigned)part & 1U;
  const size_t token = given ? take_given(h, part) : draw(h, how, part);
  if (!given) {
    sound(h, part, token);
  }
  rondo_chorale_advance(&h->state, token);
  return h->state.n_known < RONDO_N_PARTS;
}

const RondoChord*
rondo_harmonizer_chord(const RondoHarmonizer* const h)
{
  return &h->chord;
}
