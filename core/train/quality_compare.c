// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What P.862 makes of the powers of bands, and its gradient

#include "core/train/quality_private.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

// From its power scale to its loudness
static const double loudness_scale = 1.866055e-1;

double
rondo_quality_sum_audible(const double* const bands, const double factor)
{
  double sum = 0.0;
  for (size_t b = 0; b < N_BANDS; ++b) {
    sum += bands[b] > factor * band_threshold[b] ? bands[b] : 0.0;
  }
  return sum;
}

// Mean power of a band over the frames that are not silent
static double
average(const RondoQuality* const q, Bands* const bands, const size_t b)
{
  double sum = 0.0;
  for (size_t t = 0; t < q->n_frames; ++t) {
    const bool counts =
      !q->silent[t] && bands[t][b] > 100.0 * band_threshold[b];
    sum += counts ? bands[t][b] : 0.0;
  }
  return sum / (double)q->n_frames;
}

// Loudness of a power (P.862, equation of Zwicker), and its slope
static double
loudness(const RondoQuality* const q,
         const size_t              b,
         const double              power,
         double* const             slope)
{
  const double threshold = band_threshold[b];
  if (power <= threshold) {
    *slope = 0.0;
    return 0.0;
  }
  const double e     = q->exponent[b];
  const double base  = 0.5 + (0.5 * power / threshold);
  const double scale = loudness_scale * pow(2.0 * threshold, e);
  const double risen = pow(base, e);
  *slope             = scale * e * risen / base * 0.5 / threshold;
  return scale * (risen - 1.0);
}

/// A frame of both signals, as loud as they are to be compared
typedef struct {
  double* symmetric;
  double* added;
  double  dsymmetric; ///< Gradients, for the way back
  double  dadded;
  double  heard[N_BANDS]; ///< Powers
  double  target[N_BANDS];
  double  dheard[N_BANDS];
  double  dtarget[N_BANDS];
} Frame;

// Disturbances of a frame before they are limited, and, with `back`, the
// gradients of its powers
static void
disturb(const RondoQuality* const q, Frame* const f, const bool back)
{
  double off[N_BANDS];
  double slope[N_BANDS][2];
  double factor[N_BANDS];
  double square = 1e-12;
  double sum    = 0.0;
  for (size_t b = 0; b < N_BANDS; ++b) {
    const double x     = loudness(q, b, f->heard[b], &slope[b][0]);
    const double y     = loudness(q, b, f->target[b], &slope[b][1]);
    const double least = 0.25 * fmin(x, y); // Masks as much
    const double rest  = fabs(x - y) - least;
    const double sign  = x > y ? 1.0 : -1.0;
    off[b]             = rest > 0.0 ? sign * rest : 0.0;

    // The slopes of what is left of the difference
    const bool lower = x < y;
    slope[b][0] *= rest > 0.0 ? sign * (sign - (lower ? 0.25 : 0.0)) : 0.0;
    slope[b][1] *= rest > 0.0 ? sign * (-sign - (lower ? 0.0 : 0.25)) : 0.0;

    const double ratio = (f->heard[b] + 50.0) / (f->target[b] + 50.0);
    const double power = pow(ratio, 1.2);
    factor[b]          = power < 3.0 ? 0.0 : fmin(power, 12.0);
    if (b) {
      square += band_width[b] * band_width[b] * off[b] * off[b];
      sum += band_width[b] * fabs(off[b]) * factor[b];
    }
  }
  const double root = sqrt(square / q->total_width);
  *f->symmetric     = q->total_width * root;
  *f->added         = sum;

  for (size_t b = 1; back && b < N_BANDS; ++b) {
    const double w    = band_width[b];
    const double sign = off[b] < 0.0 ? -1.0 : 1.0;
    const double doff = (f->dsymmetric * w * w * off[b] / root) +
                        (f->dadded * w * sign * factor[b]);
    const double dfactor = factor[b] > 0.0 && factor[b] < 12.0
                             ? f->dadded * w * fabs(off[b]) * 1.2 * factor[b]
                             : 0.0;
    f->dheard[b]  = (doff * slope[b][0]) + (dfactor / (f->heard[b] + 50.0));
    f->dtarget[b] = (doff * slope[b][1]) - (dfactor / (f->target[b] + 50.0));
  }
}

