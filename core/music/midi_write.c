// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/midi_file.h"

#include "core/base/file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The longest time between two events
#define MAX_DELTA 0x0FFFFFFFU

// What happens at one tick comes in this order
typedef enum { CHANGE, NOTE_OFF, NOTE_ON } EventKind;

typedef struct {
  uint64_t  tick;
  EventKind kind;
  size_t    order; // Of those at one tick and of one kind
  uint8_t   bytes[8];
  uint8_t   n_bytes;
} Event;

// Bytes that grow
typedef struct {
  uint8_t* data;
  size_t   size;
  size_t   room;
  bool     failed;
} Bytes;

static void
append(Bytes* bytes, const void* data, size_t n)
{
  if (bytes->failed || n > bytes->room - bytes->size) {
    const size_t   room = 2U * (bytes->size + n) + 64U;
    uint8_t* const grown =
      bytes->failed ? NULL : (uint8_t*)realloc(bytes->data, room);
    if (!grown) {
      bytes->failed = true;
      return;
    }
    bytes->data = grown;
    bytes->room = room;
  }
  memcpy(bytes->data + bytes->size, data, n);
  bytes->size += n;
}

static void
append_big_endian(Bytes* bytes, uint32_t number, size_t n)
{
  uint8_t out[4];
  for (size_t i = 0U; i < n; ++i) {
    out[i] = (uint8_t)(number >> (8U * (n - 1U - i)));
  }
  append(bytes, out, n);
}

static void
append_variable(Bytes* bytes, uint32_t number)
{
  for (uint32_t shift = 21U; shift; shift -= 7U) {
    if (number >> shift) {
      const uint8_t byte = (uint8_t)(0x80U | ((number >> shift) & 0x7FU));
      append(bytes, &byte, 1U);
    }
  }
  const uint8_t last = (uint8_t)(number & 0x7FU);
  append(bytes, &last, 1U);
}

static int
compare_events(const void* a, const void* b)
{
  const Event* const x = (const Event*)a;
  const Event* const y = (const Event*)b;
  if (x->tick != y->tick) {
    return x->tick < y->tick ? -1 : 1;
  }
  if (x->kind != y->kind) {
    return x->kind < y->kind ? -1 : 1;
  }
  return (x->order > y->order) - (x->order < y->order);
}

static uint8_t
log2_of(uint8_t unit)
{
  uint8_t log = 0U;
  while (unit >> (log + 1U)) {
    ++log;
  }
  return log;
}

// List the changes of tempo, metre and key; return their number
static size_t
list_changes(const RondoScore* score, Event* events)
{
  size_t n = 0U;
  for (size_t i = 0U; i < score->n_tempos; ++i) {
    const uint32_t us    = score->tempos[i].microseconds;
    const Event    event = { score->tempos[i].onset,
                             CHANGE,
                             n,
                             { 0xFFU,
                               0x51U,
                               3U,
                               (uint8_t)(us >> 16U),
                               (uint8_t)(us >> 8U),
                               (uint8_t)us },
                             6U };
    events[n++]          = event;
  }
  for (size_t i = 0U; i < score->n_metres; ++i) {
    const RondoMetre* const metre = &score->metres[i];
    const Event             event = {
                  metre->onset,
                  CHANGE,
                  n,
                  { 0xFFU, 0x58U, 4U, metre->beats, log2_of(metre->unit), 24U, 8U },
                  7U
    };
    events[n++] = event;
  }
  for (size_t i = 0U; i < score->n_keys; ++i) {
    const RondoKey* const key   = &score->keys[i];
    const Event           event = {
                key->onset,
                CHANGE,
                n,
                { 0xFFU, 0x59U, 2U, (uint8_t)key->sharps, key->is_minor ? 1U : 0U },
                5U
    };
    events[n++] = event;
  }
  return n;
}

// List the notes of one track; a note of no length ends one tick later, since
// its end would come before its beginning
static size_t
list_notes(const RondoScore* score, size_t track, Event* events)
{
  size_t n = 0U;
  for (size_t i = 0U; i < score->n_notes; ++i) {
    const RondoNote* const note = &score->notes[i];
    if (note->track != track) {
      continue;
    }
    const uint64_t end = note->onset + (note->duration ? note->duration : 1U);
    const Event    on  = {
          note->onset,
          NOTE_ON,
          i,
          { (uint8_t)(0x90U | note->channel), note->pitch, note->velocity },
          3U
    };
    const Event off = { end,
                        NOTE_OFF,
                        i,
                        { (uint8_t)(0x80U | note->channel), note->pitch, 64U },
                        3U };
    events[n++]     = on;
    events[n++]     = off;
  }
  return n;
}

