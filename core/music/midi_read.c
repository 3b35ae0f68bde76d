// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/midi_file.h"

#include "core/base/file.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Ticks after which a file makes no sense: 2^48, with room to add
#define MAX_TICK ((uint64_t)1U << 48U)

#define META 0xFFU
#define META_END 0x2FU
#define META_TEMPO 0x51U
#define META_METRE 0x58U
#define META_KEY 0x59U

// A note that sounds
typedef struct {
  uint64_t onset;
  uint8_t  velocity; // 0: it does not
} Sounding;

// A file at reading
typedef struct {
  const uint8_t*   start;
  const uint8_t*   at;
  const uint8_t*   end; // Of the chunk
  RondoScore*      score;
  RondoMidiDamage* damage;
  RondoStatus      status; // RONDO_ERR_NO_MEMORY
  bool             is_smpte;
  uint16_t         track;
  uint64_t         origin; // Where the track begins, of type 2
  uint64_t         tick;
  Sounding         sounding[16][128];
} Reader;

// Note that something is wrong at `at`
static __attribute__((format(printf, 3, 4))) void
tell(Reader* reader, const uint8_t* at, const char* format, ...)
{
  RondoMidiDamage* const damage = reader->damage;
  if (!damage->n_damages++) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(damage->message, sizeof(damage->message), format, arguments);
    va_end(arguments);
    damage->offset = (size_t)(at - reader->start);
  }
}

static uint32_t
read_big_endian(const uint8_t* at, size_t n)
{
  uint32_t number = 0U;
  for (size_t i = 0U; i < n; ++i) {
    number = (number << 8U) | at[i];
  }
  return number;
}

// Read a number of up to four bytes of seven bits
static bool
read_variable(Reader* reader, uint32_t* number)
{
  const uint8_t* const at = reader->at;
  *number                 = 0U;
  for (size_t i = 0U; i < 4U && reader->at < reader->end; ++i) {
    const uint8_t byte = *reader->at++;
    *number            = (*number << 7U) | (byte & 0x7FU);
    if (byte < 0x80U) {
      return true;
    }
  }
  tell(reader,
       at,
       reader->at < reader->end ? "a number of more than four bytes"
                                : "the track ends within a number");
  return false;
}

static void
keep(Reader* reader, RondoStatus status)
{
  reader->status = reader->status ? reader->status : status;
}

static void
end_note(Reader* reader, uint8_t channel, uint8_t pitch)
{
  Sounding* const sounding = &reader->sounding[channel][pitch];
  if (sounding->velocity) {
    const RondoNote note = { .onset    = sounding->onset,
                             .duration = reader->tick - sounding->onset,
                             .track    = reader->track,
                             .channel  = channel,
                             .pitch    = pitch,
                             .velocity = sounding->velocity };
    keep(reader, rondo_score_add_note(reader->score, note));
    sounding->velocity = 0U;
  }
}

static void
start_note(Reader* reader, uint8_t channel, uint8_t pitch, uint8_t velocity)
{
  end_note(reader, channel, pitch);
  const Sounding sounding          = { reader->tick, velocity };
  reader->sounding[channel][pitch] = sounding;
}

static void
read_tempo(Reader* reader, const uint8_t* at, size_t n)
{
  const uint32_t microseconds = n == 3U ? read_big_endian(at, 3U) : 0U;
  if (!microseconds) {
    tell(reader, at, "a tempo that is none");
  } else if (!reader->is_smpte) {
    const RondoTempo tempo = { reader->tick, microseconds };
    keep(reader, rondo_score_add_tempo(reader->score, tempo));
  }
}

static void
read_metre(Reader* reader, const uint8_t* at, size_t n)
{
  if (n < 2U || !at[0] || at[1] > 7U) {
    tell(reader, at, "a metre that is none");
    return;
  }
  const RondoMetre metre = { reader->tick, at[0], (uint8_t)(1U << at[1]) };
  keep(reader, rondo_score_add_metre(reader->score, metre));
}

static void
read_key(Reader* reader, const uint8_t* at, size_t n)
{
  const int sharps = n ? (int8_t)at[0] : 0;
  if (n != 2U || sharps < -7 || sharps > 7 || at[1] > 1U) {
    tell(reader, at, "a key that is none");
    return;
  }
  const RondoKey key = { reader->tick, (int8_t)sharps, at[1] == 1U };
  keep(reader, rondo_score_add_key(reader->score, key));
}

