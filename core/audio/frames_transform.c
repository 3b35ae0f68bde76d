// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/frames_transform.h"

#include "core/base/arena.h"

#include <fftw3.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define MAX_SIZE ((size_t)1 << 30U)

struct RondoTransformImpl {
  fftwf_plan forward;
  fftwf_plan backward;
  size_t     size;
};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static pthread_once_t planner_once = PTHREAD_ONCE_INIT;

static void
share_planner(void)
{
  fftwf_make_planner_thread_safe();
}

// Estimated plans are the same in every run, so results are too
static bool
plan(RondoTransform* const transform)
{
  const unsigned flags    = FFTW_ESTIMATE | FFTW_DESTROY_INPUT | FFTW_UNALIGNED;
  const size_t   n_bins   = (transform->size / 2U) + 1U;
  const int      size     = (int)transform->size;
  float* const   samples  = rondo_aligned_new(transform->size * sizeof(float));
  float* const   spectrum = rondo_aligned_new(n_bins * 2U * sizeof(float));

  if (samples && spectrum) {
    fftwf_complex* const bins = (fftwf_complex*)spectrum;

    transform->forward  = fftwf_plan_dft_r2c_1d(size, samples, bins, flags);
    transform->backward = fftwf_plan_dft_c2r_1d(size, bins, samples, flags);
  }

  rondo_aligned_free(spectrum);
  rondo_aligned_free(samples);
  return transform->forward && transform->backward;
}

RondoStatus
rondo_transform_new(const size_t size, RondoTransform** const out)
{
  *out = NULL;
  if (size < 1U || size > MAX_SIZE) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoTransform* const transform = rondo_aligned_new(sizeof(RondoTransform));
  if (!transform) {
    return RONDO_ERR_NO_MEMORY;
  }

  pthread_once(&planner_once, share_planner);
  transform->size = size;
  if (!plan(transform)) {
    rondo_transform_free(transform);
    return RONDO_ERR_NO_MEMORY;
  }

  *out = transform;
  return RONDO_SUCCESS;
}

void
rondo_transform_free(RondoTransform* const transform)
{
  if (transform) {
    if (transform->forward) {
      fftwf_destroy_plan(transform->forward);
    }
    if (transform->backward) {
      fftwf_destroy_plan(transform->backward);
    }
    rondo_aligned_free(transform);
  }
}

void
rondo_transform_forward(const RondoTransform* const transform,
                        float* const RONDO_RESTRICT samples,
                        float* const RONDO_RESTRICT spectrum)
{
  fftwf_execute_dft_r2c(transform->forward, samples, (fftwf_complex*)spectrum);
}

void
rondo_transform_backward(const RondoTransform* const transform,
                         float* const RONDO_RESTRICT spectrum,
                         float* const RONDO_RESTRICT samples)
{
  const float scale = 1.0f / (float)transform->size;

  fftwf_execute_dft_c2r(transform->backward, (fftwf_complex*)spectrum, samples);
  for (size_t i = 0; i < transform->size; ++i) {
    samples[i] *= scale;
  }
}
