// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/effects.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

float
rondo_random_between(RondoRandom* const random,
                     const float        low,
                     const float        high)
{
  return low + ((high - low) * rondo_random_uniform(random));
}

float
rondo_random_log_between(RondoRandom* const random,
                         const float        low,
                         const float        high)
{
  return low * powf(high / low, rondo_random_uniform(random));
}

float
rondo_amplitude_from_db(const float db)
{
  return powf(10.0f, db / 20.0f);
}

static RondoBiquad
normalised(const double b0,
           const double b1,
           const double b2,
           const double a0,
           const double a1,
           const double a2)
{
  const RondoBiquad biquad = { (float)(b0 / a0),
                               (float)(b1 / a0),
                               (float)(b2 / a0),
                               (float)(a1 / a0),
                               (float)(a2 / a0) };
  return biquad;
}

// Angle of `hz`, kept below half the rate, where the formulas hold
static double
angle(const double rate, const double hz)
{
  return 2.0 * PI * fmin(hz, 0.49 * rate) / rate;
}

RondoBiquad
rondo_biquad_peak(const double rate,
                  const double hz,
                  const double q,
                  const double gain_db)
{
  const double w     = angle(rate, hz);
  const double alpha = sin(w) / (2.0 * q);
  const double a     = pow(10.0, gain_db / 40.0);
  return normalised(1.0 + (alpha * a),
                    -2.0 * cos(w),
                    1.0 - (alpha * a),
                    1.0 + (alpha / a),
                    -2.0 * cos(w),
                    1.0 - (alpha / a));
}

static RondoBiquad
shelf(const double rate, const double hz, const double gain_db, const double s)
{
  // s = 1 is the low shelf, s = -1 the high one; slope 1
  const double w = angle(rate, hz);
  const double c = s * cos(w);
  const double a = pow(10.0, gain_db / 40.0);
  const double r = sqrt(2.0 * a) * sin(w);
  return normalised(a * ((a + 1.0) - ((a - 1.0) * c) + r),
                    2.0 * a * s * ((a - 1.0) - ((a + 1.0) * c)),
                    a * ((a + 1.0) - ((a - 1.0) * c) - r),
                    (a + 1.0) + ((a - 1.0) * c) + r,
                    -2.0 * s * ((a - 1.0) + ((a + 1.0) * c)),
                    (a + 1.0) + ((a - 1.0) * c) - r);
}

RondoBiquad
rondo_biquad_low_shelf(const double rate, const double hz, const double gain_db)
{
  return shelf(rate, hz, gain_db, 1.0);
}

RondoBiquad
rondo_biquad_high_shelf(const double rate,
                        const double hz,
                        const double gain_db)
{
  return shelf(rate, hz, gain_db, -1.0);
}

RondoBiquad
rondo_biquad_low_pass(const double rate, const double hz, const double q)
{
  const double w     = angle(rate, hz);
  const double alpha = sin(w) / (2.0 * q);
  const double b     = 1.0 - cos(w);
  return normalised(
    b / 2.0, b, b / 2.0, 1.0 + alpha, -2.0 * cos(w), 1.0 - alpha);
}

RondoBiquad
rondo_biquad_high_pass(const double rate, const double hz, const double q)
{
  const double w     = angle(rate, hz);
  const double alpha = sin(w) / (2.0 * q);
  const double b     = 1.0 + cos(w);
  return normalised(
    b / 2.0, -b, b / 2.0, 1.0 + alpha, -2.0 * cos(w), 1.0 - alpha);
}

void
rondo_filter_add(RondoFilter* const filter, const RondoBiquad section)
{
  if (filter->n_sections < RONDO_MAX_SECTIONS) {
    filter->sections[filter->n_sections++] = section;
  }
}

// One sample through one section, transposed direct form II
static inline float
section_step(const RondoBiquad* const biquad, float* const s, const float x)
{
  const float y = (biquad->b0 * x) + s[0];
  s[0]          = (biquad->b1 * x) - (biquad->a1 * y) + s[1];
  s[1]          = (biquad->b2 * x) - (biquad->a2 * y);
  return y;
}

void
rondo_filter_process(const RondoFilter* const filter,
                     const size_t             n,
                     float* const             x)
{
  // All sections in one loop: each waits for its own past only, so they
  // overlap in the processor
  RondoBiquad b[RONDO_MAX_SECTIONS];
  float       s[RONDO_MAX_SECTIONS][2] = { { 0.0f } };
  for (size_t i = 0; i < RONDO_MAX_SECTIONS; ++i) {
    const RondoBiquad identity = { 1.0f, 0.0f, 0.0f, 0.0f, 0.0f };
    b[i] = i < filter->n_sections ? filter->sections[i] : identity;
  }

  if (filter->n_sections > 2) {
    for (size_t t = 0; t < n; ++t) {
      const float u =
        section_step(&b[1], s[1], section_step(&b[0], s[0], x[t]));
      x[t] = section_step(&b[3], s[3], section_step(&b[2], s[2], u));
    }
  } else if (filter->n_sections) {
    for (size_t t = 0; t < n; ++t) {
      x[t] = section_step(&b[1], s[1], section_step(&b[0], s[0], x[t]));
    }
  }
}

