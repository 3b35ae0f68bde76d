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

/// Parts of speech that are soft or short, and easily taken for noise
typedef enum {
  RONDO_PART_ONSET,
  RONDO_PART_SIBILANT,
  RONDO_PART_WORD_END,
  RONDO_N_PARTS,
} RondoPart;

/// What the regions of one part have lost; sums, to be added over signals
typedef struct {
  size_t n_regions;
  size_t n_over_3_db; ///< Regions that lost more than 3 dB
  size_t n_over_6_db;
  double sum; ///< Of the losses of all regions, dB
} RondoLosses;

/**
   Measure how much of onsets, sibilants and word ends is lost.

   The regions are found in the clean signal alone, in frames of 20 ms under a
   Hann window every 5 ms:

   - an onset is where the level over 500 Hz (raised to 50 dB under the loudest
     frame) has risen by at least 10 dB within 20 ms, to 30 dB under the loudest
     frame or more, and by more than at any other frame within 50 ms; its region
     is the six frames from the middle of the rise on;
   - a sibilant is at least 30 ms of frames, at most 35 dB softer than the
     loudest, with more energy above 4 kHz than below; what it has above counts;
   - a word end is the last 100 ms of frames at most 35 dB softer than the
     loudest, 50 ms of them at least, before 150 ms or more of softer ones.

   In each frame and band of 500 Hz the processed spectrum p is told as a sum
   a c + b v + e of the clean one c, the noise v and a remainder e that is
   orthogonal to both, a and b real, as Vincent, Gribonval and Fevotte 2006
   ("Performance Measurement in Blind Audio Source Separation", section III) do
   over time.  What is kept is the energy of a c (none where a is negative), so
   that noise that is left does not count as voice.  The loss of a region is its
   clean energy over what is kept of it, in dB, at most 40.

   @param clean, noisy, processed (n), in step.
   @param sample_rate 400 to 384000 Hz.
   @param[out] out (RONDO_N_PARTS).
   @return RONDO_ERR_UNSUPPORTED if the signals are shorter than a frame.
*/
RONDO_NODISCARD RondoStatus
rondo_metrics_losses(const float* clean,
                     const float* noisy,
                     const float* processed,
                     size_t       n,
                     size_t       sample_rate,
                     RondoLosses* out);

RONDO_END_DECLS

#endif // RONDO_AUDIO_METRICS_H
