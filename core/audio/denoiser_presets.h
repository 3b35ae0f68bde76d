// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoiser_presets.h Controls by name.

   The LV2 presets of the plugins, which have the same names, set the same.
*/

#ifndef RONDO_AUDIO_DENOISER_PRESETS_H
#define RONDO_AUDIO_DENOISER_PRESETS_H

#include "core/audio/denoiser.h"
#include "core/base/attributes.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The names, from gentle on, ended by NULL
extern const char* const rondo_denoiser_preset_names[];

/// Return the controls of a preset, by its place among the names.
RondoDenoiserControls
rondo_denoiser_preset(size_t index);

RONDO_END_DECLS

#endif // RONDO_AUDIO_DENOISER_PRESETS_H
