// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/resample.h"

#include "core/base/arena.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define MAX_RATE 384000U

// Zero crossings of the sinc on either side of its middle
#define HALF_CROSSINGS 64U

// Partial sums of a dot product
#define LANES 16U

static const double pi     = 3.14159265358979323846;
static const double beta   = 8.0;   // About 80 dB of stop band
static const double cutoff = 0.975; // Of the lower half sample rate

/*
   With the input spread to `up` times its rate, output m is the sum over n of
   filter[half + m down - n up] in[n].  The taps that meet input samples are
   those of one phase, (half + m down) mod up; each phase is stored by itself
   and backwards, so that an output is the dot product of two runs.
*/
struct RondoResamplerImpl {
  size_t  up;
  size_t  down;
  size_t  half;        // Index of the filter's middle
  size_t  n_taps;      // Per phase
  float*  taps;        // (up, n_taps)
  double* double_taps; // The same in double, or NULL
};

static size_t
greatest_common_divisor(size_t a, size_t b)
{
  while (b) {
    const size_t rest = a % b;
    a                 = b;
    b                 = rest;
  }
  return a;
}

// I0, the modified Bessel function of the first kind, by its power series
static double
bessel(const double x)
{
  double sum  = 1.0;
  double term = 1.0;
  for (size_t i = 1; term > sum * 1e-17; ++i) {
    const double ratio = x / (2.0 * (double)i);
    term *= ratio * ratio;
    sum += term;
  }
  return sum;
}

// Tap at `distance` from the middle of a filter of 2 * half + 1
static double
tap_at(const double distance, const double half, const double wide)
{
  const double x      = pi * distance * cutoff / wide;
  const double sinc   = (distance == 0.0) ? 1.0 : sin(x) / x;
  const double place  = distance / half;
  const double window = bessel(beta * sqrt(fmax(0.0, 1.0 - (place * place))));

  return sinc * window;
}

static void
fill_taps(RondoResampler* const r)
{
  const size_t wide   = (r->up > r->down) ? r->up : r->down;
  const size_t length = (2U * r->half) + 1U;

  double sum = 0.0;
  for (size_t i = 0; i < length; ++i) {
    const double distance = (double)i - (double)r->half;
    const double tap      = tap_at(distance, (double)r->half, (double)wide);
    const size_t phase    = i % r->up;
    const size_t place    = r->n_taps - 1U - (i / r->up);

    r->taps[(phase * r->n_taps) + place] = (float)tap;
    if (r->double_taps) {
      r->double_taps[(phase * r->n_taps) + place] = tap;
    }
    sum += tap;
  }

  // Of the `up` phases, each gets its share of a gain of 1 at 0 Hz
  const double scale = (double)r->up / sum;
  for (size_t i = 0; i < r->up * r->n_taps; ++i) {
    r->taps[i] = (float)((double)r->taps[i] * scale);
    if (r->double_taps) {
      r->double_taps[i] *= scale;
    }
  }
}

