// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file phrase_file.h Writes phrases as MIDI files.

   Setup (allocates).
*/

#ifndef RONDO_MUSIC_PHRASE_FILE_H
#define RONDO_MUSIC_PHRASE_FILE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/performer.h"

RONDO_BEGIN_DECLS

/**
   Write a phrase as the MIDI file at `path`, atomically.

   @param quarters Quarters a minute, 4 to 60000000; another number is 120.
   @return RONDO_ERR_BAD_ARGUMENT if there is nothing in the phrase.
*/
RONDO_NODISCARD RondoStatus
rondo_phrase_write(const RondoPhrase* phrase,
                   double             quarters,
                   const char*        path,
                   RondoError*        error);

RONDO_END_DECLS

#endif // RONDO_MUSIC_PHRASE_FILE_H
