// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <stddef.h>

// What is believed of a host
#define MOST_BARS 1e12
#define MOST_BEATS 1e6
#define SLOWEST 1.0
#define FASTEST 2000.0
#define MOST_SPEED 16.0
#define SHORTEST_BAR 6.0

// Ticks by which a host's position may differ from ours: 1/1000 of a beat,
// which is how hosts round it, and 1/100
#define ROUNDING 0.024
#define NO_JUMP 0.24

// A frame that is this much nearer counts as the nearest
#define NEARER 1e-3

double
rondo_performer_rate(const RondoPerformer* const p, const double tempo)
{
  return tempo * RONDO_MELODY_QUARTER / (60.0 * p->sample_rate);
}

double
rondo_performer_tempo(const RondoPerformer* const p)
{
  return p->controls.sync == RONDO_SYNC_FREE ? (double)p->controls.tempo
                                             : p->tempo;
}

double
rondo_performer_tick(const RondoPerformer* const p)
{
  return p->rolls ? p->tick + ((double)(p->now - p->frame) * p->rate) : p->tick;
}

uint64_t
rondo_performer_frame(const RondoPerformer* const p, const double tick)
{
  if (!p->rolls || !(p->rate > 0.0)) {
    return RONDO_NEVER;
  }
  const double x = (tick - p->tick) / p->rate;
  if (x > 1e15) {
    return RONDO_NEVER;
  }
  const int64_t n = rondo_floor(x + 0.5 - NEARER);
  return n < 0 && (uint64_t)-n > p->frame ? 0U : p->frame + (uint64_t)n;
}

static double
magnitude(const double x)
{
  return x < 0.0 ? -x : x;
}

// Let the position be where it is, and move as it should from now on
static void
move(RondoPerformer* const p, const bool rolls, const double rate)
{
  p->tick  = rondo_performer_tick(p);
  p->frame = p->now;
  p->rolls = rolls;
  p->rate  = rate;
  rondo_take_follow(p);
  rondo_voices_follow(p);
}

// Return the ticks from the bar and tick where the host is to the position
static double
distance(const RondoPerformer* const p, const int64_t bar, const double tick)
{
  const double bars =
    (double)((p->number * (int64_t)p->plan.bars) - bar) * p->plan.bar_ticks;
  return bars + rondo_performer_tick(p) - tick;
}

// Go to a tick of a bar
static void
jump(RondoPerformer* const p, const int64_t bar, const double tick)
{
  const int64_t bars = (int64_t)p->plan.bars;
  const int64_t down = bar % bars < 0 ? (bar % bars) + bars : bar % bars;
  p->number          = (bar - down) / bars;
  p->tick            = ((double)down * p->plan.bar_ticks) + tick;
  p->frame           = p->now;
}

// Go where the host is, unless we are there
static void
meet(RondoPerformer* const p,
     const int64_t         bar,
     const double          tick,
     const bool            begins)
{
  const double by = distance(p, bar, tick);
  if (begins || !(magnitude(by) < NO_JUMP)) {
    rondo_take_end(p);
    rondo_performer_cut(p);
    jump(p, bar, tick);
    rondo_performer_land(p);
  } else if (magnitude(by) > ROUNDING) {
    p->tick  = rondo_performer_tick(p) - by;
    p->frame = p->now;
  }
}

// Return the ticks that the host went on since it told where it is
static double
host_ticks(const RondoPerformer* const p)
{
  return (double)(p->now - p->host.frame) *
         rondo_performer_rate(p, p->tempo * p->host.speed);
}

void
rondo_performer_follow(RondoPerformer* const p)
{
  const bool   follows = p->controls.sync == RONDO_SYNC_TRANSPORT;
  const bool   rolls   = !follows || (p->host.known && p->host.speed > 0.0);
  const double tempo   = rondo_performer_tempo(p);
  const double rate =
    rondo_performer_rate(p, follows ? tempo * p->host.speed : tempo);
  const bool was = p->rolls;
  if (was && !rolls) {
    rondo_take_end(p);
    rondo_performer_cut(p);
  }
  if (was != rolls || rate != p->rate) {
    move(p, rolls, rolls ? rate : 0.0);
  }

  const bool host_rolls = p->host.known && p->host.speed > 0.0;
  if (p->host.known &&
      (follows || (p->controls.sync == RONDO_SYNC_TEMPO && host_rolls))) {
    const double  tick = p->host.tick + host_ticks(p);
    const int64_t bars = rondo_floor((tick / p->plan.bar_ticks) + 1e-9);
    const double  rest = tick - ((double)bars * p->plan.bar_ticks);
    meet(p, p->host.bar + bars, rest < 0.0 ? 0.0 : rest, was != rolls);
  } else if (was != rolls) {
    rondo_performer_land(p);
  }
  p->idle = false;
}

void
rondo_performer_turn(RondoPerformer* const p)
{
  rondo_performer_release(p);
  p->tick -= (double)p->plan.bars * p->plan.bar_ticks;
  ++p->number;
  p->from   = -1.0;
  p->cursor = 0;
  p->idle   = false;
  if (p->plan.mode == RONDO_PERFORM_ANSWER && !(p->number & 1)) {
    rondo_take_call(p);
  }
  rondo_performer_choose(p);
}

static bool
is_within(const double x, const double low, const double high)
{
  return x >= low && x <= high;
}

// Take over metre and tempo, as far as they make sense
static void
take_metre(RondoPerformer* const p, const RondoTransport* const at)
{
  const bool   has_unit = is_within(at->beat_unit, 1.0, 128.0);
  const bool   has_bar  = is_within(at->beats_per_bar, 1e-3, 1024.0);
  const double unit     = has_unit ? at->beat_unit : p->unit;
  const double beats    = has_bar ? at->beats_per_bar : p->beats;
  if ((beats != p->beats || unit != p->unit) &&
      is_within(96.0 * beats / unit, SHORTEST_BAR, RONDO_PHRASE_TICKS)) {
    p->beats = beats;
    p->unit  = unit;
    rondo_performer_update(p, false);
  }
  const double tempo = at->beats_per_minute * 4.0 / p->unit;
  if (tempo > 0.0 && tempo <= 1e6) {
    p->tempo = tempo < SLOWEST ? SLOWEST : tempo > FASTEST ? FASTEST : tempo;
  }
}

void
rondo_performer_locate(RondoPerformer* const p, const RondoTransport* const at)
{
  // Until it says otherwise, the host goes on as it did
  if (p->host.known) {
    p->host.tick += host_ticks(p);
  }
  p->host.frame = p->now;
  take_metre(p, at);

  const double speed = at->speed;
  p->host.speed = speed > 0.0 ? (speed < MOST_SPEED ? speed : MOST_SPEED) : 0.0;
  if (is_within(at->bar_beat, -MOST_BEATS, MOST_BEATS) &&
      is_within((double)at->bar, -MOST_BARS, MOST_BARS)) {
    // Some hosts count on where the next bar began
    const double  beats = at->bar_beat;
    const int64_t bars  = rondo_floor((beats / p->beats) + 1e-9);
    const double  rest  = beats - ((double)bars * p->beats);
    p->host.bar         = at->bar + bars;
    p->host.tick        = (rest < 0.0 ? 0.0 : rest) * 96.0 / p->unit;
    p->host.known       = true;
  }
  p->host.known = p->host.known || p->host.speed > 0.0;
  rondo_performer_follow(p);
}
