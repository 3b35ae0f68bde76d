// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/chord.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// What a kind of chord is called
typedef struct {
  const char*    name;
  RondoChordKind kind;
} Name;

// After the letter of the root
static const Name suffixes[] = {
  { "", RONDO_CHORD_MAJOR },
  { "maj", RONDO_CHORD_MAJOR },
  { "M", RONDO_CHORD_MAJOR },
  { "6", RONDO_CHORD_MAJOR },
  { "add9", RONDO_CHORD_MAJOR },
  { "69", RONDO_CHORD_MAJOR },
  { "6/9", RONDO_CHORD_MAJOR },
  { "m", RONDO_CHORD_MINOR },
  { "min", RONDO_CHORD_MINOR },
  { "-", RONDO_CHORD_MINOR },
  { "m6", RONDO_CHORD_MINOR },
  { "min6", RONDO_CHORD_MINOR },
  { "7", RONDO_CHORD_DOMINANT },
  { "9", RONDO_CHORD_DOMINANT },
  { "11", RONDO_CHORD_DOMINANT },
  { "13", RONDO_CHORD_DOMINANT },
  { "7b9", RONDO_CHORD_DOMINANT },
  { "maj7", RONDO_CHORD_MAJOR_SEVENTH },
  { "M7", RONDO_CHORD_MAJOR_SEVENTH },
  { "maj9", RONDO_CHORD_MAJOR_SEVENTH },
  { "m7", RONDO_CHORD_MINOR_SEVENTH },
  { "min7", RONDO_CHORD_MINOR_SEVENTH },
  { "-7", RONDO_CHORD_MINOR_SEVENTH },
  { "m9", RONDO_CHORD_MINOR_SEVENTH },
  { "m11", RONDO_CHORD_MINOR_SEVENTH },
  { "dim", RONDO_CHORD_DIMINISHED },
  { "dim7", RONDO_CHORD_DIMINISHED },
  { "o", RONDO_CHORD_DIMINISHED },
  { "o7", RONDO_CHORD_DIMINISHED },
  { "m7b5", RONDO_CHORD_HALF_DIMINISHED },
  { "aug", RONDO_CHORD_AUGMENTED },
  { "+", RONDO_CHORD_AUGMENTED },
  { "+7", RONDO_CHORD_AUGMENTED },
  { "aug7", RONDO_CHORD_AUGMENTED },
  { "sus", RONDO_CHORD_SUSPENDED },
  { "sus4", RONDO_CHORD_SUSPENDED },
  { "sus2", RONDO_CHORD_SUSPENDED },
  { "7sus4", RONDO_CHORD_SUSPENDED },
};

