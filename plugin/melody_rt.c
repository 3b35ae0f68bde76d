// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/melody.h"

#include "core/base/attributes.h"
#include "core/music/performer.h"
#include "plugin/atoms.h"
#include "plugin/host_calls.h"
#include "plugin/messages.h"
#include "plugin/position.h"
#include "plugin/saver.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const float percent = 100.0f;

// Bytes of a MIDI message in a sequence
#define RONDO_EVENT_SIZE (sizeof(LV2_Atom_Event) + 8U)

static RONDO_REALTIME float
get_float(const RondoPlayer* const self,
          const RondoPlayerPort    port,
          const float              standard)
{
  const float* const value = (const float*)self->ports[port];
  return value ? *value : standard;
}

// Round to the nearest whole number; what is none, or far out, is `standard`
static RONDO_REALTIME int
get_int(const RondoPlayer* const self,
        const RondoPlayerPort    port,
        const int                standard)
{
  const float farthest = 1e6f;

  const float value = get_float(self, port, (float)standard);
  return value >= -farthest && value <= farthest
           ? (int)(value + (value < 0.0f ? -0.5f : 0.5f))
           : standard;
}

static RONDO_REALTIME bool
get_toggle(const RondoPlayer* const self,
           const RondoPlayerPort    port,
           const bool               standard)
{
  return get_float(self, port, standard ? 1.0f : 0.0f) > 0.0f;
}

// Return a port in percent as a share of 1
static RONDO_REALTIME float
get_share(const RondoPlayer* const self,
          const RondoPlayerPort    port,
          const float              standard)
{
  return get_float(self, port, standard * percent) / percent;
}

static RONDO_REALTIME void
set_output(const RondoPlayer* const self,
           const RondoPlayerPort    port,
           const float              value)
{
  float* const output = (float*)self->ports[port];
  if (output) {
    *output = value;
  }
}

// Return whether a trigger has just been pressed.  One that is down when all
// begins was so when it was saved.
static RONDO_REALTIME bool
is_pressed(RondoPlayer* const self, const RondoPlayerPort port)
{
  const bool before   = self->pressed[port] || !self->has_run;
  self->pressed[port] = get_toggle(self, port, false);
  return self->pressed[port] && !before;
}

// Return the number of the random seed: what the port says, and one more for
// every press of the button since it says so.  A state may be restored at any
// time, and then counts more than what is done here.
static RONDO_REALTIME int
get_number(RondoPlayer* const self)
{
  const RondoPlayerPort port  = RONDO_PLAYER_RANDOM_SEED;
  const int             asked = get_int(self, port, self->defaults.random_seed);
  const int  said   = asked < 0 ? 0 : asked > UINT16_MAX ? UINT16_MAX : asked;
  uint32_t   packed = atomic_load(&self->shift);
  RondoShift shift  = rondo_shift_unpack(packed);

  if (is_pressed(self, RONDO_PLAYER_REGENERATE)) {
    shift.n_presses =
      shift.port == said ? (uint16_t)(shift.n_presses + 1U) : 1U;
    shift.port    = (uint16_t)said;
    self->changed = true;
  } else if (self->has_run && said != self->number &&
             shift.port == self->number) {
    shift.n_presses = 0U;
  }

  self->number = said;
  (void)atomic_compare_exchange_strong(
    &self->shift, &packed, rondo_shift_pack(shift));
  return shift.port == said ? (said + shift.n_presses) & UINT16_MAX : said;
}

// The performer limits what is out of range
static RONDO_REALTIME RondoPerformerControls
get_controls(RondoPlayer* const self)
{
  const RondoPerformerControls d = self->defaults;

  const RondoPerformerControls controls = {
    .enabled     = get_toggle(self, RONDO_PLAYER_ENABLED, d.enabled),
    .mode        = get_int(self, RONDO_PLAYER_MODE, d.mode),
    .sync        = get_int(self, RONDO_PLAYER_SYNC, d.sync),
    .tempo       = get_float(self, RONDO_PLAYER_TEMPO, d.tempo),
    .bars        = get_int(self, RONDO_PLAYER_BARS, d.bars),
    .seed_bars   = get_int(self, RONDO_PLAYER_SEED_BARS, d.seed_bars),
    .armed       = get_toggle(self, RONDO_PLAYER_ARMED, d.armed),
    .locked      = get_toggle(self, RONDO_PLAYER_LOCKED, d.locked),
    .freeze      = is_pressed(self, RONDO_PLAYER_FREEZE),
    .temperature = get_float(self, RONDO_PLAYER_TEMPERATURE, d.temperature),
    .top_p       = get_float(self, RONDO_PLAYER_TOP_P, d.top_p),
    .density     = get_share(self, RONDO_PLAYER_DENSITY, d.density),
    .variation   = get_share(self, RONDO_PLAYER_VARIATION, d.variation),
    .low         = get_int(self, RONDO_PLAYER_LOW, d.low),
    .high        = get_int(self, RONDO_PLAYER_HIGH, d.high),
    .key         = get_int(self, RONDO_PLAYER_KEY, d.key),
    .scale       = get_int(self, RONDO_PLAYER_SCALE, d.scale),
    .scale_lock  = get_toggle(self, RONDO_PLAYER_SCALE_LOCK, d.scale_lock),
    .channel_in  = get_int(self, RONDO_PLAYER_CHANNEL_IN, d.channel_in),
    .channel_out = get_int(self, RONDO_PLAYER_CHANNEL_OUT, d.channel_out),
    .velocity    = get_float(self, RONDO_PLAYER_VELOCITY, d.velocity),
    .accent      = get_share(self, RONDO_PLAYER_ACCENT, d.accent),
    .humanize    = get_share(self, RONDO_PLAYER_HUMANIZE, d.humanize),
    .swing       = get_share(self, RONDO_PLAYER_SWING, d.swing),
    .random_seed = get_number(self),
    .through     = get_toggle(self, RONDO_PLAYER_THROUGH, d.through),
  };

  return controls;
}

