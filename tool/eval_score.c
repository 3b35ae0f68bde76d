// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/eval_score.h"

#include "core/audio/metrics.h"
#include "core/audio/resample.h"
#include "tool/sound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char* const rondo_score_names[RONDO_N_SCORES] = { "si_sdr",
                                                        "stoi",
                                                        "lsd" };

/// Two files that are compared
typedef struct {
  RondoVoice clean;
  RondoVoice processed;
} Pair;

static void
pair_free(Pair* pair)
{
  rondo_voice_free(&pair->clean);
  rondo_voice_free(&pair->processed);
}

static RondoStatus
read_file(RondoVoice* voice, const char* path, RondoError* error)
{
  RondoStatus st = rondo_voice_read(voice, path, error);
  for (size_t i = 0U; !st && i < voice->n_samples; ++i) {
    if (!isfinite(voice->samples[i])) {
      st = rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "sample %zu is not a finite number", i);
    }
  }
  if (st) {
    rondo_error_prefix(error, path);
  }
  return st;
}

static RondoStatus
check_rates(const RondoVoice* clean,
            const char*       clean_path,
            const RondoVoice* other,
            const char*       other_path,
            RondoError*       error)
{
  if (clean->sample_rate != other->sample_rate) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "%s: the sample rate is %d Hz, that of %s %d Hz",
                           other_path,
                           other->sample_rate,
                           clean_path,
                           clean->sample_rate);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
pair_read(Pair*       pair,
          const char* clean,
          const char* processed,
          RondoError* error)
{
  memset(pair, 0, sizeof(*pair));
  RondoStatus st = read_file(&pair->clean, clean, error);
  if (!st) {
    st = read_file(&pair->processed, processed, error);
  }
  if (!st) {
    st = check_rates(&pair->clean, clean, &pair->processed, processed, error);
  }
  if (st) {
    pair_free(pair);
  }
  return st;
}

// Drop the first samples, or put zeros before them
static RondoStatus
shift(RondoVoice* voice, long delay, RondoError* error)
{
  const size_t late  = delay > 0 ? (size_t)delay : 0U;
  const size_t early = delay < 0 ? (size_t)-delay : 0U;
  const size_t drop  = late < voice->n_samples ? late : voice->n_samples;
  const size_t kept  = voice->n_samples - drop;
  float* const moved = (float*)calloc(early + kept + 1U, sizeof(float));
  if (!moved) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (kept) {
    memcpy(moved + early, voice->samples + drop, kept * sizeof(float));
  }
  free(voice->samples);
  voice->samples   = moved;
  voice->n_samples = early + kept;
  return RONDO_SUCCESS;
}

// A file that is too short for a score has none
static RondoStatus
accept_short(RondoStatus st, double* value)
{
  if (st == RONDO_ERR_UNSUPPORTED) {
    *value = (double)NAN;
    return RONDO_SUCCESS;
  }
  return st;
}

// Return `n` samples at the rate of the scores, or NULL
static double*
resample(const RondoResampler* resampler, const float* samples, size_t n)
{
  const size_t  length = rondo_resampler_length(resampler, n);
  double* const in     = (double*)calloc(n + 1U, sizeof(double));
  double* const out    = (double*)calloc(length + 1U, sizeof(double));
  if (in && out) {
    for (size_t i = 0U; i < n; ++i) {
      in[i] = (double)samples[i];
    }
    rondo_resampler_process_double(resampler, in, n, out);
    free(in);
    return out;
  }
  free(in);
  free(out);
  return NULL;
}

