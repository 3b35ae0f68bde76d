// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chorale_score.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PERCUSSION 9U

// Sixteenths of a rest that nobody sings over
#define LONG_REST 8U

/// A track and channel with notes
typedef struct {
  uint16_t track;
  uint8_t  channel;
  double   sum; // Of pitches
  size_t   n_notes;
} Voice;

/// The sixteenth that a note ended in, and how long the longest one sounds
/// there
typedef struct {
  uint64_t slice;
  uint64_t most;
} Shared;

RondoStatus
rondo_score_melody(const RondoScore* const score,
                   const int               track,
                   RondoNote** const       notes,
                   size_t* const           n_notes)
{
  RondoNote* const list =
    (RondoNote*)calloc(score->n_notes + 1, sizeof(RondoNote));
  size_t n = 0;
  *notes   = list;
  *n_notes = 0;
  if (!list) {
    return RONDO_ERR_NO_MEMORY;
  }
  for (size_t i = 0; i < score->n_notes; ++i) {
    const RondoNote* const note = &score->notes[i];
    if (note->channel == PERCUSSION || (track >= 0 && note->track != track)) {
      continue;
    }
    RondoNote* const last = n ? &list[n - 1] : NULL;
    const bool sounds     = last && last->onset + last->duration > note->onset;
    if (sounds && note->pitch <= last->pitch) {
      continue;
    }
    if (sounds) {
      last->duration = note->onset - last->onset;
    }
    // Of notes that begin together the highest is left
    n -= sounds && !last->duration ? 1 : 0;
    list[n++] = *note;
  }
  *n_notes = n;
  return RONDO_SUCCESS;
}

// Return the sixteenth that a tick is in
static uint64_t
to_sixteenth(const uint64_t tick, const uint32_t division)
{
  return 4 * tick / division;
}