static RONDO_REALTIME void
press_buttons(RondoPlayer* const self)
{
  if (is_pressed(self, RONDO_PLAYER_CLEAR)) {
    rondo_performer_clear_seed(self->performer);
  }

  if (is_pressed(self, RONDO_PLAYER_PANIC)) {
    rondo_performer_panic(self->performer);
  }

  if (is_pressed(self, RONDO_PLAYER_WRITE)) {
    rondo_saver_ask(&self->saver);
  }
}

#define RONDO_PLAYER_N_PROPERTIES 2U

static RONDO_REALTIME void
get_properties(RondoPlayer* const self,
               RondoProperty      properties[RONDO_PLAYER_N_PROPERTIES])
{
  const RondoProperty file = {
    .key      = self->uris.rondo_midi_file,
    .type     = self->uris.atom_path,
    .writable = true,
    .text     = self->saver.shown_path,
    .announce = &self->saver.announce_path,
  };

  const RondoProperty report = {
    .key      = self->uris.rondo_report,
    .type     = self->uris.atom_string,
    .writable = false,
    .text     = self->saver.report,
    .announce = &self->saver.announce_report,
  };

  properties[0] = file;
  properties[1] = report;
}

static RONDO_REALTIME void
hear_object(RondoPlayer* const self, const LV2_Atom_Object* const object)
{
  if (rondo_position_take(&self->position, &self->uris, object)) {
    rondo_performer_locate(self->performer, &self->position.transport);
    return;
  }

  RondoProperty properties[RONDO_PLAYER_N_PROPERTIES];
  get_properties(self, properties);
  const RondoWish wish = rondo_messages_hear(
    &self->messages, properties, RONDO_PLAYER_N_PROPERTIES, object);
  if (wish.property) {
    rondo_saver_set_path(&self->saver, wish.text, wish.length);
  }
}

// Return the frame of an event: in the block, and not before `now`
static RONDO_REALTIME uint32_t
get_frame(const LV2_Atom_Event* const event,
          const bool                  in_beats,
          const uint32_t              now,
          const uint32_t              n_samples)
{
  const int64_t last = n_samples ? (int64_t)n_samples - 1 : 0;
  const int64_t time = in_beats ? 0 : event->time.frames;

  return time <= (int64_t)now ? now : (uint32_t)(time < last ? time : last);
}

static RONDO_REALTIME void
play(RondoPlayer* const self, const uint32_t n_samples)
{
  const LV2_Atom_Sequence* const control =
    (const LV2_Atom_Sequence*)self->ports[RONDO_PLAYER_CONTROL];
  const LV2_Atom_Event* event  = NULL;
  uint32_t              offset = 0U;
  uint32_t              now    = 0U;

  if (rondo_atoms_are_events(control, &self->uris)) {
    const bool in_beats =
      control->body.unit && control->body.unit == self->uris.atom_beat_time;
    while ((event = rondo_atoms_next(control, &offset))) {
      const LV2_Atom_Object* const object =
        rondo_atoms_object(event, &self->uris);

      now = get_frame(event, in_beats, now, n_samples);
      rondo_performer_advance(self->performer, now);
      if (object) {
        hear_object(self, object);
      } else if (event->body.type == self->uris.midi_event) {
        rondo_performer_hear(self->performer,
                             (const uint8_t*)LV2_ATOM_BODY_CONST(&event->body),
                             event->body.size);
      }
    }
  }

  rondo_performer_advance(self->performer, n_samples);
}

// Take all that the performer has to say where nobody hears it
static RONDO_REALTIME void
drop_events(RondoPerformer* const performer)
{
  while (rondo_performer_peek(performer)) {
    rondo_performer_pop(performer);
  }
}

