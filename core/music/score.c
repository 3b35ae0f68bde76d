// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/score.h"

#include <stdlib.h>
#include <string.h>

RondoStatus
rondo_score_new(uint32_t division, RondoScore** out)
{
  *out = NULL;
  if (!division) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  RondoScore* const score = (RondoScore*)calloc(1U, sizeof(RondoScore));
  if (!score) {
    return RONDO_ERR_NO_MEMORY;
  }
  score->division = division;
  *out            = score;
  return RONDO_SUCCESS;
}

void
rondo_score_free(RondoScore* score)
{
  if (score) {
    free(score->keys);
    free(score->metres);
    free(score->tempos);
    free(score->notes);
    free(score);
  }
}

// Return `list` with room for one more than `n`, a power of two at a time, or
// NULL, and then the list stays as it is
static void*
grow(void* list, size_t n, size_t size)
{
  if (n & (n - 1U)) {
    return list;
  }
  const size_t room = n ? 2U * n : 1U;
  return room > SIZE_MAX / size ? NULL : realloc(list, room * size);
}

#define ADD(list, count, item)                                  \
  do {                                                          \
    void* const grown = grow((list), (count), sizeof(*(list))); \
    if (!grown) {                                               \
      return RONDO_ERR_NO_MEMORY;                               \
    }                                                           \
    (list)            = grown;                                  \
    (list)[(count)++] = (item);                                 \
    return RONDO_SUCCESS;                                       \
  } while (0)

RondoStatus
rondo_score_add_note(RondoScore* score, RondoNote note)
{
  ADD(score->notes, score->n_notes, note);
}

RondoStatus
rondo_score_add_tempo(RondoScore* score, RondoTempo tempo)
{
  ADD(score->tempos, score->n_tempos, tempo);
}

RondoStatus
rondo_score_add_metre(RondoScore* score, RondoMetre metre)
{
  ADD(score->metres, score->n_metres, metre);
}

RondoStatus
rondo_score_add_key(RondoScore* score, RondoKey key)
{
  ADD(score->keys, score->n_keys, key);
}

static int
compare(uint64_t a, uint64_t b)
{
  return (a > b) - (a < b);
}

static int
compare_notes(const void* a, const void* b)
{
  const RondoNote* const x = (const RondoNote*)a;
  const RondoNote* const y = (const RondoNote*)b;

  int order = compare(x->onset, y->onset);
  order     = order ? order : compare(x->track, y->track);
  order     = order ? order : compare(x->channel, y->channel);
  order     = order ? order : compare(x->pitch, y->pitch);
  order     = order ? order : compare(x->duration, y->duration);
  return order ? order : compare(x->velocity, y->velocity);
}

// Where a change is, and how many were added before it
typedef struct {
  uint64_t onset;
  size_t   index;
} Place;

static int
compare_places(const void* a, const void* b)
{
  const Place* const x     = (const Place*)a;
  const Place* const y     = (const Place*)b;
  const int          order = compare(x->onset, y->onset);
  return order ? order : compare(x->index, y->index);
}

// Sort changes, which begin with their onset, and keep the last of each onset
static RondoStatus
sort_changes(void* list, size_t* n, size_t size)
{
  if (*n < 2U) {
    return RONDO_SUCCESS;
  }
  Place* const places = (Place*)malloc(*n * sizeof(Place));
  char* const  items  = (char*)malloc(*n * size);
  if (!places || !items) {
    free(items);
    free(places);
    return RONDO_ERR_NO_MEMORY;
  }
  memcpy(items, list, *n * size);
  for (size_t i = 0U; i < *n; ++i) {
    memcpy(&places[i].onset, items + (i * size), sizeof(uint64_t));
    places[i].index = i;
  }
  qsort(places, *n, sizeof(Place), compare_places);
  size_t kept = 0U;
  for (size_t i = 0U; i < *n; ++i) {
    if (i + 1U == *n || places[i].onset != places[i + 1U].onset) {
      memcpy(
        (char*)list + (kept++ * size), items + (places[i].index * size), size);
    }
  }
  *n = kept;
  free(items);
  free(places);
  return RONDO_SUCCESS;
}

RondoStatus
rondo_score_sort(RondoScore* score)
{
  if (score->n_notes) {
    qsort(score->notes, score->n_notes, sizeof(RondoNote), compare_notes);
  }
  for (size_t i = 0U; i < score->n_notes; ++i) {
    const uint64_t end = score->notes[i].onset + score->notes[i].duration;
    score->end         = end > score->end ? end : score->end;
  }
  RondoStatus st =
    sort_changes(score->tempos, &score->n_tempos, sizeof(RondoTempo));
  st =
    st ? st : sort_changes(score->metres, &score->n_metres, sizeof(RondoMetre));
  return st ? st : sort_changes(score->keys, &score->n_keys, sizeof(RondoKey));
}

double
rondo_score_seconds(const RondoScore* score, uint64_t tick)
{
  double   seconds = 0.0;
  uint64_t from    = 0U;
  double   tempo   = RONDO_DEFAULT_TEMPO;
  for (size_t i = 0U; i < score->n_tempos; ++i) {
    const RondoTempo* const change = &score->tempos[i];
    if (change->onset >= tick) {
      break;
    }
    seconds += (double)(change->onset - from) * tempo;
    from  = change->onset;
    tempo = change->microseconds;
  }
  seconds += (double)(tick - from) * tempo;
  return 1e-6 * seconds / (double)score->division;
}
