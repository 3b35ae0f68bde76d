// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/quality.h"

#include "core/base/arena.h"
#include "core/train/power_frames.h"
#include "core/train/quality_private.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

// To the power scale of P.862
static const double power_scale = 6.910853e-6;

static const double pi = 3.14159265358979323846;

void
rondo_quality_free(RondoQuality* const q)
{
  if (q) {
    rondo_power_frames_free(q->frames);
    rondo_aligned_free(q->power);
    free(q->target);
    free(q->raw);
    free(q->dtarget);
    free(q->draw);
    free(q->silent);
    free(q->audible[0]);
    free(q->audible[1]);
    free(q->gain);
    free(q->dgain);
    free(q->symmetric);
    free(q->added);
    free(q->dsymmetric);
    free(q->dadded);
    free(q);
  }
}

// The power response of the wide-band input filter at 16 kHz
static double
high_pass(const double hz)
{
  const double complex z = cexp(-2.0 * pi * I * hz / 16000.0);
  const double complex h = (2.740826 - (5.4816519 * z) + (2.740826 * z * z)) /
                           (1.0 - (1.9444777 * z) + (0.94597794 * z * z));
  return creal(h * conj(h));
}

static void
set_bands(RondoQuality* const q, const double bin_hz)
{
  for (size_t k = 0; k < N_BINS; ++k) {
    q->high_pass[k] = k ? power_scale * high_pass((double)k * bin_hz) : 0.0;
  }
  for (size_t b = 0; b < N_BANDS; ++b) {
    const double power  = 6.0 / (band_bark[b] + 2.0);
    q->exponent[b]      = 0.23 * pow(fmin(fmax(power, 1.0), 2.0), 0.15);
    q->first_bin[b + 1] = q->first_bin[b] + band_bins[b];
    q->total_width += b ? band_width[b] : 0.0;
  }
}

static RondoStatus
make_room(RondoQuality* const q)
{
  const size_t n = rondo_power_frames_count(q->frames);

  q->n_frames   = n;
  q->power      = (float*)rondo_aligned_new(n * N_BINS * sizeof(float));
  q->target     = (Bands*)calloc(n, sizeof(Bands));
  q->raw        = (Bands*)calloc(n, sizeof(Bands));
  q->dtarget    = (Bands*)calloc(n, sizeof(Bands));
  q->draw       = (Bands*)calloc(n, sizeof(Bands));
  q->silent     = (bool*)calloc(n, sizeof(bool));
  q->audible[0] = (double*)calloc(n, sizeof(double));
  q->audible[1] = (double*)calloc(n, sizeof(double));
  q->gain       = (double*)calloc(n, sizeof(double));
  q->dgain      = (double*)calloc(n, sizeof(double));
  q->symmetric  = (double*)calloc(n, sizeof(double));
  q->added      = (double*)calloc(n, sizeof(double));
  q->dsymmetric = (double*)calloc(n, sizeof(double));
  q->dadded     = (double*)calloc(n, sizeof(double));
  return q->power && q->target && q->raw && q->dtarget && q->draw &&
             q->silent && q->audible[0] && q->audible[1] && q->gain &&
             q->dgain && q->symmetric && q->added && q->dsymmetric && q->dadded
           ? RONDO_SUCCESS
           : RONDO_ERR_NO_MEMORY;
}

RondoStatus
rondo_quality_new(const double         sample_rate,
                  const size_t         n_samples,
                  RondoQuality** const out)
{
  *out                = NULL;
  const size_t length = (size_t)(FRAME_SECONDS * sample_rate);
  if (length / 2U < N_BINS || n_samples < (PASSAGE + 1U) * (length / 2U)) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoQuality* const q = (RondoQuality*)calloc(1, sizeof(RondoQuality));
  if (!q) {
    return RONDO_ERR_NO_MEMORY;
  }
  set_bands(q, sample_rate / (double)length);

  // The squares of a Hann window sum to 3 / 8 of its length
  const double n    = (double)length;
  q->mean_scale     = 2.0 / (n * 0.375 * n);
  q->spectrum_scale = (512.0 / n) * (512.0 / n);
  RondoStatus st    = rondo_power_frames_new(
    n_samples, length, length / 2U, length, N_BINS, &q->frames);
  if (st || (st = make_room(q))) {
    rondo_quality_free(q);
    return st;
  }
  *out = q;
  return RONDO_SUCCESS;
}

