// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file quality.h How much worse a voice sounds, to train with.

   The perceptual model of ITU-T P.862 and P.862.2 (wide-band PESQ): spectra on
   a Bark scale become loudness (Zwicker's law); what differs by more than is
   masked disturbs, and what was added disturbs more than what is missing.  In
   order that there is a gradient, signals are not aligned in time, the filters
   act on spectra, and nothing is done for bad intervals.  Spectra are those of
   the signal's own sample rate, up to 8 kHz.
*/

#ifndef RONDO_TRAIN_QUALITY_H
#define RONDO_TRAIN_QUALITY_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Room for one pair of signals at a time; one per thread
typedef struct RondoQualityImpl RondoQuality;

// Setup (allocates)

/// Make room for signals of `n_samples`, at least 0.4 s at 16 kHz or more.
RONDO_NODISCARD RondoStatus
rondo_quality_new(double sample_rate, size_t n_samples, RondoQuality** out);

/// Free; NULL is harmless.
void
rondo_quality_free(RondoQuality* quality);

// Processing (does not allocate)

/**
   Return by how much `samples` score less than 4.5 before the result is mapped
   to a mean opinion score: 0 for no disturbance.

   @param target (n_samples).
   @param samples (n_samples).
   @param scale What the gradient is multiplied by.
   @param[in,out] dsamples (n_samples), added to, or NULL.
*/
double
rondo_quality_process(RondoQuality* quality,
                      const float*  target,
                      const float*  samples,
                      double        scale,
                      float*        dsamples);

/// Return the mean opinion score that P.862.2 maps a loss of quality to.
double
rondo_quality_score(double loss);

RONDO_END_DECLS

#endif // RONDO_TRAIN_QUALITY_H
