// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/metrics.h"

#include "core/audio/resample.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// All from Taal et al. 2011, section II
#define RATE 10000U
#define FRAME 256U
#define HOP 128U
#define FFT 512U
#define N_BANDS 15U
#define LOWEST_HZ 150.0
#define SEGMENT 30U        // Frames
#define LOWEST_SDR (-15.0) // dB
#define DYNAMIC_RANGE 40.  // dB

static const double pi = 3.14159265358979323846;

/// Both signals on their way
typedef struct {
  double* signals[2]; ///< At 10 kHz: reference, processed
  size_t  n;
  double  window[FRAME];
  double  turns[FFT / 2U][2]; ///< Cosine and sine
  size_t  first_bin[N_BANDS];
  size_t  last_bin[N_BANDS]; ///< And one
  double* bands[2];          ///< (n_frames, N_BANDS) magnitudes
  size_t  n_frames;
} Stoi;

static RondoStatus
resample(const RondoResampler* const resampler,
         const double* const         in,
         const size_t                n,
         double** const              out)
{
  *out =
    (double*)calloc(rondo_resampler_length(resampler, n) + 1U, sizeof(double));
  if (!*out) {
    return RONDO_ERR_NO_MEMORY;
  }
  rondo_resampler_process_double(resampler, in, n, *out);
  return RONDO_SUCCESS;
}

static RondoStatus
prepare(Stoi* const         stoi,
        const double* const reference,
        const double* const processed,
        const size_t        n,
        const size_t        sample_rate)
{
  RondoResampler* resampler = NULL;
  RondoStatus st = rondo_resampler_new_double(sample_rate, RATE, &resampler);
  if (!st) {
    stoi->n = rondo_resampler_length(resampler, n);
    st      = resample(resampler, reference, n, &stoi->signals[0]);
  }
  if (!st) {
    st = resample(resampler, processed, n, &stoi->signals[1]);
  }
  rondo_resampler_free(resampler);

  // The symmetric window of 258 points without its two zeros
  for (size_t i = 0; i < FRAME; ++i) {
    const double phase = 2.0 * pi * (double)(i + 1U) / (double)(FRAME + 1U);
    stoi->window[i]    = 0.5 - (0.5 * cos(phase));
  }
  return st;
}

static size_t
nearest_bin(const double hz)
{
  const double bin_hz = (double)RATE / (double)FFT;
  size_t       best   = 0U;
  for (size_t k = 1; k <= FFT / 2U; ++k) {
    if (fabs(((double)k * bin_hz) - hz) < fabs(((double)best * bin_hz) - hz)) {
      best = k;
    }
  }
  return best;
}

static void
set_bands(Stoi* const stoi)
{
  for (size_t b = 0; b < N_BANDS; ++b) {
    const double third = (double)b / 3.0;
    stoi->first_bin[b] = nearest_bin(LOWEST_HZ * pow(2.0, third - (1.0 / 6.0)));
    stoi->last_bin[b]  = nearest_bin(LOWEST_HZ * pow(2.0, third + (1.0 / 6.0)));
  }
}

// Frames of a signal without its last sample, as the authors count them
static size_t
count_frames(const size_t n)
{
  return n < FRAME + 1U ? 0U : ((n - 1U - FRAME) / HOP) + 1U;
}

static double
frame_level(const Stoi* const stoi, const double* const samples)
{
  double energy = 0.0;
  for (size_t i = 0; i < FRAME; ++i) {
    const double x = samples[i] * stoi->window[i];
    energy += x * x;
  }
  return 20.0 * log10(sqrt(energy) + DBL_EPSILON);
}

static void
overlap_add(const Stoi* const   stoi,
            const double* const signal,
            const bool* const   kept,
            const size_t        n_frames,
            double* const       out)
{
  double* place = out;
  for (size_t t = 0; t < n_frames; ++t) {
    if (kept[t]) {
      for (size_t i = 0; i < FRAME; ++i) {
        place[i] += signal[(t * HOP) + i] * stoi->window[i];
      }
      place += HOP;
    }
  }
}

// Leave out frames in which the reference is 40 dB under its loudest
static RondoStatus
drop_silence(Stoi* const stoi)
{
  const size_t  n_frames = count_frames(stoi->n);
  bool* const   kept     = (bool*)calloc(n_frames + 1U, sizeof(bool));
  double* const levels   = (double*)calloc(n_frames + 1U, sizeof(double));
  size_t        n_kept   = 0U;
  double        loudest  = -INFINITY;
  RondoStatus   st       = kept && levels ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
  for (size_t t = 0; !st && t < n_frames; ++t) {
    levels[t] = frame_level(stoi, stoi->signals[0] + (t * HOP));
    loudest   = fmax(loudest, levels[t]);
  }
  for (size_t t = 0; !st && t < n_frames; ++t) {
    kept[t] = levels[t] > loudest - DYNAMIC_RANGE;
    n_kept += kept[t] ? 1U : 0U;
  }
  for (size_t s = 0; !st && s < 2U; ++s) {
    double* const out = (double*)calloc((n_kept * HOP) + FRAME, sizeof(double));
    if (!out) {
      st = RONDO_ERR_NO_MEMORY;
      break;
    }
    overlap_add(stoi, stoi->signals[s], kept, n_frames, out);
    free(stoi->signals[s]);
    stoi->signals[s] = out;
  }
  stoi->n = n_kept ? (n_kept - 1U) * HOP + FRAME : 0U;
  free(levels);
  free(kept);
  return st;
}

