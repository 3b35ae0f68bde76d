// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file wave_loss.h How wrong what is heard of a denoiser is.

   The gains make a signal as the denoiser does, and quality.h and
   intelligibility.h compare that with the voice.
*/

#ifndef RONDO_TRAIN_WAVE_LOSS_H
#define RONDO_TRAIN_WAVE_LOSS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/examples.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// The shortest items, and the lowest sample rate
#define RONDO_WAVE_LOSS_SECONDS 0.6
#define RONDO_WAVE_LOSS_RATE 16000.0

/// Both measures: lower is better
typedef struct {
  double quality;         ///< As of rondo_quality_process()
  double intelligibility; ///< 1 - STOI
} RondoWaveScore;

/// Room for one item at a time; one per thread
typedef struct RondoWaveLossImpl RondoWaveLoss;

// Setup (allocates)

/// Return whether items are long enough, and their sample rate high enough.
bool
rondo_wave_loss_fits(double sample_rate, double seconds);

/// Make room for items like those of `examples`, which must outlive it.
RONDO_NODISCARD RondoStatus
rondo_wave_loss_new(const RondoExamples* examples,
                    double               quality_weight,
                    double               intelligibility_weight,
                    RondoWaveLoss**      out);

/// Free; NULL is harmless.
void
rondo_wave_loss_free(RondoWaveLoss* loss);

// Processing (does not allocate)

/**
   Score one item.  Both scores are 0 without speech, of clean speech and of
   speech that is not known up to 7 kHz.

   @param gains (T, K) Of bins.
   @param scale What the gradient is multiplied by.
   @param[in,out] dgains (T, K): the gradient of both, by their weights, is
   added; or NULL.
*/
void
rondo_wave_loss_process(RondoWaveLoss*      loss,
                        const RondoExample* example,
                        const float*        gains,
                        double              scale,
                        float*              dgains,
                        RondoWaveScore*     score);

RONDO_END_DECLS

#endif // RONDO_TRAIN_WAVE_LOSS_H
