// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <string.h>

#define GRID 6.0    // Ticks of a sixteenth
#define TRIPLET 8.0 // Of a triplet of eighths

// Bars without a note that end a take, without and with a position that moves
#define SILENT_BARS 2.0
#define SILENT_BARS_ROLLING 16.0

static double
magnitude(const double x)
{
  return x < 0.0 ? -x : x;
}

// Return the tick of the take at `now`
static double
take_tick(const RondoPerformer* const p)
{
  const RondoTake* const t = &p->take;
  return t->tick + ((double)(p->now - t->frame) * t->rate);
}

// Return the ticks a frame of what is played, whether or not a host rolls
static double
take_rate(const RondoPerformer* const p)
{
  return p->rolls ? p->rate : rondo_performer_rate(p, rondo_performer_tempo(p));
}

bool
rondo_performer_listens(const RondoPerformer* const p)
{
  const RondoPerformerControls* const c = &p->controls;
  return c->enabled &&
         ((c->armed && !c->locked) || c->mode == RONDO_PERFORM_ANSWER);
}

// Begin a take at a tick of its bar
static void
begin(RondoPerformer* const p, const double tick)
{
  RondoTake* const t   = &p->take;
  const uint32_t   bar = rondo_melody_bar_ticks(p->plan.bar);
  t->runs              = true;
  t->rolls             = p->rolls;
  t->news              = false;
  t->frame             = p->now;
  t->tick              = tick;
  t->rate              = take_rate(p);
  t->bar               = bar;
  t->line              = (double)((rondo_floor(tick / bar) + 1) * (int64_t)bar);
  t->last              = tick;
  t->n_notes           = 0;
}

void
rondo_take_follow(RondoPerformer* const p)
{
  RondoTake* const t = &p->take;
  t->tick            = take_tick(p);
  t->frame           = p->now;
  t->rate            = take_rate(p);
}

// Return ticks on the grid of sixteenths, or on that of triplets
static double
snap(const double tick, const double grid)
{
  return (double)rondo_floor((tick / grid) + 0.5) * grid;
}

static int64_t
quarter_of(const double tick)
{
  return rondo_floor((tick + 1.0) / RONDO_MELODY_QUARTER);
}

// Return the grid of the quarter that begins with note `i`: triplets if they
// are clearly nearer than sixteenths
static double
find_grid(const RondoTake* const t, const uint32_t i)
{
  const int64_t quarter    = quarter_of(t->notes[i].on);
  double        sixteenths = 0.0;
  double        triplets   = 0.0;
  uint32_t      j          = i;
  for (; j < t->n_notes; ++j) {
    const double on = t->notes[j].on;
    if (quarter_of(on) != quarter) {
      break;
    }
    const double a = on - snap(on, GRID);
    const double b = on - snap(on, TRIPLET);
    sixteenths += a * a;
    triplets += b * b;
  }
  const double clearly = j - i < 3U ? 3.0 : 1.5;
  return clearly * triplets < sixteenths ? TRIPLET : GRID;
}

// Add a note; of those that begin together the highest is kept, and a later
// one ends an earlier one
static void
add_note(RondoPhrase* const phrase, const RondoPhraseNote note)
{
  RondoPhraseNote* const last =
    phrase->n_notes ? &phrase->notes[phrase->n_notes - 1U] : NULL;
  if (last && note.onset <= last->onset) {
    if (note.pitch > last->pitch) {
      const uint32_t onset = last->onset;
      *last                = note;
      last->onset          = onset;
    }
    return;
  }
  if (last && last->onset + last->ticks > note.onset) {
    last->ticks = note.onset - last->onset;
  }
  if (phrase->n_notes < RONDO_PHRASE_NOTES) {
    phrase->notes[phrase->n_notes++] = note;
  }
}

