// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sounds.h Recordings to mix from, all at one sample rate, in memory.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_SOUNDS_H
#define RONDO_TRAIN_SOUNDS_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// A recording of speech or of noise
typedef struct {
  int16_t* samples; ///< (n_samples), 32768 is full scale
  size_t   n_samples;
  float    level;        ///< Active level, ±1 nominal
  float    bandwidth_hz; ///< Up to where the recording is to be trusted
  float    own_snr_db;   ///< How far its quiet parts lie below its loud ones
} RondoRecording;

/// A voice, with neighbouring recordings in `speech`
typedef struct {
  size_t first;
  size_t count;
  float  cumulative; ///< Sum of the weights of the speakers up to this one
} RondoSpeaker;

/// A room impulse response that starts with its direct sound
typedef struct {
  float* samples; ///< (n_samples), direct and early sound of energy 1
  size_t n_samples;
} RondoResponse;

/// All recordings of one part (train or valid)
typedef struct {
  double          sample_rate;
  RondoRecording* speech;
  size_t          n_speech;
  RondoSpeaker*   speakers;
  size_t          n_speakers;
  RondoRecording* noises;
  size_t          n_noises;
  RondoResponse*  responses;
  size_t          n_responses;
  double          speech_seconds; ///< Of what is used
  double          noise_seconds;
  size_t          n_refused;   ///< Speech with too much noise of its own
  int             speaker_due; ///< The next speech begins a voice
} RondoSounds;

/// Speech whose own signal-to-noise ratio is worse is not used, dB
#define RONDO_POOR_SPEECH_DB 15.0f

/// Speech whose own signal-to-noise ratio is worse is drawn less often, dB
#define RONDO_FAIR_SPEECH_DB 30.0f

/// Make an empty collection.
RONDO_NODISCARD RondoStatus
rondo_sounds_new(double sample_rate, RondoSounds** out);

/// Free; NULL is harmless.
void
rondo_sounds_free(RondoSounds* sounds);

/// Begin another voice: the speech added next is not of the one before.
void
rondo_sounds_begin_speaker(RondoSounds* sounds);

/**
   Add speech to the newest voice.

   Silent recordings, those shorter than 0.1 s and those below
   RONDO_POOR_SPEECH_DB are left out, and counted.

   @param samples (n_samples), at the collection's sample rate.
*/
RONDO_NODISCARD RondoStatus
rondo_sounds_add_speech(RondoSounds* sounds,
                        const float* samples,
                        size_t       n_samples,
                        double       bandwidth_hz);

/// Add a noise; silence and what is shorter than 0.05 s is left out.
RONDO_NODISCARD RondoStatus
rondo_sounds_add_noise(RondoSounds* sounds,
                       const float* samples,
                       size_t       n_samples);

/// Add a room impulse response, of which 1 s at most is kept.
RONDO_NODISCARD RondoStatus
rondo_sounds_add_response(RondoSounds* sounds,
                          const float* samples,
                          size_t       n_samples);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SOUNDS_H