// The ratio of the average powers of a band, which is not counted as an error
static double
find_tone(const RondoQuality* const q, const size_t b, bool* const is_limited)
{
  const double ratio =
    (average(q, q->raw, b) + 1e3) / (average(q, q->target, b) + 1e3);
  *is_limited = ratio < 0.01 || ratio > 100.0;
  return fmin(fmax(ratio, 0.01), 100.0);
}

// Nor is the ratio of powers of a frame, smoothed over two of them
static double
find_gain(const RondoQuality* const q, const size_t t, bool* const is_limited)
{
  const double gain =
    t ? (0.8 * q->gain[t]) + (0.2 * q->gain[t - 1U]) : q->gain[0];
  *is_limited = gain < 3e-4 || gain > 5.0;
  return fmin(fmax(gain, 3e-4), 5.0);
}

static Frame
make_frame(RondoQuality* const q,
           const size_t        t,
           const double* const tone,
           const double        gain)
{
  Frame f = { .symmetric  = &q->symmetric[t],
              .added      = &q->added[t],
              .dsymmetric = q->dsymmetric[t],
              .dadded     = q->dadded[t] };
  for (size_t b = 0; b < N_BANDS; ++b) {
    f.heard[b]  = gain * q->raw[t][b];
    f.target[b] = tone[b] * q->target[t][b];
  }
  return f;
}

// Soft frames count more
static double
weigh(const RondoQuality* const q, const size_t t)
{
  return pow((q->audible[0][t] + 1e5) / NOMINAL_POWER, 0.04);
}

// The mean of passages whose frames are raised to the sixth power; `dx`
// becomes the gradient of `weight` times it
static double
join_passages(const double* const x,
              const size_t        n,
              const double        weight,
              double* const       dx)
{
  const size_t count  = 1U + ((n - PASSAGE) / PASSAGE_HOP);
  double       square = 0.0;
  for (size_t pass = 0; pass < 2U; ++pass) {
    const double root = sqrt((square / (double)count) + 1e-12);
    for (size_t s = 0; s < count; ++s) {
      const double* const part = x + (s * PASSAGE_HOP);
      double              sum  = 0.0;
      for (size_t i = 0; i < PASSAGE; ++i) {
        sum += pow(part[i] + 1e-6, 6.0);
      }
      const double mean = pow(sum / (double)PASSAGE, 1.0 / 6.0);
      if (!pass) {
        square += mean * mean;
        continue;
      }
      const double slope = weight * mean / ((double)count * root) /
                           ((double)PASSAGE * pow(mean, 5.0));
      for (size_t i = 0; i < PASSAGE; ++i) {
        dx[(s * PASSAGE_HOP) + i] += slope * pow(part[i] + 1e-6, 5.0);
      }
    }
    if (!pass) {
      memset(dx, 0, n * sizeof(double));
    }
  }
  return weight * sqrt((square / (double)count) + 1e-12);
}

double
rondo_quality_compare(RondoQuality* const q, double* const tone)
{
  for (size_t b = 0; b < N_BANDS; ++b) {
    bool is_limited = false;
    tone[b]         = find_tone(q, b, &is_limited);
  }
  for (size_t t = 0; t < q->n_frames; ++t) {
    double target = 0.0;
    for (size_t b = 0; b < N_BANDS; ++b) {
      const double power = tone[b] * q->target[t][b];
      target += power > band_threshold[b] ? power : 0.0;
    }
    q->audible[0][t] = target;
    q->audible[1][t] = rondo_quality_sum_audible(q->raw[t], 1.0);
    q->gain[t]       = (target + 5e3) / (q->audible[1][t] + 5e3);
  }
  for (size_t t = 0; t < q->n_frames; ++t) {
    bool  is_limited = false;
    Frame f          = make_frame(q, t, tone, find_gain(q, t, &is_limited));
    disturb(q, &f, false);
    q->symmetric[t] = fmin(q->symmetric[t] / weigh(q, t), 45.0);
    q->added[t]     = fmin(q->added[t] / weigh(q, t), 45.0);
  }
  return join_passages(q->symmetric, q->n_frames, 0.1, q->dsymmetric) +
         join_passages(q->added, q->n_frames, 0.0309, q->dadded);
}

