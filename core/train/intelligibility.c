// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/intelligibility.h"

#include "core/base/arena.h"
#include "core/train/power_frames.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// All from Taal et al. 2011, section II
#define FRAME_SECONDS 0.0256
#define HOP_SECONDS 0.0128
#define N_BANDS 15U
#define LOWEST_HZ 150.0
#define SEGMENT 30U       // Frames
#define LOUD_POWER 1e-4   // Of the loudest frame: -40 dB
#define CLIP 6.6234132519 // 1 + 10^(15 / 20)

// Added to powers, and to what is divided by
#define TINY 1e-12

typedef double Bands[N_BANDS];

struct RondoIntelligibilityImpl {
  RondoPowerFrames* frames;
  size_t            n_frames;
  size_t            n_bins;
  size_t            first_bin[N_BANDS];
  size_t            last_bin[N_BANDS]; ///< And one
  float*            power;             ///< (n_frames, n_bins)
  double*           energy;            ///< (n_frames) Of the target
  size_t*           loud;              ///< (n_frames) Frames that count
  Bands*            target;            ///< (n_frames) Magnitudes
  Bands*            heard;             ///< (n_frames)
  Bands*            dheard;            ///< (n_frames)
};

void
rondo_intelligibility_free(RondoIntelligibility* const m)
{
  if (m) {
    rondo_power_frames_free(m->frames);
    rondo_aligned_free(m->power);
    free(m->energy);
    free(m->loud);
    free(m->target);
    free(m->heard);
    free(m->dheard);
    free(m);
  }
}

// Bins from a sixth of an octave below to one above each band's middle
static void
set_bands(RondoIntelligibility* const m, const double bin_hz)
{
  const double sixth = pow(2.0, 1.0 / 6.0);
  for (size_t b = 0; b < N_BANDS; ++b) {
    const double middle = LOWEST_HZ * pow(2.0, (double)b / 3.0);
    m->first_bin[b]     = (size_t)ceil(middle / sixth / bin_hz);
    m->last_bin[b]      = (size_t)ceil(middle * sixth / bin_hz);
  }
  m->n_bins = m->last_bin[N_BANDS - 1U];
}

RondoStatus
rondo_intelligibility_new(const double                 sample_rate,
                          const size_t                 n_samples,
                          RondoIntelligibility** const out)
{
  *out                = NULL;
  const size_t length = (size_t)(FRAME_SECONDS * sample_rate);
  if (!(sample_rate >= 1e4) || n_samples < (SEGMENT + 1U) * length / 2U) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoIntelligibility* const m =
    (RondoIntelligibility*)calloc(1, sizeof(RondoIntelligibility));
  if (!m) {
    return RONDO_ERR_NO_MEMORY;
  }
  size_t size = 1;
  while (size < length) {
    size *= 2;
  }
  set_bands(m, sample_rate / (double)size);

  RondoStatus st = rondo_power_frames_new(n_samples,
                                          length,
                                          (size_t)(HOP_SECONDS * sample_rate),
                                          size,
                                          m->n_bins,
                                          &m->frames);
  if (!st) {
    const size_t n = rondo_power_frames_count(m->frames);
    m->n_frames    = n;
    m->power       = (float*)rondo_aligned_new(n * m->n_bins * sizeof(float));
    m->energy      = (double*)calloc(n, sizeof(double));
    m->loud        = (size_t*)calloc(n, sizeof(size_t));
    m->target      = (Bands*)calloc(n, sizeof(Bands));
    m->heard       = (Bands*)calloc(n, sizeof(Bands));
    m->dheard      = (Bands*)calloc(n, sizeof(Bands));
    st = m->power && m->energy && m->loud && m->target && m->heard && m->dheard
           ? RONDO_SUCCESS
           : RONDO_ERR_NO_MEMORY;
  }
  if (st) {
    rondo_intelligibility_free(m);
    return st;
  }
  *out = m;
  return RONDO_SUCCESS;
}

// Magnitudes of bands
static void
gather(RondoIntelligibility* const m,
       const float* const          samples,
       Bands* const                bands)
{
  rondo_power_frames_compute(m->frames, samples, m->power);
  for (size_t t = 0; t < m->n_frames; ++t) {
    const float* const power = m->power + (t * m->n_bins);
    for (size_t b = 0; b < N_BANDS; ++b) {
      double sum = TINY;
      for (size_t k = m->first_bin[b]; k < m->last_bin[b]; ++k) {
        sum += (double)power[k];
      }
      bands[t][b] = sqrt(sum);
    }
  }
}