// Of MusicXML, some of them shortened by OpenEWLD
static const Name kinds[] = {
  { "major", RONDO_CHORD_MAJOR },
  { "major-sixth", RONDO_CHORD_MAJOR },
  { "maj69", RONDO_CHORD_MAJOR },
  { "power", RONDO_CHORD_MAJOR },
  { "minor", RONDO_CHORD_MINOR },
  { "minor-sixth", RONDO_CHORD_MINOR },
  { "minor-major", RONDO_CHORD_MINOR },
  { "major-minor", RONDO_CHORD_MINOR },
  { "dominant", RONDO_CHORD_DOMINANT },
  { "dominant-ninth", RONDO_CHORD_DOMINANT },
  { "dominant-11th", RONDO_CHORD_DOMINANT },
  { "dominant-13th", RONDO_CHORD_DOMINANT },
  { "major-seventh", RONDO_CHORD_MAJOR_SEVENTH },
  { "major-ninth", RONDO_CHORD_MAJOR_SEVENTH },
  { "major-11th", RONDO_CHORD_MAJOR_SEVENTH },
  { "major-13th", RONDO_CHORD_MAJOR_SEVENTH },
  { "minor-seventh", RONDO_CHORD_MINOR_SEVENTH },
  { "minor-ninth", RONDO_CHORD_MINOR_SEVENTH },
  { "minor-11th", RONDO_CHORD_MINOR_SEVENTH },
  { "minor-13th", RONDO_CHORD_MINOR_SEVENTH },
  { "diminished", RONDO_CHORD_DIMINISHED },
  { "diminished-seventh", RONDO_CHORD_DIMINISHED },
  { "half-diminished", RONDO_CHORD_HALF_DIMINISHED },
  { "augmented", RONDO_CHORD_AUGMENTED },
  { "augmented-seventh", RONDO_CHORD_AUGMENTED },
  { "augmented-ninth", RONDO_CHORD_AUGMENTED },
  { "suspended-second", RONDO_CHORD_SUSPENDED },
  { "suspended-fourth", RONDO_CHORD_SUSPENDED },
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

void
rondo_chords_clear(RondoChords* const chords)
{
  free(chords->changes);
  memset(chords, 0, sizeof(*chords));
}

RondoStatus
rondo_chords_add(RondoChords* const     chords,
                 const uint32_t         tick,
                 const RondoChordSymbol chord)
{
  const size_t n = chords->n_changes;
  if (!(n & (n - 1))) {
    RondoChordChange* const changes = (RondoChordChange*)realloc(
      chords->changes, sizeof(RondoChordChange) * (n ? 2 * n : 1));
    if (!changes) {
      return RONDO_ERR_NO_MEMORY;
    }
    chords->changes = changes;
  }
  const RondoChordChange change = { tick, chord };
  chords->changes[n]            = change;
  chords->n_changes             = n + 1;
  return RONDO_SUCCESS;
}

RondoChordSymbol
rondo_chords_at(const RondoChords* const chords, const uint64_t tick)
{
  const uint64_t   at    = chords->length ? tick % chords->length : tick;
  RondoChordSymbol chord = { 0, RONDO_CHORD_UNKNOWN };
  for (size_t i = 0; i < chords->n_changes && chords->changes[i].tick <= at;
       ++i) {
    chord = chords->changes[i].chord;
  }
  return chord;
}

RondoChordSymbol
rondo_chord_above(const RondoChordSymbol chord, const unsigned tonic)
{
  const RondoChordSymbol above = { (uint8_t)((chord.root + 12U - tonic) % 12U),
                                   chord.kind };
  return above;
}

// Find a name of `length` bytes
static bool
find(const Name* const       names,
     const size_t            n,
     const char* const       text,
     const size_t            length,
     RondoChordSymbol* const chord)
{
  for (size_t i = 0; i < n; ++i) {
    if (strlen(names[i].name) == length &&
        !strncmp(names[i].name, text, length)) {
      chord->kind = (uint8_t)names[i].kind;
      return true;
    }
  }
  return false;
}

// Read a letter and its accidentals; return the bytes of both, or 0
static size_t
read_root(const char* const       text,
          const size_t            length,
          RondoChordSymbol* const chord)
{
  static const int letters[] = { 9, 11, 0, 2, 4, 5, 7 };
  if (!length || *text < 'A' || *text > 'G') {
    return 0;
  }
  int    root = letters[*text - 'A'] + 12;
  size_t n    = 1;
  for (; n < length && n < 3 && (text[n] == '#' || text[n] == 'b'); ++n) {
    root += text[n] == '#' ? 1 : -1;
  }
  chord->root = (uint8_t)(root % 12);
  return n;
}

RondoStatus
rondo_chord_read(const char* const       text,
                 const size_t            length,
                 RondoChordSymbol* const chord)
{
  const RondoChordSymbol unknown = { 0, RONDO_CHORD_UNKNOWN };
  RondoChordSymbol       bass    = unknown;
  *chord                         = unknown;
  if ((length == 4 && !strncmp(text, "N.C.", 4)) ||
      (length == 2 && !strncmp(text, "NC", 2))) {
    return RONDO_SUCCESS;
  }
  const size_t      n     = read_root(text, length, chord);
  const char* const rest  = text + n;
  const char* const slash = (const char*)memchr(rest, '/', length - n);
  const size_t      most  = length - n;
  const size_t      ahead = slash ? (size_t)(slash - rest) : most;
  if (!n) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  if (find(suffixes, COUNT_OF(suffixes), rest, most, chord)) {
    return RONDO_SUCCESS;
  }
  const size_t low = slash ? read_root(slash + 1, most - ahead - 1, &bass) : 0;
  return low && low + 1 == most - ahead &&
             find(suffixes, COUNT_OF(suffixes), rest, ahead, chord)
           ? RONDO_SUCCESS
           : RONDO_ERR_BAD_ARGUMENT;
}

RondoStatus
rondo_chord_read_kind(const char* const text, RondoChordSymbol* const chord)
{
  const size_t      n    = read_root(text, strlen(text), chord);
  const char* const kind = text + n + 1;
  return n && text[n] == ':' &&
             find(kinds, COUNT_OF(kinds), kind, strcspn(kind, "/"), chord)
           ? RONDO_SUCCESS
           : RONDO_ERR_BAD_ARGUMENT;
}

RondoChordSymbol
rondo_chord_from_pitches(const size_t* const pitches, const size_t n)
{
  static const struct {
    unsigned       notes; // Bit i: i semitones above the root
    RondoChordKind kind;
  } shapes[] = {
    { 0x091, RONDO_CHORD_MAJOR },
    { 0x291, RONDO_CHORD_MAJOR },
    { 0x089, RONDO_CHORD_MINOR },
    { 0x289, RONDO_CHORD_MINOR },
    { 0x491, RONDO_CHORD_DOMINANT },
    { 0x493, RONDO_CHORD_DOMINANT },
    { 0x891, RONDO_CHORD_MAJOR_SEVENTH },
    { 0x489, RONDO_CHORD_MINOR_SEVENTH },
    { 0x049, RONDO_CHORD_DIMINISHED },
    { 0x249, RONDO_CHORD_DIMINISHED },
    { 0x449, RONDO_CHORD_HALF_DIMINISHED },
    { 0x111, RONDO_CHORD_AUGMENTED },
    { 0x511, RONDO_CHORD_AUGMENTED },
    { 0x0A1, RONDO_CHORD_SUSPENDED },
  };

  RondoChordSymbol chord = { 0, RONDO_CHORD_UNKNOWN };
  unsigned         notes = 0;
  for (size_t i = 0; i < n; ++i) {
    notes |= 1U << ((pitches[i] + 120 - (pitches[0] % 12)) % 12);
  }
  for (size_t i = 0; n && i < COUNT_OF(shapes); ++i) {
    if (shapes[i].notes == notes) {
      chord.root = (uint8_t)(pitches[0] % 12);
      chord.kind = (uint8_t)shapes[i].kind;
    }
  }
  return chord;
}

static const char spaces[] = " \t\r\n";

// Count the chords of a bar
static size_t
count_chords(const char* text)
{
  size_t n = 0;
  for (text += strspn(text, spaces); *text && *text != '|';
       text += strspn(text, spaces)) {
    text += strcspn(text, " \t\r\n|");
    ++n;
  }
  return n;
}

// Read the chords of bar `number`; return where it ends
static RondoStatus
read_bar(const char** const text,
         const size_t       number,
         const uint32_t     bar_ticks,
         RondoChords* const chords,
         RondoError* const  error)
{
  const size_t n = count_chords(*text);
  if (!n) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_ARGUMENT,
                           "bar %zu has no chord; %% repeats the one before",
                           number);
  }
  if (n > bar_ticks / RONDO_MELODY_QUARTER * 4U) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_ARGUMENT, "bar %zu has too many chords", number);
  }
  for (size_t i = 0; i < n; ++i) {
    const char* const word   = *text + strspn(*text, spaces);
    const size_t      length = strcspn(word, " \t\r\n|");
    const uint32_t    tick   = chords->length + (uint32_t)(i * bar_ticks / n);
    RondoChordSymbol  chord  = { 0, RONDO_CHORD_UNKNOWN };
    const bool        again  = length == 1 && *word == '%' && chords->n_changes;
    if (again) {
      chord = chords->changes[chords->n_changes - 1].chord;
    } else if (rondo_chord_read(word, length, &chord)) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "bar %zu: expected a chord such as C, F#m, Bb7, "
                             "Gmaj7, Bdim or Asus4, found \"%.*s\"",
                             number,
                             (int)(length < 40 ? length : 40),
                             word);
    }
    if (rondo_chords_add(chords, tick, chord)) {
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
    *text = word + length;
  }
  *text += strspn(*text, spaces);
  chords->length += bar_ticks;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_chords_read(const char*        text,
                  const uint32_t     bar_ticks,
                  RondoChords* const chords,
                  RondoError* const  error)
{
  RondoStatus st     = RONDO_SUCCESS;
  size_t      number = 1;
  text += strspn(text, spaces);
  text += *text == '|' ? 1 : 0;
  do {
    st = number <= 10000 ? read_bar(&text, number, bar_ticks, chords, error)
                         : rondo_error_set(error,
                                           RONDO_ERR_BAD_ARGUMENT,
                                           "there are too many bars");
    ++number;
    // A bar line may stand at the end
    if (*text == '|') {
      ++text;
      text += strspn(text, spaces);
    }
  } while (!st && *text);
  return st;
}