// Transform in place (Cooley and Tukey 1965, radix 2, decimation in time)
static void
transform(const Stoi* const stoi, double (*const x)[2])
{
  for (size_t i = 1, j = 0; i < FFT; ++i) {
    size_t bit = FFT / 2U;
    for (; j & bit; bit /= 2U) {
      j ^= bit;
    }
    j ^= bit;
    if (i < j) {
      const double swapped[2] = { x[i][0], x[i][1] };
      memcpy(x[i], x[j], sizeof(swapped));
      memcpy(x[j], swapped, sizeof(swapped));
    }
  }
  for (size_t half = 1; half < FFT; half *= 2U) {
    for (size_t i = 0; i < FFT; i += 2U * half) {
      for (size_t k = 0; k < half; ++k) {
        const double* const turn = stoi->turns[k * (FFT / 2U / half)];
        double* const       a    = x[i + k];
        double* const       b    = x[i + k + half];
        const double        re   = (b[0] * turn[0]) - (b[1] * turn[1]);
        const double        im   = (b[0] * turn[1]) + (b[1] * turn[0]);

        b[0] = a[0] - re;
        b[1] = a[1] - im;
        a[0] += re;
        a[1] += im;
      }
    }
  }
}

static void
analyse_frame(const Stoi* const   stoi,
              const double* const samples,
              double* const       bands)
{
  double spectrum[FFT][2] = { { 0.0, 0.0 } };
  for (size_t i = 0; i < FRAME; ++i) {
    spectrum[i][0] = samples[i] * stoi->window[i];
  }
  transform(stoi, spectrum);
  for (size_t b = 0; b < N_BANDS; ++b) {
    double energy = 0.0;
    for (size_t k = stoi->first_bin[b]; k < stoi->last_bin[b]; ++k) {
      const double* const bin = spectrum[k];
      energy += (bin[0] * bin[0]) + (bin[1] * bin[1]);
    }
    bands[b] = sqrt(energy);
  }
}

static RondoStatus
analyse(Stoi* const stoi)
{
  stoi->n_frames = count_frames(stoi->n);
  if (stoi->n_frames < SEGMENT) {
    return RONDO_ERR_UNSUPPORTED;
  }

  for (size_t k = 0; k < FFT / 2U; ++k) {
    const double phase = -2.0 * pi * (double)k / (double)FFT;
    stoi->turns[k][0]  = cos(phase);
    stoi->turns[k][1]  = sin(phase);
  }
  RondoStatus st = RONDO_SUCCESS;
  for (size_t s = 0; !st && s < 2U; ++s) {
    stoi->bands[s] = (double*)calloc(stoi->n_frames * N_BANDS, sizeof(double));
    if (!stoi->bands[s]) {
      st = RONDO_ERR_NO_MEMORY;
    }
    for (size_t t = 0; !st && t < stoi->n_frames; ++t) {
      analyse_frame(
        stoi, stoi->signals[s] + (t * HOP), stoi->bands[s] + (t * N_BANDS));
    }
  }
  return st;
}

static double
norm(const double* const x)
{
  double sum = 0.0;
  for (size_t t = 0; t < SEGMENT; ++t) {
    sum += x[t] * x[t];
  }
  return sqrt(sum);
}

// Take the mean out and scale to length 1
static void
normalise(double* const x)
{
  double mean = 0.0;
  for (size_t t = 0; t < SEGMENT; ++t) {
    mean += x[t] / (double)SEGMENT;
  }
  for (size_t t = 0; t < SEGMENT; ++t) {
    x[t] -= mean;
  }
  const double length = norm(x) + DBL_EPSILON;
  for (size_t t = 0; t < SEGMENT; ++t) {
    x[t] /= length;
  }
}

// The correlation of one band over one segment, equations 3 to 5
static double
correlate(const Stoi* const stoi, const size_t start, const size_t band)
{
  const double clip = 1.0 + pow(10.0, -LOWEST_SDR / 20.0);
  double       x[SEGMENT];
  double       y[SEGMENT];
  for (size_t t = 0; t < SEGMENT; ++t) {
    x[t] = stoi->bands[0][((start + t) * N_BANDS) + band];
    y[t] = stoi->bands[1][((start + t) * N_BANDS) + band];
  }
  const double gain = norm(x) / (norm(y) + DBL_EPSILON);
  for (size_t t = 0; t < SEGMENT; ++t) {
    y[t] = fmin(y[t] * gain, x[t] * clip);
  }
  normalise(x);
  normalise(y);
  double sum = 0.0;
  for (size_t t = 0; t < SEGMENT; ++t) {
    sum += x[t] * y[t];
  }
  return sum;
}

static double
average(const Stoi* const stoi)
{
  const size_t n_segments = stoi->n_frames - SEGMENT + 1U;
  double       sum        = 0.0;
  for (size_t t = 0; t < n_segments; ++t) {
    for (size_t b = 0; b < N_BANDS; ++b) {
      sum += correlate(stoi, t, b);
    }
  }
  return sum / (double)(n_segments * N_BANDS);
}

RondoStatus
rondo_metrics_stoi(const double* const reference,
                   const double* const processed,
                   const size_t        n,
                   const size_t        sample_rate,
                   double* const       out)
{
  Stoi stoi;
  memset(&stoi, 0, sizeof(stoi));
  RondoStatus st = prepare(&stoi, reference, processed, n, sample_rate);
  if (!st) {
    set_bands(&stoi);
    st = drop_silence(&stoi);
  }
  if (!st) {
    st = analyse(&stoi);
  }
  if (!st) {
    *out = average(&stoi);
  }
  for (size_t s = 0; s < 2U; ++s) {
    free(stoi.signals[s]);
    free(stoi.bands[s]);
  }
  return st;
}
