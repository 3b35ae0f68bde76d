// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_FRAMES_IMPL_H
#define RONDO_AUDIO_FRAMES_IMPL_H

#include "core/audio/frames.h"

#include <fftw3.h>

#include <stddef.h>

struct RondoFramesImpl {
  fftwf_plan forward;
  fftwf_plan backward;
  float*     analysis_window;  ///< (span), holds the scale of the spectrum
  float*     synthesis_window; ///< (size), undoes it
  size_t     size;
  size_t     span;
  double     bin_hz;
};

#endif // RONDO_AUDIO_FRAMES_IMPL_H
