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

// For each of `n` bins |Y_t|^2, |Y_(t - 1)|^2 and Y_t Y*_(t - 1), which is
// turned back by what the middle of the bin advances in a hop
static void
compare_bins(const float                 turns[RONDO_N_TURNS][2],
             const float* const          spectrum,
             const float* const          previous,
             const size_t                n,
             float* RONDO_RESTRICT const bins)
{
  for (size_t k = 0; k < n; ++k) {
    const float a  = spectrum[2U * k];
    const float b  = spectrum[(2U * k) + 1U];
    const float c  = previous[2U * k];
    const float d  = previous[(2U * k) + 1U];
    const float re = (a * c) + (b * d);
    const float im = (b * c) - (a * d);

    bins[4U * k]        = (a * a) + (b * b);
    bins[(4U * k) + 1U] = (c * c) + (d * d);
    bins[(4U * k) + 2U] = (re * turns[k][0]) + (im * turns[k][1]);
    bins[(4U * k) + 3U] = (im * turns[k][0]) - (re * turns[k][1]);
  }
}

// Compare all bins, in loops over the turns that are vectorised
static void
compare_frames(const RondoFeatures* const  features,
               const float* const          spectrum,
               const float* const          previous,
               float* RONDO_RESTRICT const bins)
{
  for (size_t k = 0; k < features->n_bins; k += RONDO_N_TURNS) {
    const size_t left = features->n_bins - k;
    compare_bins(features->turns,
                 spectrum + (2U * k),
                 previous + (2U * k),
                 left < RONDO_N_TURNS ? left : RONDO_N_TURNS,
                 bins + (4U * k));
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
  float        energies[4U * RONDO_MAX_BANDS];
  float        levels[RONDO_MAX_BANDS];
  float        sizes[RONDO_MAX_BANDS];
  const size_t n = features->n_fine_inputs;

  compare_frames(features, spectrum, previous, work);
  rondo_bands_gather_four(features->fine, work, energies);
  for (size_t b = 0; b < n; ++b) {
    levels[b] = level_of(energies[4U * b]);
    sizes[b]  = sqrtf(energies[4U * b] * energies[(4U * b) + 1U]) + quiet;
  }
  for (size_t b = 0; b < n; ++b) {
    out[3U * b]        = levels[b];
    out[(3U * b) + 1U] = energies[(4U * b) + 2U] / sizes[b];
    out[(3U * b) + 2U] = energies[(4U * b) + 3U] / sizes[b];
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
