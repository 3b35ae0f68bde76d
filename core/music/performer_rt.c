// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/denormals.h"
#include "core/music/performer_parts_private.h"

#include <string.h>

// What plays before the first phrase
static const RondoPhrase none;

static uint64_t
least(const uint64_t a, const uint64_t b)
{
  return a < b ? a : b;
}

// Return the frame of the next network step: one for each part of a second,
// whatever the blocks
static uint64_t
work_due(const RondoPerformer* const p)
{
  return p->idle                    ? RONDO_NEVER
         : p->due <= (double)p->now ? p->now
                                    : (uint64_t)(p->due + 0.9999);
}

// Read a part of the weights after a pause; return false if there was none
static bool
warm(RondoPerformer* const p)
{
  const double pause = RONDO_PERFORMER_PAUSE * p->sample_rate;
  if ((double)(p->now - p->worked) > pause) {
    p->n_warm = 0;
  }
  if (p->n_warm == RONDO_PERFORMER_PARTS) {
    return false;
  }
  rondo_model_warm(p->voices.waits ? p->harmony : p->melody,
                   p->n_warm++,
                   RONDO_PERFORMER_PARTS);
  return true;
}

// Networks compute alike in whatever mode the host's thread is
static bool
work(RondoPerformer* const p)
{
  const RondoDenormals mode = rondo_denormals_flush();
  const bool           is   = rondo_performer_work(p);
  rondo_denormals_restore(mode);
  return is;
}

static void
do_work(RondoPerformer* const p)
{
  if (warm(p) || work(p)) {
    p->due    = (double)p->now + (p->sample_rate / RONDO_PERFORMER_STEPS);
    p->worked = p->now;
  } else {
    p->idle = true;
  }
}

// Return when the position comes to the next phrase
static uint64_t
turn_due(const RondoPerformer* const p)
{
  return rondo_performer_frame(p, (double)p->plan.bars * p->plan.bar_ticks);
}

// Do the first of what is due at `now` or was before; return whether there was
// something
static bool
do_due(RondoPerformer* const p)
{
  if (rondo_performer_off_due(p) <= p->now) {
    rondo_performer_release(p);
  } else if (turn_due(p) <= p->now) {
    rondo_performer_turn(p);
  } else if (rondo_performer_on_due(p) <= p->now) {
    rondo_performer_play(p);
  } else if (rondo_performer_close_due(p) <= p->now) {
    rondo_performer_close(p);
  } else if (rondo_take_due(p) <= p->now) {
    rondo_take_line(p);
  } else if (rondo_voices_due(p) <= p->now) {
    rondo_voices_pass(p);
  } else if (work_due(p) <= p->now) {
    do_work(p);
  } else {
    return false;
  }
  return true;
}

// Return when something is due next
static uint64_t
next_due(RondoPerformer* const p)
{
  uint64_t next = least(rondo_performer_off_due(p), rondo_performer_on_due(p));
  next          = least(next, turn_due(p));
  next          = least(next, rondo_performer_close_due(p));
  next          = least(next, rondo_take_due(p));
  next          = least(next, rondo_voices_due(p));
  return least(next, work_due(p));
}

// Let time be what it is, for what is sent out too
static void
set_now(RondoPerformer* const p, const uint64_t now)
{
  p->now        = now;
  p->gate.frame = (uint32_t)(now - p->block);
}

void
rondo_performer_advance(RondoPerformer* const p, const uint32_t frame)
{
  const uint64_t until = p->block + frame;
  while (p->now < until) {
    while (do_due(p)) {
    }
    set_now(p, least(next_due(p), until));
  }
}

void
rondo_performer_freeze(RondoPerformer* const p)
{
  const RondoSlot* const slot = p->playing ? p->playing : p->shown;
  if (slot && !slot->complete) {
    return;
  }
  p->freezes = false;
  if (slot && slot->phrase.n_notes) {
    p->frozen = slot->phrase;
  } else if (p->seed.n_notes) {
    p->frozen = p->seed;
  } else {
    return;
  }
  p->has_changed = true;
  rondo_mailbox_publish(p);
  rondo_performer_update(p, true);
}