// Add rests until there are `n` sixteenths
static RondoStatus
extend(RondoChorale* const chorale, const uint64_t n, RondoError* const error)
{
  RondoSlice silence;
  memset(silence.pitches, RONDO_SILENT, sizeof(silence.pitches));
  if (n > RONDO_MAX_SLICES) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "it is longer than %u sixteenths",
                           RONDO_MAX_SLICES);
  }
  while (chorale->n_slices < n) {
    if (rondo_chorale_add(chorale, silence)) {
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  return RONDO_SUCCESS;
}

// Lay a note over part `part`, from sixteenth `begin` on
static RondoStatus
lay_note(RondoChorale* const    chorale,
         const RondoNote* const note,
         const uint32_t         division,
         const uint64_t         begin,
         const size_t           part,
         Shared* const          last,
         RondoError* const      error)
{
  const uint64_t from  = 4 * note->onset;
  const uint64_t ticks = note->duration ? note->duration : 1;
  const uint64_t to    = from + (4 * ticks);
  const uint64_t first = to_sixteenth(note->onset, division);
  const uint64_t end   = ((to + division - 1) / division) - begin;
  RondoStatus    st    = extend(chorale, end, error);
  for (uint64_t t = first - begin; !st && t < end; ++t) {
    const uint64_t left  = (t + begin) * division;
    const uint64_t right = left + division;
    const uint64_t sounds =
      (to < right ? to : right) - (from > left ? from : left);
    if (last->slice != t) {
      last->slice = t;
      last->most  = 0;
    }
    if (sounds > last->most) {
      last->most                       = sounds;
      chorale->slices[t].pitches[part] = note->pitch;
    }
  }
  return st;
}

// Sing over short rests
static void
bridge_rests(RondoChorale* const chorale)
{
  size_t rest = 0;
  for (size_t t = 0; t < chorale->n_slices; ++t) {
    if (chorale->slices[t].pitches[RONDO_SOPRANO] == RONDO_SILENT) {
      ++rest;
      continue;
    }
    for (size_t i = t - rest; rest && rest < LONG_REST && i && i < t; ++i) {
      chorale->slices[i] = chorale->slices[i - 1];
    }
    rest = 0;
  }
}

RondoStatus
rondo_chorale_lay_soprano(RondoChorale* const    chorale,
                          const RondoNote* const notes,
                          const size_t           n_notes,
                          const uint32_t         division,
                          uint64_t* const        begin,
                          RondoError* const      error)
{
  Shared      last = { UINT64_MAX, 0 };
  RondoStatus st   = RONDO_SUCCESS;
  *begin           = to_sixteenth(notes[0].onset, division);
  for (size_t i = 0; !st && i < n_notes; ++i) {
    st = lay_note(
      chorale, &notes[i], division, *begin, RONDO_SOPRANO, &last, error);
  }
  if (!st) {
    bridge_rests(chorale);
  }
  return st;
}

// Find the voice of a note, or make one; NULL if there are four others
static Voice*
find_voice(Voice* const           voices,
           size_t* const          n_voices,
           const RondoNote* const note)
{
  for (size_t i = 0; i < *n_voices; ++i) {
    if (voices[i].track == note->track && voices[i].channel == note->channel) {
      return &voices[i];
    }
  }
  if (*n_voices == RONDO_N_PARTS) {
    return NULL;
  }
  Voice* const added = &voices[(*n_voices)++];
  added->track       = note->track;
  added->channel     = note->channel;
  return added;
}

static int
compare_voices(const void* const a, const void* const b)
{
  const Voice* const x = (const Voice*)a;
  const Voice* const y = (const Voice*)b;
  const double       p = x->sum / (double)x->n_notes;
  const double       q = y->sum / (double)y->n_notes;
  return (p < q) - (p > q);
}

RondoStatus
rondo_chorale_from_score(const RondoScore* const score,
                         RondoChorale* const     chorale,
                         uint64_t* const         begin,
                         RondoError* const       error)
{
  Voice  voices[RONDO_N_PARTS];
  size_t n_voices = 0;
  bool   more     = false;
  memset(voices, 0, sizeof(voices));
  for (size_t i = 0; i < score->n_notes; ++i) {
    const RondoNote* const note = &score->notes[i];
    Voice* const           voice =
      note->channel == PERCUSSION ? NULL : find_voice(voices, &n_voices, note);
    if (voice) {
      voice->sum += note->pitch;
      ++voice->n_notes;
    }
    more = more || (!voice && note->channel != PERCUSSION);
  }
  if (more || n_voices != RONDO_N_PARTS) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected four voices in tracks or channels of "
                           "their own, found %s%zu",
                           more ? "more than " : "",
                           n_voices);
  }
  qsort(voices, n_voices, sizeof(Voice), compare_voices);

  RondoStatus st = RONDO_SUCCESS;
  *begin         = to_sixteenth(score->notes[0].onset, score->division);
  for (size_t k = 0; !st && k < n_voices; ++k) {
    Shared last = { UINT64_MAX, 0 };
    for (size_t i = 0; !st && i < score->n_notes; ++i) {
      const RondoNote* const note = &score->notes[i];
      if (note->track == voices[k].track &&
          note->channel == voices[k].channel) {
        st = lay_note(chorale, note, score->division, *begin, k, &last, error);
      }
    }
  }
  return st;
}

RondoStatus
rondo_chorale_add_part(const RondoChorale* const chorale,
                       const RondoPart           part,
                       const uint64_t            begin,
                       const uint64_t            end,
                       const uint8_t             velocity,
                       RondoScore* const         score)
{
  RondoStatus st   = RONDO_SUCCESS;
  size_t      from = 0;
  for (size_t t = 1; !st && t <= chorale->n_slices; ++t) {
    const uint8_t pitch = chorale->slices[from].pitches[part];
    if (t < chorale->n_slices && chorale->slices[t].pitches[part] == pitch) {
      continue;
    }
    const uint64_t onset = ((begin + from) * score->division) / 4;
    const uint64_t stop  = ((begin + t) * score->division) / 4;
    const uint64_t last  = stop < end ? stop : end;
    if (pitch < RONDO_SILENT && last > onset) {
      const RondoNote note = { .onset    = onset,
                               .duration = last - onset,
                               .track    = (uint16_t)part,
                               .channel  = (uint8_t)part,
                               .pitch    = pitch,
                               .velocity = velocity };
      st                   = rondo_score_add_note(score, note);
    }
    from = t;
  }
  return st;
}
