// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sound.h Sound files, read.

   Standard input and pipes are first copied to an unnamed temporary file,
   since most formats need to be sought in.
*/

#ifndef RONDO_TOOL_SOUND_H
#define RONDO_TOOL_SOUND_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <sndfile.h>

#include <stddef.h>
#include <stdint.h>

/// A sound file that is open for reading
typedef struct {
  SNDFILE* file;
  SF_INFO  info;
  uint64_t size; ///< Bytes of the file
} RondoSound;

/// Open a sound file; `-` means standard input.
RONDO_NODISCARD RondoStatus
rondo_sound_open(RondoSound* sound, const char* path, RondoError* error);

/// Open what the descriptor `fd`, which is closed in any case, refers to.
RONDO_NODISCARD RondoStatus
rondo_sound_open_fd(RondoSound* sound, int fd, RondoError* error);

/// Close; harmless if it is not open.
void
rondo_sound_close(RondoSound* sound);

/**
   Read up to `n_frames` frames.

   @param[out] samples (n_frames, channels), ±1 nominal.
   @param[out] n_read Less than `n_frames` only at the end.
*/
RONDO_NODISCARD RondoStatus
rondo_sound_read(RondoSound* sound,
                 float*      samples,
                 size_t      n_frames,
                 size_t*     n_read,
                 RondoError* error);

/// One channel of a file, in memory
typedef struct {
  float* samples;
  size_t n_samples;
  int    sample_rate; ///< Hz
  int    n_channels;  ///< Of the file
} RondoVoice;

/// Read the first channel of a file.
RONDO_NODISCARD RondoStatus
rondo_voice_read(RondoVoice* voice, const char* path, RondoError* error);

/// Free the samples.
void
rondo_voice_free(RondoVoice* voice);

/// Set `error` to what the library says of `file`, which may be NULL.
RondoStatus
rondo_sound_fail(SNDFILE* file, RondoError* error);

#endif // RONDO_TOOL_SOUND_H
