// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_FEATURES_IMPL_H
#define RONDO_AUDIO_FEATURES_IMPL_H

#include "core/audio/bands.h"
#include "core/audio/features.h"

#include <stdbool.h>
#include <stddef.h>

struct RondoFeaturesImpl {
  RondoBands* coarse; ///< NULL if there are none
  RondoBands* fine;
  size_t      n_bins;
  size_t      n_coarse;      ///< Coarse bands, all of which are inputs
  size_t      n_fine_inputs; ///< Fine bands, from the lowest, that are inputs
  bool        has_phase;     ///< Three inputs for each of them
  bool        has_voice;
};

#endif // RONDO_AUDIO_FEATURES_IMPL_H