// Append a chunk with the events; return whether all times can be said
static bool
append_track(Bytes* bytes, Event* events, size_t n, uint64_t end)
{
  static const uint8_t end_of_track[] = { 0xFFU, 0x2FU, 0U };
  qsort(events, n, sizeof(Event), compare_events);
  append(bytes, "MTrk\0\0\0\0", 8U);
  const size_t start = bytes->size;
  uint64_t     tick  = 0U;
  for (size_t i = 0U; i < n; ++i) {
    const uint64_t delta = events[i].tick - tick;
    if (delta > MAX_DELTA) {
      return false;
    }
    append_variable(bytes, (uint32_t)delta);
    append(bytes, events[i].bytes, events[i].n_bytes);
    tick = events[i].tick;
  }
  const uint64_t rest = end > tick ? end - tick : 0U;
  if (rest > MAX_DELTA || bytes->size - start > UINT32_MAX - 16U) {
    return false;
  }
  append_variable(bytes, (uint32_t)rest);
  append(bytes, end_of_track, sizeof(end_of_track));
  if (!bytes->failed) {
    const uint32_t length = (uint32_t)(bytes->size - start);
    for (size_t i = 0U; i < 4U; ++i) {
      bytes->data[start - 4U + i] = (uint8_t)(length >> (24U - (8U * i)));
    }
  }
  return true;
}

static bool
is_valid(const RondoScore* score)
{
  for (size_t i = 0U; i < score->n_notes; ++i) {
    const RondoNote* const note = &score->notes[i];
    if (note->pitch > RONDO_MAX_PITCH || note->channel > RONDO_MAX_CHANNEL ||
        !note->velocity || note->velocity > 127U ||
        note->track >= score->n_tracks) {
      return false;
    }
  }
  for (size_t i = 0U; i < score->n_tempos; ++i) {
    const uint32_t us = score->tempos[i].microseconds;
    if (!us || us > 0xFFFFFFU) {
      return false;
    }
  }
  return score->n_tracks && score->n_tracks <= 0xFFFFU && score->division &&
         score->division <= 0x7FFFU;
}

RondoStatus
rondo_midi_format(const RondoScore* score,
                  void**            data,
                  size_t*           size,
                  RondoError*       error)
{
  *data = NULL;
  *size = 0U;
  if (!is_valid(score)) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_ARGUMENT, "a score that a MIDI file cannot hold");
  }
  const size_t n_changes = score->n_tempos + score->n_metres + score->n_keys;
  const size_t n_events  = n_changes + (2U * score->n_notes);
  Bytes        bytes     = { NULL, 0U, 0U, false };
  Event* const events    = (Event*)malloc((n_events + 1U) * sizeof(Event));
  bool         is_said   = true;
  append(&bytes, "MThd\0\0\0\6", 8U);
  append_big_endian(&bytes, score->n_tracks > 1U ? 1U : 0U, 2U);
  append_big_endian(&bytes, (uint32_t)score->n_tracks, 2U);
  append_big_endian(&bytes, score->division, 2U);
  for (size_t t = 0U; events && is_said && t < score->n_tracks; ++t) {
    size_t n = t ? 0U : list_changes(score, events);
    n += list_notes(score, t, events + n);
    is_said = append_track(&bytes, events, n, score->end);
  }
  free(events);
  if (!events || bytes.failed || !is_said) {
    free(bytes.data);
    return is_said ? rondo_error_set_status(error, RONDO_ERR_NO_MEMORY)
                   : rondo_error_set(error,
                                     RONDO_ERR_BAD_ARGUMENT,
                                     "a rest that a MIDI file cannot hold");
  }
  *data = bytes.data;
  *size = bytes.size;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_midi_write(const char* path, const RondoScore* score, RondoError* error)
{
  void*       data = NULL;
  size_t      size = 0U;
  RondoStatus st   = rondo_midi_format(score, &data, &size, error);
  if (!st) {
    const RondoChunk chunk = { data, size };
    st                     = rondo_file_write(path, &chunk, 1U, error);
  }
  free(data);
  return st;
}
