// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

// Bytes of messages of channels, and of those of the system; 0: none that fits
static const uint8_t sizes[8]    = { 3, 3, 3, 3, 2, 2, 3, 0 };
static const uint8_t systems[16] = { 0, 2, 3, 2, 0, 0, 1, 0,
                                     1, 0, 1, 1, 1, 0, 1, 1 };

// Return the bytes of a message that begins like this, 0 if it is none
static size_t
message_size(const uint8_t status)
{
  return status < 0x80U   ? 0U
         : status < 0xF0U ? sizes[(status >> 4U) - 8U]
                          : systems[status & 0xFU];
}

static bool
is_message(const uint8_t* const data, const size_t size)
{
  if (!data || !size || message_size(data[0]) != size) {
    return false;
  }
  for (size_t i = 1; i < size; ++i) {
    if (data[i] > 127U) {
      return false;
    }
  }
  return true;
}

// Hear a note that begins, or ends if it has no velocity
static void
hear_note(RondoPerformer* const p,
          const uint8_t         channel,
          const uint8_t         pitch,
          const uint8_t         velocity,
          const uint8_t         release)
{
  const RondoPerformerControls* const c = &p->controls;
  if (velocity && (c->through || !c->enabled)) {
    (void)rondo_gate_on(&p->gate, channel, pitch, velocity, RONDO_OWNER_INPUT);
  } else if (!velocity) {
    rondo_gate_off(&p->gate, channel, pitch, release, RONDO_OWNER_INPUT);
  }
  if (!c->channel_in || channel == c->channel_in - 1) {
    if (rondo_performer_listens(p)) {
      rondo_take_hear(p, pitch, velocity);
    }
    rondo_voices_hear(p, channel, pitch, velocity);
  }
}

void
rondo_performer_hear(RondoPerformer* const p,
                     const uint8_t* const  data,
                     const size_t          size)
{
  const RondoPerformerControls* const c = &p->controls;
  if (!is_message(data, size)) {
    return;
  }
  const unsigned kind    = data[0] & 0xF0U;
  const uint8_t  channel = data[0] & 0xFU;
  if (kind == 0x90U || kind == 0x80U) {
    const uint8_t velocity = kind == 0x90U ? data[2] : 0U;
    hear_note(p, channel, data[1], velocity, kind == 0x80U ? data[2] : 64U);
    return;
  }
  const bool passes = c->through || !c->enabled;
  const bool lifts  = kind == 0xB0U && data[1] == 64U && data[2] < 64U &&
                     (p->gate.pedals & (1U << channel));
  if (kind == 0xB0U && data[1] >= 120U) {
    rondo_gate_off_channel(&p->gate, channel, RONDO_OWNER_INPUT);
    if (p->voices.source == channel) {
      rondo_voices_end(p);
    }
  }
  if (passes || lifts) {
    rondo_gate_send(&p->gate, data, size);
  }
}