static RondoStatus
make(const size_t           source_rate,
     const size_t           target_rate,
     const bool             in_double,
     RondoResampler** const out)
{
  *out = NULL;
  if (source_rate < 1 || source_rate > MAX_RATE || target_rate < 1 ||
      target_rate > MAX_RATE) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoResampler* const r = rondo_aligned_new(sizeof(RondoResampler));
  if (!r) {
    return RONDO_ERR_NO_MEMORY;
  }

  const size_t divisor = greatest_common_divisor(source_rate, target_rate);

  r->up     = target_rate / divisor;
  r->down   = source_rate / divisor;
  r->half   = HALF_CROSSINGS * ((r->up > r->down) ? r->up : r->down);
  r->n_taps = ((2U * r->half) / r->up) + 1U;
  r->taps   = rondo_aligned_new(r->up * r->n_taps * sizeof(float));
  if (in_double) {
    r->double_taps = rondo_aligned_new(r->up * r->n_taps * sizeof(double));
  }
  if (!r->taps || (in_double && !r->double_taps)) {
    rondo_resampler_free(r);
    return RONDO_ERR_NO_MEMORY;
  }

  fill_taps(r);
  *out = r;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_resampler_new(const size_t           source_rate,
                    const size_t           target_rate,
                    RondoResampler** const out)
{
  return make(source_rate, target_rate, false, out);
}

RondoStatus
rondo_resampler_new_double(const size_t           source_rate,
                           const size_t           target_rate,
                           RondoResampler** const out)
{
  return make(source_rate, target_rate, true, out);
}

void
rondo_resampler_free(RondoResampler* const resampler)
{
  if (resampler) {
    rondo_aligned_free(resampler->double_taps);
    rondo_aligned_free(resampler->taps);
    rondo_aligned_free(resampler);
  }
}

size_t
rondo_resampler_length(const RondoResampler* const resampler,
                       const size_t                n_samples)
{
  const size_t up   = resampler->up;
  const size_t down = resampler->down;

  // By parts, so that long signals do not overflow
  return ((n_samples / down) * up) +
         ((((n_samples % down) * up) + down - 1U) / down);
}

static float
dot(const float* const a, const float* const b, const size_t n)
{
  float  sums[LANES] = { 0.0f };
  size_t i           = 0;
  for (; i + LANES <= n; i += LANES) {
    for (size_t j = 0; j < LANES; ++j) {
      sums[j] += a[i + j] * b[i + j];
    }
  }
  for (size_t j = 0; i < n; ++i, ++j) {
    sums[j] += a[i] * b[i];
  }

  for (size_t width = LANES / 2U; width; width /= 2U) {
    for (size_t j = 0; j < width; ++j) {
      sums[j] += sums[j + width];
    }
  }
  return sums[0];
}

static double
dot_double(const double* const a, const double* const b, const size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

/// The inputs that one output is made of
typedef struct {
  size_t first_tap; ///< In the table of all phases
  size_t first_in;
  size_t n_used; ///< 0 if the filter meets no input
} Reach;

/// Where the filter stands: the phase, and one past the newest input met
typedef struct {
  size_t phase;
  size_t end;
} Place;

static Place
first_place(const RondoResampler* const r)
{
  const Place place = { r->half % r->up, (r->half / r->up) + 1U };
  return place;
}

// Return the reach of one output, and go to the next.  Inputs before the start
// and after the end count as 0
static Reach
next_reach(const RondoResampler* const r,
           Place* const                place,
           const size_t                n_samples)
{
  const size_t n_taps = r->n_taps;
  const size_t end    = place->end;
  const size_t skip   = (end < n_taps) ? n_taps - end : 0U;
  const size_t late   = (end > n_samples) ? end - n_samples : 0U;
  const Reach  reach  = {
      (place->phase * n_taps) + skip,
      end + skip - n_taps,
    (skip + late < n_taps) ? n_taps - skip - late : 0U,
  };

  place->phase += r->down;
  place->end += place->phase / r->up;
  place->phase %= r->up;
  return reach;
}

void
rondo_resampler_process(const RondoResampler* const resampler,
                        const float* const          in,
                        const size_t                n_samples,
                        float* const                out)
{
  const size_t n_out = rondo_resampler_length(resampler, n_samples);

  if (resampler->up == resampler->down) {
    if (n_samples) {
      memcpy(out, in, n_samples * sizeof(float));
    }
    return;
  }

  Place place = first_place(resampler);
  for (size_t m = 0; m < n_out; ++m) {
    const Reach reach = next_reach(resampler, &place, n_samples);

    out[m] = reach.n_used ? dot(resampler->taps + reach.first_tap,
                                in + reach.first_in,
                                reach.n_used)
                          : 0.0f;
  }
}

void
rondo_resampler_process_double(const RondoResampler* const resampler,
                               const double* const         in,
                               const size_t                n_samples,
                               double* const               out)
{
  const size_t n_out = rondo_resampler_length(resampler, n_samples);

  if (resampler->up == resampler->down) {
    if (n_samples) {
      memcpy(out, in, n_samples * sizeof(double));
    }
    return;
  }

  Place place = first_place(resampler);
  for (size_t m = 0; m < n_out; ++m) {
    const Reach reach = next_reach(resampler, &place, n_samples);

    out[m] = reach.n_used ? dot_double(resampler->double_taps + reach.first_tap,
                                       in + reach.first_in,
                                       reach.n_used)
                          : 0.0;
  }
}
