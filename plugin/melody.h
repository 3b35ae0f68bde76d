// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file melody.h Rondo Melody: the performer as a plugin.

   Ports keep their numbers and symbols for ever; new ones come at the end.
*/

#ifndef RONDO_PLUGIN_MELODY_H
#define RONDO_PLUGIN_MELODY_H

#include "core/base/attributes.h"
#include "core/music/performer.h"
#include "core/net/model.h"
#include "plugin/messages.h"
#include "plugin/position.h"
#include "plugin/saver.h"
#include "plugin/uris.h"

#include <lv2/atom/forge.h>
#include <lv2/core/lv2.h>
#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Ports, numbered as in ttl/melody-ports.ttl.in
typedef enum {
  RONDO_PLAYER_CONTROL,
  RONDO_PLAYER_MIDI_OUT,
  RONDO_PLAYER_NOTIFY,
  RONDO_PLAYER_ENABLED,
  RONDO_PLAYER_MODE,
  RONDO_PLAYER_SYNC,
  RONDO_PLAYER_TEMPO,
  RONDO_PLAYER_BARS,
  RONDO_PLAYER_SWING,
  RONDO_PLAYER_ARMED,
  RONDO_PLAYER_LOCKED,
  RONDO_PLAYER_SEED_BARS,
  RONDO_PLAYER_CLEAR,
  RONDO_PLAYER_FREEZE,
  RONDO_PLAYER_TEMPERATURE,
  RONDO_PLAYER_TOP_P,
  RONDO_PLAYER_DENSITY,
  RONDO_PLAYER_VARIATION,
  RONDO_PLAYER_RANDOM_SEED,
  RONDO_PLAYER_REGENERATE,
  RONDO_PLAYER_KEY,
  RONDO_PLAYER_SCALE,
  RONDO_PLAYER_SCALE_LOCK,
  RONDO_PLAYER_LOW,
  RONDO_PLAYER_HIGH,
  RONDO_PLAYER_CHANNEL_IN,
  RONDO_PLAYER_CHANNEL_OUT,
  RONDO_PLAYER_VELOCITY,
  RONDO_PLAYER_ACCENT,
  RONDO_PLAYER_HUMANIZE,
  RONDO_PLAYER_THROUGH,
  RONDO_PLAYER_PANIC,
  RONDO_PLAYER_WRITE,
  RONDO_PLAYER_SEED_NOTES,
  RONDO_PLAYER_PROGRESS,
  RONDO_PLAYER_STATE,
  RONDO_PLAYER_NUMBER,
  RONDO_PLAYER_N_PORTS,
} RondoPlayerPort;

/// What the port RONDO_PLAYER_STATE shows
typedef enum {
  RONDO_PLAYER_BYPASSED,
  RONDO_PLAYER_WAITING, ///< For a seed, or for something to be frozen
  RONDO_PLAYER_READY,   ///< For the transport to roll
  RONDO_PLAYER_PLAYING,
} RondoPlayerState;

/// Where the number of the random seed has been moved by a button: how often,
/// and which value of the port that goes with
typedef struct {
  uint16_t port;
  uint16_t n_presses;
} RondoShift;

/// An instance
typedef struct {
  void*          ports[RONDO_PLAYER_N_PORTS];
  bool           pressed[RONDO_PLAYER_N_PORTS]; ///< Triggers, a block before
  bool           has_run;                       ///< `pressed` is known
  RondoUris      uris;
  LV2_Log_Logger logger;
  LV2_Atom_Forge forge; ///< Of MIDI
  RondoMessages  messages;
  RondoSaver     saver;
  RondoPosition  position;
  bool           changed; ///< The host has to be told that the state changed

  RondoPerformerControls defaults;

  atomic_uint shift;  ///< RondoShift, packed; any thread
  int         number; ///< What the port RONDO_PLAYER_RANDOM_SEED said before

  RondoModel*     melody;
  RondoModel*     harmony; ///< Or NULL
  RondoPerformer* performer;
} RondoPlayer;

/// Pack.
static inline uint32_t
rondo_shift_pack(const RondoShift shift)
{
  return ((uint32_t)shift.port << 16U) | shift.n_presses;
}

/// Unpack.
static inline RondoShift
rondo_shift_unpack(const uint32_t packed)
{
  const RondoShift shift = { (uint16_t)(packed >> 16U), (uint16_t)packed };
  return shift;
}

// Processing (audio thread)

/// LV2_Descriptor.run() of the plugin.
RONDO_REALTIME void
rondo_player_run(LV2_Handle instance, uint32_t n_samples);

/// LV2_Worker_Interface.work_response() of the plugin.
RONDO_REALTIME LV2_Worker_Status
rondo_player_work_response(LV2_Handle  instance,
                           uint32_t    size,
                           const void* body);

#endif // RONDO_PLUGIN_MELODY_H
