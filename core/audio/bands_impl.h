// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_BANDS_IMPL_H
#define RONDO_AUDIO_BANDS_IMPL_H

#include "core/audio/bands.h"

#include <stddef.h>
#include <stdint.h>

/// The bins that a band gathers: first … first + count - 1
typedef struct {
  uint32_t first;
  uint32_t count;
  uint32_t offset; ///< Of its weights
} RondoBandSpan;

struct RondoBandsImpl {
  size_t         n_bands;
  size_t         n_bins;
  size_t         n_inside; ///< Bins below the last centre
  uint32_t*      below;    ///< (n_inside), the band at or below a bin
  float*         fraction; ///< (n_inside), the share of the band above it
  RondoBandSpan* spans;    ///< (n_bands)
  float*         weights;  ///< All bands', each summing to 1 (or empty)
};

#endif // RONDO_AUDIO_BANDS_IMPL_H
