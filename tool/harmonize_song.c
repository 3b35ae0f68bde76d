// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chorale_score.h"
#include "core/music/harmonizer.h"
#include "core/music/harmony.h"
#include "core/music/melody.h"
#include "tool/harmonize.h"
#include "tool/notes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The mean pitch of sopranos
#define MEAN_SOPRANO 70.0

#define VELOCITY 80U

void
rondo_song_clear(RondoSong* const song)
{
  free(song->notes);
  rondo_chorale_clear(&song->chorale);
  song->notes = NULL;
}

// Find key, metre and pickup
static RondoStatus
take_frame(const RondoScore* const             score,
           const RondoHarmonizeSettings* const o,
           RondoSong* const                    song,
           RondoError* const                   error)
{
  RondoChorale* const c      = &song->chorale;
  RondoMelody         melody = { .events = NULL };
  const RondoStatus   st =
    rondo_melody_from_score(score, (int)o->track, &melody, error);
  if (st) {
    return st;
  }
  c->bar   = melody.bar;
  c->tonic = melody.tonic;
  c->mode  = melody.mode;

  // The first sixteenth may have begun before the melody does
  const uint64_t early =
    (song->notes[0].onset * RONDO_MELODY_QUARTER / score->division) %
    RONDO_SIXTEENTH;
  c->pickup = (uint32_t)((melody.pickup + early) / RONDO_SIXTEENTH) %
              rondo_chorale_bar(c->bar);
  rondo_melody_clear(&melody);
  if (!score->n_metres) {
    rondo_chorale_guess_bar(c);
  }
  if (o->pickup >= 0.0) {
    c->pickup = (uint32_t)lround(4.0 * o->pickup) % rondo_chorale_bar(c->bar);
  }
  if (o->key) {
    (void)rondo_notes_key(o->key, &c->tonic, &c->mode);
  }
  return RONDO_SUCCESS;
}

// Find the octaves that bring a melody to where sopranos sing
static void
find_octaves(RondoSong* const song)
{
  double sum = 0.0;
  double n   = 0.0;
  for (size_t t = 0; t < song->chorale.n_slices; ++t) {
    const uint8_t pitch = song->chorale.slices[t].pitches[RONDO_SOPRANO];
    if (pitch < RONDO_SILENT) {
      sum += pitch;
      n += 1.0;
    }
  }
  const int shift =
    rondo_chorale_shift(song->chorale.tonic, song->chorale.mode);
  song->octaves = (int)lround(((sum / fmax(n, 1.0)) - MEAN_SOPRANO) / 12.0);
  song->shift   = shift - (12 * song->octaves);
}

