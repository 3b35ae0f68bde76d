// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/gate.h"

#include <string.h>

#define NOTE_OFF 0x80U
#define NOTE_ON 0x90U
#define CONTROLLER 0xB0U
#define PEDAL 64U

// Room that is kept for lifting the pedals of all channels, and for the end of
// a note that another one replaces
#define SPARE 20U

// Return whether there is room for `n` events beside all note-offs
static bool
has_room(const RondoGate* const gate, const uint32_t n)
{
  return gate->end + gate->n_sounding + n + SPARE <= RONDO_GATE_EVENTS;
}

static void
add(RondoGate* const     gate,
    const uint32_t       at,
    const uint8_t* const data,
    const size_t         size)
{
  if (gate->end >= RONDO_GATE_EVENTS) {
    return;
  }
  RondoMidiEvent* const events = gate->events;
  memmove(
    &events[at + 1U], &events[at], (gate->end - at) * sizeof(RondoMidiEvent));
  memset(&events[at], 0, sizeof(RondoMidiEvent));
  events[at].frame = gate->frame;
  events[at].size  = (uint8_t)size;
  memcpy(events[at].data, data, size);
  ++gate->end;
}

void
rondo_gate_begin(RondoGate* const gate)
{
  gate->end -= gate->first;
  memmove(gate->events,
          &gate->events[gate->first],
          gate->end * sizeof(RondoMidiEvent));
  gate->first = 0;
  gate->frame = 0;
  for (uint32_t i = 0; i < gate->end; ++i) {
    gate->events[i].frame = 0;
  }
}

// Return where a note-off belongs: before the note-ons of its frame, but after
// one of the same note
static uint32_t
find_place(const RondoGate* const gate,
           const unsigned         channel,
           const unsigned         pitch)
{
  uint32_t at = gate->end;
  for (uint32_t i = gate->end; i-- > gate->first;) {
    const RondoMidiEvent* const event = &gate->events[i];
    const unsigned              kind  = event->data[0] & 0xF0U;
    if (event->frame != gate->frame) {
      break;
    }
    if (kind == NOTE_ON) {
      if ((event->data[0] & 0xFU) == channel && event->data[1] == pitch) {
        break;
      }
      at = i;
    }
  }
  return at;
}

static void
end_note(RondoGate* const gate,
         const unsigned   channel,
         const unsigned   pitch,
         const unsigned   velocity)
{
  const uint8_t data[3] = { (uint8_t)(NOTE_OFF | channel),
                            (uint8_t)pitch,
                            (uint8_t)velocity };
  add(gate, find_place(gate, channel, pitch), data, sizeof(data));
  gate->owners[channel][pitch] = RONDO_OWNER_NONE;
  --gate->n_sounding;
}

bool
rondo_gate_on(RondoGate* const gate,
              const unsigned   channel,
              const unsigned   pitch,
              const unsigned   velocity,
              const unsigned   owner)
{
  if (!has_room(gate, 3U)) {
    return false;
  }
  if (gate->owners[channel][pitch]) {
    end_note(gate, channel, pitch, 64U);
  }
  const uint8_t data[3] = { (uint8_t)(NOTE_ON | channel),
                            (uint8_t)pitch,
                            (uint8_t)velocity };
  add(gate, gate->end, data, sizeof(data));
  gate->owners[channel][pitch] = (uint8_t)owner;
  ++gate->n_sounding;
  return true;
}

void
rondo_gate_off(RondoGate* const gate,
               const unsigned   channel,
               const unsigned   pitch,
               const unsigned   velocity,
               const unsigned   owner)
{
  if (gate->owners[channel][pitch] == owner) {
    end_note(gate, channel, pitch, velocity);
  }
}

void
rondo_gate_off_channel(RondoGate* const gate,
                       const unsigned   channel,
                       const unsigned   owner)
{
  for (unsigned pitch = 0; gate->n_sounding && pitch < 128U; ++pitch) {
    rondo_gate_off(gate, channel, pitch, 64U, owner);
  }
}

void
rondo_gate_off_all(RondoGate* const gate)
{
  for (unsigned channel = 0; gate->n_sounding && channel < 16U; ++channel) {
    for (unsigned pitch = 0; gate->n_sounding && pitch < 128U; ++pitch) {
      if (gate->owners[channel][pitch]) {
        end_note(gate, channel, pitch, 64U);
      }
    }
  }
  rondo_gate_lift(gate);
}

void
rondo_gate_lift(RondoGate* const gate)
{
  for (unsigned channel = 0; gate->pedals && channel < 16U; ++channel) {
    if (gate->pedals & (1U << channel)) {
      const uint8_t data[3] = { (uint8_t)(CONTROLLER | channel), PEDAL, 0U };
      add(gate, gate->end, data, sizeof(data));
      gate->pedals = (uint16_t)(gate->pedals & ~(1U << channel));
    }
  }
}

void
rondo_gate_send(RondoGate* const     gate,
                const uint8_t* const data,
                const size_t         size)
{
  if (!has_room(gate, 1U)) {
    return;
  }
  add(gate, gate->end, data, size);
  if ((data[0] & 0xF0U) == CONTROLLER && data[1] == PEDAL) {
    const unsigned bit = 1U << (data[0] & 0xFU);
    gate->pedals =
      (uint16_t)(data[2] >= 64U ? gate->pedals | bit : gate->pedals & ~bit);
  }
}
