// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_SOUND_FORMAT_H
#define RONDO_TOOL_SOUND_FORMAT_H

#include <sndfile.h>

#include <stdbool.h>
#include <stddef.h>

/// Return the format called `name`, as SF_FORMAT_WAV, or 0.
int
rondo_format_find(const char* name);

/// Return the sample format called `name`, as SF_FORMAT_PCM_16, or 0.
int
rondo_subtype_find(const char* name);

/**
   Return the format that the end of `path` asks for, or 0 if that of `input`
   may stay (an RF64 file may be called .wav) or if the end says nothing.
*/
int
rondo_format_of_path(const char* path, int input);

/// Return whether the end of `path` is one for `format`.
bool
rondo_format_fits(const char* path, int format);

/// Return the usual end of names of `format`, without the dot, or NULL.
const char*
rondo_format_extension(int format);

/// Write the names of all formats, or of all sample formats, with commas.
void
rondo_format_list(bool subtypes, char* text, size_t size);

/// Describe `format` and its sample format, as "WAV, 16-bit PCM".
void
rondo_format_describe(int format, char* text, size_t size);

/**
   Choose the format of an output.

   @param input The input's information.
   @param format What is asked for, as from rondo_format_find(), or 0.
   @param subtype As from rondo_subtype_find(), or 0: the input's, or else the
   nearest that the format has.
   @return The information to open it with; its format is 0 if `format` cannot
   hold `subtype`, these channels or this rate.
*/
SF_INFO
rondo_format_choose(const SF_INFO* input, int format, int subtype);

/**
   Return the bits of a sample format that takes integers, or 0.

   @param[out] linear Whether the integers are stored as they are, so that
   dither is of use; may be NULL.
*/
unsigned
rondo_subtype_bits(int format, bool* linear);

#endif // RONDO_TOOL_SOUND_FORMAT_H