// The forge's functions call no host function here: no sink is set
RONDO_BEGIN_HOST_CALLS

static RONDO_REALTIME void
write_events(RondoPlayer* const self, const uint32_t n_samples)
{
  LV2_Atom_Sequence* const out =
    (LV2_Atom_Sequence*)self->ports[RONDO_PLAYER_MIDI_OUT];
  RondoPerformer* const performer = self->performer;
  LV2_Atom_Forge* const forge     = &self->forge;
  const RondoMidiEvent* event     = NULL;
  LV2_Atom_Forge_Frame  frame;

  if (!out) {
    drop_events(performer);
    return;
  }

  const uint32_t capacity = out->atom.size;
  out->atom.type          = self->uris.atom_sequence;
  out->atom.size          = 0U;
  if (!self->uris.midi_event) {
    drop_events(performer);
    return;
  }

  if (capacity < sizeof(*out)) {
    return;
  }

  lv2_atom_forge_set_buffer(forge, (uint8_t*)out, capacity);
  lv2_atom_forge_sequence_head(forge, &frame, 0U);
  while ((event = rondo_performer_peek(performer)) &&
         event->frame < n_samples &&
         capacity - forge->offset >= RONDO_EVENT_SIZE) {
    lv2_atom_forge_frame_time(forge, event->frame);
    lv2_atom_forge_atom(forge, event->size, self->uris.midi_event);
    lv2_atom_forge_write(forge, event->data, event->size);
    rondo_performer_pop(performer);
  }

  lv2_atom_forge_pop(forge, &frame);
}

RONDO_END_HOST_CALLS

static RONDO_REALTIME RondoPlayerState
get_state(const RondoPlayer* const            self,
          const RondoPerformerControls* const controls)
{
  const RondoPerformer* const performer = self->performer;

  const bool is_ready = controls->mode == RONDO_PERFORM_HARMONIZE ||
                        (controls->mode == RONDO_PERFORM_VARY
                           ? rondo_performer_is_frozen(performer)
                           : rondo_performer_seed_notes(performer) > 0U);

  const bool rolls = controls->sync != RONDO_SYNC_TRANSPORT ||
                     self->position.transport.speed > 0.0;

  return !controls->enabled ? RONDO_PLAYER_BYPASSED
         : !is_ready        ? RONDO_PLAYER_WAITING
         : !rolls           ? RONDO_PLAYER_READY
                            : RONDO_PLAYER_PLAYING;
}

// Say what is to be seen and not heard
static RONDO_REALTIME void
show(RondoPlayer* const                  self,
     const RondoPerformerControls* const controls,
     const uint32_t                      n_samples)
{
  RondoPerformer* const performer = self->performer;
  RondoProperty         properties[RONDO_PLAYER_N_PROPERTIES];

  set_output(self,
             RONDO_PLAYER_SEED_NOTES,
             (float)rondo_performer_seed_notes(performer));
  set_output(self,
             RONDO_PLAYER_PROGRESS,
             percent * (float)rondo_performer_progress(performer));
  set_output(self, RONDO_PLAYER_STATE, (float)get_state(self, controls));
  set_output(self, RONDO_PLAYER_NUMBER, (float)controls->random_seed);

  self->changed = rondo_performer_seed_changed(performer) ||
                  self->saver.changed || self->changed;
  self->saver.changed = false;
  get_properties(self, properties);
  rondo_messages_say(&self->messages,
                     properties,
                     RONDO_PLAYER_N_PROPERTIES,
                     &self->changed,
                     (LV2_Atom_Sequence*)self->ports[RONDO_PLAYER_NOTIFY],
                     n_samples);
}

static RONDO_REALTIME void
write_file(RondoPlayer* const                  self,
           const RondoPerformerControls* const controls)
{
  const RondoTransport* const at = &self->position.transport;

  rondo_saver_send(&self->saver,
                   rondo_performer_phrase(self->performer),
                   controls->sync == RONDO_SYNC_FREE
                     ? (double)controls->tempo
                     : at->beats_per_minute * 4.0 / at->beat_unit);
}

void
rondo_player_run(const LV2_Handle instance, const uint32_t n_samples)
{
  RondoPlayer* const           self     = (RondoPlayer*)instance;
  const RondoPerformerControls controls = get_controls(self);

  rondo_performer_begin_block(self->performer, &controls);
  press_buttons(self);
  self->has_run = true;
  play(self, n_samples);
  write_events(self, n_samples);
  write_file(self, &controls);
  show(self, &controls, n_samples);
}

LV2_Worker_Status
rondo_player_work_response(const LV2_Handle  instance,
                           const uint32_t    size,
                           const void* const body)
{
  return rondo_saver_accept(&((RondoPlayer*)instance)->saver, size, body);
}