RondoStatus
rondo_song_take(const RondoScore* const             score,
                const RondoHarmonizeSettings* const o,
                RondoSong* const                    song,
                RondoError* const                   error)
{
  memset(song, 0, sizeof(*song));
  if (rondo_score_melody(score, (int)o->track, &song->notes, &song->n_notes)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (!song->n_notes) {
    return rondo_error_set(
      error, RONDO_ERR_UNSUPPORTED, "there are no notes but percussion");
  }
  RondoStatus st = rondo_chorale_lay_soprano(&song->chorale,
                                             song->notes,
                                             song->n_notes,
                                             score->division,
                                             &song->begin,
                                             error);
  st             = st ? st : take_frame(score, o, song, error);
  if (!st) {
    find_octaves(song);
  }
  return st;
}

// Let all parts rest where the soprano does, and fill in the others
static RondoStatus
fill(const RondoModel* const             model,
     const RondoHarmonizeSettings* const o,
     const uint64_t                      take,
     RondoSong* const                    song)
{
  const size_t   n     = song->chorale.n_slices;
  uint8_t* const holes = (uint8_t*)calloc(n + 1, RONDO_N_PARTS);
  RondoFilling   how   = rondo_filling(song->octaves);
  if (!holes) {
    return RONDO_ERR_NO_MEMORY;
  }
  for (size_t t = 0; t < n; ++t) {
    RondoSlice* const slice = &song->chorale.slices[t];
    const bool        rests = slice->pitches[RONDO_SOPRANO] == RONDO_SILENT;
    for (size_t i = RONDO_ALTO; i < RONDO_N_PARTS; ++i) {
      slice->pitches[i]              = RONDO_SILENT;
      holes[(t * RONDO_N_PARTS) + i] = rests ? 0 : 1;
    }
  }
  how.temperature = o->temperature < 0.0 ? how.temperature : o->temperature;
  how.n_passes    = o->passes ? (size_t)o->passes : how.n_passes;
  how.seed        = (uint64_t)o->random_seed;
  how.stream      = take;
  const RondoStatus st =
    rondo_harmony_fill(model, &how, song->shift, holes, &song->chorale);
  free(holes);
  return st;
}

// Harmonise as the melody comes
static RondoStatus
follow(const RondoModel* const             model,
       const RondoHarmonizeSettings* const o,
       const uint64_t                      take,
       RondoSong* const                    song)
{
  RondoChorale* const c       = &song->chorale;
  RondoHarmonizer*    h       = NULL;
  RondoHarmonizing    how     = rondo_harmonizing();
  const uint32_t      bar     = rondo_chorale_bar(c->bar);
  const RondoFilling  ranges  = rondo_filling(song->octaves);
  const RondoStatus   st      = rondo_harmonizer_new(model, &h);
  uint8_t             soprano = RONDO_SILENT;
  if (st) {
    return st;
  }
  memcpy(how.low, ranges.low, sizeof(how.low));
  memcpy(how.high, ranges.high, sizeof(how.high));
  how.sampler.temperature =
    o->temperature < 0.0 ? how.sampler.temperature : o->temperature;
  rondo_harmonizer_begin(
    h, c->bar, c->mode, song->shift, (uint64_t)o->random_seed, take);
  for (size_t t = 0; t < c->n_slices; ++t) {
    const uint8_t  pitch = c->slices[t].pitches[RONDO_SOPRANO];
    const uint32_t at    = (uint32_t)(t % bar) + bar - c->pickup;
    rondo_harmonizer_give(h, at, pitch, pitch != soprano);
    while (rondo_harmonizer_step(h, &how)) {
    }
    memcpy(c->slices[t].pitches,
           rondo_harmonizer_chord(h)->pitches,
           sizeof(c->slices[t].pitches));
    soprano = pitch;
  }
  rondo_harmonizer_free(h);
  return RONDO_SUCCESS;
}

RondoStatus
rondo_song_harmonize(const RondoModel* const             model,
                     const RondoHarmonizeSettings* const o,
                     const uint64_t                      take,
                     RondoSong* const                    song,
                     RondoError* const                   error)
{
  RondoError  other = { RONDO_SUCCESS, "" };
  const bool  sees  = !rondo_harmony_check(model, error);
  RondoStatus st    = RONDO_SUCCESS;
  if (!sees && rondo_harmonizer_check(model, &other)) {
    return error->status;
  }
  st = (sees ? fill : follow)(model, o, take, song);
  return st ? rondo_error_set_status(error, st) : st;
}

static RondoStatus
add_frame(const RondoSong* const  song,
          const RondoScore* const from,
          RondoScore* const       score)
{
  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < from->n_tempos; ++i) {
    st = rondo_score_add_tempo(score, from->tempos[i]);
  }
  for (size_t i = 0; !st && i < from->n_metres; ++i) {
    st = rondo_score_add_metre(score, from->metres[i]);
  }
  for (size_t i = 0; !st && i < from->n_keys; ++i) {
    st = rondo_score_add_key(score, from->keys[i]);
  }
  for (size_t i = 0; !st && i < song->n_notes; ++i) {
    RondoNote note = song->notes[i];
    note.track     = RONDO_SOPRANO;
    note.channel   = RONDO_SOPRANO;
    st             = rondo_score_add_note(score, note);
  }
  return st;
}

RondoStatus
rondo_song_score(const RondoSong* const  song,
                 const RondoScore* const from,
                 RondoScore** const      out)
{
  const RondoNote* const last = &song->notes[song->n_notes - 1];
  const uint64_t         end  = last->onset + last->duration;
  RondoStatus            st   = rondo_score_new(from->division, out);
  if (st) {
    return st;
  }
  (*out)->n_tracks = RONDO_N_PARTS;
  (*out)->end      = from->end;
  st               = add_frame(song, from, *out);
  for (int part = RONDO_ALTO; !st && part < RONDO_N_PARTS; ++part) {
    st = rondo_chorale_add_part(
      &song->chorale, (RondoPart)part, song->begin, end, VELOCITY, *out);
  }
  st = st ? st : rondo_score_sort(*out);
  if (st) {
    rondo_score_free(*out);
    *out = NULL;
  }
  return st;
}
