// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/denoiser_presets.h"

#include "core/audio/denoiser.h"

#include <stdbool.h>
#include <stddef.h>

const char* const rondo_denoiser_preset_names[] = {
  "gentle", "standard", "strong", "podcast", "music-safe", NULL,
};

RondoDenoiserControls
rondo_denoiser_preset(const size_t index)
{
  static const struct {
    float attenuation_limit; // dB
    bool  voice_gate;
  } presets[] = {
    { 12.0f, false },
    { 24.0f, false },
    { RONDO_NO_ATTENUATION_LIMIT, false },
    { RONDO_NO_ATTENUATION_LIMIT, true },
    { 6.0f, false },
  };

  RondoDenoiserControls controls = rondo_denoiser_default_controls();
  controls.attenuation_limit     = presets[index].attenuation_limit;
  controls.voice_gate            = presets[index].voice_gate;
  return controls;
}
