// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file voice_gate.h Lower the pauses between words further.

   A gate goes by the probability that somebody speaks, once a hop.  It opens
   at once, stays open for a while after the last voice, and then closes slowly
   at a constant rate in dB.  Its gain is at most 1 and never jumps.
*/

#ifndef RONDO_AUDIO_VOICE_GATE_H
#define RONDO_AUDIO_VOICE_GATE_H

#include "core/base/attributes.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// An attenuation from which on a closed gate is silent, dB
#define RONDO_MAX_GATE_RANGE 100.0f

/// How gates behave
typedef struct {
  float  threshold; ///< Probability of voice from which on a gate is open
  size_t hold;      ///< How long it stays open after that, hops
  float  range;     ///< Attenuation when closed, dB
  float  step;      ///< By which it closes, dB a hop
} RondoVoiceGateSettings;

/// A gate
typedef struct {
  size_t held;        ///< Hops that it stays open whatever comes
  float  attenuation; ///< Of the newest hop, at its end, dB
  float  start;       ///< Gain at the start of the newest hop
  float  end;         ///< Gain at its end
} RondoVoiceGate;

// Processing (audio thread)

/// Return a gate that is open, and stays so for a while.
RONDO_REALTIME RondoVoiceGate
rondo_voice_gate(const RondoVoiceGateSettings* settings);

/// Go on to the next hop, in which somebody speaks by the probability `voice`.
RONDO_REALTIME void
rondo_voice_gate_step(RondoVoiceGate*               gate,
                      const RondoVoiceGateSettings* settings,
                      float                         voice);

/**
   Apply the gain of the newest hop, in place.

   Opening takes the first half of a hop, so that what follows is whole.

   @param samples (n), which stay as they are to the bit if it is open.
*/
RONDO_REALTIME void
rondo_voice_gate_apply(const RondoVoiceGate* gate, float* samples, size_t n);

RONDO_END_DECLS

#endif // RONDO_AUDIO_VOICE_GATE_H
