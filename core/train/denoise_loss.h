// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_loss.h How wrong the gains of a denoiser are.

   For a bin with gain g, noisy spectrum Y and clean spectrum S, with
   exponent c and the angle D between Y and S (Braun and Tashev 2020, "A
   consolidated view of loss functions for supervised deep learning-based
   speech enhancement", with asymmetry):

       u = (g |Y|)^c,  s = |S|^c
       complex_weight   (u^2 + s^2 - 2 u s cos D) +
       magnitude_weight (u - s)^2, times over_suppression where u < s

   averaged over bins by their width in ERB, and over frames.  To that are
   added, per item with speech,

       distortion_weight 10 log10(1 + 1000 sum |g Y - S|^2 / sum |S|^2)

   and voice_weight times the binary cross-entropy of the voice probability, and
   quality_weight and intelligibility_weight times what wave_loss.h says.
*/

#ifndef RONDO_TRAIN_DENOISE_LOSS_H
#define RONDO_TRAIN_DENOISE_LOSS_H

#include "core/audio/features.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/train/examples.h"
#include "core/train/wave_loss.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// What counts how much
typedef struct {
  double exponent; ///< c
  double complex_weight;
  double magnitude_weight;
  double over_suppression;  ///< At least 1
  double distortion_weight; ///< Per dB
  double voice_weight;
  double quality_weight;
  double intelligibility_weight;
} RondoDenoiseLossSettings;

/// How well the gains of one item did
typedef struct {
  double         loss;       ///< All terms
  double         compressed; ///< The first two terms
  double         distortion; ///< dB, 0 or more; 0 without speech
  double         voice;      ///< Cross-entropy, nats
  double         before_db;  ///< Scale-invariant ratio of speech to error, of Y
  double         after_db;   ///< The same, of g Y
  RondoWaveScore heard;      ///< 0 if neither has a weight
} RondoDenoiseScore;

/// Room for the loss of one item at a time; one per thread
typedef struct RondoDenoiseLossImpl RondoDenoiseLoss;

// Setup (allocates)

/// Return settings that suit a denoiser of voice.
RondoDenoiseLossSettings
rondo_denoise_loss_default_settings(void);

/// Read the settings that `config` has, each under its own name.
RONDO_NODISCARD RondoStatus
rondo_denoise_loss_read_settings(RondoConfig*              config,
                                 RondoDenoiseLossSettings* settings,
                                 RondoError*               error);

/// Make room for items like those of `examples`.
RONDO_NODISCARD RondoStatus
rondo_denoise_loss_new(const RondoDenoiseLossSettings* settings,
                       const RondoExamples*            examples,
                       RondoDenoiseLoss**              out);

/// Free; NULL is harmless.
void
rondo_denoise_loss_free(RondoDenoiseLoss* loss);

// Processing (does not allocate)

/**
   Score one item, and find the gradient of its loss.

   @param y (n_frames, y_stride): the network's output for this item.
   @param scale What the gradient is multiplied by.
   @param[out] dy (n_frames, y_stride), or NULL; as many values of a row are
   set as the network has outputs.
*/
void
rondo_denoise_loss_process(RondoDenoiseLoss*   loss,
                           const RondoExample* example,
                           const float*        y,
                           size_t              y_stride,
                           double              scale,
                           float*              dy,
                           RondoDenoiseScore*  score);

RONDO_END_DECLS

#endif // RONDO_TRAIN_DENOISE_LOSS_H
