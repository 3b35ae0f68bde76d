// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file gate.h MIDI on its way out, in order, without a note that hangs.

   Several sources share the channels.  A note that is struck while it sounds,
   by whichever source, is ended first and belongs to the later source; a
   note-off by another one does nothing.  There is always room for the
   note-offs of all that sounds: while there is none for more, note-ons and
   other messages are left out.
*/

#ifndef RONDO_MUSIC_GATE_H
#define RONDO_MUSIC_GATE_H

#include "core/base/attributes.h"
#include "core/music/performer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

#define RONDO_GATE_EVENTS 4096U

/// Whose a sounding note is
typedef enum {
  RONDO_OWNER_NONE,
  RONDO_OWNER_INPUT,
  RONDO_OWNER_MELODY,
  RONDO_OWNER_VOICES, ///< The first of several
} RondoOwner;

/// Events that are not yet taken, and what sounds
typedef struct {
  uint32_t       frame; ///< Of the block, at which events happen now
  uint32_t       first;
  uint32_t       end;
  uint32_t       n_sounding;
  uint16_t       pedals; ///< Bit i: the pedal of channel i was pressed
  uint8_t        owners[16][128];
  RondoMidiEvent events[RONDO_GATE_EVENTS];
} RondoGate;

// Processing (audio thread)

/// Begin a block: events that are left are at frame 0.
RONDO_REALTIME void
rondo_gate_begin(RondoGate* gate);

/// Begin a note; return whether there was room.
RONDO_REALTIME bool
rondo_gate_on(RondoGate* gate,
              unsigned   channel,
              unsigned   pitch,
              unsigned   velocity,
              unsigned   owner);

/// End a note, if it is the owner's; at one frame, ends go before beginnings.
RONDO_REALTIME void
rondo_gate_off(RondoGate* gate,
               unsigned   channel,
               unsigned   pitch,
               unsigned   velocity,
               unsigned   owner);

/// End all notes of a channel that are the owner's.
RONDO_REALTIME void
rondo_gate_off_channel(RondoGate* gate, unsigned channel, unsigned owner);

/// End all notes and lift all pedals.
RONDO_REALTIME void
rondo_gate_off_all(RondoGate* gate);

/// Lift all pedals.
RONDO_REALTIME void
rondo_gate_lift(RondoGate* gate);

/// Send a message that is no note.
RONDO_REALTIME void
rondo_gate_send(RondoGate* gate, const uint8_t* data, size_t size);

RONDO_END_DECLS

#endif // RONDO_MUSIC_GATE_H
