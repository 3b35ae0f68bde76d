// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

// The longest rest and the shortest note that are drawn, in ticks
#define LONGEST_REST 24U
#define SHORTEST 3U

// Streams of random numbers beside those that notes are drawn from
#define STREAM_VARIATION ((uint64_t)1 << 61U)

// Return a stream of random numbers for a phrase
static uint64_t
stream_of(const int64_t number)
{
  return ((uint64_t)number << 1U) ^ (uint64_t)(number < 0 ? -1 : 0);
}

void
rondo_performer_begin(RondoPerformer* const p, const int64_t number)
{
  RondoWriter* const       w      = &p->writer;
  const RondoPlan* const   plan   = &p->context.plan;
  const RondoPhrase* const theme  = rondo_performer_theme(p);
  const bool               varies = plan->mode == RONDO_PERFORM_VARY && theme &&
                      number != RONDO_PERFORMER_THEME;
  w->theme.n_notes = 0;
  if (varies) {
    w->theme = *theme;
  }
  w->slot                = rondo_performer_take_slot(p, number);
  w->slot->phrase.length = plan->length;
  w->span                = varies ? 0U : plan->length;
  w->index               = 0;
  w->n_queue             = 0;
  w->n_taken             = 0;
  rondo_composer_copy(w->composer, p->context.composer);
  rondo_composer_reseed(w->composer, plan->number, stream_of(number));
}

// Put a note or a rest into the queue
static void
queue_event(RondoWriter* const w, const uint8_t pitch, const uint32_t ticks)
{
  uint8_t token = pitch;
  for (uint32_t left = ticks; left && w->n_queue + 2U <= sizeof(w->queue);) {
    const size_t duration    = rondo_melody_longest(left);
    w->queue[w->n_queue]     = token;
    w->queue[w->n_queue + 1] = (uint8_t)duration;
    w->n_queue += 2U;
    left -= rondo_melody_ticks(duration);
    token = RONDO_MELODY_HOLD;
  }
}

// Return the token of a note of the theme, in range and scale
static uint8_t
fit(const RondoReading* const r, const uint8_t pitch)
{
  int token = pitch + r->shift_in;
  while (token < r->low) {
    token += 12;
  }
  while (token > r->high) {
    token -= 12;
  }
  for (int by = 0; by < 12; ++by) {
    for (int sign = -1; sign <= 1; sign += 2) {
      const int near = token + (sign * by);
      if (near >= r->low && near <= r->high &&
          ((unsigned)r->scale >> (near % 12) & 1U)) {
        return (uint8_t)near;
      }
    }
  }
  return (uint8_t)token;
}

// Return whether a note of the theme is changed in this phrase
static bool
is_changed(const RondoPerformer* const p, const uint32_t index)
{
  const RondoPlan* const plan   = &p->context.plan;
  const uint64_t         stream = stream_of(p->writer.slot->number);
  RondoRandom            random = rondo_random(
    plan->number, STREAM_VARIATION + (stream * RONDO_PHRASE_NOTES) + index);
  return rondo_random_uniform(&random) < plan->variation;
}

// Find what comes at a tick of the theme: what it has there goes into the
// queue; from a note that is changed to one that is not, all is drawn
static void
follow_theme(RondoPerformer* const p, const uint32_t tick)
{
  RondoWriter* const       w      = &p->writer;
  const RondoPhrase* const theme  = &w->theme;
  const uint32_t           length = p->context.plan.length;
  w->n_queue                      = 0;
  w->n_taken                      = 0;
  while (w->index < theme->n_notes && theme->notes[w->index].onset < tick) {
    ++w->index;
  }
  const bool     over  = w->index >= theme->n_notes;
  const uint32_t onset = over || theme->notes[w->index].onset > length
                           ? length
                           : theme->notes[w->index].onset;
  if (onset > tick) {
    queue_event(w, RONDO_MELODY_REST, onset - tick);
    return;
  }
  const RondoPhraseNote note = theme->notes[w->index];
  if (!is_changed(p, w->index)) {
    const uint32_t left = length - onset;
    queue_event(w,
                fit(&p->context.reading, note.pitch),
                note.ticks < left ? note.ticks : left);
    ++w->index;
    return;
  }
  while (w->index < theme->n_notes && is_changed(p, w->index)) {
    ++w->index;
  }
  w->span = w->index < theme->n_notes && theme->notes[w->index].onset < length
              ? theme->notes[w->index].onset
              : length;
}

