// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

// Ticks before where a jump lands that are played all the same, since hosts
// round: 1/100 of a beat
#define BEFORE 0.25

// Velocities of the first beat of a bar, of other beats, and of what is between
#define ACCENT_BAR 16.0f
#define ACCENT_BEAT 7.0f
#define ACCENT_OFF (-7.0f)

// One standard deviation of velocities, at most
#define SPREAD 12.0f

// Streams of random numbers beside those that notes are drawn from
#define STREAM_VELOCITY ((uint64_t)1 << 62U)

void
rondo_performer_release(RondoPerformer* const p)
{
  if (p->voice.sounds) {
    p->voice.sounds = false;
    rondo_gate_off(
      &p->gate, p->voice.channel, p->voice.pitch, 64U, RONDO_OWNER_MELODY);
  }
}

void
rondo_performer_cut(RondoPerformer* const p)
{
  rondo_performer_release(p);
  rondo_voices_end(p);
}

// Return whether the beats of a bar are quarters or halves
static bool
swings(const RondoPlan* const plan)
{
  const RondoBar bar     = plan->bar;
  const bool     grouped = bar.beats > 3 && bar.beats % 3 == 0;
  return bar.unit <= 4 && (!grouped || bar.unit <= 2);
}

// Return where a tick is heard: off-eighths later, what is beside them in
// proportion, and nothing that comes first later than what follows
static double
swing(const RondoPerformer* const p,
      const RondoSlot* const      slot,
      const uint32_t              tick)
{
  const uint32_t quarter = tick / RONDO_MELODY_QUARTER;
  const uint32_t at      = tick % RONDO_MELODY_QUARTER;
  const uint32_t half    = RONDO_MELODY_QUARTER / 2U;
  const double   shift   = (double)p->controls.swing - 0.5;
  if (!at || shift <= 0.0 || !swings(&p->plan) ||
      (slot->uneven[quarter / 64U] >> (quarter % 64U) & 1U)) {
    return tick;
  }
  const uint32_t side = at <= half ? at : RONDO_MELODY_QUARTER - at;
  return (double)tick + (2.0 * shift * side);
}

uint64_t
rondo_performer_off_due(const RondoPerformer* const p)
{
  if (!p->voice.sounds) {
    return RONDO_NEVER;
  }
  const uint64_t due =
    rondo_performer_frame(p, swing(p, p->voice.slot, p->voice.end));
  return due > p->voice.frame ? due : p->voice.frame + 1U;
}

uint64_t
rondo_performer_on_due(RondoPerformer* const p)
{
  const RondoSlot* const slot = p->playing;
  const uint64_t late = (uint64_t)(RONDO_PERFORMER_LATE * p->sample_rate);
  if (!slot || !p->rolls || !p->controls.enabled) {
    return RONDO_NEVER;
  }
  for (; p->cursor < slot->phrase.n_notes; ++p->cursor) {
    const RondoPhraseNote* const note = &slot->phrase.notes[p->cursor];
    const double                 tick = swing(p, slot, note->onset);
    if (tick >= p->from) {
      const uint64_t due = rondo_performer_frame(p, tick);
      if (due >= p->now || p->now - due <= late) {
        return due;
      }
    }
  }
  return RONDO_NEVER;
}

uint8_t
rondo_performer_velocity(const RondoPerformer* const p,
                         const RondoSlot* const      slot,
                         const uint32_t              index)
{
  const RondoPerformerControls* const c    = &p->controls;
  const RondoBar                      bar  = p->plan.bar;
  const uint32_t                      tick = slot->phrase.notes[index].onset;
  const uint32_t unit    = 4U * RONDO_MELODY_QUARTER / bar.unit;
  const bool     grouped = bar.beats > 3 && bar.beats % 3 == 0;
  const uint32_t beat    = grouped ? 3U * unit : unit;

  const float stress = !(tick % (bar.beats * unit)) ? ACCENT_BAR
                       : !(tick % beat)             ? ACCENT_BEAT
                                                    : ACCENT_OFF;
  RondoRandom random = rondo_random(
    p->plan.number,
    STREAM_VELOCITY + ((uint64_t)slot->number * RONDO_PHRASE_NOTES) + index);
  const float spread = SPREAD * rondo_random_normal(&random);
  const float velocity =
    c->velocity + (c->accent * stress) + (c->humanize * spread) + 0.5f;
  return (uint8_t)(velocity < 1.0f     ? 1.0f
                   : velocity > 127.0f ? 127.0f
                                       : velocity);
}

void
rondo_performer_play(RondoPerformer* const p)
{
  RondoSlot* const       slot  = p->playing;
  const uint32_t         index = p->cursor++;
  RondoPhraseNote* const note  = &slot->phrase.notes[index];
  const uint32_t         end   = note->onset + note->ticks;
  p->from                      = swing(p, slot, note->onset) + 0.25;
  p->shown                     = slot;
  rondo_performer_release(p);

  // What is late and already over is left out
  if (rondo_performer_frame(p, swing(p, slot, end)) <= p->now) {
    return;
  }
  const uint8_t channel = (uint8_t)(p->controls.channel_out - 1);
  note->velocity        = rondo_performer_velocity(p, slot, index);
  if (rondo_gate_on(
        &p->gate, channel, note->pitch, note->velocity, RONDO_OWNER_MELODY)) {
    const RondoVoice voice = { true,   channel, note->pitch, end,
                               p->now, slot,    index };
    p->voice               = voice;
  }
}

void
rondo_performer_choose(RondoPerformer* const p)
{
  const double     tick = rondo_performer_tick(p);
  RondoSlot* const best =
    p->plan.mode == RONDO_PERFORM_HARMONIZE ||
        (p->plan.mode == RONDO_PERFORM_ANSWER && !(p->number & 1))
      ? NULL
      : rondo_performer_find(p, p->number, tick);
  if (best == p->playing) {
    return;
  }
  // What takes the place of another begins where that one has come to
  if (p->playing && p->playing->number == p->number && p->from < tick) {
    p->from = tick;
  }
  p->playing = best;
  p->cursor  = 0;
  if (best) {
    best->touched = p->now;
  }
}

void
rondo_performer_land(RondoPerformer* const p)
{
  p->from    = rondo_performer_tick(p) - BEFORE;
  p->playing = NULL;
  p->cursor  = 0;
  p->landed  = p->number;
  p->idle    = false;
  if (p->plan.mode == RONDO_PERFORM_ANSWER) {
    p->heard.n_notes = 0;
    p->is_closed     = false;
    if (!(p->number & 1)) {
      rondo_take_call(p);
    }
    rondo_performer_forget(p);
    ++p->version;
  }
  rondo_voices_begin(p);
  rondo_performer_choose(p);
}
