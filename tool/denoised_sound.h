// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoised_sound.h A sound file as it comes out of the denoiser, with
   the voice that the network hears in it.
*/

#ifndef RONDO_TOOL_DENOISED_SOUND_H
#define RONDO_TOOL_DENOISED_SOUND_H

#include "core/audio/denoiser.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "tool/sound.h"
#include "tool/spectrogram.h"

#include <stddef.h>

/// A number over the duration of a sound, in columns of equal length
typedef struct {
  double* values; ///< (n_columns) means, NAN where there is nothing
  size_t* counts; ///< (n_columns) of what
  size_t  n_columns;
} RondoTrace;

/// A file that is being denoised
typedef struct {
  RondoSoundSource source; ///< In step with the file and as long
  RondoSound       sound;
  RondoDenoiser*   denoiser;
  size_t           hop;
  float*           interleaved; ///< (hop, n_channels)
  float*           planes;      ///< (n_channels, hop)
  size_t           n_in;        ///< Frames that went in, silence at the end too
  size_t           n_out;       ///< Frames that came out and were asked for
  size_t           next;        ///< Of `interleaved`, to come out next
  RondoTrace       voice;       ///< Probability that somebody speaks
} RondoDenoisedSound;

/**
   Open a file.

   @param model Denoises; must outlive the sound.
   @param n_columns Of the trace.
*/
RONDO_NODISCARD RondoStatus
rondo_denoised_sound_open(RondoDenoisedSound* sound,
                          const char*         path,
                          const RondoModel*   model,
                          size_t              n_columns,
                          RondoError*         error);

/// Close and free; harmless after an open that failed.
void
rondo_denoised_sound_close(RondoDenoisedSound* sound);

#endif // RONDO_TOOL_DENOISED_SOUND_H
