// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <string.h>

// What is heard counts less by this with every note that follows
#define FADE 0.95

// Sixteenths of silence after which a piece is over
#define SILENCE 64

// Ticks of a sixteenth
#define SIXTEENTH 6.0

_Static_assert(RONDO_SIXTEENTH == 6U, "ticks of a sixteenth");

// Voices are a little softer than the melody
#define SOFTER 0.8f

void
rondo_voices_end(RondoPerformer* const p)
{
  RondoVoices* const v = &p->voices;
  for (unsigned i = 0; i < RONDO_PERFORMER_VOICES; ++i) {
    if (v->pitches[i] < RONDO_SILENT) {
      rondo_gate_off(
        &p->gate, v->channel, v->pitches[i], 64U, RONDO_OWNER_VOICES + i);
      v->pitches[i] = RONDO_SILENT;
    }
  }
  v->sounds = false;
}

// Return the tick at `now`
static double
tick_now(const RondoPerformer* const p)
{
  const RondoVoices* const v = &p->voices;
  return v->tick + ((double)(p->now - v->frame) * v->rate);
}

void
rondo_voices_follow(RondoPerformer* const p)
{
  RondoVoices* const v = &p->voices;
  v->tick              = tick_now(p);
  v->frame             = p->now;
  v->rate =
    p->rolls ? p->rate : rondo_performer_rate(p, rondo_performer_tempo(p));
}

// Return the key to write in: that which was chosen, or that of what was heard
static RondoTonality
find_key(const RondoPerformer* const p)
{
  const RondoPlan* const plan  = &p->plan;
  const RondoTonality    guess = rondo_key_guess(p->voices.times);
  const bool             free =
    plan->scale == RONDO_SCALE_AUTO || plan->scale == RONDO_SCALE_CHROMATIC;
  const RondoTonality key = { plan->key < 0 ? guess.tonic : (uint8_t)plan->key,
                              free
                                ? guess.mode
                                : rondo_performer_interpret(plan, NULL).mode };
  return key;
}

// Begin a piece in the key that is now to be written in
static void
begin_piece(RondoPerformer* const p)
{
  RondoVoices* const v     = &p->voices;
  const int          shift = rondo_chorale_shift(v->key.tonic, v->key.mode);
  rondo_harmonizer_begin(
    v->harmonizer, p->plan.bar, v->key.mode, shift, p->plan.number, 0);
  v->begun = true;
  v->waits = false;
}

void
rondo_voices_begin(RondoPerformer* const p)
{
  RondoVoices* const v = &p->voices;
  rondo_voices_end(p);
  v->tick      = rondo_performer_tick(p);
  v->frame     = p->now;
  v->sixteenth = INT64_MIN;
  v->begun     = false;
  v->waits     = false;
  rondo_voices_follow(p);

  // What was heard before must not matter, or passes of a loop would differ
  memset(v->times, 0, sizeof(v->times));
  for (uint32_t i = 0; i < p->seed.n_notes; ++i) {
    v->times[p->seed.notes[i].pitch % 12U] +=
      (double)p->seed.notes[i].ticks / RONDO_MELODY_QUARTER;
  }
}

static RondoHarmonizing
settings(const RondoPerformer* const p)
{
  const RondoVoices* const v   = &p->voices;
  RondoHarmonizing         how = rondo_harmonizing();
  const unsigned bits = rondo_performer_scale(p->plan.scale, v->key.mode);
  how.sampler.temperature *= (double)p->plan.temperature;
  how.sampler.top_p = (double)p->plan.top_p;
  if (p->plan.scale_lock) {
    how.scale =
      (uint16_t)(((bits << v->key.tonic) | (bits >> (12U - v->key.tonic))) &
                 0xFFFU);
  }
  return how;
}

// Return the number of the nearest sixteenth, and the one in its bar
static uint32_t
in_bar(const RondoPerformer* const p, const int64_t sixteenth)
{
  const double  ticks = (double)sixteenth * SIXTEENTH;
  const double  bar   = p->plan.bar_ticks;
  const int64_t whole = rondo_floor((ticks / bar) + 1e-9);
  const double  rest  = ticks - ((double)whole * bar);
  return rest > 0.0 ? (uint32_t)(rest / SIXTEENTH) : 0U;
}

