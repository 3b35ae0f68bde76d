// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file spectrogram.h The level of a sound over time and frequency.
*/

#ifndef RONDO_TOOL_SPECTROGRAM_H
#define RONDO_TOOL_SPECTROGRAM_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

/// Samples that come one after the other
typedef struct {
  void*  data;
  int    sample_rate; ///< Hz
  size_t n_channels;
  size_t n_frames;

  /// Read up to `n_frames` frames, fewer only at the end, as rondo_sound_read()
  RondoStatus (*read)(void*       data,
                      float*      samples,
                      size_t      n_frames,
                      size_t*     n_read,
                      RondoError* error);
} RondoSoundSource;

/// The levels of a sound, all channels averaged
typedef struct {
  float* levels; ///< (n_rows, n_columns) dB, 0 for a full-scale sine
  float* totals; ///< (n_columns) dB, of all frequencies together
  size_t n_rows; ///< From 0 Hz up to `max_hz`
  size_t n_columns;
  double max_hz;
  double seconds; ///< Duration
  float  loudest; ///< dB
} RondoSpectrogram;

/**
   Measure a sound in frames of about 40 ms.

   Memory does not grow with its length.

   @param max_hz Highest frequency; 0 means half the sample rate, but at most
   20 kHz.
*/
RONDO_NODISCARD RondoStatus
rondo_spectrogram_measure(RondoSpectrogram*       spectrogram,
                          const RondoSoundSource* source,
                          size_t                  n_rows,
                          size_t                  n_columns,
                          double                  max_hz,
                          RondoError*             error);

/// Measure the file at `path`, as rondo_spectrogram_measure() does.
RONDO_NODISCARD RondoStatus
rondo_spectrogram_read(RondoSpectrogram* spectrogram,
                       const char*       path,
                       size_t            n_rows,
                       size_t            n_columns,
                       double            max_hz,
                       RondoError*       error);

/// Free the levels.
void
rondo_spectrogram_free(RondoSpectrogram* spectrogram);

#endif // RONDO_TOOL_SPECTROGRAM_H
