// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/denoiser.h"

#include "core/audio/denoiser_impl.h"
#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/base/arena.h"
#include "core/net/model.h"
#include "core/net/stream.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

static const double ramp_seconds  = 0.02;
static const double meter_seconds = 0.1;

static void
carve_channel(RondoArena* const           arena,
              const RondoDenoiser* const  denoiser,
              RondoDenoiserChannel* const channel)
{
  const size_t hop    = denoiser->hop;
  const size_t n_ring = denoiser->n_ahead + 1U;

  channel->dry   = rondo_arena_take(arena, n_ring, hop * sizeof(float));
  channel->input = rondo_arena_take(arena, denoiser->span + hop, sizeof(float));
  channel->wet   = rondo_arena_take(arena, hop, sizeof(float));
  channel->tail  = rondo_arena_take(arena, hop, sizeof(float));
  channel->spectra =
    rondo_arena_take(arena, n_ring, denoiser->spectrum_size * sizeof(float));
  channel->previous =
    rondo_arena_take(arena, denoiser->n_bins, 2U * sizeof(float));
  channel->gains = rondo_arena_take(arena, denoiser->n_bins, sizeof(float));
}

// Carve everything, or only count while the arena does
static void*
carve(RondoArena* const arena, RondoDenoiser* const d, const size_t stream_size)
{
  const size_t n_channels = d->n_channels;

  d->channels =
    rondo_arena_take(arena, n_channels, sizeof(RondoDenoiserChannel));
  d->inputs = rondo_arena_take(arena, n_channels * d->n_inputs, sizeof(float));
  d->outputs =
    rondo_arena_take(arena, n_channels * d->n_outputs, sizeof(float));
  d->work = rondo_arena_take(arena, d->n_bins, 4U * sizeof(float));

  for (size_t c = 0; c < n_channels; ++c) {
    RondoDenoiserChannel counted = { 0 };
    carve_channel(arena, d, d->channels ? &d->channels[c] : &counted);
  }
  return rondo_arena_take(arena, stream_size, 1);
}

// Make what a denoiser refers to and learn the sizes
static RondoStatus
make_parts(RondoDenoiser* const    d,
           const RondoModel* const model,
           const double            sample_rate,
           RondoError* const       error)
{
  const RondoDescription* const description = rondo_model_description(model);

  RondoStatus st = rondo_model_check_lookahead(model, 0U, error);
  st =
    st
      ? st
      : rondo_features_make_frames(description, sample_rate, &d->frames, error);
  if (st) {
    return st;
  }

  d->size   = rondo_frames_size(d->frames);
  d->hop    = rondo_frames_hop(d->frames);
  d->span   = rondo_frames_span(d->frames);
  d->n_bins = rondo_frames_n_bins(d->frames);
  // FFTW wants every spectrum of a ring aligned
  d->spectrum_size = ((2U * d->n_bins) + 15U) / 16U * 16U;
  d->n_ahead       = rondo_model_delay(model, 0U);

  const double bin_hz = rondo_frames_bin_hz(d->frames);
  if ((st = rondo_features_new(
         description, d->n_bins, bin_hz, &d->features, error))) {
    return st;
  }

  d->bands        = rondo_features_gain_bands(d->features);
  d->n_inputs     = rondo_features_count(d->features);
  d->n_gains      = rondo_features_n_gains(d->features);
  d->has_voice    = rondo_features_has_voice(d->features);
  d->n_outputs    = d->n_gains + (d->has_voice ? 1U : 0U);
  d->ramp_samples = (size_t)lround(ramp_seconds * sample_rate);

  const double hop_seconds = (double)d->hop / sample_rate;
  d->hop_ms                = (float)(1e3 * hop_seconds);
  d->ramp_hops  = (size_t)fmax(1.0, round(ramp_seconds / hop_seconds));
  d->meter_rate = (float)(1.0 - exp(-hop_seconds / meter_seconds));
  return RONDO_SUCCESS;
}

static void
free_parts(const RondoDenoiser* const denoiser)
{
  rondo_features_free(denoiser->features);
  rondo_frames_free(denoiser->frames);
}

// One block of memory for the denoiser and all its state
static RondoDenoiser*
place(const RondoDenoiser* const layout, const RondoModel* const model)
{
  const size_t stream_size = rondo_stream_size(model, layout->n_channels);

  RondoDenoiser counted = *layout;
  RondoArena    arena   = rondo_arena(NULL);
  rondo_arena_take(&arena, 1, sizeof(RondoDenoiser));
  carve(&arena, &counted, stream_size);
  if (arena.overflow || !stream_size) {
    return NULL;
  }

  void* const memory = rondo_aligned_new(arena.used);
  if (!memory) {
    return NULL;
  }

  arena                  = rondo_arena(memory);
  RondoDenoiser* const d = rondo_arena_take(&arena, 1, sizeof(RondoDenoiser));
  *d                     = *layout;

  void* const stream = carve(&arena, d, stream_size);
  d->stream          = rondo_stream_init(stream, model, d->n_channels);
  return d;
}

RondoDenoiserControls
rondo_denoiser_default_controls(void)
{
  const RondoDenoiserControls controls = {
    .attenuation_limit = RONDO_NO_ATTENUATION_LIMIT,
    .mix               = 1.0f,
    .enabled           = true,
    .listen_removed    = false,
    .link_channels     = true,
    .voice_gate        = false,
    .gate_threshold    = RONDO_GATE_THRESHOLD,
    .gate_hold         = RONDO_GATE_HOLD,
    .gate_range        = RONDO_GATE_RANGE,
  };
  return controls;
}

RondoStatus
rondo_denoiser_new(const RondoModel* const model,
                   const double            sample_rate,
                   const size_t            n_channels,
                   RondoDenoiser** const   out,
                   RondoError* const       error)
{
  *out = NULL;
  if (!(sample_rate >= RONDO_MIN_SAMPLE_RATE &&
        sample_rate <= RONDO_MAX_SAMPLE_RATE)) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_ARGUMENT,
                           "sample rate %g Hz is not in %g to %g Hz",
                           sample_rate,
                           RONDO_MIN_SAMPLE_RATE,
                           RONDO_MAX_SAMPLE_RATE);
  }
  if (n_channels < 1 || n_channels > RONDO_MAX_CHANNELS) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_ARGUMENT,
                           "%zu channels are not in 1 to %u",
                           n_channels,
                           RONDO_MAX_CHANNELS);
  }

  RondoDenoiser     layout = { .n_channels = n_channels };
  const RondoStatus st     = make_parts(&layout, model, sample_rate, error);
  if (st) {
    free_parts(&layout);
    return st;
  }

  RondoDenoiser* const denoiser = place(&layout, model);
  if (!denoiser) {
    free_parts(&layout);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  denoiser->controls = rondo_denoiser_default_controls();
  rondo_denoiser_reset(denoiser);
  *out = denoiser;
  return RONDO_SUCCESS;
}

void
rondo_denoiser_free(RondoDenoiser* const denoiser)
{
  if (denoiser) {
    free_parts(denoiser);
    rondo_aligned_free(denoiser);
  }
}
