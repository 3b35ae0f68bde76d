// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_FEATURES_IMPL_H
#define RONDO_AUDIO_FEATURES_IMPL_H

#include "core/audio/bands.h"
#include "core/audio/features.h"
#include "core/audio/frames.h"

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
  size_t      n_turns;
  float       turns[2U * RONDO_MAX_SPANNED][2]; ///< Of bin k modulo n_turns
};

#endif // RONDO_AUDIO_FEATURES_IMPL_H
