// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/examples.h"

#include "core/base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Somebody speaks where the clean frame is above the first of these, in dB
// below the active level; nobody does below the second
#define VOICE_SURE_DB (-28.0f)
#define VOICE_NONE_DB (-40.0f)

size_t
rondo_examples_n_frames(const RondoFrames* const frames,
                        const double             sample_rate,
                        const double             seconds)
{
  const double hop = (double)rondo_frames_hop(frames);

  return (size_t)fmax(seconds * sample_rate / hop, 1.0);
}

size_t
rondo_examples_n_samples(const RondoFrames* const frames, const size_t n_frames)
{
  return (rondo_frames_hop(frames) * (n_frames - 1)) +
         rondo_frames_span(frames);
}

void
rondo_examples_free(RondoExamples* const e)
{
  if (e) {
    rondo_aligned_free(e->x);
    rondo_aligned_free(e->planes);
    rondo_aligned_free(e->work);
    rondo_aligned_free(e->spectra);
    free(e->examples);
    free(e);
  }
}

static size_t
padded(const size_t n)
{
  return (n + 15) / 16 * 16;
}

// Bins from one spectrum to the next
static size_t
spectrum_stride(const RondoFrames* const frames)
{
  return padded(rondo_frames_n_bins(frames));
}

static void
place_example(RondoExample* const        e,
              const RondoExamples* const all,
              float** const              planes)
{
  const size_t n_frames = all->n_frames;
  const size_t stride   = all->stride;
  const size_t hop      = rondo_frames_hop(all->frames);
  const size_t plane    = n_frames * stride;
  e->noisy_power        = *planes;
  e->clean_power        = *planes + plane;
  e->cross              = *planes + (2 * plane);
  e->weights            = *planes + (3 * plane);
  e->mask               = e->weights + stride;
  e->voice              = e->mask + stride;
  e->noisy              = e->voice + padded(n_frames);
  e->target             = e->noisy + (n_frames * 2 * all->spectrum);
  *planes               = e->target + padded(n_frames * hop);
}

RondoStatus
rondo_examples_new(const RondoFeatures* const features,
                   const RondoFrames* const   frames,
                   const size_t               n_frames,
                   const size_t               n_examples,
                   RondoExamples** const      out)
{
  *out                   = NULL;
  RondoExamples* const e = (RondoExamples*)calloc(1, sizeof(RondoExamples));
  if (!e) {
    return RONDO_ERR_NO_MEMORY;
  }

  const double bin_hz  = rondo_frames_bin_hz(frames);
  const size_t highest = 1 + (size_t)floor(RONDO_LOSS_HIGH_HZ / bin_hz + 1e-6);
  const size_t present = rondo_frames_n_bins(frames);
  e->features          = features;
  e->frames            = frames;
  e->n_frames          = n_frames;
  e->n_examples        = n_examples;
  e->n_inputs          = rondo_features_count(features);
  e->n_bins            = highest < present ? highest : present;
  e->stride            = padded(e->n_bins);
  e->spectrum          = spectrum_stride(frames);

  const size_t floats = (3 * n_frames * e->stride) + (2 * e->stride) +
                        padded(n_frames) + (2 * n_frames * e->spectrum) +
                        padded(n_frames * rondo_frames_hop(frames));
  const size_t n_x = n_frames * n_examples * e->n_inputs;
  e->x             = (float*)rondo_aligned_new(n_x * sizeof(float));
  e->planes   = (float*)rondo_aligned_new(n_examples * floats * sizeof(float));
  e->work     = (float*)rondo_aligned_new(4 * present * sizeof(float));
  e->spectra  = (float*)rondo_aligned_new(6 * e->spectrum * sizeof(float));
  e->examples = (RondoExample*)calloc(n_examples, sizeof(RondoExample));
  if (!e->x || !e->planes || !e->work || !e->spectra || !e->examples) {
    rondo_examples_free(e);
    return RONDO_ERR_NO_MEMORY;
  }

  float* planes = e->planes;
  for (size_t i = 0; i < n_examples; ++i) {
    place_example(&e->examples[i], e, &planes);
  }
  *out = e;
  return RONDO_SUCCESS;
}