// From 325 to 3250 Hz
static bool
is_in_band(const size_t k)
{
  return k >= 11U && k <= 104U;
}

// Gather the powers of bands before the level is set; return what the mean
// square from 325 to 3250 Hz is to be divided by
static double
gather(RondoQuality* const q, const float* const samples, Bands* const bands)
{
  double mean = 0.0;
  rondo_power_frames_compute(q->frames, samples, q->power);
  for (size_t t = 0; t < q->n_frames; ++t) {
    const float* const power = q->power + (t * N_BINS);
    for (size_t k = 0; k < N_BINS; ++k) {
      mean += is_in_band(k) ? (double)power[k] : 0.0;
    }
    for (size_t b = 0; b < N_BANDS; ++b) {
      double sum = 0.0;
      for (size_t k = q->first_bin[b]; k < q->first_bin[b + 1U]; ++k) {
        sum += q->high_pass[k] * (double)power[k];
      }
      bands[t][b] = band_correction[b] * sum;
    }
  }
  return (q->mean_scale * mean / (double)q->n_frames) + 1e-12;
}

static void
scale_bands(const RondoQuality* const q, Bands* const bands, const double gain)
{
  for (size_t t = 0; t < q->n_frames; ++t) {
    for (size_t b = 0; b < N_BANDS; ++b) {
      bands[t][b] *= gain;
    }
  }
}

// The gradient of powers of bins from that of bands at their level
static void
scatter(RondoQuality* const q, const double mean, const double scale)
{
  const double level = NOMINAL_POWER * q->spectrum_scale / mean;

  double sum = 0.0;
  for (size_t t = 0; t < q->n_frames; ++t) {
    for (size_t b = 0; b < N_BANDS; ++b) {
      sum += q->draw[t][b] * q->raw[t][b];
    }
  }
  const double dmean =
    -scale * sum / mean * q->mean_scale / (double)q->n_frames;
  for (size_t t = 0; t < q->n_frames; ++t) {
    float* const power = q->power + (t * N_BINS);
    for (size_t b = 0; b < N_BANDS; ++b) {
      const double d = scale * level * band_correction[b] * q->draw[t][b];
      for (size_t k = q->first_bin[b]; k < q->first_bin[b + 1U]; ++k) {
        power[k] =
          (float)((d * q->high_pass[k]) + (is_in_band(k) ? dmean : 0.0));
      }
    }
  }
}

double
rondo_quality_process(RondoQuality* const q,
                      const float* const  target,
                      const float* const  samples,
                      const double        scale,
                      float* const        dsamples)
{
  const double level = NOMINAL_POWER * q->spectrum_scale;
  scale_bands(q, q->target, level / gather(q, target, q->target));
  for (size_t t = 0; t < q->n_frames; ++t) {
    q->silent[t] = rondo_quality_sum_audible(q->target[t], 100.0) < 1e7;
  }
  const double mean = gather(q, samples, q->raw);
  scale_bands(q, q->raw, level / mean);

  double       tone[N_BANDS];
  const double loss = rondo_quality_compare(q, tone);
  if (dsamples) {
    rondo_quality_return(q, tone);
    scatter(q, mean, scale);
    rondo_power_frames_adjoint(q->frames, q->power, dsamples);
  }
  return loss;
}

double
rondo_quality_score(const double loss)
{
  return 0.999 + (4.0 / (1.0 + exp((-1.3669 * (4.5 - loss)) + 3.8224)));
}
