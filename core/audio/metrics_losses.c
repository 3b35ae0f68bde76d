// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/metrics.h"

#include "core/audio/frames_transform.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SECONDS 0.02
#define HOP_SECONDS 0.005
#define BAND_HZ 500.0

// Bands of the three ranges begin at 0, 0.5 and 4 kHz
#define MIDDLE_BAND 1U
#define HIGH_BAND 8U

#define ACTIVE_DB 35.0   // Under the loudest frame
#define SIBILANT 6U      // Frames at least: 30 ms
#define RISE 4U          // Frames that an onset rises over: 20 ms
#define RISE_DB 10.0     // At least
#define ONSET_DB 30.0    // Under the loudest frame at most
#define FLOOR_DB 50.0    // Under the loudest frame: all that is softer
#define NEIGHBOURS 10U   // Frames: 50 ms with but one onset
#define BEFORE_ONSET 2U  // Frames
#define AFTER_ONSET 4U   // Frames
#define WORD_END 20U     // Frames: 100 ms
#define PAUSE 30U        // Frames at least: 150 ms
#define WORD 10U         // Frames at least: 50 ms
#define LARGEST_LOSS 40. // dB

// Where noise looks so much like the voice that both cannot be told apart
#define LEAST_DETERMINANT 0.01

static const double pi = 3.14159265358979323846;

enum { CLEAN, NOISY, PROCESSED, N_SIGNALS };
enum { LOW, MIDDLE, HIGH, N_RANGES };

/// Energies of a frame
typedef struct {
  double clean[N_RANGES];
  double kept[N_RANGES]; ///< What the processed signal has of the clean one
} Frame;

typedef struct {
  RondoTransform* transform;
  size_t          size;
  size_t          hop;
  double          bin_hz;
  float*          window;             // (size)
  float*          work;               // (size)
  float*          spectra[N_SIGNALS]; // (size / 2 + 1, 2)
  Frame*          frames;             // (n_frames)
  double*         levels;             // (n_frames) dB over 500 Hz
  size_t          n_frames;
} Analysis;

static void
analysis_free(Analysis* const analysis)
{
  rondo_transform_free(analysis->transform);
  free(analysis->window);
  free(analysis->work);
  for (size_t s = 0; s < N_SIGNALS; ++s) {
    free(analysis->spectra[s]);
  }
  free(analysis->frames);
  free(analysis->levels);
}

static RondoStatus
analysis_new(Analysis* const analysis, const size_t n, const size_t sample_rate)
{
  const double rate = (double)sample_rate;
  const size_t size = 2U * (size_t)nearbyint(FRAME_SECONDS / 2.0 * rate);
  const size_t hop  = (size_t)nearbyint(HOP_SECONDS * rate);
  if (hop < 2U || n < size) {
    return RONDO_ERR_UNSUPPORTED;
  }

  analysis->size     = size;
  analysis->hop      = hop;
  analysis->bin_hz   = rate / (double)size;
  analysis->n_frames = ((n - size) / hop) + 1U;
  analysis->window   = (float*)calloc(size, sizeof(float));
  analysis->work     = (float*)calloc(size, sizeof(float));
  analysis->frames   = (Frame*)calloc(analysis->n_frames, sizeof(Frame));
  analysis->levels   = (double*)calloc(analysis->n_frames, sizeof(double));

  bool success =
    analysis->window && analysis->work && analysis->frames && analysis->levels;
  for (size_t s = 0; s < N_SIGNALS; ++s) {
    analysis->spectra[s] = (float*)calloc(size + 2U, sizeof(float));
    success              = success && analysis->spectra[s];
  }
  if (!success) {
    return RONDO_ERR_NO_MEMORY;
  }

  for (size_t i = 0; i < size; ++i) {
    const double phase  = 2.0 * pi * (double)i / (double)size;
    analysis->window[i] = (float)(0.5 - (0.5 * cos(phase)));
  }
  return rondo_transform_new(size, &analysis->transform);
}

/// Inner products of the clean signal c, the noise v and the processed p
typedef struct {
  double cc;
  double vv;
  double cv;
  double cp;
  double vp;
} Products;