// Read what follows 0xFF, 0xF0 or 0xF7; return false after the end of track
static bool
read_other(Reader* reader, uint8_t status, bool* ended)
{
  const uint8_t* const at   = reader->at;
  uint8_t              kind = 0U;
  uint32_t             n    = 0U;
  if (status == META) {
    if (reader->at == reader->end) {
      tell(reader, at, "the track ends within an event");
      return false;
    }
    kind = *reader->at++;
  }
  if (!read_variable(reader, &n)) {
    return false;
  }
  if (n > (size_t)(reader->end - reader->at)) {
    tell(reader, at, "an event of %u bytes goes beyond its track", n);
    return false;
  }
  const uint8_t* const data = reader->at;
  reader->at += n;
  if (status == META && kind == META_END) {
    *ended = true;
    return false;
  }
  if (status == META && kind == META_TEMPO) {
    read_tempo(reader, data, n);
  } else if (status == META && kind == META_METRE) {
    read_metre(reader, data, n);
  } else if (status == META && kind == META_KEY) {
    read_key(reader, data, n);
  }
  return true;
}

// Read a message of a channel, whose status may be that of the one before
static bool
read_message(Reader* reader, uint8_t status)
{
  const uint8_t kind    = status >> 4U;
  const uint8_t channel = status & 0x0FU;
  const size_t  n       = kind == 0xCU || kind == 0xDU ? 1U : 2U;
  if ((size_t)(reader->end - reader->at) < n) {
    tell(reader, reader->at, "the track ends within a message");
    return false;
  }
  const uint8_t a = reader->at[0];
  const uint8_t b = n > 1U ? reader->at[1] : 0U;
  if (a > 0x7FU || b > 0x7FU) {
    tell(reader, reader->at, "a status byte within a message");
    reader->at += a > 0x7FU ? 0U : 1U; // Go on with that status
    return true;
  }
  reader->at += n;
  if (kind == 0x9U && b) {
    start_note(reader, channel, a, b);
  } else if (kind == 0x8U || kind == 0x9U) {
    end_note(reader, channel, a);
  }
  return true;
}

// Read one event after its time; return false where the track must end
static bool
read_event(Reader* reader, uint8_t* running, bool* ended)
{
  if (reader->at == reader->end) {
    tell(reader, reader->at, "the track ends after a time without an event");
    return false;
  }
  uint8_t status = *reader->at;
  if (status < 0x80U) {
    if (!*running) {
      tell(reader, reader->at, "data without a status");
      return false;
    }
    return read_message(reader, *running);
  }
  ++reader->at;
  if (status == META || status == 0xF0U || status == 0xF7U) {
    return read_other(reader, status, ended);
  }
  if (status > 0xF0U) {
    tell(reader, reader->at - 1, "status 0x%X has no place in a file", status);
    const size_t n    = status == 0xF2U ? 2U : status & 1U && status < 0xF4U;
    const size_t left = (size_t)(reader->end - reader->at);
    reader->at += n < left ? n : left;
    return true;
  }
  *running = status;
  return read_message(reader, status);
}

static void
read_track(Reader* reader)
{
  uint8_t running = 0U;
  bool    ended   = false;
  reader->tick    = reader->origin;
  while (reader->at < reader->end && !reader->status) {
    uint32_t delta = 0U;
    if (!read_variable(reader, &delta)) {
      break;
    }
    if (reader->tick + delta > MAX_TICK) {
      tell(reader, reader->at, "the track is longer than 2^48 ticks");
      break;
    }
    reader->tick += delta;
    if (!read_event(reader, &running, &ended)) {
      break;
    }
  }
  if (!ended && reader->at == reader->end) {
    tell(reader, reader->at, "the track has no end-of-track event");
  }
  for (size_t c = 0U; c < 16U; ++c) {
    for (size_t p = 0U; p < 128U; ++p) {
      end_note(reader, (uint8_t)c, (uint8_t)p);
    }
  }
  if (reader->tick > reader->score->end) {
    reader->score->end = reader->tick;
  }
}

// Make the score of a header's division; with frames and ticks, a quarter note
// is half a second, or a second if that has an odd number of ticks
static RondoStatus
make_score(Reader* reader, const uint8_t* at)
{
  if (at[0] < 0x80U) {
    return rondo_score_new(read_big_endian(at, 2U), &reader->score);
  }
  const uint32_t frames = 256U - at[0];
  if (frames != 24U && frames != 25U && frames != 29U && frames != 30U) {
    tell(reader, at, "%u frames a second", frames);
  }
  // 29 stands for 30 frames of 1001 / 30000 s
  const bool     is_drop = frames == 29U;
  const uint32_t ticks   = (is_drop ? 30U : frames) * at[1];
  const uint32_t half    = ticks % 2U ? 1U : 2U;
  reader->is_smpte       = true;
  RondoStatus      st    = rondo_score_new(ticks / half, &reader->score);
  const RondoTempo tempo = { 0U, (is_drop ? 1001000U : 1000000U) / half };
  return st ? st : rondo_score_add_tempo(reader->score, tempo);
}

