// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_FEATURES_IMPL_H
#define RONDO_AUDIO_FEATURES_IMPL_H

#include "core/audio/bands.h"
#include "core/audio/features.h"
#include "core/audio/frames.h"

#include <stdbool.h>
#include <stddef.h>

/// A multiple of the bins after which turns repeat: 2, 4, 6 or 8
#define RONDO_N_TURNS 24U

struct RondoFeaturesImpl {
  RondoBands* coarse; ///< NULL if there are none
  RondoBands* fine;
  size_t      n_bins;
  size_t      n_coarse;      ///< Coarse bands, all of which are inputs
  size_t      n_fine_inputs; ///< Fine bands, from the lowest, that are inputs
  bool        has_phase;     ///< Three inputs for each of them
  bool        has_voice;
  float       turns[RONDO_N_TURNS][2]; ///< Of bin k modulo RONDO_N_TURNS
};

#endif // RONDO_AUDIO_FEATURES_IMPL_H
