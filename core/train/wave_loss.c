// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/wave_loss.h"

#include "core/base/arena.h"
#include "core/train/intelligibility.h"
#include "core/train/quality.h"

#include <stdlib.h>
#include <string.h>

// Speech with so little noise is as good as clean
#define CLEAN_DB 60.0f

// Up to where both measures listen closely
#define HEARD_HZ 7000.0

struct RondoWaveLossImpl {
  const RondoExamples*  examples;
  double                quality_weight;
  double                intelligibility_weight;
  RondoQuality*         quality;
  RondoIntelligibility* intelligibility;
  size_t                hop;
  size_t                n_samples; ///< Of hops that two frames overlap in
  float*                wave;      ///< (n_samples)
  float*                dwave;     ///< (n_samples)
  float*                frame;     ///< (span)
  float*                work;      ///< (span)
  float*                spectrum;  ///< (S, 2)
};

bool
rondo_wave_loss_fits(const double sample_rate, const double seconds)
{
  return sample_rate >= RONDO_WAVE_LOSS_RATE &&
         seconds >= RONDO_WAVE_LOSS_SECONDS;
}

void
rondo_wave_loss_free(RondoWaveLoss* const loss)
{
  if (loss) {
    rondo_quality_free(loss->quality);
    rondo_intelligibility_free(loss->intelligibility);
    rondo_aligned_free(loss->wave);
    rondo_aligned_free(loss->dwave);
    rondo_aligned_free(loss->frame);
    rondo_aligned_free(loss->work);
    rondo_aligned_free(loss->spectrum);
    free(loss);
  }
}

static RondoStatus
make_room(RondoWaveLoss* const l)
{
  const RondoExamples* const e    = l->examples;
  const size_t               span = rondo_frames_span(e->frames);
  const double rate = rondo_frames_bin_hz(e->frames) * (double)span;

  l->hop       = rondo_frames_hop(e->frames);
  l->n_samples = (e->n_frames - 1U) * l->hop;
  l->wave      = (float*)rondo_aligned_new(l->n_samples * sizeof(float));
  l->dwave     = (float*)rondo_aligned_new(l->n_samples * sizeof(float));
  l->frame     = (float*)rondo_aligned_new(span * sizeof(float));
  l->work      = (float*)rondo_aligned_new(span * sizeof(float));
  l->spectrum  = (float*)rondo_aligned_new(2U * e->spectrum * sizeof(float));
  if (!l->wave || !l->dwave || !l->frame || !l->work || !l->spectrum) {
    return RONDO_ERR_NO_MEMORY;
  }
  const RondoStatus st = rondo_quality_new(rate, l->n_samples, &l->quality);
  return st
           ? st
           : rondo_intelligibility_new(rate, l->n_samples, &l->intelligibility);
}

RondoStatus
rondo_wave_loss_new(const RondoExamples* const examples,
                    const double               quality_weight,
                    const double               intelligibility_weight,
                    RondoWaveLoss** const      out)
{
  *out                   = NULL;
  RondoWaveLoss* const l = (RondoWaveLoss*)calloc(1, sizeof(RondoWaveLoss));
  if (!l) {
    return RONDO_ERR_NO_MEMORY;
  }
  l->examples               = examples;
  l->quality_weight         = quality_weight;
  l->intelligibility_weight = intelligibility_weight;

  const RondoStatus st = make_room(l);
  if (st) {
    rondo_wave_loss_free(l);
    return st;
  }
  *out = l;
  return RONDO_SUCCESS;
}

// Add half a frame to the hop after frame t - 1, if both its frames are there
static void
add_half(const RondoWaveLoss* const l, const size_t t, const float* const half)
{
  if (t >= 1U && t < l->examples->n_frames) {
    float* const to = l->wave + ((t - 1U) * l->hop);
    for (size_t i = 0; i < l->hop; ++i) {
      to[i] += half[i];
    }
  }
}

static void
synthesise(RondoWaveLoss* const      l,
           const RondoExample* const example,
           const float* const        gains)
{
  const RondoExamples* const e = l->examples;
  memset(l->wave, 0, l->n_samples * sizeof(float));
  for (size_t t = 0; t < e->n_frames; ++t) {
    const float* const y = example->noisy + (t * 2U * e->spectrum);
    const float* const g = gains + (t * e->stride);
    memset(l->spectrum, 0, 2U * e->spectrum * sizeof(float));
    for (size_t k = 0; k < example->n_used; ++k) {
      l->spectrum[2U * k]        = g[k] * y[2U * k];
      l->spectrum[(2U * k) + 1U] = g[k] * y[(2U * k) + 1U];
    }
    rondo_frames_synthesise(e->frames, l->spectrum, l->frame);
    add_half(l, t, l->frame);
    add_half(l, t + 1U, l->frame + l->hop);
  }
}

// Half a frame's gradient
static void
take_half(const RondoWaveLoss* const l, const size_t t, float* const half)
{
  const bool there = t >= 1U && t < l->examples->n_frames;
  for (size_t i = 0; i < l->hop; ++i) {
    half[i] = there ? l->dwave[((t - 1U) * l->hop) + i] : 0.0f;
  }
}

static void
return_gains(RondoWaveLoss* const      l,
             const RondoExample* const example,
             float* const              dgains)
{
  const RondoExamples* const e = l->examples;
  for (size_t t = 0; t < e->n_frames; ++t) {
    const float* const y = example->noisy + (t * 2U * e->spectrum);
    const float* const d = l->spectrum;
    float* const       g = dgains + (t * e->stride);
    take_half(l, t, l->frame);
    take_half(l, t + 1U, l->frame + l->hop);
    rondo_frames_synthesise_adjoint(e->frames, l->frame, l->work, l->spectrum);
    for (size_t k = 0; k < example->n_used; ++k) {
      g[k] += (d[2U * k] * y[2U * k]) + (d[(2U * k) + 1U] * y[(2U * k) + 1U]);
    }
  }
}

void
rondo_wave_loss_process(RondoWaveLoss* const      l,
                        const RondoExample* const example,
                        const float* const        gains,
                        const double              scale,
                        float* const              dgains,
                        RondoWaveScore* const     score)
{
  const double bin_hz = rondo_frames_bin_hz(l->examples->frames);
  memset(score, 0, sizeof(*score));
  if (!example->has_speech || example->snr_db >= CLEAN_DB ||
      (double)example->n_used * bin_hz < HEARD_HZ) {
    return;
  }

  float* const dwave = dgains ? l->dwave : NULL;
  memset(l->dwave, 0, l->n_samples * sizeof(float));
  synthesise(l, example, gains);
  score->quality = rondo_quality_process(
    l->quality, example->target, l->wave, scale * l->quality_weight, dwave);
  score->intelligibility =
    rondo_intelligibility_process(l->intelligibility,
                                  example->target,
                                  l->wave,
                                  scale * l->intelligibility_weight,
                                  dwave);
  if (dgains) {
    return_gains(l, example, dgains);
  }
}
