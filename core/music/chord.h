// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file chord.h Chords, as they are written and as notes.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_CHORD_H
#define RONDO_MUSIC_CHORD_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/melody_tokens.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// A chord and where it begins
typedef struct {
  uint32_t         tick;
  RondoChordSymbol chord;
} RondoChordChange;

/// Chords one after the other
typedef struct {
  RondoChordChange* changes; ///< By tick; owned
  size_t            n_changes;
  uint32_t          length; ///< Ticks, after which they begin again; 0: never
} RondoChords;

/// Free what is in a list of chords.
void
rondo_chords_clear(RondoChords* chords);

/// Add a chord at the end.
RONDO_NODISCARD RondoStatus
rondo_chords_add(RondoChords* chords, uint32_t tick, RondoChordSymbol chord);

/// Return the chord at `tick`: RONDO_CHORD_UNKNOWN ahead of the first one.
RondoChordSymbol
rondo_chords_at(const RondoChords* chords, uint64_t tick);

/// Return `chord` with its root counted from `tonic`, 0 to 11.
RondoChordSymbol
rondo_chord_above(RondoChordSymbol chord, unsigned tonic);

/**
   Read a chord such as C, F#m, Bb7, Gmaj7, Dm7, Bdim, Bm7b5, C+, Asus4, C6 or
   C/E; what the bass plays is passed over, "N.C." is RONDO_CHORD_UNKNOWN.

   @param length Bytes of the text.
   @return RONDO_ERR_BAD_ARGUMENT if it is none of these.
*/
RONDO_NODISCARD RondoStatus
rondo_chord_read(const char* text, size_t length, RondoChordSymbol* chord);

/**
   Read a chord as MusicXML names them, such as "Bb:dominant" or "C:major/E".

   @return RONDO_ERR_BAD_ARGUMENT if the root is no note or the kind is unknown.
*/
RONDO_NODISCARD RondoStatus
rondo_chord_read_kind(const char* text, RondoChordSymbol* chord);

/// Return the chord of `n` pitches above the first one, which is its root:
/// RONDO_CHORD_UNKNOWN for other intervals than those of a RondoChordKind.
RondoChordSymbol
rondo_chord_from_pitches(const size_t* pitches, size_t n);

/**
   Read chords into an empty list: bars with `|` between them, of equal parts if
   there are several chords in one, such as "C | G7 | Am F | C"; `%` is the
   chord before.

   @param bar_ticks Of a bar; `length` of the list is that of all.
   @return RONDO_ERR_BAD_ARGUMENT, with the bar and the text in the message.
*/
RONDO_NODISCARD RondoStatus
rondo_chords_read(const char*  text,
                  uint32_t     bar_ticks,
                  RondoChords* chords,
                  RondoError*  error);

RONDO_END_DECLS

#endif // RONDO_MUSIC_CHORD_H
