// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file soak_plugin.h The mono denoiser of a bundle, in the smallest host.

   Who can fail here ends the program with a message.
*/

#ifndef RONDO_BENCH_SOAK_PLUGIN_H
#define RONDO_BENCH_SOAK_PLUGIN_H

#include <lv2/core/lv2.h>

#include <stdint.h>

/// The plugin's code
typedef struct {
  const char*           bundle;
  const LV2_Descriptor* descriptor;
} SoakLibrary;

/// An instance, and what it says of itself
typedef struct {
  const LV2_Descriptor* descriptor;
  LV2_Handle            handle;
  float                 latency; ///< Samples
  float                 reduction;
  float                 voice;
} SoakPlugin;

/// Load BUNDLE/denoise.so; `bundle` must end in a slash, and stay.
SoakLibrary
soak_library_load(const char* bundle);

/// Make an instance in `plugin`, which must stay where it is, and activate it.
void
soak_plugin_init(SoakPlugin*        plugin,
                 const SoakLibrary* library,
                 double             sample_rate);

void
soak_plugin_clear(SoakPlugin* plugin);

/// Deactivate and activate.
void
soak_plugin_reset(SoakPlugin* plugin);

/// Run a block; return the seconds that it took this thread's processor.
double
soak_plugin_run(SoakPlugin*  plugin,
                const float* in,
                float*       out,
                uint32_t     n_samples);

#endif // RONDO_BENCH_SOAK_PLUGIN_H
