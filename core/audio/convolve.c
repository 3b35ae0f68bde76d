// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/convolve.h"

#include "core/base/arena.h"

#include <fftw3.h>

#include <stdlib.h>
#include <string.h>

struct RondoConvolverImpl {
  size_t     size;     ///< Of the transform
  float*     samples;  ///< (size)
  float*     signal;   ///< (size / 2 + 1, 2): spectrum of the signal
  float*     spectrum; ///< (size / 2 + 1, 2)
  fftwf_plan forward;  ///< samples -> spectrum
  fftwf_plan inverse;  ///< spectrum -> samples
};

// The smallest even number with factors 2, 3 and 5 that is at least `n`
static size_t
good_size(const size_t n)
{
  size_t best = 2;
  while (best < n) {
    best *= 2;
  }
  for (size_t three = 1; three <= 9; three *= 3) {
    for (size_t five = 1; five <= 25; five *= 5) {
      size_t size = 2 * three * five;
      while (size < n) {
        size *= 2;
      }
      best = size < best ? size : best;
    }
  }
  return best;
}

void
rondo_convolver_free(RondoConvolver* const convolver)
{
  if (convolver) {
    if (convolver->forward) {
      fftwf_destroy_plan(convolver->forward);
    }
    if (convolver->inverse) {
      fftwf_destroy_plan(convolver->inverse);
    }
    rondo_aligned_free(convolver->samples);
    rondo_aligned_free(convolver->signal);
    rondo_aligned_free(convolver->spectrum);
    free(convolver);
  }
}

RondoStatus
rondo_convolver_new(const size_t           max_signal,
                    const size_t           max_response,
                    RondoConvolver** const out)
{
  *out = NULL;
  if (!max_signal || !max_response || max_signal > (1U << 28U) ||
      max_response > (1U << 28U)) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoConvolver* const c = (RondoConvolver*)calloc(1, sizeof(RondoConvolver));
  if (!c) {
    return RONDO_ERR_NO_MEMORY;
  }

  c->size             = good_size(max_signal + max_response - 1);
  const size_t n_bins = (c->size / 2) + 1;
  c->samples          = (float*)rondo_aligned_new(c->size * sizeof(float));
  c->signal           = (float*)rondo_aligned_new(n_bins * 2 * sizeof(float));
  c->spectrum         = (float*)rondo_aligned_new(n_bins * 2 * sizeof(float));
  if (c->samples && c->signal && c->spectrum) {
    // The estimate makes the same plan each time, hence the same bits
    const unsigned flags = FFTW_ESTIMATE;
    fftwf_make_planner_thread_safe();
    c->forward = fftwf_plan_dft_r2c_1d(
      (int)c->size, c->samples, (fftwf_complex*)c->spectrum, flags);
    c->inverse = fftwf_plan_dft_c2r_1d(
      (int)c->size, (fftwf_complex*)c->spectrum, c->samples, flags);
  }
  if (!c->forward || !c->inverse) {
    rondo_convolver_free(c);
    return RONDO_ERR_NO_MEMORY;
  }

  *out = c;
  return RONDO_SUCCESS;
}

static void
load(RondoConvolver* const c, const float* const samples, const size_t n)
{
  memcpy(c->samples, samples, n * sizeof(float));
  memset(c->samples + n, 0, (c->size - n) * sizeof(float));
}

void
rondo_convolver_set_signal(RondoConvolver* const c,
                           const float* const    samples,
                           const size_t          n_samples)
{
  load(c, samples, n_samples);
  fftwf_execute_dft_r2c(c->forward, c->samples, (fftwf_complex*)c->signal);
}

void
rondo_convolver_process(RondoConvolver* const c,
                        const float* const    response,
                        const size_t          n_response,
                        float* const          out,
                        const size_t          n_out)
{
  load(c, response, n_response);
  fftwf_execute(c->forward);

  float* const       h     = c->spectrum;
  const float* const x     = c->signal;
  const float        scale = 1.0f / (float)c->size;
  for (size_t k = 0; k < c->size + 2; k += 2) {
    const float re = (x[k] * h[k]) - (x[k + 1] * h[k + 1]);
    const float im = (x[k] * h[k + 1]) + (x[k + 1] * h[k]);
    h[k]           = re * scale;
    h[k + 1]       = im * scale;
  }

  fftwf_execute(c->inverse);
  memcpy(out, c->samples, n_out * sizeof(float));
}
