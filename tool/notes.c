// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/notes.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MAJOR 0xAB5U

static const struct {
  const char* name;
  unsigned    notes;
} scales[] = {
  { "chromatic", 0xFFFU },        // Also what no key masks
  { "key", 0U },                  // That of the mode
  { "major", MAJOR },             //
  { "minor", 0x5ADU },            // Natural
  { "harmonic-minor", 0x9ADU },   //
  { "dorian", 0x6ADU },           //
  { "phrygian", 0x5ABU },         //
  { "lydian", 0xAD5U },           //
  { "mixolydian", 0x6B5U },       //
  { "pentatonic", 0x295U },       //
  { "minor-pentatonic", 0x4A9U }, //
  { "blues", 0x4E9U },            //
  { "whole-tone", 0x555U },
};

const char* const rondo_scale_names[] = {
  "chromatic",        "key",      "major",      "minor",      "harmonic-minor",
  "dorian",           "phrygian", "lydian",     "mixolydian", "pentatonic",
  "minor-pentatonic", "blues",    "whole-tone", NULL
};

uint16_t
rondo_notes_scale(const size_t index, const RondoMode mode)
{
  // Minor has its sharpened sixth and seventh too
  static const unsigned modes[RONDO_N_MODES] = { 0xFFFU, MAJOR,  0xFADU, 0x6ADU,
                                                 0x5ABU, 0xAD5U, 0x6B5U };
  return (uint16_t)(scales[index].notes ? scales[index].notes : modes[mode]);
}

// Read a letter and its accidentals: semitones above C, -1 to 12
static bool
read_letter(const char** const text, int* const semitone)
{
  static const int letters[] = { 9, 11, 0, 2, 4, 5, 7 };

  const int letter = toupper((unsigned char)**text);
  if (letter < 'A' || letter > 'G') {
    return false;
  }
  *semitone = letters[letter - 'A'];
  for (++*text; **text == '#' || **text == 'b'; ++*text) {
    *semitone += **text == '#' ? 1 : -1;
  }
  return *semitone >= -2 && *semitone <= 13;
}

bool
rondo_notes_key(const char* text, uint8_t* const tonic, RondoMode* const mode)
{
  int semitone = 0;
  if (!read_letter(&text, &semitone)) {
    return false;
  }
  *tonic = (uint8_t)((semitone + 12) % 12);
  *mode  = *text == 'm' && !text[1] ? RONDO_MODE_MINOR : RONDO_MODE_MAJOR;
  if (*text != ' ') {
    return !*text || *mode == RONDO_MODE_MINOR;
  }
  for (size_t i = RONDO_MODE_MAJOR; i < RONDO_N_MODES; ++i) {
    if (!strcmp(text + 1, rondo_mode_names[i])) {
      *mode = (RondoMode)i;
      return true;
    }
  }
  return false;
}

bool
rondo_notes_metre(const char* const text, RondoBar* const bar)
{
  char*      end   = NULL;
  const long beats = strtol(text, &end, 10);
  if (end == text || *end != '/') {
    return false;
  }
  const char* const rest = end + 1;
  const long        unit = strtol(rest, &end, 10);
  if (end == rest || *end || beats < 1 || beats > 128 || unit < 1 ||
      unit > 128) {
    return false;
  }
  bar->beats = (uint8_t)beats;
  bar->unit  = (uint8_t)unit;
  return rondo_melody_bar_ticks(*bar) > 0;
}

// Read a note of a certain octave
static bool
read_pitch(const char** const text, int* const pitch)
{
  int semitone = 0;
  if (!read_letter(text, &semitone)) {
    return false;
  }
  char*      end    = NULL;
  const long octave = strtol(*text, &end, 10);
  if (end == *text || octave < -1 || octave > 9) {
    return false;
  }
  *text  = end;
  *pitch = (int)(12 * (octave + 1)) + semitone;
  return *pitch >= 0 && *pitch <= (int)RONDO_MAX_PITCH;
}

bool
rondo_notes_range(const char* text, int* const low, int* const high)
{
  return read_pitch(&text, low) && *text++ == '-' && read_pitch(&text, high) &&
         !*text && *low <= *high;
}

// Read what may follow a note: a colon and a duration
static bool
read_duration(const char** const text, uint32_t* const ticks)
{
  if (**text != ':') {
    return true;
  }
  char*      end  = NULL;
  const long part = strtol(*text + 1, &end, 10);
  if (end == *text + 1 || part < 1 || part > 96) {
    return false;
  }
  uint32_t up   = 4U * RONDO_MELODY_QUARTER;
  uint32_t down = (uint32_t)part;
  for (; *end == '.' || *end == 't'; ++end) {
    up *= *end == '.' ? 3 : 2;
    down *= *end == '.' ? 2 : 3;
    if (down > 10000U) {
      return false;
    }
  }
  *text  = end;
  *ticks = up / down;
  return up % down == 0;
}

RondoStatus
rondo_notes_read(const char* const  text,
                 RondoMelody* const melody,
                 RondoError* const  error)
{
  static const char* const spaces = " \t\r\n,";

  uint32_t    ticks = RONDO_MELODY_QUARTER;
  const char* at    = text + strspn(text, spaces);
  while (*at) {
    const char* const start = at;
    int               pitch = RONDO_MELODY_REST;
    const bool        rests = *at == 'r' || *at == 'R';
    at += rests ? 1 : 0;
    if ((!rests && !read_pitch(&at, &pitch)) || !read_duration(&at, &ticks) ||
        (*at && !strchr(spaces, *at))) {
      return rondo_error_set(
        error,
        RONDO_ERR_BAD_ARGUMENT,
        "expected notes such as C4, F#5:8, Bb3:4. or r:8t, "
        "found \"%.*s\"",
        (int)strcspn(start, spaces),
        start);
    }
    if (rondo_melody_add(melody, (uint8_t)pitch, ticks)) {
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
    at += strspn(at, spaces);
  }
  return RONDO_SUCCESS;
}