// Return what may be drawn next
static RondoComposing
compose(const RondoPerformer* const p)
{
  const RondoWriter* const      w     = &p->writer;
  const RondoContext* const     c     = &p->context;
  const RondoMelodyState* const m     = rondo_composer_state(w->composer);
  const uint32_t                tick  = w->slot->written;
  const uint32_t                left  = w->span - tick;
  const bool                    rests = m->pitch == RONDO_MELODY_REST;

  uint32_t most = left < m->bar_ticks ? left : m->bar_ticks;
  if (m->in_note && rests && most > LONGEST_REST) {
    most = LONGEST_REST;
  }
  if (c->plan.density < 0.0f && m->in_note) {
    // Where long notes are wanted, these would run over bar lines
    const uint32_t bar = m->bar_ticks - (m->tick % m->bar_ticks);
    most               = most < bar ? most : bar;
  }
  const RondoPhrase* const phrase = &w->slot->phrase;
  const bool               begun  = tick && phrase->n_notes && !rests &&
                     phrase->notes[phrase->n_notes - 1U].ticks < m->bar_ticks;
  const RondoComposing how = {
    .sampler = { (double)c->plan.temperature, 0, (double)c->plan.top_p },
    .low     = c->reading.low,
    .high    = c->reading.high,
    .scale   = c->reading.scale,
    .rests   = !rests || !tick,
    .holds   = begun,
    .ends    = false,
    .most    = most,
    .density = c->plan.density,
    .least   = SHORTEST,
  };
  return how;
}

// Let the voice that sounds last as long as its note, which has grown
static void
prolong(RondoPerformer* const p)
{
  const RondoSlot* const slot  = p->writer.slot;
  const uint32_t         index = slot->phrase.n_notes - 1U;
  if (p->voice.sounds && p->voice.slot == slot && p->voice.index == index) {
    p->voice.end =
      slot->phrase.notes[index].onset + slot->phrase.notes[index].ticks;
  }
}

// Add what a pitch and a duration say to the phrase
static void
add_event(RondoPerformer* const p, const uint8_t pitch, const uint32_t ticks)
{
  RondoSlot* const   slot   = p->writer.slot;
  RondoPhrase* const phrase = &slot->phrase;
  const uint32_t     tick   = slot->written;
  const uint32_t     at     = tick % RONDO_MELODY_QUARTER;
  slot->written += ticks;
  if (pitch == RONDO_MELODY_HOLD && phrase->n_notes) {
    RondoPhraseNote* const last = &phrase->notes[phrase->n_notes - 1U];
    if (last->onset + last->ticks == tick) {
      last->ticks += ticks;
      prolong(p);
    }
  } else if (pitch < RONDO_MELODY_REST &&
             phrase->n_notes < RONDO_PHRASE_NOTES) {
    const int             shift = p->context.reading.shift_out;
    const RondoPhraseNote note  = { tick, ticks, (uint8_t)(pitch - shift), 64 };
    phrase->notes[phrase->n_notes++] = note;
    phrase->notes[phrase->n_notes - 1U].velocity =
      rondo_performer_velocity(p, slot, phrase->n_notes - 1U);
    if (at % 3U) {
      const uint32_t quarter = tick / RONDO_MELODY_QUARTER;
      slot->uneven[quarter / 64U] |= (uint64_t)1 << (quarter % 64U);
    }
  }
}

// Finish the phrase
static void
complete(RondoPerformer* const p)
{
  RondoSlot* const slot = p->writer.slot;
  slot->complete        = true;
  p->writer.slot        = NULL;
  if (slot->number == RONDO_PERFORMER_THEME) {
    p->context.version = ~p->version; // There is something to go on from now
  }
  if (slot->number == p->number) {
    rondo_performer_choose(p);
  }
  rondo_performer_replace(p, slot);
  if (p->freezes) {
    rondo_performer_freeze(p);
  }
}

void
rondo_performer_put(RondoPerformer* const p)
{
  RondoWriter* const            w     = &p->writer;
  RondoSlot* const              slot  = w->slot;
  const RondoMelodyState* const m     = rondo_composer_state(w->composer);
  const uint8_t                 pitch = m->pitch;
  if (w->n_taken >= w->n_queue && slot->written >= w->span) {
    follow_theme(p, slot->written);
  }

  size_t token = 0;
  if (w->n_taken < w->n_queue) {
    token = w->queue[w->n_taken++];
    rondo_composer_feed(w->composer, token);
  } else {
    const RondoComposing how = compose(p);
    token                    = rondo_composer_next(w->composer, &how);
  }
  const uint32_t ticks = rondo_melody_ticks(token);
  if (ticks) {
    add_event(p, pitch, ticks);
    if (slot->number == p->number) {
      rondo_performer_choose(p);
    }
  }
  if (slot->written >= p->context.plan.length || token == RONDO_MELODY_END) {
    complete(p);
  }
}
