// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/decibels.h"
#include "core/audio/voice_gate.h"

#include <stdint.h>

RondoVoiceGate
rondo_voice_gate(const RondoVoiceGateSettings* const settings)
{
  const RondoVoiceGate gate = { settings->hold, 0.0f, 1.0f, 1.0f };
  return gate;
}

void
rondo_voice_gate_step(RondoVoiceGate* const               gate,
                      const RondoVoiceGateSettings* const settings,
                      const float                         voice)
{
  if (voice >= settings->threshold) {
    gate->held        = settings->hold;
    gate->attenuation = 0.0f;
  } else if (gate->held) {
    --gate->held;
  } else {
    const float lower = gate->attenuation + settings->step;
    gate->attenuation = (lower < settings->range) ? lower : settings->range;
  }

  gate->start = gate->end;
  gate->end   = (gate->attenuation < RONDO_MAX_GATE_RANGE)
                  ? rondo_gain_from_attenuation(gate->attenuation)
                  : 0.0f;
}

void
rondo_voice_gate_apply(const RondoVoiceGate* const gate,
                       float* const                samples,
                       const size_t                n)
{
  const float start = gate->start;
  const float end   = gate->end;
  if (start == 1.0f && end == 1.0f) {
    return;
  }

  const size_t n_ramp = (end > start) ? n / 2U : n;
  const float  step   = (end - start) / (float)n_ramp;
  for (size_t i = 0; i < n_ramp; ++i) {
    const float left = (float)(int32_t)(n_ramp - 1U - i);
    samples[i] *= end - (step * left);
  }
  for (size_t i = n_ramp; i < n; ++i) {
    samples[i] *= end;
  }
}
