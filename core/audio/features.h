// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file features.h What a denoising network sees and says.

   The task object of a denoiser's description:

       {"name": "denoise",
        "frame_seconds": 0.02, "spanned_frames": 1,
        "coarse": {"fine_hz": 0, "step_hz": 100, "erb_step": 1.2,
                   "high_hz": 20000},
        "fine":   {"fine_hz": 4000, "step_hz": 50, "erb_step": 0.9,
                   "high_hz": 20000},
        "voice": true}

   The network's input is the level of the coarse bands followed by the level
   of those fine bands that are up to "fine_hz"; without "coarse", the level of
   all fine bands.  Its output is a gain in 0 … 1 for each fine band, followed,
   if "voice" is true, by the probability that somebody speaks.  All keys but
   "spanned_frames", "coarse", "phase" (false) and "voice" (false) are required;
   the bands are those of rondo_bands_place().

       level = (10 log10(energy + 1e-11) + 70) / 30

   where energy is the mean power of a band's bins, 1 for a full-scale sine in
   a band of one bin; it is 0 for bands that the sample rate does not reach.

   If "phase" is true, without "coarse", each fine band has three inputs: its
   level, and the real and the imaginary part of

       sum Y_t Y*_(t - 1) exp(-i pi k / n) / sqrt(sum |Y_t|^2 sum |Y_(t - 1)|^2)

   over its bins k, weighted as the energy is, with "spanned_frames" n.  A
   steady tone f Hz above the middle of a bin turns it by 2 pi f times the hop;
   where there is noise it turns anyhow.
*/

#ifndef RONDO_AUDIO_FEATURES_H
#define RONDO_AUDIO_FEATURES_H

#include "core/audio/bands.h"
#include "core/audio/frames.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// The layout of a denoiser's inputs and outputs at one sample rate; immutable
typedef struct RondoFeaturesImpl RondoFeatures;

// Setup (allocates)

/**
   Make the layout that `description`'s task asks for.

   Fails if the network's inputs or outputs do not fit the task.

   @param bin_hz Distance of bins in Hz at the sample rate in use.
*/
RONDO_NODISCARD RondoStatus
rondo_features_new(const RondoDescription* description,
                   size_t                  n_bins,
                   double                  bin_hz,
                   RondoFeatures**         out,
                   RondoError*             error);

/// Free; NULL is harmless.
void
rondo_features_free(RondoFeatures* features);

/// Plan the frames that `description`'s task asks for.
RONDO_NODISCARD RondoStatus
rondo_features_make_frames(const RondoDescription* description,
                           double                  sample_rate,
                           RondoFrames**           frames,
                           RondoError*             error);

/// Return the width of the network's input.
size_t
rondo_features_count(const RondoFeatures* features);

/// Return the number of gains.
size_t
rondo_features_n_gains(const RondoFeatures* features);

/// Return the bands of the gains.
const RondoBands*
rondo_features_gain_bands(const RondoFeatures* features);

/// Return whether the output after the gains is a voice probability.
bool
rondo_features_has_voice(const RondoFeatures* features);

// Processing (audio thread)

/**
   Compute the network's input from a spectrum.

   @param spectrum (n_bins, 2).
   @param[in,out] previous (n_bins, 2) The spectrum of the frame before, at
   first zeros; becomes this one's.
   @param[out] work (4, n_bins).
   @param[out] out (rondo_features_count()).
*/
RONDO_REALTIME void
rondo_features_compute(const RondoFeatures*  features,
                       const float*          spectrum,
                       float* RONDO_RESTRICT previous,
                       float* RONDO_RESTRICT work,
                       float* RONDO_RESTRICT out);

RONDO_END_DECLS

#endif // RONDO_AUDIO_FEATURES_H
