// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/decibels.h"
#include "core/audio/denoiser.h"
#include "core/audio/denoiser_impl.h"
#include "core/audio/voice_gate.h"

#include <stddef.h>

// In which a voice gate closes
static const float gate_release_ms = 200.0f;

// Limit a control to 0 to `high`; only what is not a number is not itself
static void
take_control(float* const control, const float standard, const float high)
{
  *control =
    (*control != *control) ? standard : rondo_clamp(*control, 0.0f, high);
}

static RondoDenoiserMix
wanted_mix(const RondoDenoiserControls* const controls)
{
  RondoDenoiserMix mix = { 1.0f, 0.0f };
  if (controls->enabled && controls->listen_removed) {
    mix.wet = -1.0f;
  } else if (controls->enabled) {
    mix.dry = 1.0f - controls->mix;
    mix.wet = controls->mix;
  }
  return mix;
}

static float
wanted_floor(const RondoDenoiserControls* const controls)
{
  return (controls->attenuation_limit < RONDO_NO_ATTENUATION_LIMIT)
           ? rondo_gain_from_attenuation(controls->attenuation_limit)
           : 0.0f;
}

// The gate that is switched off never closes
static RondoVoiceGateSettings
wanted_gate(const RondoDenoiserControls* const controls, const float hop_ms)
{
  const RondoVoiceGateSettings gate = {
    .threshold = controls->voice_gate ? controls->gate_threshold : 0.0f,
    .hold      = (size_t)((controls->gate_hold / hop_ms) + 0.5f),
    .range     = controls->gate_range,
    .step      = controls->gate_range * hop_ms / gate_release_ms,
  };
  return gate;
}

// Ramps are told by their end and what is left, so that the end is exact
static void
start_mix_ramp(RondoDenoiser* const d, const RondoDenoiserMix wanted)
{
  const float left   = (float)d->mix_left;
  const float length = (float)d->ramp_samples;

  const RondoDenoiserMix now = {
    d->mix.dry - (d->mix_step.dry * left),
    d->mix.wet - (d->mix_step.wet * left),
  };

  d->mix_step.dry = (wanted.dry - now.dry) / length;
  d->mix_step.wet = (wanted.wet - now.wet) / length;
  d->mix_left     = d->ramp_samples;
  d->mix          = wanted;
}

static void
start_floor_ramp(RondoDenoiser* const d, const float wanted)
{
  const float now = d->floor - (d->floor_step * (float)d->floor_left);

  d->floor_step = (wanted - now) / (float)d->ramp_hops;
  d->floor_left = d->ramp_hops;
  d->floor      = wanted;
}

void
rondo_denoiser_apply_controls(RondoDenoiser* const d)
{
  const RondoDenoiserMix mix   = wanted_mix(&d->controls);
  const float            floor = wanted_floor(&d->controls);

  if (mix.dry != d->mix.dry || mix.wet != d->mix.wet) {
    start_mix_ramp(d, mix);
  }
  if (floor != d->floor) {
    start_floor_ramp(d, floor);
  }
  d->gate = wanted_gate(&d->controls, d->hop_ms);
  if (d->is_fresh) {
    d->mix_left   = 0;
    d->floor_left = 0;
    for (size_t c = 0; c < d->n_channels; ++c) {
      d->channels[c].gate = rondo_voice_gate(&d->gate);
    }
  }
}

void
rondo_denoiser_set_controls(RondoDenoiser* const               denoiser,
                            const RondoDenoiserControls* const controls)
{
  RondoDenoiserControls* const c = &denoiser->controls;

  *c = *controls;
  take_control(&c->attenuation_limit, RONDO_NO_ATTENUATION_LIMIT, 100.0f);
  take_control(&c->mix, 1.0f, 1.0f);
  take_control(&c->gate_threshold, RONDO_GATE_THRESHOLD, 1.0f);
  take_control(&c->gate_hold, RONDO_GATE_HOLD, RONDO_MAX_GATE_HOLD);
  take_control(&c->gate_range, RONDO_GATE_RANGE, RONDO_MAX_GATE_RANGE);
  rondo_denoiser_apply_controls(denoiser);
}