// Let notes sound on to the next one where the gap is but how they were played
static void
join_notes(RondoPhrase* const phrase)
{
  for (uint32_t i = 0; i < phrase->n_notes; ++i) {
    RondoPhraseNote* const note = &phrase->notes[i];
    const uint32_t         next =
      i + 1U < phrase->n_notes ? phrase->notes[i + 1U].onset : phrase->length;
    const uint32_t span = next - note->onset;
    note->ticks         = 2U * note->ticks >= span ? span : note->ticks;
  }
}

void
rondo_take_score(const RondoPerformer* const p,
                 const double                from,
                 const double                to,
                 RondoPhrase* const          phrase)
{
  const RondoTake* const t   = &p->take;
  const double           now = take_tick(p);
  phrase->bar                = p->plan.bar;
  phrase->length             = (uint32_t)(to - from + 0.5);
  phrase->n_notes            = 0;
  int64_t quarter            = INT64_MIN;
  double  grid               = GRID;
  for (uint32_t i = 0; i < t->n_notes; ++i) {
    const RondoTakeNote* const note = &t->notes[i];
    if (quarter_of(note->on) != quarter) {
      quarter = quarter_of(note->on);
      grid    = find_grid(t, i);
    }
    const double on = snap(note->on, grid);
    if (on < from || on >= to) {
      continue;
    }
    const double          held  = (note->held ? now : note->off) - note->on;
    const double          least = held < grid ? grid : snap(held, grid);
    const double          ticks = least < to - on ? least : to - on;
    const RondoPhraseNote n     = { (uint32_t)(on - from),
                                    (uint32_t)(ticks < 1.0 ? 1.0 : ticks),
                                    note->pitch,
                                    note->velocity };
    add_note(phrase, n);
  }
  join_notes(phrase);
}

// Move a phrase to the first bar in which there is a note
static void
trim(RondoPhrase* const phrase, const uint32_t bar)
{
  const uint32_t first = phrase->notes[0].onset / bar * bar;
  for (uint32_t i = 0; i < phrase->n_notes; ++i) {
    phrase->notes[i].onset -= first;
  }
  phrase->length -= first;
}

// Let the seed be the last bars before a bar line
static void
commit(RondoPerformer* const p, const double line)
{
  RondoTake* const t    = &p->take;
  const double     bars = (double)p->controls.seed_bars * t->bar;
  if (!t->news || !p->controls.armed || p->controls.locked) {
    return;
  }
  // Nothing is heard in a call and response while takes become seeds
  rondo_take_score(p, line > bars ? line - bars : 0.0, line, &p->heard);
  t->news = t->n_notes &&
            t->notes[t->n_notes - 1U].on > line - RONDO_PERFORMER_HALF_STEP;
  if (p->heard.n_notes) {
    trim(&p->heard, t->bar);
    p->seed          = p->heard;
    p->heard.n_notes = 0;
    p->has_changed   = true;
    rondo_mailbox_publish(p);
    rondo_performer_update(p, true);
  }
}

void
rondo_take_end(RondoPerformer* const p)
{
  RondoTake* const t = &p->take;
  if (t->runs) {
    t->runs = false;
    if (t->news && p->plan.mode != RONDO_PERFORM_ANSWER) {
      const double last = t->n_notes ? t->notes[t->n_notes - 1U].on : 0.0;
      const double bars = (double)rondo_floor(
        ((last + RONDO_PERFORMER_HALF_STEP) / t->bar) + 1.0);
      commit(p, bars * t->bar);
    }
  }
}

uint64_t
rondo_take_due(const RondoPerformer* const p)
{
  const RondoTake* const t = &p->take;
  if (!t->runs || !(t->rate > 0.0)) {
    return RONDO_NEVER;
  }
  const double x = (t->line - t->tick) / t->rate;
  return x > 1e15  ? RONDO_NEVER
         : x < 0.0 ? t->frame
                   : t->frame + (uint64_t)(x + 1.0);
}

