// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file mixer.h Speech and noise, mixed afresh for every item.

       speech -> speed -> equaliser -> room -+-> early part = target
                                             |
       noises -> speed -> equaliser -> gain -+-> level, limits -> noisy

   What a mix is depends on the random generator alone, not on what was mixed
   before, so any item can be drawn by any thread at any time.
*/

#ifndef RONDO_TRAIN_MIXER_H
#define RONDO_TRAIN_MIXER_H

#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/train/sounds.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// How to mix; shares are probabilities
typedef struct {
  double snr_low_db;   ///< Ratio of speech to noise, both while active
  double snr_high_db;  ///< The ratio is uniform between the two
  double nearly_clean; ///< Share of items at 35 … 60 dB
  double pure_noise;   ///< Share of items without speech
  double pure_speech;  ///< Share of items without noise
  double reverberated; ///< Share of items in a room
  double synthetic;    ///< Share of noises that are made by rule
  double second_noise; ///< Share of items with two noises
  double speed_change; ///< Share of items of speech at another speed
  double equalised;    ///< Share of speech and of noises that are equalised
  double clipped;      ///< Share of items that clip
  double band_limited; ///< Share of items without highest frequencies
  double hiss;         ///< Share of items with a faint white floor
} RondoMixSettings;

/// A mix; samples are the mixer's and last until the next draw
typedef struct {
  const float* clean; ///< (n_samples): the target
  const float* noisy; ///< (n_samples)
  bool         has_speech;
  float        snr_db;       ///< Infinite for pure speech, minus for pure noise
  float        level;        ///< Active level of the target, else of the noise
  float        bandwidth_hz; ///< Up to where the target is to be trusted
} RondoMix;

/// Room for mixing one item at a time; one per thread
typedef struct RondoMixerImpl RondoMixer;

// Setup (allocates)

/// Return settings that suit a denoiser of voice.
RondoMixSettings
rondo_mix_default_settings(void);

/// Read the settings that `config` has, each under its own name.
RONDO_NODISCARD RondoStatus
rondo_mix_read_settings(RondoConfig*      config,
                        RondoMixSettings* settings,
                        RondoError*       error);

/**
   Make a mixer of items of `n_samples`.

   @param sounds At least one voice; noises and responses may be absent, what
   is made by rule then takes their place.  Must outlive the mixer.
*/
RONDO_NODISCARD RondoStatus
rondo_mixer_new(const RondoSounds*      sounds,
                const RondoMixSettings* settings,
                size_t                  n_samples,
                RondoMixer**            out);

/// Free; NULL is harmless.
void
rondo_mixer_free(RondoMixer* mixer);

// Processing (does not allocate)

/// Draw an item.
void
rondo_mixer_draw(RondoMixer* mixer, RondoRandom* random, RondoMix* mix);

RONDO_END_DECLS

#endif // RONDO_TRAIN_MIXER_H
