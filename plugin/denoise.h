// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise.h Rondo Denoise: the denoiser as a plugin, mono and stereo.

   Ports keep their numbers and symbols for ever; new ones come at the end.
*/

#ifndef RONDO_PLUGIN_DENOISE_H
#define RONDO_PLUGIN_DENOISE_H

#include "core/base/attributes.h"
#include "plugin/messages.h"
#include "plugin/slot.h"
#include "plugin/uris.h"

#include <lv2/core/lv2.h>
#include <lv2/log/logger.h>

#include <stddef.h>
#include <stdint.h>

/// Ports, numbered as in ttl/denoise.ttl.in
typedef enum {
  RONDO_DENOISE_CONTROL,
  RONDO_DENOISE_NOTIFY,
  RONDO_DENOISE_ENABLED,
  RONDO_DENOISE_LIMIT,
  RONDO_DENOISE_MIX,
  RONDO_DENOISE_LISTEN,
  RONDO_DENOISE_REDUCTION,
  RONDO_DENOISE_VOICE,
  RONDO_DENOISE_LATENCY,
  RONDO_DENOISE_AUDIO,                      ///< Mono: in, out
  RONDO_DENOISE_LINK = RONDO_DENOISE_AUDIO, ///< Stereo; then in, in, out, out

  /// On or off; then threshold, hold, range
  RONDO_DENOISE_MONO_GATE   = RONDO_DENOISE_AUDIO + 2,
  RONDO_DENOISE_STEREO_GATE = RONDO_DENOISE_LINK + 5,

  RONDO_DENOISE_N_PORTS = RONDO_DENOISE_STEREO_GATE + 4,
} RondoDenoisePort;

#define RONDO_DENOISE_MAX_CHANNELS 2U

/// Samples that two models are played side by side at a time
#define RONDO_DENOISE_BLOCK 256U

/// How long a new model plays unheard, so that its state settles; and as long
/// more as it looks ahead
#define RONDO_DENOISE_SETTLE_SECONDS 0.1

/// How long the sound goes over from the old model to the new one
#define RONDO_DENOISE_FADE_SECONDS 0.02

/// An instance; its units are made by RondoDenoiser
typedef struct {
  void*          ports[RONDO_DENOISE_N_PORTS];
  size_t         n_channels;
  double         sample_rate;
  size_t         settle;  ///< Samples
  size_t         fade;    ///< Samples
  size_t         swapped; ///< Samples since the incoming model plays
  RondoUris      uris;
  LV2_Log_Logger logger;
  RondoMessages  messages;
  RondoSlot      slot;
  float          scratch[RONDO_DENOISE_MAX_CHANNELS][RONDO_DENOISE_BLOCK];
} RondoDenoise;

// Processing (audio thread)

/// LV2_Descriptor.run() of both plugins.
RONDO_REALTIME void
rondo_denoise_run(LV2_Handle instance, uint32_t n_samples);

/// LV2_Worker_Interface.work_response() of both plugins.
RONDO_REALTIME LV2_Worker_Status
rondo_denoise_work_response(LV2_Handle  instance,
                            uint32_t    size,
                            const void* body);

#endif // RONDO_PLUGIN_DENOISE_H
