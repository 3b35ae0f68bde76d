// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/bands.h"
#include "core/audio/decibels.h"
#include "core/audio/features.h"
#include "core/audio/features_impl.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

// Energies of silence, so that it has a level and is not divided by
static const float quiet = 1e-11f;

// level = (10 log10(energy + 1e-11) + 70) / 30
static float
level_of(const float energy)
{
  return (rondo_decibels(energy + quiet) + 70.0f) * (1.0f / 30.0f);
}

static void
find_power(const float* const          spectrum,
           const size_t                n_bins,
           float* RONDO_RESTRICT const power)
{
  for (size_t k = 0; k < n_bins; ++k) {
    const float re = spectrum[2U * k];
    const float im = spectrum[(2U * k) + 1U];

    power[k] = (re * re) + (im * im);
  }
}

// Y_t Y*_(t - 1), turned back by what the middle of each bin advances in a hop
static void
find_product(const RondoFeatures* const  features,
             const float* const          spectrum,
             const float* const          previous,
             float* RONDO_RESTRICT const re,
             float* RONDO_RESTRICT const im)
{
  for (size_t k = 0; k < features->n_bins; ++k) {
    const float* const turn = features->turns[k % features->n_turns];
    const float        a    = spectrum[2U * k];
    const float        b    = spectrum[(2U * k) + 1U];
    const float        c    = previous[2U * k];
    const float        d    = previous[(2U * k) + 1U];
    const float        x    = (a * c) + (b * d);
    const float        y    = (b * c) - (a * d);

    re[k] = (x * turn[0]) + (y * turn[1]);
    im[k] = (y * turn[0]) - (x * turn[1]);
  }
}

// Three inputs for each band
static void
compute_phase(const RondoFeatures* const  features,
              const float* const          spectrum,
              const float* const          previous,
              float* RONDO_RESTRICT const work,
              float* RONDO_RESTRICT const out)
{
  const RondoBands* const bands   = features->fine;
  const size_t            n_bins  = features->n_bins;
  const size_t            n_bands = rondo_bands_count(bands);
  float* const            power   = work;
  float* const            before  = work + n_bins;
  float* const            re      = work + (2U * n_bins);
  float* const            im      = work + (3U * n_bins);
  float                   energies[4][RONDO_MAX_BANDS];

  find_power(spectrum, n_bins, power);
  find_power(previous, n_bins, before);
  find_product(features, spectrum, previous, re, im);
  rondo_bands_gather(bands, power, energies[0]);
  rondo_bands_gather(bands, before, energies[1]);
  rondo_bands_gather(bands, re, energies[2]);
  rondo_bands_gather(bands, im, energies[3]);
  for (size_t b = 0; b < n_bands; ++b) {
    const float size = sqrtf(energies[0][b] * energies[1][b]) + quiet;

    out[3U * b]        = level_of(energies[0][b]);
    out[(3U * b) + 1U] = energies[2][b] / size;
    out[(3U * b) + 2U] = energies[3][b] / size;
  }
}

void
rondo_features_compute(const RondoFeatures* const  features,
                       const float* const          spectrum,
                       float* RONDO_RESTRICT const previous,
                       float* RONDO_RESTRICT const work,
                       float* RONDO_RESTRICT const out)
{
  const size_t n_bins   = features->n_bins;
  const size_t n_coarse = features->n_coarse;
  const size_t n_levels = n_coarse + features->n_fine_inputs;

  if (features->has_phase) {
    compute_phase(features, spectrum, previous, work, out);
    memcpy(previous, spectrum, 2U * n_bins * sizeof(float));
    return;
  }

  find_power(spectrum, n_bins, work);
  if (n_coarse) {
    rondo_bands_gather(features->coarse, work, out);
  }
  rondo_bands_gather_lowest(
    features->fine, features->n_fine_inputs, work, out + n_coarse);
  for (size_t i = 0; i < n_levels; ++i) {
    out[i] = level_of(out[i]);
  }
}