static void
add_bin(Products* const    sums,
        const float* const clean,
        const float* const noisy,
        const float* const processed)
{
  for (size_t i = 0; i < 2U; ++i) {
    const double c = (double)clean[i];
    const double v = (double)noisy[i] - c;
    const double p = (double)processed[i];

    sums->cc += c * c;
    sums->vv += v * v;
    sums->cv += c * v;
    sums->cp += c * p;
    sums->vp += v * p;
  }
}

// Return the energy of a c, where a c + b v is what is closest to p
static double
kept_energy(const Products* const sums)
{
  if (sums->cc <= 0.0) {
    return 0.0;
  }
  const double product     = sums->cc * sums->vv;
  const double determinant = product - (sums->cv * sums->cv);

  double a = sums->cp / sums->cc;
  if (determinant > LEAST_DETERMINANT * product) {
    a = ((sums->cp * sums->vv) - (sums->vp * sums->cv)) / determinant;
  }
  return a > 0.0 ? a * a * sums->cc : 0.0;
}

// Fill the energies of a frame from the spectra, band after band; the last
// whole band takes what is left, which may be a single bin that tells nothing
static void
measure_frame(const Analysis* const analysis, Frame* const frame)
{
  const size_t n_bins  = (analysis->size / 2U) + 1U;
  const double highest = analysis->bin_hz * (double)(n_bins - 1U);
  size_t       k       = 0;
  for (size_t band = 0; k < n_bins; ++band) {
    const double next  = BAND_HZ * (double)(band + 1U);
    const double end   = next + BAND_HZ > highest ? INFINITY : next;
    const size_t range = band < MIDDLE_BAND ? LOW
                         : band < HIGH_BAND ? MIDDLE
                                            : HIGH;

    Products sums = { 0.0, 0.0, 0.0, 0.0, 0.0 };
    for (; k < n_bins && (double)k * analysis->bin_hz < end; ++k) {
      add_bin(&sums,
              analysis->spectra[CLEAN] + (2U * k),
              analysis->spectra[NOISY] + (2U * k),
              analysis->spectra[PROCESSED] + (2U * k));
    }
    frame->clean[range] += sums.cc;
    frame->kept[range] += kept_energy(&sums);
  }
}

static void
analyse(const Analysis* const analysis, const float* const signals[N_SIGNALS])
{
  for (size_t t = 0; t < analysis->n_frames; ++t) {
    for (size_t s = 0; s < N_SIGNALS; ++s) {
      const float* const samples = signals[s] + (t * analysis->hop);
      for (size_t i = 0; i < analysis->size; ++i) {
        analysis->work[i] = samples[i] * analysis->window[i];
      }
      rondo_transform_forward(
        analysis->transform, analysis->work, analysis->spectra[s]);
    }
    measure_frame(analysis, &analysis->frames[t]);
  }
}

static double
total(const double* const energies, const size_t first)
{
  double sum = 0.0;
  for (size_t r = first; r < N_RANGES; ++r) {
    sum += energies[r];
  }
  return sum;
}

// Count the region of frames `from` to before `to`, from a range upwards
static void
count_region(const Analysis* const analysis,
             const size_t          from,
             const size_t          to,
             const size_t          first,
             RondoLosses* const    losses)
{
  double clean = 0.0;
  double kept  = 0.0;
  for (size_t t = from; t < to; ++t) {
    clean += total(analysis->frames[t].clean, first);
    kept += total(analysis->frames[t].kept, first);
  }
  const double least = clean * pow(10.0, -LARGEST_LOSS / 10.0);
  const double loss  = 10.0 * log10(clean / fmax(kept, least));

  losses->sum += loss;
  ++losses->n_regions;
  losses->n_over_3_db += loss > 3.0 ? 1U : 0U;
  losses->n_over_6_db += loss > 6.0 ? 1U : 0U;
}

// Return the energy of the loudest frame, from a range upwards
static double
loudest(const Analysis* const analysis, const size_t first)
{
  double most = 0.0;
  for (size_t t = 0; t < analysis->n_frames; ++t) {
    most = fmax(most, total(analysis->frames[t].clean, first));
  }
  return most;
}

static double
rise(const Analysis* const analysis, const size_t t)
{
  return t < RISE ? -INFINITY
                  : analysis->levels[t] - analysis->levels[t - RISE];
}

