// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file phrase_bytes.h Phrases as bytes that mean the same on every machine.

   Numbers have the lowest byte first.

       offset  bytes
            0  1      1, the version of this form
            1  1      beats of a bar
            2  1      the note that is a beat
            3  1      0
            4  4      length, ticks
            8  4      N, the number of notes
           12  10 N   notes: onset (4), ticks (4), pitch (1), velocity (1)

   Setup.
*/

#ifndef RONDO_PLUGIN_PHRASE_BYTES_H
#define RONDO_PLUGIN_PHRASE_BYTES_H

#include "core/base/attributes.h"
#include "core/music/performer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Bytes of the longest phrase
#define RONDO_PHRASE_BYTES (12U + (10U * RONDO_PHRASE_NOTES))

/// Turn a phrase into bytes, and return how many.
size_t
rondo_phrase_to_bytes(const RondoPhrase* phrase,
                      uint8_t            bytes[RONDO_PHRASE_BYTES]);

/// Turn bytes into a phrase; false, and one without notes, if they are none.
bool
rondo_phrase_from_bytes(RondoPhrase* phrase, const void* bytes, size_t size);

RONDO_END_DECLS

#endif // RONDO_PLUGIN_PHRASE_BYTES_H
