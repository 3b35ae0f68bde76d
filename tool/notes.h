// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file notes.h Notes, keys, metres and scales as they are written.

   Middle C is C4; `#` and `b` stand after the letter.  Functions return false
   for what cannot be read.
*/

#ifndef RONDO_TOOL_NOTES_H
#define RONDO_TOOL_NOTES_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody.h"

#include <stdbool.h>
#include <stdint.h>

/// Names of scales, then NULL; "key" is that of the key
extern const char* const rondo_scale_names[];

/// Read a key, such as "D", "Bbm", "F#m" or "E dorian".
bool
rondo_notes_key(const char* text, uint8_t* tonic, RondoMode* mode);

/// Read a metre, such as "6/8".
bool
rondo_notes_metre(const char* text, RondoBar* bar);

/// Read a range of pitches, such as "C4-G5".
bool
rondo_notes_range(const char* text, int* low, int* high);

/// Return the notes of scale number `index` of rondo_scale_names: bit i for i
/// semitones above the tonic.
uint16_t
rondo_notes_scale(size_t index, RondoMode mode);

/**
   Read notes into an empty melody: "C4 D4:8 r:4 F#5:8.", where a number is the
   part of a whole note that lasts, a quarter at first and then as the note
   before; `.` makes it longer by half, `t` a third of two.  `r` is a rest.
*/
RONDO_NODISCARD RondoStatus
rondo_notes_read(const char* text, RondoMelody* melody, RondoError* error);

#endif // RONDO_TOOL_NOTES_H
