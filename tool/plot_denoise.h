// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file plot_denoise.h A picture of what the denoiser does with a sound.
*/

#ifndef RONDO_TOOL_PLOT_DENOISE_H
#define RONDO_TOOL_PLOT_DENOISE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

/// What to draw, and how
typedef struct {
  const char* input;
  const char* output; ///< The picture
  const char* model;  ///< NULL for the preset
  const char* title;  ///< NULL for one of ours
  double      max_hz; ///< 0 for that of spectrograms
  double      range;  ///< Of levels, dB
} RondoPlotDenoise;

/**
   Denoise a sound file and draw it before and after, the gain between both over
   frequency, the reduction in all, and the probability of a voice, one under
   the other on one axis of time.
*/
RONDO_NODISCARD RondoStatus
rondo_plot_denoise(const RondoPlotDenoise* settings, RondoError* error);

#endif // RONDO_TOOL_PLOT_DENOISE_H
