// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequences.h"

#include <stdlib.h>
#include <string.h>

size_t
rondo_sequences_input_width(const RondoSequences* const s)
{
  return s->n_inputs / (1 + s->n_lags);
}

size_t
rondo_sequences_target_width(const RondoSequences* const s)
{
  return !s->classes ? s->n_outputs : s->n_cells ? s->n_cells : 1;
}

size_t
rondo_sequences_longest(const RondoSequences* const s)
{
  size_t longest = 0;
  for (size_t i = 0; i < s->count; ++i) {
    if (s->sequences[i].n_steps > longest) {
      longest = s->sequences[i].n_steps;
    }
  }
  return longest;
}

size_t
rondo_sequences_n_steps(const RondoSequences* const s)
{
  size_t sum = 0;
  for (size_t i = 0; i < s->count; ++i) {
    sum += s->sequences[i].n_steps;
  }
  return sum;
}

RondoSequence*
rondo_sequences_add(RondoSequences* const s, const size_t n_floats)
{
  if (s->count == s->capacity) {
    const size_t         capacity = s->capacity ? 2 * s->capacity : 64;
    RondoSequence* const list =
      (RondoSequence*)realloc(s->sequences, sizeof(RondoSequence) * capacity);
    if (!list) {
      return NULL;
    }
    s->sequences = list;
    s->capacity  = capacity;
  }
  RondoSequence* const added = &s->sequences[s->count];
  memset(added, 0, sizeof(*added));
  added->memory = (float*)calloc(n_floats + 1, sizeof(float));
  if (!added->memory) {
    return NULL;
  }
  ++s->count;
  return added;
}

RondoStatus
rondo_sequences_cut(const RondoSequences* const stream,
                    const size_t                n_lanes,
                    RondoSequences* const       lanes)
{
  const RondoSequence* const whole = stream->sequences;
  const size_t               n     = whole->n_steps / n_lanes;
  const size_t               n_x   = rondo_sequences_input_width(stream);
  const size_t               n_y   = rondo_sequences_target_width(stream);

  *lanes           = *stream;
  lanes->count     = 0;
  lanes->capacity  = 0;
  lanes->sequences = (RondoSequence*)calloc(n_lanes, sizeof(RondoSequence));
  if (!lanes->sequences) {
    return RONDO_ERR_NO_MEMORY;
  }
  lanes->capacity = n_lanes;
  for (; lanes->count < n_lanes; ++lanes->count) {
    RondoSequence* const lane = &lanes->sequences[lanes->count];

    lane->x         = whole->x + (lanes->count * n * n_x);
    lane->y         = whole->y + (lanes->count * n * n_y);
    lane->n_steps   = n;
    lane->n_targets = n;
  }
  return RONDO_SUCCESS;
}

void
rondo_sequences_clear(RondoSequences* const s)
{
  for (size_t i = 0; i < s->count; ++i) {
    free(s->sequences[i].memory);
    free(s->sequences[i].predicted);
  }
  free(s->sequences);
  s->sequences = NULL;
  s->count     = 0;
  s->capacity  = 0;
}
