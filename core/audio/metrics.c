// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/metrics.h"

#include "core/audio/frames_transform.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define LSD_SECONDS 0.032
#define LSD_FLOOR_DB (-80.0)

static const double pi = 3.14159265358979323846;

static double
mean(const double* const x, const size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += x[i];
  }
  return n ? sum / (double)n : 0.0;
}

double
rondo_metrics_si_sdr(const double* const reference,
                     const double* const processed,
                     const size_t        n)
{
  const double mean_r = mean(reference, n);
  const double mean_p = mean(processed, n);
  double       rp     = 0.0;
  double       rr     = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double r = reference[i] - mean_r;
    const double p = processed[i] - mean_p;
    rp += r * p;
    rr += r * r;
  }

  const double gain   = rp / fmax(rr, DBL_EPSILON);
  double       target = 0.0;
  double       error  = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double s = gain * (reference[i] - mean_r);
    const double e = (processed[i] - mean_p) - s;
    target += s * s;
    error += e * e;
  }
  return 10.0 * log10(fmax(target, DBL_EPSILON) / fmax(error, DBL_EPSILON));
}

// Power spectra of Hann frames that overlap by half
typedef struct {
  RondoTransform* transform;
  size_t          size;
  size_t          n_bins;
  float*          window;   // (size)
  float*          frame;    // (size)
  float*          spectrum; // (n_bins, 2)
} Spectra;

static void
spectra_free(Spectra* const spectra)
{
  rondo_transform_free(spectra->transform);
  free(spectra->window);
  free(spectra->frame);
  free(spectra->spectrum);
}

static RondoStatus
spectra_new(Spectra* const spectra, const size_t size)
{
  spectra->size     = size;
  spectra->n_bins   = (size / 2U) + 1U;
  spectra->window   = (float*)calloc(size, sizeof(float));
  spectra->frame    = (float*)calloc(size, sizeof(float));
  spectra->spectrum = (float*)calloc(2U * spectra->n_bins, sizeof(float));
  if (!spectra->window || !spectra->frame || !spectra->spectrum) {
    return RONDO_ERR_NO_MEMORY;
  }

  // The symmetric window, 0 at both ends
  for (size_t i = 0; i < size; ++i) {
    const double phase = 2.0 * pi * (double)i / (double)(size - 1U);
    spectra->window[i] = (float)(0.5 - (0.5 * cos(phase)));
  }
  return rondo_transform_new(size, &spectra->transform);
}

static void
spectra_analyse(const Spectra* const spectra,
                const float* const   samples,
                double* const        power)
{
  for (size_t i = 0; i < spectra->size; ++i) {
    spectra->frame[i] = samples[i] * spectra->window[i];
  }
  rondo_transform_forward(
    spectra->transform, spectra->frame, spectra->spectrum);
  for (size_t k = 0; k < spectra->n_bins; ++k) {
    const double re = (double)spectra->spectrum[2U * k];
    const double im = (double)spectra->spectrum[(2U * k) + 1U];

    power[k] = (re * re) + (im * im);
  }
}

// The largest bin of all frames
static double
spectra_peak(const Spectra* const spectra,
             const float* const   samples,
             const size_t         n_frames,
             double* const        power)
{
  double peak = 0.0;
  for (size_t t = 0; t < n_frames; ++t) {
    spectra_analyse(spectra, samples + (t * (spectra->size / 2U)), power);
    for (size_t k = 0; k < spectra->n_bins; ++k) {
      peak = fmax(peak, power[k]);
    }
  }
  return peak;
}

static double
frame_distance(const double* const p,
               const double* const q,
               const size_t        n_bins,
               const double        floor)
{
  double sum = 0.0;
  for (size_t k = 0; k < n_bins; ++k) {
    const double d = 10.0 * log10(fmax(p[k], floor) / fmax(q[k], floor));
    sum += d * d;
  }
  return sqrt(sum / (double)n_bins);
}

