// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/bands.h"
#include "core/audio/decibels.h"
#include "core/audio/features.h"
#include "core/audio/features_impl.h"

#include <stddef.h>

void
rondo_features_compute(const RondoFeatures* const  features,
                       const float* const          spectrum,
                       float* RONDO_RESTRICT const work,
                       float* RONDO_RESTRICT const out)
{
  const size_t n_coarse = features->n_coarse;
  const size_t n_levels = n_coarse + features->n_fine_inputs;

  // power = re^2 + im^2
  for (size_t k = 0; k < features->n_bins; ++k) {
    const float re = spectrum[2U * k];
    const float im = spectrum[(2U * k) + 1U];

    work[k] = (re * re) + (im * im);
  }

  rondo_bands_gather(features->coarse, work, out);
  rondo_bands_gather_lowest(
    features->fine, features->n_fine_inputs, work, out + n_coarse);

  // level = (10 log10(energy + 1e-11) + 70) / 30
  for (size_t i = 0; i < n_levels; ++i) {
    out[i] = (rondo_decibels(out[i] + 1e-11f) + 70.0f) * (1.0f / 30.0f);
  }
}
