// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_AUDIO_DENOISER_IMPL_H
#define RONDO_AUDIO_DENOISER_IMPL_H

#include "core/audio/bands.h"
#include "core/audio/denoiser.h"
#include "core/audio/features.h"
#include "core/audio/frames.h"
#include "core/audio/voice_gate.h"
#include "core/base/attributes.h"
#include "core/net/stream.h"

#include <stdbool.h>
#include <stddef.h>

/// The signals of one channel
typedef struct {
  float* input;      ///< (span + hop): what the newest frame saw, being filled
  float* dry;        ///< (n_ahead + 1, hop), a ring
  float* wet;        ///< (hop), being played
  float* tail;       ///< (hop), the later half of the newest frame
  float* spectra;    ///< (n_ahead + 1, spectrum_size), a ring
  float* previous;   ///< (n_bins, 2), the spectrum of the frame before
  float* gains;      ///< (n_bins)
  float  dry_energy; ///< Mean square, smoothed
  float  wet_energy; ///< Mean square, smoothed

  float          voice; ///< That its gate hears, 0 to 1
  RondoVoiceGate gate;
} RondoDenoiserChannel;

/// What the output is made of: dry * input + wet * denoised
typedef struct {
  float dry;
  float wet;
} RondoDenoiserMix;

struct RondoDenoiserImpl {
  RondoFrames*          frames;
  RondoFeatures*        features;
  const RondoBands*     bands; ///< Of the gains
  RondoStream*          stream;
  RondoDenoiserChannel* channels; ///< (n_channels)

  size_t n_channels;
  size_t size;          ///< Of a frame, samples
  size_t span;          ///< Of what a frame sees, samples
  size_t hop;           ///< Samples
  size_t n_bins;        ///< Of a frame
  size_t spectrum_size; ///< Floats of (n_bins, 2), padded
  size_t n_inputs;      ///< Of the network
  size_t n_outputs;     ///< Of the network
  size_t n_gains;       ///< Of these, gains
  bool   has_voice;     ///< One output after the gains
  size_t n_ahead;       ///< Hops by which the gains are late

  float* inputs;  ///< (n_channels, n_inputs)
  float* outputs; ///< (n_channels, n_outputs)
  float* work;    ///< (span), and (4, n_bins)

  size_t ramp_samples; ///< Length of a change of the mix
  size_t ramp_hops;    ///< Length of a change of the floor
  float  meter_rate;   ///< Share of a new hop in the smoothed energies
  float  hop_ms;       ///< Length of a hop

  size_t position; ///< Samples of the newest hop so far
  size_t newest;   ///< Of the rings, to be written next; played until then
  size_t oldest;   ///< Of the rings, that gains come for next
  size_t n_blind;  ///< Hops until the network answers
  bool   is_fresh; ///< No sample has come yet
  RondoDenoiserControls controls;

  RondoDenoiserMix mix;      ///< At the end of the ramp
  RondoDenoiserMix mix_step; ///< Per sample of the ramp
  size_t           mix_left; ///< Samples of the ramp still to come

  float  floor;      ///< Smallest gain, at the end of the ramp
  float  floor_step; ///< Per hop of the ramp
  size_t floor_left; ///< Hops of the ramp still to come

  RondoVoiceGateSettings gate;

  float voice;
};

static inline RONDO_REALTIME float
rondo_clamp(const float x, const float low, const float high)
{
  return (x < low) ? low : (x > high) ? high : x;
}

/// Start on the way to what the controls ask for.
RONDO_REALTIME void
rondo_denoiser_apply_controls(RondoDenoiser* denoiser);

#endif // RONDO_AUDIO_DENOISER_IMPL_H
