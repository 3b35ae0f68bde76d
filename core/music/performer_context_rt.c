// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <string.h>

// Notes that a network hears before it goes on
#define MOST_NOTES 64U

// Shorter rests are but the way in which a note is released
#define SHORTEST_REST 3U

// Return what a phrase of this plan goes on from, or NULL
static const RondoPhrase*
find_source(const RondoPerformer* const p)
{
  const bool answers = p->plan.mode == RONDO_PERFORM_ANSWER;
  if (answers && p->heard.n_notes) {
    return &p->heard;
  }
  const RondoPhrase* const theme =
    p->plan.mode == RONDO_PERFORM_VARY ? rondo_performer_theme(p) : &p->seed;
  return theme && theme->n_notes ? theme : NULL;
}

// Add a token, if there is room
static void
add_token(RondoContext* const c, const size_t token)
{
  if (c->n_tokens < RONDO_PERFORMER_TOKENS) {
    c->tokens[c->n_tokens++] = (uint8_t)token;
  }
}

static void
add_event(RondoContext* const c, const uint8_t pitch, const uint32_t ticks)
{
  uint8_t token = pitch;
  for (uint32_t left = ticks; left;) {
    const size_t duration = rondo_melody_longest(left);
    add_token(c, token);
    add_token(c, duration);
    left -= rondo_melody_ticks(duration);
    token = RONDO_MELODY_HOLD;
  }
}

// Return the token of a pitch, by octaves if that is beyond them
static uint8_t
to_token(const int pitch, const int shift)
{
  int token = pitch + shift;
  while (token < 0) {
    token += 12;
  }
  while (token >= RONDO_MELODY_REST) {
    token -= 12;
  }
  return (uint8_t)token;
}

// Return whether the first tokens are the same
static bool
begins_alike(const uint8_t* const a, const uint8_t* const b, const uint32_t n)
{
  uint32_t i = 0;
  while (i < n && a[i] == b[i]) {
    ++i;
  }
  return i == n;
}

// Turn the last notes of a phrase into tokens; while more is heard, all but
// the last one, of which nobody knows how long it is
static void
encode(RondoContext* const      c,
       const RondoPhrase* const phrase,
       const bool               is_open)
{
  const uint32_t n     = phrase->n_notes - (is_open ? 1U : 0U);
  const uint32_t first = n > MOST_NOTES ? n - MOST_NOTES : 0U;
  const uint32_t bar   = rondo_melody_bar_ticks(c->plan.bar);
  const uint32_t from  = phrase->notes[first].onset;
  c->pickup            = (phrase->length - from) % bar;
  for (uint32_t i = first; i < n; ++i) {
    const RondoPhraseNote* const note = &phrase->notes[i];

    const bool     last = i + 1U == phrase->n_notes;
    const uint32_t next = last ? phrase->length : phrase->notes[i + 1U].onset;
    const uint32_t gap  = next - note->onset - note->ticks;
    const uint32_t rest = gap < SHORTEST_REST ? 0U : gap;
    add_event(
      c, to_token(note->pitch, c->reading.shift_in), next - note->onset - rest);
    add_event(c, RONDO_MELODY_REST, rest);
  }
}

void
rondo_performer_prepare(RondoPerformer* const p)
{
  RondoContext* const c    = &p->context;
  const uint32_t      fed  = c->n_fed;
  const RondoBar      bar  = c->plan.bar;
  const uint32_t      was  = c->pickup;
  const RondoMode     mode = c->reading.mode;

  uint8_t before[RONDO_PERFORMER_TOKENS];
  memcpy(before, c->tokens, fed);
  const bool calls =
    p->plan.mode == RONDO_PERFORM_ANSWER && !(p->number & 1) && !p->is_closed;
  if (calls) {
    rondo_take_score(p, 0.0, p->plan.length, &p->heard);
  }
  const RondoPhrase* const source = find_source(p);
  c->version                      = p->version;
  c->plan                         = p->plan;
  c->reading                      = rondo_performer_interpret(&c->plan, source);
  c->n_tokens                     = 0;
  c->pickup                       = 0;
  if (source) {
    encode(c, source, calls && source == &p->heard);
  }

  const bool same = c->plan.bar.beats == bar.beats &&
                    c->plan.bar.unit == bar.unit && c->pickup == was &&
                    c->reading.mode == mode && fed <= c->n_tokens &&
                    begins_alike(before, c->tokens, fed);
  if (!same) {
    c->n_fed = 0;
    rondo_composer_begin(
      c->composer, c->plan.bar, c->reading.mode, c->pickup, 0, 0);
  }
}

bool
rondo_performer_feed(RondoPerformer* const p)
{
  RondoContext* const c = &p->context;
  if (c->n_fed >= c->n_tokens) {
    return false;
  }
  rondo_composer_feed(c->composer, c->tokens[c->n_fed++]);
  return true;
}