static RondoStatus
score_at_rate(const Pair* pair, size_t n, RondoScore* out)
{
  const size_t    rate      = (size_t)pair->clean.sample_rate;
  RondoResampler* resampler = NULL;
  RondoStatus     st =
    rondo_resampler_new_double(rate, RONDO_SCORE_RATE, &resampler);
  if (st) {
    return st;
  }
  const size_t  length = rondo_resampler_length(resampler, n);
  double* const a      = resample(resampler, pair->clean.samples, n);
  double* const b      = resample(resampler, pair->processed.samples, n);
  if (!a || !b) {
    st = RONDO_ERR_NO_MEMORY;
  } else {
    double* const stoi = &out->values[RONDO_SCORE_STOI];

    out->values[RONDO_SCORE_SI_SDR] =
      length ? rondo_metrics_si_sdr(a, b, length) : (double)NAN;
    st = accept_short(rondo_metrics_stoi(a, b, length, RONDO_SCORE_RATE, stoi),
                      stoi);
  }
  free(b);
  free(a);
  rondo_resampler_free(resampler);
  return st;
}

RondoStatus
rondo_score_files(const char* clean,
                  const char* processed,
                  long        delay,
                  RondoScore* out,
                  RondoError* error)
{
  Pair        pair;
  RondoStatus st = pair_read(&pair, clean, processed, error);
  if (st) {
    return st;
  }
  const size_t n_clean = pair.clean.n_samples;
  out->lengths_differ  = n_clean != pair.processed.n_samples;
  st                   = shift(&pair.processed, delay, error);
  if (!st) {
    const size_t  n_processed = pair.processed.n_samples;
    const size_t  n           = n_clean < n_processed ? n_clean : n_processed;
    double* const lsd         = &out->values[RONDO_SCORE_LSD];
    st                        = accept_short(
      rondo_metrics_log_spectral_distance(pair.clean.samples,
                                          pair.processed.samples,
                                          n,
                                          (size_t)pair.clean.sample_rate,
                                          lsd),
      lsd);
    st = st ? st : score_at_rate(&pair, n, out);
    if (st) {
      rondo_error_set(error, st, "%s: %s", processed, rondo_strerror(st));
    }
  }
  pair_free(&pair);
  return st;
}

static size_t
smaller(size_t a, size_t b)
{
  return a < b ? a : b;
}

RondoStatus
rondo_score_losses(const char*  clean,
                   const char*  noisy,
                   const char*  processed,
                   long         delay,
                   RondoLosses* out,
                   RondoError*  error)
{
  Pair        pair;
  RondoVoice  before = { 0 };
  RondoStatus st     = pair_read(&pair, clean, processed, error);
  if (st) {
    return st;
  }
  memset(out, 0, RONDO_N_PARTS * sizeof(*out));
  st = read_file(&before, noisy, error);
  if (!st) {
    st = check_rates(&pair.clean, clean, &before, noisy, error);
  }
  if (!st) {
    st = shift(&pair.processed, delay, error);
  }
  if (!st) {
    const size_t n =
      smaller(pair.clean.n_samples,
              smaller(before.n_samples, pair.processed.n_samples));
    st = rondo_metrics_losses(pair.clean.samples,
                              before.samples,
                              pair.processed.samples,
                              n,
                              (size_t)pair.clean.sample_rate,
                              out);
    if (st == RONDO_ERR_UNSUPPORTED) {
      st = RONDO_SUCCESS;
    } else if (st) {
      rondo_error_set(error, st, "%s: %s", processed, rondo_strerror(st));
    }
  }
  rondo_voice_free(&before);
  pair_free(&pair);
  return st;
}

RondoStatus
rondo_score_delay(const char* clean,
                  const char* processed,
                  size_t      max_lag,
                  long*       out,
                  RondoError* error)
{
  Pair        pair;
  RondoStatus st = pair_read(&pair, clean, processed, error);
  if (st) {
    return st;
  }
  const size_t a     = pair.clean.n_samples;
  const size_t b     = pair.processed.n_samples;
  ptrdiff_t    delay = 0;
  st                 = rondo_metrics_delay(
    pair.clean.samples, pair.processed.samples, a < b ? a : b, max_lag, &delay);
  if (st == RONDO_ERR_UNSUPPORTED) {
    st = RONDO_SUCCESS; // An empty file is not late
  } else if (st) {
    rondo_error_set(error, st, "%s: %s", processed, rondo_strerror(st));
  }
  *out = (long)delay;
  pair_free(&pair);
  return st;
}