RondoStatus
rondo_metrics_log_spectral_distance(const float* const reference,
                                    const float* const processed,
                                    const size_t       n,
                                    const size_t       sample_rate,
                                    double* const      out)
{
  const size_t size = (size_t)nearbyint(LSD_SECONDS * (double)sample_rate);
  const size_t hop  = size / 2U;
  if (size < 4U || n < size) {
    return RONDO_ERR_UNSUPPORTED;
  }

  const size_t  n_frames = ((n - size) / hop) + 1U;
  Spectra       spectra  = { NULL, 0U, 0U, NULL, NULL, NULL };
  RondoStatus   st       = spectra_new(&spectra, size);
  double* const p        = (double*)calloc(spectra.n_bins, sizeof(double));
  double* const q        = (double*)calloc(spectra.n_bins, sizeof(double));
  if (!st && (!p || !q)) {
    st = RONDO_ERR_NO_MEMORY;
  }
  if (!st) {
    const double peak  = spectra_peak(&spectra, reference, n_frames, p);
    const double floor = fmax(peak, DBL_EPSILON) * pow(10., LSD_FLOOR_DB / 10.);
    double       sum   = 0.0;
    for (size_t t = 0; t < n_frames; ++t) {
      spectra_analyse(&spectra, reference + (t * hop), p);
      spectra_analyse(&spectra, processed + (t * hop), q);
      sum += frame_distance(p, q, spectra.n_bins, floor);
    }
    *out = sum / (double)n_frames;
  }
  free(q);
  free(p);
  spectra_free(&spectra);
  return st;
}

// Fill the spectrum of `n` samples followed by zeros
static void
padded_spectrum(const RondoTransform* const transform,
                const float* const          samples,
                const size_t                n,
                const size_t                size,
                float* const                work,
                float* const                spectrum)
{
  for (size_t i = 0; i < size; ++i) {
    work[i] = i < n ? samples[i] : 0.0f;
  }
  rondo_transform_forward(transform, work, spectrum);
}

// Multiply b by the conjugate of a
static void
correlate_spectra(const float* const a, float* const b, const size_t n_bins)
{
  for (size_t k = 0; k < n_bins; ++k) {
    const float re = b[2U * k];
    const float im = b[(2U * k) + 1U];

    b[2U * k]        = (re * a[2U * k]) + (im * a[(2U * k) + 1U]);
    b[(2U * k) + 1U] = (im * a[2U * k]) - (re * a[(2U * k) + 1U]);
  }
}

static ptrdiff_t
find_peak(const float* const correlation, const size_t size, const size_t lag)
{
  ptrdiff_t found = 0;
  float     best  = -INFINITY;
  for (ptrdiff_t d = -(ptrdiff_t)lag; d <= (ptrdiff_t)lag; ++d) {
    const float value = correlation[d < 0 ? size - (size_t)-d : (size_t)d];
    if (value > best) {
      best  = value;
      found = d;
    }
  }
  return found;
}

RondoStatus
rondo_metrics_delay(const float* const reference,
                    const float* const processed,
                    const size_t       n,
                    const size_t       max_lag,
                    ptrdiff_t* const   out)
{
  if (!n) {
    return RONDO_ERR_UNSUPPORTED;
  }

  // Long enough that lags up to the largest do not wrap around
  const size_t lag  = max_lag < n ? max_lag : n - 1U;
  size_t       size = 2U;
  while (size < n + lag) {
    size *= 2U;
  }

  RondoTransform* transform = NULL;
  const size_t    n_bins    = (size / 2U) + 1U;
  float* const    work      = (float*)calloc(size, sizeof(float));
  float* const    a         = (float*)calloc(2U * n_bins, sizeof(float));
  float* const    b         = (float*)calloc(2U * n_bins, sizeof(float));
  RondoStatus     st        = rondo_transform_new(size, &transform);
  if (!st && (!work || !a || !b)) {
    st = RONDO_ERR_NO_MEMORY;
  }
  if (!st) {
    padded_spectrum(transform, reference, n, size, work, a);
    padded_spectrum(transform, processed, n, size, work, b);
    correlate_spectra(a, b, n_bins);
    rondo_transform_backward(transform, b, work);
    *out = find_peak(work, size, lag);
  }
  rondo_transform_free(transform);
  free(b);
  free(a);
  free(work);
  return st;
}