// Skip what some systems put around a file; return where the header is
static const uint8_t*
find_header(const uint8_t* data, size_t size)
{
  static const size_t places[] = { 0U, 20U, 128U }; // RIFF; MacBinary
  for (size_t i = 0U; i < sizeof(places) / sizeof(places[0]); ++i) {
    const size_t at = places[i];
    if (size >= at + 14U && !memcmp(data + at, "MThd", 4U) &&
        (i != 1U || !memcmp(data, "RIFF", 4U))) {
      return data + at;
    }
  }
  return NULL;
}

// Read all tracks; what other chunks hold is for others
static void
read_chunks(Reader* reader, const uint8_t* file_end, uint32_t format)
{
  while (reader->at < file_end && !reader->status) {
    const uint8_t* const at   = reader->at;
    const size_t         left = (size_t)(file_end - at);
    if (left < 8U) {
      tell(reader, at, "%zu bytes after the last chunk", left);
      break;
    }
    const uint32_t length = read_big_endian(at + 4U, 4U);
    if (length > left - 8U) {
      tell(reader,
           at + 4U,
           "a chunk of %u bytes in the last %zu",
           length,
           left - 8U);
    }
    reader->at += 8U;
    reader->end = length > left - 8U ? file_end : reader->at + length;
    if (!memcmp(at, "MTrk", 4U)) {
      const uint8_t* const next = reader->end;
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): made before
      if (reader->score->n_tracks > UINT16_MAX) {
        tell(reader, at, "more than 65536 tracks");
        break;
      }
      reader->track  = (uint16_t)reader->score->n_tracks++;
      reader->origin = format == 2U ? reader->score->end : 0U;
      read_track(reader);
      reader->end = next;
    }
    reader->at = reader->end;
  }
}

// Read the header; the tracks begin after it
static RondoStatus
read_header(Reader*         reader,
            const uint8_t*  file_end,
            const uint8_t** header,
            RondoError*     error)
{
  const size_t size = (size_t)(file_end - reader->start);
  *header           = find_header(reader->start, size);
  if (!*header) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "not a MIDI file: no \"MThd\" at offset 0");
  }
  const uint8_t* const at     = *header;
  const uint32_t       length = read_big_endian(at + 4U, 4U);
  if (length < 6U || length > (size_t)(file_end - at) - 8U) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "offset %zu: a header of %u bytes",
                           (size_t)(at + 4U - reader->start),
                           length);
  }
  const RondoStatus st = make_score(reader, at + 12U);
  reader->at           = at + 8U + length;
  if (st == RONDO_ERR_BAD_ARGUMENT) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "offset %zu: a quarter note of 0 ticks",
                           (size_t)(at + 12U - reader->start));
  }
  return st;
}

// Compare what the header says with what was there
static RondoStatus
check_tracks(Reader* reader, const uint8_t* header, RondoError* error)
{
  const uint32_t format = read_big_endian(header + 8U, 2U);
  const uint32_t wanted = read_big_endian(header + 10U, 2U);
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): made before
  const size_t found = reader->score->n_tracks;
  if (!found && wanted) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "offset %zu: no track",
                           (size_t)(reader->at - reader->start));
  }
  if (format > 2U || (format == 0U && found > 1U)) {
    tell(reader, header + 8U, "type %u with %zu tracks", format, found);
  }
  if (wanted != found) {
    tell(reader, header + 10U, "%u tracks announced, %zu found", wanted, found);
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_midi_parse(const void*      data,
                 size_t           size,
                 RondoScore**     out,
                 RondoMidiDamage* damage,
                 RondoError*      error)
{
  *out                 = NULL;
  Reader* const reader = (Reader*)calloc(1U, sizeof(Reader));
  if (!reader) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  memset(damage, 0, sizeof(*damage));
  reader->start               = (const uint8_t*)data;
  reader->at                  = reader->start;
  reader->damage              = damage;
  const uint8_t* const end    = reader->start + size;
  const uint8_t*       header = NULL;

  RondoStatus st = read_header(reader, end, &header, error);
  if (!st) {
    read_chunks(reader, end, read_big_endian(header + 8U, 2U));
    st = reader->status ? reader->status : check_tracks(reader, header, error);
    st = st ? st : rondo_score_sort(reader->score);
  }
  if (st) {
    rondo_score_free(reader->score);
    if (st == RONDO_ERR_NO_MEMORY) {
      rondo_error_set_status(error, st);
    }
  } else {
    *out = reader->score;
  }
  free(reader);
  return st;
}

RondoStatus
rondo_midi_read(const char*      path,
                RondoScore**     out,
                RondoMidiDamage* damage,
                RondoError*      error)
{
  *out             = NULL;
  void*       data = NULL;
  size_t      size = 0U;
  RondoStatus st =
    rondo_file_read(path, RONDO_MAX_MIDI_FILE, &data, &size, error);
  if (!st) {
    st = rondo_midi_parse(data, size, out, damage, error);
    if (st) {
      rondo_error_prefix(error, path);
    }
    free(data);
  }
  return st;
}
