// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file frames.h Spectra of overlapping frames.

   A frame has a length in time, not in samples, so that the bins of every
   sample rate are about equally far apart.  Frames hop by half a frame, and
   reconstruct perfectly.

   What is analysed may span several frames, of which the last is synthesised:
   bins are closer that way, and nothing is later for it.  The analysis window
   then rises over all of the span but the last hop, and falls within that; the
   synthesis window makes a Hann window of their product (Mauler and Martin
   2007, "A low delay, variable resolution, perfect reconstruction spectral
   analysis-synthesis system").  Of a span of one frame both windows are the
   square root of a Hann window.
*/

#ifndef RONDO_AUDIO_FRAMES_H
#define RONDO_AUDIO_FRAMES_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_MIN_SAMPLE_RATE 8000.0
#define RONDO_MAX_SAMPLE_RATE 384000.0

#define RONDO_MAX_SPANNED 4U

/// Transform plans and the windows of one frame length; immutable
typedef struct RondoFramesImpl RondoFrames;

// Setup (allocates)

/**
   Plan frames of about `seconds`.

   The size is the even number nearest to seconds * sample_rate whose prime
   factors are 2, 3, 5 and 7: sizes for which the transform does not allocate.

   @param sample_rate RONDO_MIN_SAMPLE_RATE to RONDO_MAX_SAMPLE_RATE, Hz.
   @param seconds 0.005 to 0.1.
   @param n_spanned Frames that are analysed at once, 1 to RONDO_MAX_SPANNED.
*/
RONDO_NODISCARD RondoStatus
rondo_frames_new(double        sample_rate,
                 double        seconds,
                 size_t        n_spanned,
                 RondoFrames** out);

/// Free plans that nobody uses any more; NULL is harmless.
void
rondo_frames_free(RondoFrames* frames);

/// Return the length of a frame in samples, even.
size_t
rondo_frames_size(const RondoFrames* frames);

/// Return the length of what is analysed in samples: one frame or more.
size_t
rondo_frames_span(const RondoFrames* frames);

/// Return the distance of frames in samples: half a frame.
size_t
rondo_frames_hop(const RondoFrames* frames);

/// Return the number of bins: half a span and one.
size_t
rondo_frames_n_bins(const RondoFrames* frames);

/// Return the distance of bins in Hz.
double
rondo_frames_bin_hz(const RondoFrames* frames);

// Processing (audio thread)

/**
   Transform one windowed span, of which the last frame is the newest.

   A full-scale sine in the middle of a bin has magnitude 1 there, whatever
   the sample rate.

   @param samples (span), any alignment.
   @param[out] work (span), aligned to 64 bytes.
   @param[out] spectrum (n_bins, 2): real and imaginary; aligned to 64 bytes.
*/
RONDO_REALTIME void
rondo_frames_analyse(const RondoFrames*    frames,
                     const float*          samples,
                     float* RONDO_RESTRICT work,
                     float* RONDO_RESTRICT spectrum);

/**
   Transform a spectrum back to a windowed frame, ready to be overlapped and
   added.

   @param[in,out] spectrum (n_bins, 2), destroyed; aligned to 64 bytes.
   @param[out] samples (span), of which the first (size) are the frame and the
   rest is destroyed; aligned to 64 bytes.
*/
RONDO_REALTIME void
rondo_frames_synthesise(const RondoFrames*    frames,
                        float* RONDO_RESTRICT spectrum,
                        float* RONDO_RESTRICT samples);

// Training

/**
   Turn the gradient of a synthesised frame into that of its spectrum.

   @param dsamples (size).
   @param[out] work (span), aligned to 64 bytes.
   @param[out] dspectrum (n_bins, 2), of real and imaginary parts; aligned to 64
   bytes.
*/
RONDO_REALTIME void
rondo_frames_synthesise_adjoint(const RondoFrames*    frames,
                                const float*          dsamples,
                                float* RONDO_RESTRICT work,
                                float* RONDO_RESTRICT dspectrum);

RONDO_END_DECLS

#endif // RONDO_AUDIO_FRAMES_H
