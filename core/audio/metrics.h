// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file metrics.h Objective scores of processed speech.

   Every function takes a clean reference and a processed signal, aligned and
   of one length, ±1 nominal.

   Setup (allocates).  Nothing here runs in the audio thread.
*/

#ifndef RONDO_AUDIO_METRICS_H
#define RONDO_AUDIO_METRICS_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   Return the scale-invariant ratio of signal to distortion in dB.

       s = r <r, p> / <r, r>,  10 log10(|s|^2 / |p - s|^2)

   of signals without their means (Le Roux, Wisdom, Erdogan and Hershey 2019,
   "SDR - half-baked or well done?", section 2).
*/
double
rondo_metrics_si_sdr(const double* reference,
                     const double* processed,
                     size_t        n);

/**
   Measure the short-time objective intelligibility, about 0 to 1.

   Taal, Hendriks, Heusdens and Jensen 2011, "An Algorithm for Intelligibility
   Prediction of Time-Frequency Weighted Noisy Speech": 15 third-octave bands
   of the signals at 10 kHz, correlated over 384 ms.  Like the authors' own
   program it leaves out a frame that ends with the last sample.

   All in double: a band in which a voice has nothing, as over the range of a
   telephone, correlates what rounding left there.

   @param sample_rate 1 to 384000 Hz.
   @return RONDO_ERR_UNSUPPORTED if under 30 frames (0.4 s) of speech are left
   without the pauses.
*/
RONDO_NODISCARD RondoStatus
rondo_metrics_stoi(const double* reference,
                   const double* processed,
                   size_t        n,
                   size_t        sample_rate,
                   double*       out);

/**
   Measure the log-spectral distance in dB: of every 32 ms frame the root of
   the mean square of the difference of both power spectra in dB, averaged.

   Both spectra are raised to 80 dB under the largest bin of the reference, so
   that silence against silence counts 0 and residue in silence still counts.

   @return RONDO_ERR_UNSUPPORTED if the signals are shorter than a frame.
*/
RONDO_NODISCARD RondoStatus
rondo_metrics_log_spectral_distance(const float* reference,
                                    const float* processed,
                                    size_t       n,
                                    size_t       sample_rate,
                                    double*      out);

/**
   Find the samples by which `processed` lags behind `reference`, at most
   `max_lag` either way: where the cross-correlation is largest.
*/
RONDO_NODISCARD RondoStatus
rondo_metrics_delay(const float* reference,
                    const float* processed,
                    size_t       n,
                    size_t       max_lag,
                    ptrdiff_t*   out);

RONDO_END_DECLS

#endif // RONDO_AUDIO_METRICS_H