void
rondo_take_line(RondoPerformer* const p)
{
  RondoTake* const t     = &p->take;
  const double     line  = t->line;
  const double     quiet = line - t->last;
  const double     most  = t->rolls ? SILENT_BARS_ROLLING : SILENT_BARS;
  t->line += t->bar;
  if (p->plan.mode == RONDO_PERFORM_ANSWER && t->rolls) {
    return; // The half is what counts
  }
  commit(p, line);
  const bool held = t->n_notes && t->notes[t->n_notes - 1U].held;
  if (!held && quiet > most * t->bar) {
    t->runs = false;
  }
}

// Forget the oldest note
static void
drop_note(RondoTake* const t)
{
  --t->n_notes;
  memmove(t->notes, t->notes + 1, t->n_notes * sizeof(t->notes[0]));
}

void
rondo_take_hear(RondoPerformer* const p,
                const uint8_t         pitch,
                const uint8_t         velocity)
{
  RondoTake* const t = &p->take;
  if (!t->runs && velocity) {
    // What is played while nothing rolls begins with a bar
    const double bar = rondo_melody_bar_ticks(p->plan.bar);
    const double at  = p->rolls ? rondo_performer_tick(p) : 0.0;
    begin(p, at - ((double)rondo_floor(at / bar) * bar));
  }
  if (!t->runs) {
    return;
  }
  const double tick = take_tick(p);
  for (uint32_t i = t->n_notes; i-- > 0U;) {
    if (t->notes[i].held && t->notes[i].pitch == pitch) {
      t->notes[i].held = false;
      t->notes[i].off  = tick;
      t->news          = true;
    }
  }
  if (velocity) {
    if (t->n_notes == RONDO_PHRASE_NOTES) {
      drop_note(t);
    }
    const RondoTakeNote note = { tick, tick, pitch, velocity, true };
    t->notes[t->n_notes++]   = note;
    t->news                  = true;
  }
  t->last = tick;
  if (p->plan.mode == RONDO_PERFORM_ANSWER && p->rolls && !p->is_closed &&
      !(p->number & 1)) {
    ++p->version;
    p->idle = false;
  }
}

void
rondo_take_call(RondoPerformer* const p)
{
  RondoTake* const t    = &p->take;
  const double     tick = rondo_performer_tick(p);
  const double     was  = take_tick(p);
  RondoTakeNote    early[4];
  uint32_t         n_early = 0;

  // What was played but a little before is the first note
  for (uint32_t i = t->n_notes; t->runs && i-- > 0U && n_early < 4U;) {
    if (was - t->notes[i].on <= RONDO_PERFORMER_HALF_STEP &&
        magnitude(tick) < 1.0) {
      early[n_early] = t->notes[i];
      early[n_early].on -= was - tick;
      early[n_early].off -= was - tick;
      ++n_early;
    }
  }
  begin(p, tick);
  for (uint32_t i = n_early; i-- > 0U;) {
    t->notes[t->n_notes++] = early[i];
  }
  p->heard.n_notes = 0;
  p->is_closed     = false;
  ++p->version;
  p->idle = false;
}

uint64_t
rondo_performer_close_due(const RondoPerformer* const p)
{
  const bool calls =
    p->plan.mode == RONDO_PERFORM_ANSWER && !(p->number & 1) && !p->is_closed;
  const double end = (double)p->plan.bars * p->plan.bar_ticks;
  return calls ? rondo_performer_frame(p, end - RONDO_PERFORMER_HALF_STEP)
               : RONDO_NEVER;
}

void
rondo_performer_close(RondoPerformer* const p)
{
  rondo_take_score(p, 0.0, p->plan.length, &p->heard);
  p->is_closed = true;
  if (p->heard.n_notes && p->controls.armed && !p->controls.locked) {
    p->seed        = p->heard;
    p->has_changed = true;
    rondo_mailbox_publish(p);
  }
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    if (p->slots[i].number == p->number + 1) {
      p->slots[i].used = false;
    }
  }
  ++p->version;
  p->idle = false;
}
