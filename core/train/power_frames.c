// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/power_frames.h"

#include "core/audio/frames_transform.h"
#include "core/base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

struct RondoPowerFramesImpl {
  RondoTransform* transform;
  size_t          length;
  size_t          hop;
  size_t          size;
  size_t          n_bins;
  size_t          n_frames;
  float*          window;  ///< (length)
  float*          work;    ///< (size)
  float*          bins;    ///< (size / 2 + 1, 2)
  float*          spectra; ///< (n_frames, n_bins, 2)
};

void
rondo_power_frames_free(RondoPowerFrames* const f)
{
  if (f) {
    rondo_transform_free(f->transform);
    rondo_aligned_free(f->window);
    rondo_aligned_free(f->work);
    rondo_aligned_free(f->bins);
    rondo_aligned_free(f->spectra);
    free(f);
  }
}

RondoStatus
rondo_power_frames_new(const size_t             n_samples,
                       const size_t             length,
                       const size_t             hop,
                       const size_t             size,
                       const size_t             n_bins,
                       RondoPowerFrames** const out)
{
  *out = NULL;
  if (!hop || length < 2U || length > size || length > n_samples || !n_bins ||
      n_bins > size / 2U) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoPowerFrames* const f =
    (RondoPowerFrames*)calloc(1, sizeof(RondoPowerFrames));
  if (!f) {
    return RONDO_ERR_NO_MEMORY;
  }
  f->length   = length;
  f->hop      = hop;
  f->size     = size;
  f->n_bins   = n_bins;
  f->n_frames = 1U + ((n_samples - length) / hop);
  f->window   = (float*)rondo_aligned_new(length * sizeof(float));
  f->work     = (float*)rondo_aligned_new(size * sizeof(float));
  f->bins     = (float*)rondo_aligned_new((size + 2U) * sizeof(float));
  f->spectra =
    (float*)rondo_aligned_new(f->n_frames * n_bins * 2U * sizeof(float));
  RondoStatus st = f->window && f->work && f->bins && f->spectra
                     ? rondo_transform_new(size, &f->transform)
                     : RONDO_ERR_NO_MEMORY;
  if (st) {
    rondo_power_frames_free(f);
    return st;
  }
  for (size_t i = 0; i < length; ++i) {
    f->window[i] =
      (float)(0.5 - (0.5 * cos(2.0 * pi * (double)i / (double)length)));
  }
  *out = f;
  return RONDO_SUCCESS;
}

size_t
rondo_power_frames_count(const RondoPowerFrames* const frames)
{
  return frames->n_frames;
}

void
rondo_power_frames_compute(RondoPowerFrames* const f,
                           const float* const      samples,
                           float* const            power)
{
  for (size_t t = 0; t < f->n_frames; ++t) {
    float* const spectrum = f->spectra + (t * f->n_bins * 2U);
    for (size_t i = 0; i < f->length; ++i) {
      f->work[i] = f->window[i] * samples[(t * f->hop) + i];
    }
    memset(f->work + f->length, 0, (f->size - f->length) * sizeof(float));
    rondo_transform_forward(f->transform, f->work, f->bins);
    memcpy(spectrum, f->bins, f->n_bins * 2U * sizeof(float));
    for (size_t k = 0; k < f->n_bins; ++k) {
      const float re             = spectrum[2U * k];
      const float im             = spectrum[(2U * k) + 1U];
      power[(t * f->n_bins) + k] = (re * re) + (im * im);
    }
  }
}

// d|X_k|^2 / dx[i] = 2 w[i] Re(X_k exp(2 pi i k i / size)), which is what the
// inverse transform, scaled by 1 / size, makes of X_k
void
rondo_power_frames_adjoint(RondoPowerFrames* const f,
                           const float* const      dpower,
                           float* const            dsamples)
{
  const float scale = (float)f->size;
  for (size_t t = 0; t < f->n_frames; ++t) {
    const float* const spectrum = f->spectra + (t * f->n_bins * 2U);
    const float* const d        = dpower + (t * f->n_bins);
    memset(f->bins, 0, (f->size + 2U) * sizeof(float));
    for (size_t k = 1; k < f->n_bins; ++k) {
      f->bins[2U * k]        = scale * d[k] * spectrum[2U * k];
      f->bins[(2U * k) + 1U] = scale * d[k] * spectrum[(2U * k) + 1U];
    }
    rondo_transform_backward(f->transform, f->bins, f->work);
    for (size_t i = 0; i < f->length; ++i) {
      dsamples[(t * f->hop) + i] += f->window[i] * f->work[i];
    }
  }
}