// Tell whether the level rises more at `t` than anywhere near
static bool
is_steepest(const Analysis* const analysis, const size_t t)
{
  const size_t first = t < NEIGHBOURS ? 0U : t - NEIGHBOURS;
  for (size_t u = first; u <= t + NEIGHBOURS && u < analysis->n_frames; ++u) {
    if (rise(analysis, u) > rise(analysis, t) ||
        (u < t && rise(analysis, u) >= rise(analysis, t))) {
      return false;
    }
  }
  return true;
}

static void
find_onsets(const Analysis* const analysis, RondoLosses* const losses)
{
  const double most = loudest(analysis, MIDDLE);
  if (most <= 0.0) {
    return;
  }
  for (size_t t = 0; t < analysis->n_frames; ++t) {
    const double energy = total(analysis->frames[t].clean, MIDDLE) / most;

    analysis->levels[t] =
      10.0 * log10(fmax(energy, pow(10.0, -FLOOR_DB / 10.0)));
  }
  for (size_t t = RISE; t < analysis->n_frames; ++t) {
    if (rise(analysis, t) >= RISE_DB && analysis->levels[t] > -ONSET_DB &&
        is_steepest(analysis, t)) {
      const size_t end = t + AFTER_ONSET;
      count_region(analysis,
                   t - BEFORE_ONSET,
                   end < analysis->n_frames ? end : analysis->n_frames,
                   LOW,
                   losses);
    }
  }
}

static bool
is_active(const Analysis* const analysis, const size_t t, const double least)
{
  return total(analysis->frames[t].clean, LOW) > least;
}

static bool
is_sibilant(const Analysis* const analysis, const size_t t, const double least)
{
  const double* const clean = analysis->frames[t].clean;
  return is_active(analysis, t, least) && clean[HIGH] > 0.5 * total(clean, LOW);
}

typedef bool (*Test)(const Analysis* analysis, size_t t, double least);

// Return the first frame from `t` on of which the test is not `value`
static size_t
run_end(const Analysis* const analysis,
        const Test            test,
        const bool            value,
        const double          least,
        size_t                t)
{
  while (t < analysis->n_frames && test(analysis, t, least) == value) {
    ++t;
  }
  return t;
}

static void
find_sibilants(const Analysis* const analysis,
               const double          least,
               RondoLosses* const    losses)
{
  size_t end = 0;
  for (size_t t = 0; t < analysis->n_frames; t = end + 1U) {
    end = run_end(analysis, is_sibilant, true, least, t);
    if (end >= t + SIBILANT) {
      count_region(analysis, t, end, HIGH, losses);
    }
  }
}

static void
find_word_ends(const Analysis* const analysis,
               const double          least,
               RondoLosses* const    losses)
{
  size_t next = 0;
  for (size_t t = 0; t < analysis->n_frames; t = next) {
    const size_t end = run_end(analysis, is_active, true, least, t);

    next = run_end(analysis, is_active, false, least, end);
    if (end >= t + WORD && next >= end + PAUSE) {
      count_region(
        analysis, end < t + WORD_END ? t : end - WORD_END, end, LOW, losses);
    }
  }
}

RondoStatus
rondo_metrics_losses(const float* const clean,
                     const float* const noisy,
                     const float* const processed,
                     const size_t       n,
                     const size_t       sample_rate,
                     RondoLosses* const out)
{
  const float* const signals[N_SIGNALS] = { clean, noisy, processed };

  Analysis analysis;
  memset(&analysis, 0, sizeof(analysis));
  const RondoStatus st = analysis_new(&analysis, n, sample_rate);
  if (!st) {
    analyse(&analysis, signals);
    const double least = loudest(&analysis, LOW) * pow(10., -ACTIVE_DB / 10.);
    memset(out, 0, RONDO_N_PARTS * sizeof(*out));
    find_onsets(&analysis, &out[RONDO_PART_ONSET]);
    find_sibilants(&analysis, least, &out[RONDO_PART_SIBILANT]);
    find_word_ends(&analysis, least, &out[RONDO_PART_WORD_END]);
  }
  analysis_free(&analysis);
  return st;
}
