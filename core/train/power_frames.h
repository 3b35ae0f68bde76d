// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file power_frames.h Power spectra of overlapping frames, and the way back.

   For measures of sound that are trained with: the gradient of the powers
   becomes that of the samples.
*/

#ifndef RONDO_TRAIN_POWER_FRAMES_H
#define RONDO_TRAIN_POWER_FRAMES_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Room for the frames of one signal at a time
typedef struct RondoPowerFramesImpl RondoPowerFrames;

// Setup (allocates)

/**
   Make room for the frames of signals of `n_samples`.

   @param length Samples of a frame under a periodic Hann window, at most
   `size` and `n_samples`.
   @param size Samples of the transform; frames are filled up with zeros.
   @param n_bins Bins in use, from 0 Hz; at most size / 2.
*/
RONDO_NODISCARD RondoStatus
rondo_power_frames_new(size_t             n_samples,
                       size_t             length,
                       size_t             hop,
                       size_t             size,
                       size_t             n_bins,
                       RondoPowerFrames** out);

/// Free; NULL is harmless.
void
rondo_power_frames_free(RondoPowerFrames* frames);

/// Return the number of frames.
size_t
rondo_power_frames_count(const RondoPowerFrames* frames);

// Processing (does not allocate)

/**
   Compute the powers of all frames.

   @param samples (n_samples).
   @param[out] power (n_frames, n_bins).
*/
void
rondo_power_frames_compute(RondoPowerFrames* frames,
                           const float*      samples,
                           float*            power);

/**
   Add the gradient of the samples that were computed last.

   @param dpower (n_frames, n_bins); that of bin 0 is not used.
   @param[in,out] dsamples (n_samples), added to.
*/
void
rondo_power_frames_adjoint(RondoPowerFrames* frames,
                           const float*      dpower,
                           float*            dsamples);

RONDO_END_DECLS

#endif // RONDO_TRAIN_POWER_FRAMES_H
