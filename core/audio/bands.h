// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file bands.h Triangular bands over the bins of a frame.

   A set of bands is a rising list of centres in Hz.  Neighbouring triangles
   overlap and sum to one, so energies gathered in bands and gains spread from
   bands to bins use the same weights.  Bands above half the sample rate have
   no bins: their energy is 0 and their gain is not used.
*/

#ifndef RONDO_AUDIO_BANDS_H
#define RONDO_AUDIO_BANDS_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_MAX_BANDS 512U

/// Weights between bands and bins; immutable
typedef struct RondoBandsImpl RondoBands;

// Setup (allocates)

/// Return the ERB-rate of `hz` (Glasberg and Moore 1990, equation 4).
double
rondo_erb_from_hz(double hz);

/// Return the frequency in Hz of ERB-rate `erb`.
double
rondo_hz_from_erb(double erb);

/**
   List band centres from 0 Hz to `high_hz`.

   Up to `fine_hz` they are `step_hz` apart; above, `erb_step` ERB apart, but
   never closer than `step_hz`; the last one is `high_hz`.

   @param fine_hz At least 0.
   @param step_hz Above 0.
   @param erb_step Above 0.
   @param high_hz Above 0.
   @param[out] centres (RONDO_MAX_BANDS), Hz, rising.
   @return The number of centres, or 0 if they would be too many or an
   argument is out of range.
*/
size_t
rondo_bands_place(double  fine_hz,
                  double  step_hz,
                  double  erb_step,
                  double  high_hz,
                  double* centres);

/**
   Compute the weights of `n_bands` bands over `n_bins` bins.

   @param centres (n_bands), Hz, from 0 up, each above the one before.
   @param n_bands 2 to RONDO_MAX_BANDS.
   @param n_bins At least 1.
   @param bin_hz Distance of bins in Hz, above 0.
*/
RONDO_NODISCARD RondoStatus
rondo_bands_new(const double* centres,
                size_t        n_bands,
                size_t        n_bins,
                double        bin_hz,
                RondoBands**  out);

/// Free; NULL is harmless.
void
rondo_bands_free(RondoBands* bands);

/// Return the number of bands.
size_t
rondo_bands_count(const RondoBands* bands);

// Processing (audio thread)

/**
   Gather the mean power of the bins of each band.

   Bins beyond the last centre belong to no band here, so that energies do not
   depend on how far the sample rate reaches beyond it.

   @param power (n_bins).
   @param[out] energy (n_bands): sum of weight * power over sum of weight.
*/
RONDO_REALTIME void
rondo_bands_gather(const RondoBands* bands, const float* power, float* energy);

/// As rondo_bands_gather(), of four quantities: (n_bins, 4) to (n_bands, 4).
/// Even and odd bins are summed apart.
RONDO_REALTIME void
rondo_bands_gather_four(const RondoBands* bands,
                        const float*      bins,
                        float*            energies);

/// As rondo_bands_gather(), for the lowest `n_bands` bands alone.
RONDO_REALTIME void
rondo_bands_gather_lowest(const RondoBands* bands,
                          size_t            n_bands,
                          const float*      power,
                          float*            energy);

/**
   Spread band gains to bins: each bin takes the weighted mean of the two
   bands that it lies between; bins beyond the last band take its gain.

   @param band_gains (n_bands).
   @param[out] gains (n_bins).
*/
RONDO_REALTIME void
rondo_bands_spread(const RondoBands* bands,
                   const float*      band_gains,
                   float*            gains);

// Training

/**
   Add the gradient of band gains from that of the gains of bins: the transpose
   of rondo_bands_spread().

   @param dgains (n_bins).
   @param[in,out] dband_gains (n_bands), added to.
*/
RONDO_REALTIME void
rondo_bands_spread_adjoint(const RondoBands* bands,
                           const float*      dgains,
                           float*            dband_gains);

RONDO_END_DECLS

#endif // RONDO_AUDIO_BANDS_H