static void
begin_note(RondoPerformer* const p, const uint8_t pitch)
{
  RondoVoices* const v = &p->voices;
  for (unsigned i = 0; i < 12U; ++i) {
    v->times[i] *= FADE;
  }
  v->times[pitch % 12U] += 1.0;
  const RondoTonality key = find_key(p);
  if (!v->begun || key.tonic != v->key.tonic || key.mode != v->key.mode) {
    v->key = key;
    begin_piece(p);
  }
  v->sixteenth = rondo_floor((tick_now(p) / SIXTEENTH) + 0.5);
  rondo_harmonizer_give(v->harmonizer, in_bar(p, v->sixteenth), pitch, true);
  v->waits = true;
  p->idle  = false;
}

void
rondo_voices_hear(RondoPerformer* const p,
                  const uint8_t         channel,
                  const uint8_t         pitch,
                  const uint8_t         velocity)
{
  RondoVoices* const v = &p->voices;
  if (!v->harmonizer || p->plan.mode != RONDO_PERFORM_HARMONIZE ||
      !p->controls.enabled) {
    return;
  }
  if (velocity) {
    v->sounds   = true;
    v->pitch    = pitch;
    v->source   = channel;
    v->velocity = velocity;
    begin_note(p, pitch);
  } else if (v->sounds && v->pitch == pitch && v->source == channel) {
    rondo_voices_end(p);
    v->silence = v->sixteenth;
  }
}

uint64_t
rondo_voices_due(const RondoPerformer* const p)
{
  const RondoVoices* const v = &p->voices;
  if (!v->begun || v->waits || p->plan.mode != RONDO_PERFORM_HARMONIZE) {
    return RONDO_NEVER;
  }
  const double next = (double)(v->sixteenth + 1) * SIXTEENTH;
  const double x    = (next - v->tick) / v->rate;
  return !(v->rate > 0.0) || x > 1e15 ? RONDO_NEVER
         : x < 0.0                    ? v->frame
                                      : v->frame + (uint64_t)(x + 1.0);
}

void
rondo_voices_pass(RondoPerformer* const p)
{
  RondoVoices* const v = &p->voices;
  ++v->sixteenth;
  if (v->sounds) {
    // What sounds goes on
    RondoChord chord = *rondo_harmonizer_chord(v->harmonizer);
    memset(chord.strikes, 0, sizeof(chord.strikes));
    rondo_harmonizer_give_chord(
      v->harmonizer, in_bar(p, v->sixteenth), &chord, 0xFU);
  } else {
    rondo_harmonizer_give(
      v->harmonizer, in_bar(p, v->sixteenth), RONDO_SILENT, false);
    v->begun = v->sixteenth - v->silence < SILENCE;
  }
  v->waits = true;
  p->idle  = false;
}

// Let the voices sound that the network has decided
static void
sound(RondoPerformer* const p)
{
  RondoVoices* const      v     = &p->voices;
  const RondoChord* const chord = rondo_harmonizer_chord(v->harmonizer);
  const float             loud  = SOFTER * (float)v->velocity;
  for (unsigned i = 0; i < RONDO_PERFORMER_VOICES; ++i) {
    const uint8_t pitch = chord->pitches[i + 1U];
    const bool    ends  = v->pitches[i] < RONDO_SILENT &&
                      (pitch != v->pitches[i] || chord->strikes[i + 1U]);
    if (ends) {
      rondo_gate_off(
        &p->gate, v->channel, v->pitches[i], 64U, RONDO_OWNER_VOICES + i);
      v->pitches[i] = RONDO_SILENT;
    }
  }
  v->channel = (uint8_t)(p->controls.channel_out - 1);
  for (unsigned i = 0; i < RONDO_PERFORMER_VOICES; ++i) {
    const uint8_t pitch = chord->pitches[i + 1U];
    if (pitch < RONDO_SILENT && v->pitches[i] == RONDO_SILENT &&
        !p->gate.owners[v->channel][pitch] &&
        rondo_gate_on(&p->gate,
                      v->channel,
                      pitch,
                      loud < 1.0f ? 1U : (unsigned)loud,
                      RONDO_OWNER_VOICES + i)) {
      v->pitches[i] = pitch;
    }
  }
}

void
rondo_voices_step(RondoPerformer* const p)
{
  RondoVoices* const     v   = &p->voices;
  const RondoHarmonizing how = settings(p);
  v->waits                   = rondo_harmonizer_step(v->harmonizer, &how);
  if (!v->waits && v->sounds) {
    sound(p);
  }
}