// Return how many frames of the target, whose powers are there, are loud
static size_t
find_loud(RondoIntelligibility* const m)
{
  double most = 0.0;
  for (size_t t = 0; t < m->n_frames; ++t) {
    m->energy[t] = 0.0;
    for (size_t k = 0; k < m->n_bins; ++k) {
      m->energy[t] += (double)m->power[(t * m->n_bins) + k];
    }
    most = fmax(most, m->energy[t]);
  }

  size_t count = 0;
  for (size_t t = 0; t < m->n_frames; ++t) {
    if (m->energy[t] > LOUD_POWER * most) {
      m->loud[count++] = t;
    }
  }
  return count;
}

// A band over a segment: what was said, what is heard, and its gradient
typedef struct {
  double x[SEGMENT];
  double y[SEGMENT];
  double g[SEGMENT];
} Segment;

static double
remove_mean(double* const x)
{
  double mean = 0.0;
  for (size_t i = 0; i < SEGMENT; ++i) {
    mean += x[i] / (double)SEGMENT;
  }
  double power = 0.0;
  for (size_t i = 0; i < SEGMENT; ++i) {
    x[i] -= mean;
    power += x[i] * x[i];
  }
  return power;
}

// Return the correlation of x and y, where y is scaled and clipped; set g to
// its gradient with respect to y
static double
correlate(Segment* const s)
{
  double x2 = 0.0;
  double y2 = TINY;
  for (size_t i = 0; i < SEGMENT; ++i) {
    x2 += s->x[i] * s->x[i];
    y2 += s->y[i] * s->y[i];
  }
  const double scale = sqrt(x2 / y2);

  double a[SEGMENT];
  double b[SEGMENT];
  for (size_t i = 0; i < SEGMENT; ++i) {
    a[i] = s->x[i];
    b[i] = fmin(s->y[i] * scale, s->x[i] * CLIP);
  }
  const double a2 = remove_mean(a);
  const double b2 = remove_mean(b);

  double product = 0.0;
  for (size_t i = 0; i < SEGMENT; ++i) {
    product += a[i] * b[i];
  }
  const double size = sqrt((a2 * b2) + TINY);

  // Back through the quotient and the mean, which both have none: then through
  // the clipping and the scale, which depends on y too
  double dscale = 0.0;
  for (size_t i = 0; i < SEGMENT; ++i) {
    const double d   = (a[i] - (product * a2 * b[i] / (size * size))) / size;
    const int    cut = s->y[i] * scale > s->x[i] * CLIP;
    s->g[i]          = cut ? 0.0 : d * scale;
    dscale += cut ? 0.0 : d * s->y[i];
  }
  for (size_t i = 0; i < SEGMENT; ++i) {
    s->g[i] -= dscale * scale * s->y[i] / y2;
  }
  return product / size;
}

static double
compare(RondoIntelligibility* const m, const size_t n_segments)
{
  double sum = 0.0;
  memset(m->dheard, 0, m->n_frames * sizeof(Bands));
  for (size_t first = 0; first < n_segments; ++first) {
    for (size_t b = 0; b < N_BANDS; ++b) {
      Segment s;
      for (size_t i = 0; i < SEGMENT; ++i) {
        s.x[i] = m->target[m->loud[first + i]][b];
        s.y[i] = m->heard[m->loud[first + i]][b];
      }
      sum += correlate(&s);
      for (size_t i = 0; i < SEGMENT; ++i) {
        m->dheard[m->loud[first + i]][b] += s.g[i];
      }
    }
  }
  return sum / (double)(n_segments * N_BANDS);
}

// The gradient of powers from that of magnitudes
static void
scatter(RondoIntelligibility* const m, const double scale)
{
  memset(m->power, 0, m->n_frames * m->n_bins * sizeof(float));
  for (size_t t = 0; t < m->n_frames; ++t) {
    float* const power = m->power + (t * m->n_bins);
    for (size_t b = 0; b < N_BANDS; ++b) {
      const double d = scale * m->dheard[t][b] / (2.0 * m->heard[t][b]);
      for (size_t k = m->first_bin[b]; k < m->last_bin[b]; ++k) {
        power[k] += (float)d;
      }
    }
  }
}

double
rondo_intelligibility_process(RondoIntelligibility* const m,
                              const float* const          target,
                              const float* const          samples,
                              const double                scale,
                              float* const                dsamples)
{
  gather(m, target, m->target);
  const size_t n_loud = find_loud(m);
  if (n_loud < SEGMENT) {
    return 0.0;
  }

  const size_t n_segments = n_loud - SEGMENT + 1U;
  gather(m, samples, m->heard);
  const double mean = compare(m, n_segments);
  if (dsamples) {
    scatter(m, -scale / (double)(n_segments * N_BANDS));
    rondo_power_frames_adjoint(m->frames, m->power, dsamples);
  }
  return 1.0 - mean;
}
