// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoiser.h Noisy voice in, clean voice out.

       samples -> frame -> levels -> network -> gains -> frame -> samples
          |                                                          |
          +------------------- delayed as much --------------------- mix

   Output is late by exactly one frame, and by one hop more for each step that
   the network looks ahead, at all times, whatever the controls say, and so is
   the dry signal that it is mixed with.  However the samples
   are cut into blocks, the result is the same to the last bit.

   Samples are float, ±1 nominal.  Those that are not finite are taken as 0
   and those beyond ±2^20 are limited to it, so nothing that is fed in can
   stay in the state.  Should a network fail all the same, its state is cleared
   and the frame passes as it is.

   The work of a frame is done when the last sample of a hop arrives.  The
   caller's treatment of denormal numbers is the same before and after.
*/

#ifndef RONDO_AUDIO_DENOISER_H
#define RONDO_AUDIO_DENOISER_H

#include "core/audio/voice_gate.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

#define RONDO_MAX_CHANNELS 64U

/// An attenuation limit from which on noise is removed without limit, dB
#define RONDO_NO_ATTENUATION_LIMIT 100.0f

// Of the voice gate, where nothing else is wanted
#define RONDO_GATE_THRESHOLD 0.5f
#define RONDO_GATE_HOLD 300.0f
#define RONDO_GATE_RANGE 20.0f

/// The longest that a voice gate is held open, ms
#define RONDO_MAX_GATE_HOLD 2000.0f

/// A denoiser for a fixed number of channels at one sample rate
typedef struct RondoDenoiserImpl RondoDenoiser;

/**
   What a listener can set; changes are smoothed over 20 ms, sample by sample.

   The voice gate comes on top of the gains of the network, its limit included.
   It opens for a whole frame if that frame may have voice, which is known
   before a sample of it is heard.  @see voice_gate.h
*/
typedef struct {
  float attenuation_limit; ///< Most that noise is lowered, 0 to 100 dB
  float mix;               ///< 0 dry to 1 wet
  bool  enabled;           ///< False: dry, with the same latency
  bool  listen_removed;    ///< Hear what is removed: dry minus wet
  bool  link_channels;     ///< All channels share the largest gain
  bool  voice_gate;        ///< Lower pauses further, if the network hears voice
  float gate_threshold;    ///< Probability of voice that opens the gate, 0 to 1
  float gate_hold;         ///< How long it stays open then, 0 to 2000 ms
  float gate_range;        ///< By how much pauses are lowered, 0 to 100 dB
} RondoDenoiserControls;

// Setup (allocates)

/// Return controls for a first use: no limit, wet, enabled, linked.
RondoDenoiserControls
rondo_denoiser_default_controls(void);

/**
   Make a denoiser with the default controls.

   @param model A network whose task is "denoise", and of which no layer sees
   the whole sequence.  Must outlive the denoiser.
   @param sample_rate RONDO_MIN_SAMPLE_RATE to RONDO_MAX_SAMPLE_RATE, Hz.
   @param n_channels 1 to RONDO_MAX_CHANNELS.
*/
RONDO_NODISCARD RondoStatus
rondo_denoiser_new(const RondoModel* model,
                   double            sample_rate,
                   size_t            n_channels,
                   RondoDenoiser**   out,
                   RondoError*       error);

/// Free; NULL is harmless.
void
rondo_denoiser_free(RondoDenoiser* denoiser);

// Processing (audio thread)

/// Return the delay of the output in samples: constant.
RONDO_REALTIME size_t
rondo_denoiser_latency(const RondoDenoiser* denoiser);

/// Return the distance of frames in samples.
RONDO_REALTIME size_t
rondo_denoiser_hop(const RondoDenoiser* denoiser);

/// Return to silence; controls stay and take effect at once.
RONDO_REALTIME void
rondo_denoiser_reset(RondoDenoiser* denoiser);

/**
   Set the controls.

   Values out of range are limited, and those that are not a number become
   their defaults.  Before the first sample after rondo_denoiser_new() or
   rondo_denoiser_reset(), controls take effect at once.
*/
RONDO_REALTIME void
rondo_denoiser_set_controls(RondoDenoiser*               denoiser,
                            const RondoDenoiserControls* controls);

/**
   Process `n_samples` samples of every channel.

   @param in (n_channels) pointers to (n_samples).
   @param[out] out (n_channels) pointers to (n_samples); each may be equal to
   the input of any channel.
   @param n_samples Any number, 0 included.
*/
RONDO_REALTIME void
rondo_denoiser_process(RondoDenoiser*      denoiser,
                       const float* const* in,
                       float* const*       out,
                       size_t              n_samples);

/**
   Return how much is being removed, in dB, 0 or more: the energy of the dry
   signal over that of the wet, smoothed over about 100 ms, loudest channel.
*/
RONDO_REALTIME float
rondo_denoiser_get_reduction(const RondoDenoiser* denoiser);

/**
   Return the probability that somebody speaks, 0 to 1: of the newest frame,
   highest of all channels; 0 if the network does not say.
*/
RONDO_REALTIME float
rondo_denoiser_get_voice(const RondoDenoiser* denoiser);

RONDO_END_DECLS

#endif // RONDO_AUDIO_DENOISER_H