// Catmull-Rom through y[0 … 3], at 0 <= u < 1 between y[1] and y[2]
static inline float
cubic(const float* const y, const float u)
{
  const float c1 = 0.5f * (y[2] - y[0]);
  const float c2 = y[0] - (2.5f * y[1]) + (2.0f * y[2]) - (0.5f * y[3]);
  const float c3 = (0.5f * (y[3] - y[0])) + (1.5f * (y[1] - y[2]));
  return (((((c3 * u) + c2) * u) + c1) * u) + y[1];
}

// Read without interpolation, from a whole position
static void
read_plainly(const int16_t* const samples,
             const size_t         n_samples,
             const size_t         start,
             const float          scale,
             const size_t         n,
             float* const         out)
{
  const size_t left  = start < n_samples ? n_samples - start : 0;
  const size_t count = left < n ? left : n;
  for (size_t t = 0; t < count; ++t) {
    out[t] = scale * (float)samples[start + t];
  }
  memset(out + count, 0, (n - count) * sizeof(float));
}

void
rondo_read_at_speed(const int16_t* const samples,
                    const size_t         n_samples,
                    const double         start,
                    const double         speed,
                    const float          gain,
                    const size_t         n,
                    float* const         out)
{
  const float scale = gain / 32768.0f;
  if (speed == 1.0) {
    read_plainly(samples, n_samples, (size_t)start, scale, n, out);
    return;
  }

  // Positions have 32 bits before and 32 bits after the point
  const uint64_t step     = (uint64_t)(speed * 4294967296.0);
  uint64_t       position = (uint64_t)(start * 4294967296.0);
  for (size_t t = 0; t < n; ++t, position += step) {
    const size_t i = (size_t)(position >> 32U);
    if (i < 1 || i + 2 >= n_samples) {
      out[t] = i < n_samples ? scale * (float)samples[i] : 0.0f;
      continue;
    }
    const int16_t* const y = samples + i - 1;
    const int32_t        u = (int32_t)((position & 0xFFFFFFFFU) >> 8U);
    const float v[4] = { (float)y[0], (float)y[1], (float)y[2], (float)y[3] };
    out[t]           = scale * cubic(v, (float)u * (1.0f / 16777216.0f));
  }
}

void
rondo_white_noise(RondoRandom* const random, const size_t n, float* const x)
{
  // The sum of four uniform numbers of 16 bits from one xorshift64*
  // (Marsaglia 2003, Vigna 2016); its variance is 4 / 12
  uint64_t state = ((uint64_t)rondo_random_next(random) << 32U) |
                   (uint64_t)rondo_random_next(random) | 1U;
  for (size_t t = 0; t < n; ++t) {
    state ^= state >> 12U;
    state ^= state << 25U;
    state ^= state >> 27U;
    const uint64_t bits = state * UINT64_C(0x2545F4914F6CDD1D);
    const int32_t  sum =
      (int32_t)(bits & 0xFFFFU) + (int32_t)((bits >> 16U) & 0xFFFFU) +
      (int32_t)((bits >> 32U) & 0xFFFFU) + (int32_t)(bits >> 48U) - 131070;
    x[t] = (float)sum * (1.7320508f / 65536.0f);
  }
}

static float
sum_of_squares(const float* const x, const size_t n)
{
  float sums[8] = { 0.0f };
  for (size_t t = 0; t + 8 <= n; t += 8) {
    for (size_t i = 0; i < 8; ++i) {
      sums[i] += x[t + i] * x[t + i];
    }
  }
  for (size_t t = n - (n % 8); t < n; ++t) {
    sums[0] += x[t] * x[t];
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
         ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

float
rondo_active_level(const float* const x, const size_t n, const size_t piece)
{
  const size_t n_pieces = n / piece;
  double       mean     = 0.0;
  for (size_t i = 0; i < n_pieces; ++i) {
    mean += (double)sum_of_squares(x + (i * piece), piece);
  }
  mean /= (double)(n_pieces ? n_pieces : 1);

  double sum   = 0.0;
  size_t count = 0;
  for (size_t i = 0; i < n_pieces; ++i) {
    const double energy = (double)sum_of_squares(x + (i * piece), piece);
    if (energy > 0.01 * mean) {
      sum += energy;
      ++count;
    }
  }
  return count ? (float)sqrt(sum / (double)(count * piece)) : 0.0f;
}

void
rondo_scale(float* const x, const size_t n, const float gain)
{
  for (size_t t = 0; t < n; ++t) {
    x[t] *= gain;
  }
}

void
rondo_add_scaled(float* const       y,
                 const float* const x,
                 const size_t       n,
                 const float        gain)
{
  for (size_t t = 0; t < n; ++t) {
    y[t] += gain * x[t];
  }
}
