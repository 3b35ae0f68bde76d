// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file midi_file.h Standard MIDI files, types 0, 1 and 2.

   "Standard MIDI Files 1.0", RP-001, MIDI Manufacturers Association 1996.

   Reading takes every file as hostile.  A file that is no MIDI file is an
   error; one that is damaged (cut off, with wrong lengths, with bytes that mean
   nothing) gives what can be saved of it and tells of the damage.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_MIDI_FILE_H
#define RONDO_MUSIC_MIDI_FILE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/score.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The largest file that is read
#define RONDO_MAX_MIDI_FILE ((size_t)256U << 20U)

/// What was wrong with a file that could be read
typedef struct {
  size_t n_damages;
  size_t offset;       ///< Bytes from the start of the file, of the first one
  char   message[128]; ///< What the first one is
} RondoMidiDamage;

/**
   Read a MIDI file from memory.

   The patterns of type 2 are laid one after the other.  With a division in
   frames and ticks (SMPTE) a quarter note is half a second, as at 120 a minute,
   or a second if that has an odd number of ticks, and tempos are left out.  A
   note that is struck again while it sounds ends there; one that is never
   released ends with its track.

   @param damage How many damages were found, and which was the first.
   @return RONDO_ERR_BAD_FILE, with the offset in the message, if the file has
   no header, no tracks or a division of 0.
*/
RONDO_NODISCARD RondoStatus
rondo_midi_parse(const void*      data,
                 size_t           size,
                 RondoScore**     out,
                 RondoMidiDamage* damage,
                 RondoError*      error);

/// Read the MIDI file at `path`.
RONDO_NODISCARD RondoStatus
rondo_midi_read(const char*      path,
                RondoScore**     out,
                RondoMidiDamage* damage,
                RondoError*      error);

/**
   Write a sorted score as a MIDI file in memory: type 0 if it has one track,
   else type 1 with changes of tempo, metre and key in the first track.

   @param[out] data To be freed with free().
   @return RONDO_ERR_BAD_ARGUMENT if the division does not fit, or a note or a
   time between two events is beyond what the format can say.
*/
RONDO_NODISCARD RondoStatus
rondo_midi_format(const RondoScore* score,
                  void**            data,
                  size_t*           size,
                  RondoError*       error);

/// Write a sorted score as the file at `path`, atomically.
RONDO_NODISCARD RondoStatus
rondo_midi_write(const char* path, const RondoScore* score, RondoError* error);

RONDO_END_DECLS

#endif // RONDO_MUSIC_MIDI_FILE_H
