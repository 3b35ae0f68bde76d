// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/melody.h"

#include <string.h>

#define PERCUSSION 9U
#define DIVISION 480U
#define VELOCITY 90U

// Shorter rests are but the way in which a note is released
#define SHORTEST_REST 3U

// The highest voice while it is taken
typedef struct {
  RondoMelody* melody;
  uint32_t     bar;
  uint64_t     from; // Of the note that sounds, in ticks of a melody
  uint64_t     to;
  uint8_t      pitch;
  bool         sounds;
} Voice;

static uint64_t
to_ticks(const RondoScore* const score, const uint64_t tick)
{
  return ((tick * RONDO_MELODY_QUARTER) + (score->division / 2)) /
         score->division;
}

// Shorten by whole bars what is longer than 16
static uint32_t
limit(const uint64_t ticks, const uint32_t bar)
{
  const uint64_t most = (uint64_t)RONDO_MELODY_BARS * bar;
  return (uint32_t)(ticks <= most ? ticks : most - bar + (ticks % bar));
}

// End the note that sounds; the next one begins at `next`
static RondoStatus
end_note(Voice* const voice, const uint64_t next)
{
  const uint64_t to = voice->to + SHORTEST_REST > next ? next : voice->to;
  RondoStatus    st = rondo_melody_add(
    voice->melody, voice->pitch, limit(to - voice->from, voice->bar));
  if (!st && next > to) {
    st = rondo_melody_add(
      voice->melody, RONDO_MELODY_REST, limit(next - to, voice->bar));
  }
  return st;
}

static RondoStatus
take_note(Voice* const            voice,
          const RondoScore* const score,
          const RondoNote* const  note)
{
  const uint64_t from = to_ticks(score, note->onset);
  const uint64_t end  = to_ticks(score, note->onset + note->duration);
  const uint64_t to   = end > from ? end : from + 1;
  if (voice->sounds && from < voice->to && note->pitch <= voice->pitch) {
    return RONDO_SUCCESS;
  }
  RondoStatus st = RONDO_SUCCESS;
  if (voice->sounds && from > voice->from) {
    st = end_note(voice, from);
  }
  voice->sounds = true;
  voice->from   = from;
  voice->to     = to;
  voice->pitch  = note->pitch;
  return st;
}

static bool
is_taken(const RondoNote* const note, const int track)
{
  return note->channel != PERCUSSION && (track < 0 || note->track == track);
}

static void
take_key(const RondoScore* const score,
         const uint64_t          last,
         RondoMelody* const      melody)
{
  for (size_t i = 0; i < score->n_keys; ++i) {
    const RondoKey* const key = &score->keys[i];
    if (!i || key->onset <= last) {
      const int tonic = (7 * (key->sharps + 12)) + (key->is_minor ? 9 : 0);
      melody->tonic   = (uint8_t)(tonic % 12);
      melody->mode    = key->is_minor ? RONDO_MODE_MINOR : RONDO_MODE_MAJOR;
    }
  }
  if (!score->n_keys) {
    rondo_melody_guess_key(melody);
  }
}

// Find the metre at `last`, and where its bars are counted from
static uint64_t
take_metre(const RondoScore* const score,
           const uint64_t          last,
           RondoMelody* const      melody)
{
  const RondoBar common = { 4, 4 };
  uint64_t       origin = 0;
  melody->bar           = common;
  for (size_t i = 0; i < score->n_metres; ++i) {
    const RondoMetre* const metre = &score->metres[i];
    if (!i || metre->onset <= last) {
      const RondoBar bar = { metre->beats, metre->unit };
      melody->bar        = bar;
      origin             = to_ticks(score, metre->onset);
    }
  }
  return origin;
}

RondoStatus
rondo_melody_from_score(const RondoScore* const score,
                        const int               track,
                        RondoMelody* const      melody,
                        RondoError* const       error)
{
  const RondoNote* first = NULL;
  const RondoNote* last  = NULL;
  memset(melody, 0, sizeof(*melody));
  for (size_t i = 0; i < score->n_notes; ++i) {
    if (is_taken(&score->notes[i], track)) {
      first = first ? first : &score->notes[i];
      last  = &score->notes[i];
    }
  }
  if (!first) {
    return rondo_error_set(
      error, RONDO_ERR_UNSUPPORTED, "there are no notes but percussion");
  }
  const uint64_t origin = take_metre(score, last->onset, melody);
  const uint32_t bar    = rondo_melody_bar_ticks(melody->bar);
  if (!bar) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "bars of %u/%u are too long, or too finely divided",
                           melody->bar.beats,
                           melody->bar.unit);
  }
  const uint64_t begin = to_ticks(score, first->onset) + bar - (origin % bar);
  melody->pickup       = (uint32_t)((bar - (begin % bar)) % bar);

  Voice       voice = { .melody = melody, .bar = bar };
  RondoStatus st    = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < score->n_notes; ++i) {
    if (is_taken(&score->notes[i], track)) {
      st = take_note(&voice, score, &score->notes[i]);
    }
  }
  if (st || (st = end_note(&voice, voice.to))) {
    return rondo_error_set_status(error, st);
  }
  take_key(score, last->onset, melody);
  return RONDO_SUCCESS;
}

// Return the sharps of the major key with the notes of `tonic` and `mode`
static int
count_sharps(const unsigned tonic, const RondoMode mode)
{
  static const unsigned down[] = { 0, 0, 9, 2, 4, 5, 7 };

  const unsigned major  = (tonic + 12 - down[mode]) % 12;
  const unsigned sharps = (7 * major) % 12;
  return sharps > 6 ? (int)sharps - 12 : (int)sharps;
}

static RondoStatus
add_notes(RondoScore* const score, const RondoMelody* const melody)
{
  const uint64_t scale = DIVISION / RONDO_MELODY_QUARTER;
  const uint32_t bar   = rondo_melody_bar_ticks(melody->bar);
  uint64_t       at    = melody->pickup ? bar - melody->pickup : 0;
  RondoStatus    st    = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < melody->n_events; ++i) {
    const RondoMelodyEvent* const event = &melody->events[i];
    const RondoNote               note  = { .onset    = at * scale,
                                            .duration = event->ticks * scale,
                                            .pitch    = event->pitch,
                                            .velocity = VELOCITY };
    if (event->pitch != RONDO_MELODY_REST) {
      st = rondo_score_add_note(score, note);
    }
    at += event->ticks;
  }
  score->end = at * scale;
  return st;
}

RondoStatus
rondo_melody_to_score(const RondoMelody* const melody,
                      const uint32_t           microseconds,
                      RondoScore** const       out)
{
  const RondoTempo tempo = { 0, microseconds };
  const RondoMetre metre = { 0, melody->bar.beats, melody->bar.unit };
  const RondoKey   key   = { 0,
                             (int8_t)count_sharps(melody->tonic, melody->mode),
                             melody->mode == RONDO_MODE_MINOR };
  RondoStatus      st    = rondo_score_new(DIVISION, out);
  if (st) {
    return st;
  }
  (*out)->n_tracks = 1;
  if ((st = rondo_score_add_tempo(*out, tempo)) ||
      (st = rondo_score_add_metre(*out, metre)) ||
      (st = rondo_score_add_key(*out, key)) || (st = add_notes(*out, melody)) ||
      (st = rondo_score_sort(*out))) {
    rondo_score_free(*out);
    *out = NULL;
  }
  return st;
}
