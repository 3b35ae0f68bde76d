// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/continuation.h"

#include "core/music/continuation_private.h"

#include <stdlib.h>

// Tokens of a continuation that has no limit of ticks
#define MOST_TOKENS 1000000U

void
rondo_found_clear(RondoFound* const found)
{
  free(found->tokens);
  found->tokens = NULL;
  found->count  = 0;
}

bool
rondo_continuation_is_limited(const RondoContinuation* const how)
{
  return how->ticks && (how->ticks < UINT64_MAX || how->notes);
}

RondoComposing
rondo_progress_prepare(const RondoProgress* const     progress,
                       const RondoContinuation* const how,
                       RondoComposer* const           composer)
{
  const uint64_t left      = how->ticks - progress->ticks;
  RondoComposing composing = how->composing;
  composing.holds          = progress->has_begun;
  composing.most =
    left < RONDO_MELODY_LONGEST_BAR ? (uint32_t)left : RONDO_MELODY_LONGEST_BAR;
  if (how->chords) {
    const RondoChordSymbol unknown = { 0, RONDO_CHORD_UNKNOWN };
    const RondoChordSymbol chord =
      progress->ticks < how->upbeat
        ? unknown
        : rondo_chords_at(how->chords, progress->ticks - how->upbeat);
    rondo_composer_set_chord(composer, rondo_chord_above(chord, how->tonic));
  }
  return composing;
}

void
rondo_progress_advance(RondoProgress* const           progress,
                       const RondoContinuation* const how,
                       const size_t                   token)
{
  const uint32_t ticks = rondo_melody_ticks(token);
  progress->notes += token < RONDO_MELODY_REST ? 1 : 0;
  progress->ticks += ticks;
  progress->has_begun = true;
  progress->is_done   = token == RONDO_MELODY_END ||
                      progress->ticks >= how->ticks ||
                      (how->notes && progress->notes >= how->notes && ticks);
}

static RondoStatus
append(RondoFound* const found, const size_t token)
{
  const size_t n = found->count;
  if (!(n & (n - 1))) {
    uint8_t* const tokens = (uint8_t*)realloc(found->tokens, n ? 2 * n : 1);
    if (!tokens) {
      return RONDO_ERR_NO_MEMORY;
    }
    found->tokens = tokens;
  }
  found->tokens[found->count++] = (uint8_t)token;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_continuation_draw(const RondoContinuation* const how,
                        RondoComposer* const           composer,
                        RondoFound* const              found)
{
  RondoProgress progress = { 0, 0, false, false };
  RondoStatus   st       = RONDO_SUCCESS;
  found->tokens          = NULL;
  found->count           = 0;
  if (!rondo_continuation_is_limited(how)) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  while (!st && !progress.is_done && found->count < MOST_TOKENS) {
    const RondoComposing composing =
      rondo_progress_prepare(&progress, how, composer);
    const size_t token = rondo_composer_next(composer, &composing);
    rondo_progress_advance(&progress, how, token);
    st = token == RONDO_MELODY_END ? st : append(found, token);
  }
  if (st) {
    rondo_found_clear(found);
  }
  return st;
}
