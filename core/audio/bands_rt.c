// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/bands.h"
#include "core/audio/bands_impl.h"

#include <stddef.h>
#include <stdint.h>

void
rondo_bands_gather_lowest(const RondoBands* const bands,
                          const size_t            n_bands,
                          const float* const      power,
                          float* const            energy)
{
  for (size_t b = 0; b < n_bands; ++b) {
    const RondoBandSpan* const span    = &bands->spans[b];
    const float* const         weights = bands->weights + span->offset;
    const float* const         bins    = power + span->first;

    float sum = 0.0f;
    for (uint32_t i = 0; i < span->count; ++i) {
      sum += weights[i] * bins[i];
    }
    energy[b] = sum;
  }
}

void
rondo_bands_gather(const RondoBands* const bands,
                   const float* const      power,
                   float* const            energy)
{
  rondo_bands_gather_lowest(bands, bands->n_bands, power, energy);
}

// Four values that are summed side by side
typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));

void
rondo_bands_gather_four(const RondoBands* const bands,
                        const float* const      bins,
                        float* const            energies)
{
  Four* const energy = (Four*)energies;
  for (size_t b = 0; b < bands->n_bands; ++b) {
    const RondoBandSpan* const span    = &bands->spans[b];
    const float* const         weights = bands->weights + span->offset;
    const Four* const          x       = (const Four*)bins + span->first;

    // Even and odd bins apart, so that no sum waits for the one before
    Four     even = { 0.0f };
    Four     odd  = { 0.0f };
    uint32_t i    = 0;
    for (; i + 2U <= span->count; i += 2U) {
      even += weights[i] * x[i];
      odd += weights[i + 1U] * x[i + 1U];
    }
    energy[b] = i < span->count ? even + odd + (weights[i] * x[i]) : even + odd;
  }
}

void
rondo_bands_spread(const RondoBands* const bands,
                   const float* const      band_gains,
                   float* const            gains)
{
  for (size_t k = 0; k < bands->n_inside; ++k) {
    const float* const pair = band_gains + bands->below[k];

    gains[k] = pair[0] + (bands->fraction[k] * (pair[1] - pair[0]));
  }

  const float last = band_gains[bands->n_bands - 1U];
  for (size_t k = bands->n_inside; k < bands->n_bins; ++k) {
    gains[k] = last;
  }
}

void
rondo_bands_spread_adjoint(const RondoBands* const bands,
                           const float* const      dgains,
                           float* const            dband_gains)
{
  for (size_t k = 0; k < bands->n_inside; ++k) {
    float* const dpair = dband_gains + bands->below[k];
    const float  above = bands->fraction[k] * dgains[k];

    dpair[0] += dgains[k] - above;
    dpair[1] += above;
  }

  float sum = 0.0f;
  for (size_t k = bands->n_inside; k < bands->n_bins; ++k) {
    sum += dgains[k];
  }
  dband_gains[bands->n_bands - 1U] += sum;
}