// Take over controls
static void
take_controls(RondoPerformer* const p, const RondoPerformerControls* const new)
{
  const RondoPerformerControls c   = rondo_performer_limit(new);
  const RondoPerformerControls was = p->controls;
  if (c.enabled != was.enabled || c.channel_out != was.channel_out) {
    rondo_performer_cut(p);
  }
  if (c.enabled && !was.enabled) {
    p->from = rondo_performer_tick(p);
  }
  if (c.random_seed != was.random_seed) {
    p->n_regenerated = 0;
  }
  if (was.armed && !was.locked && (!c.armed || c.locked)) {
    rondo_take_end(p);
  }
  p->controls = c;
  rondo_performer_update(p, false);
  if (c.freeze && !was.freeze) {
    p->freezes = true;
    rondo_performer_freeze(p);
  }
  if (c.sync != was.sync || c.tempo != was.tempo) {
    rondo_performer_follow(p);
  }
}

void
rondo_performer_begin_block(RondoPerformer* const               p,
                            const RondoPerformerControls* const controls)
{
  rondo_gate_begin(&p->gate);
  p->block = p->now;
  rondo_mailbox_take(p);
  take_controls(p, controls);
}

void
rondo_performer_panic(RondoPerformer* const p)
{
  const uint8_t data[3] = { (uint8_t)(0xB0 | (p->controls.channel_out - 1)),
                            123,
                            0 };
  rondo_performer_cut(p);
  rondo_gate_off_all(&p->gate);
  rondo_gate_send(&p->gate, data, sizeof(data));
}

void
rondo_performer_regenerate(RondoPerformer* const p)
{
  ++p->n_regenerated;
  rondo_performer_update(p, false);
}

void
rondo_performer_clear_seed(RondoPerformer* const p)
{
  p->take.runs    = false;
  p->take.n_notes = 0;
  if (p->seed.n_notes) {
    p->seed.n_notes = 0;
    p->has_changed  = true;
    rondo_mailbox_publish(p);
    rondo_performer_update(p, true);
  }
}

void
rondo_performer_reset(RondoPerformer* const p)
{
  rondo_performer_cut(p);
  rondo_gate_off_all(&p->gate);
  p->take.runs    = false;
  p->take.n_notes = 0;
  p->host.known   = false;
  p->host.speed   = 0.0;
  p->rolls        = false;
  p->number       = 0;
  p->tick         = 0.0;
  p->frame        = p->now;
  p->due          = (double)p->now;
  p->freezes      = false;
  rondo_performer_land(p);
}

const RondoMidiEvent*
rondo_performer_peek(const RondoPerformer* const p)
{
  return p->gate.first < p->gate.end ? &p->gate.events[p->gate.first] : NULL;
}

void
rondo_performer_pop(RondoPerformer* const p)
{
  p->gate.first += p->gate.first < p->gate.end ? 1U : 0U;
}

bool
rondo_performer_seed_changed(RondoPerformer* const p)
{
  const bool changed = p->has_changed;
  p->has_changed     = false;
  return changed;
}

const RondoPhrase*
rondo_performer_phrase(const RondoPerformer* const p)
{
  return p->shown ? &p->shown->phrase : &none;
}

uint32_t
rondo_performer_seed_notes(const RondoPerformer* const p)
{
  return p->seed.n_notes;
}

bool
rondo_performer_is_frozen(const RondoPerformer* const p)
{
  return p->frozen.n_notes > 0;
}

double
rondo_performer_progress(const RondoPerformer* const p)
{
  const double length = (double)p->plan.bars * p->plan.bar_ticks;
  const double at     = rondo_performer_tick(p) / length;
  return at < 0.0 ? 0.0 : at > 1.0 ? 1.0 : at;
}
