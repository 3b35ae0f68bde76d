// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file metadata.h What a sound file says beside its sound.

   Strings (title, artist, …), broadcast extension, cart, cue points, loops,
   channel map and, between files of one format, chunks that are not known.
*/

#ifndef RONDO_TOOL_METADATA_H
#define RONDO_TOOL_METADATA_H

#include <sndfile.h>

#include <stdbool.h>
#include <stddef.h>

/**
   Copy everything from `in` to `out`, before the first sample is written.

   @param same_format Whether chunks can be copied as they are.
*/
void
rondo_metadata_copy(SNDFILE* in, SNDFILE* out, bool same_format);

/**
   List what `in` has and `out`, as it was read back, has not.

   @param[out] text Names with commas; empty if nothing was lost.
*/
void
rondo_metadata_compare(SNDFILE* in, SNDFILE* out, char* text, size_t size);

#endif // RONDO_TOOL_METADATA_H