// Weight bins by the width of a bin in ERB, so that each critical band counts
// alike: proportional to 1 / (1 + 0.00437 f) (Glasberg and Moore 1990)
static void
set_weights(const RondoExamples* const e,
            RondoExample* const        example,
            const double               bandwidth_hz)
{
  const double bin_hz = rondo_frames_bin_hz(e->frames);
  const size_t inside = 1 + (size_t)floor(bandwidth_hz / bin_hz);
  example->n_used     = inside < e->n_bins ? inside : e->n_bins;

  double sum = 0.0;
  for (size_t k = 0; k < example->n_used; ++k) {
    sum += 1.0 / (1.0 + (0.00437 * bin_hz * (double)k));
  }
  for (size_t k = 0; k < e->stride; ++k) {
    const double weight = 1.0 / (1.0 + (0.00437 * bin_hz * (double)k)) / sum;
    const bool   used   = k < example->n_used;
    example->weights[k] = used ? (float)weight : 0.0f;
    example->mask[k]    = used ? 1.0f : 0.0f;
  }
}

static void
set_bins(const float* const y,
         const float* const s,
         const float        scale,
         const size_t       n,
         float* const       noisy_power,
         float* const       clean_power,
         float* const       cross)
{
  for (size_t k = 0; k < n; ++k) {
    const float yr = y[2 * k];
    const float yi = y[(2 * k) + 1];
    const float sr = s[2 * k];
    const float si = s[(2 * k) + 1];
    noisy_power[k] = scale * ((yr * yr) + (yi * yi));
    clean_power[k] = scale * ((sr * sr) + (si * si));
    cross[k]       = scale * ((yr * sr) + (yi * si));
  }
}

static void
copy_scaled(float* const       to,
            const float* const from,
            const float        scale,
            const size_t       n)
{
  for (size_t i = 0; i < n; ++i) {
    to[i] = scale * from[i];
  }
}

// Mark the frames in which somebody speaks, from their energies in `voice`
static void
set_voice(RondoExample* const example, const size_t n_frames)
{
  float* const voice = example->voice;
  if (!example->has_speech) {
    memset(voice, 0, n_frames * sizeof(float));
    return;
  }

  double mean = 0.0;
  for (size_t t = 0; t < n_frames; ++t) {
    mean += (double)voice[t] / (double)n_frames;
  }
  double active = 0.0;
  size_t count  = 0;
  for (size_t t = 0; t < n_frames; ++t) {
    if ((double)voice[t] > 0.01 * mean) {
      active += (double)voice[t];
      ++count;
    }
  }
  const float level = (float)(active / (double)(count ? count : 1));
  for (size_t t = 0; t < n_frames; ++t) {
    const float db =
      10.0f * log10f((voice[t] + (1e-9f * level) + 1e-30f) / (level + 1e-30f));
    const float u = (db - VOICE_NONE_DB) / (VOICE_SURE_DB - VOICE_NONE_DB);
    voice[t]      = fminf(fmaxf(u, 0.0f), 1.0f);
  }
}

void
rondo_examples_set(RondoExamples* const  e,
                   const size_t          index,
                   const RondoMix* const mix)
{
  RondoExample* const example = &e->examples[index];
  const size_t        hop     = rondo_frames_hop(e->frames);
  const float         level   = fmaxf(mix->level, 1e-5f);
  float* const        y       = e->spectra;
  float* const        s       = y + (2 * e->spectrum);
  float* const        before  = s + (2 * e->spectrum);

  memset(before, 0, 2 * e->spectrum * sizeof(float));
  example->has_speech = mix->has_speech;
  example->snr_db     = mix->snr_db;
  set_weights(e, example, (double)mix->bandwidth_hz);
  for (size_t t = 0; t < e->n_frames; ++t) {
    const size_t at = t * e->stride;
    rondo_frames_analyse(e->frames, mix->clean + (t * hop), e->work, s);
    rondo_frames_analyse(e->frames, mix->noisy + (t * hop), e->work, y);
    copy_scaled(example->noisy + (t * 2 * e->spectrum),
                y,
                1.0f / level,
                2 * rondo_frames_n_bins(e->frames));
    set_bins(y,
             s,
             1.0f / (level * level),
             e->n_bins,
             example->noisy_power + at,
             example->clean_power + at,
             example->cross + at);

    float energy = 0.0f;
    for (size_t k = 0; k < example->n_used; ++k) {
      energy += example->clean_power[at + k];
    }
    example->voice[t] = energy;

    float* const x = e->x + (((t * e->n_examples) + index) * e->n_inputs);
    rondo_features_compute(e->features, y, before, e->work, x);
  }
  set_voice(example, e->n_frames);

  // The first frame is the end of its span, and the first hop is not whole
  const size_t first =
    rondo_frames_span(e->frames) - rondo_frames_size(e->frames) + hop;
  copy_scaled(
    example->target, mix->clean + first, 1.0f / level, (e->n_frames - 1) * hop);
}