// Gradients of the powers of frame t from those of its disturbances, but for
// what goes through other frames
static void
return_frame(RondoQuality* const q, const size_t t, const double* const tone)
{
  bool          is_limited = false;
  const double  gain       = find_gain(q, t, &is_limited);
  const double  h          = weigh(q, t);
  const double  both[]     = { q->symmetric[t], q->added[t] };
  double* const d[]        = { &q->dsymmetric[t], &q->dadded[t] };

  double dh = 0.0;
  for (size_t i = 0; i < 2U; ++i) {
    *d[i] = both[i] < 45.0 ? *d[i] / h : 0.0;
    dh -= *d[i] * both[i];
  }
  Frame f = make_frame(q, t, tone, gain);
  disturb(q, &f, true);

  double dgain = 0.0;
  for (size_t b = 0; b < N_BANDS; ++b) {
    q->dtarget[t][b] = f.dtarget[b];
    q->draw[t][b]    = f.dheard[b] * gain;
    dgain += f.dheard[b] * q->raw[t][b];
  }
  dgain = is_limited ? 0.0 : dgain;
  q->dgain[t] += t ? 0.8 * dgain : dgain;
  if (t) {
    q->dgain[t - 1U] += 0.2 * dgain;
  }

  // The weight depends on what is audible of the target
  const double daudible = dh * 0.04 * h / (q->audible[0][t] + 1e5);
  for (size_t b = 0; b < N_BANDS; ++b) {
    const bool counts = tone[b] * q->target[t][b] > band_threshold[b];
    q->dtarget[t][b] += counts ? daudible : 0.0;
  }
}

static void
return_gains(RondoQuality* const q, const double* const tone)
{
  for (size_t t = 0; t < q->n_frames; ++t) {
    const double dtarget = q->dgain[t] / (q->audible[1][t] + 5e3);
    const double draw    = -dtarget * q->gain[t];
    for (size_t b = 0; b < N_BANDS; ++b) {
      const double power = tone[b] * q->target[t][b];
      q->dtarget[t][b] += power > band_threshold[b] ? dtarget : 0.0;
      q->draw[t][b] += q->raw[t][b] > band_threshold[b] ? draw : 0.0;
    }
  }
}

static void
return_tones(RondoQuality* const q)
{
  for (size_t b = 0; b < N_BANDS; ++b) {
    bool is_limited = false;
    find_tone(q, b, &is_limited);
    double dtone = 0.0;
    for (size_t t = 0; t < q->n_frames; ++t) {
      dtone += is_limited ? 0.0 : q->dtarget[t][b] * q->target[t][b];
    }
    const double daverage =
      dtone / (average(q, q->target, b) + 1e3) / (double)q->n_frames;
    for (size_t t = 0; t < q->n_frames; ++t) {
      const bool counts =
        !q->silent[t] && q->raw[t][b] > 100.0 * band_threshold[b];
      q->draw[t][b] += counts ? daverage : 0.0;
    }
  }
}

void
rondo_quality_return(RondoQuality* const q, const double* const tone)
{
  memset(q->dgain, 0, q->n_frames * sizeof(double));
  for (size_t t = 0; t < q->n_frames; ++t) {
    return_frame(q, t, tone);
  }
  return_gains(q, tone);
  return_tones(q);
}
