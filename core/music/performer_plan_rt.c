// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <stddef.h>

// Pitches of an octave at least
#define OCTAVE 12

// A seed of which so much lies in the key that was chosen is in that key
#define FITS 0.9

// What tunes are written in, as tokens: means, and the middle of them
#define LOWEST_MEAN 60
#define HIGHEST_MEAN 84
#define MIDDLE 72

static int
limit(const int x, const int low, const int high)
{
  return x < low ? low : x > high ? high : x;
}

// Limit x; what is not a number is `otherwise`
static float
limit_float(const float x,
            const float low,
            const float high,
            const float otherwise)
{
  return x != x ? otherwise : x < low ? low : x > high ? high : x;
}

RondoPerformerControls
rondo_performer_defaults(void)
{
  const RondoPerformerControls controls = {
    .enabled     = true,
    .mode        = RONDO_PERFORM_CONTINUE,
    .sync        = RONDO_SYNC_TRANSPORT,
    .tempo       = 120.0f,
    .bars        = 4,
    .seed_bars   = 4,
    .armed       = true,
    .temperature = 1.0f,
    .top_p       = 0.95f,
    .variation   = 0.3f,
    .low         = 48,
    .high        = 84,
    .key         = -1,
    .scale       = RONDO_SCALE_AUTO,
    .scale_lock  = true,
    .channel_out = 1,
    .velocity    = 90.0f,
    .accent      = 0.5f,
    .humanize    = 0.3f,
    .swing       = 0.5f,
    .through     = true,
  };
  return controls;
}

RondoPerformerControls
rondo_performer_limit(const RondoPerformerControls* const controls)
{
  const RondoPerformerControls d = rondo_performer_defaults();
  RondoPerformerControls       c = *controls;
  c.mode                         = limit(c.mode, 0, RONDO_N_PERFORM_MODES - 1);
  c.sync                         = limit(c.sync, 0, RONDO_N_SYNCS - 1);
  c.tempo                        = limit_float(c.tempo, 20.0f, 300.0f, d.tempo);
  c.bars                         = limit(c.bars, 1, 16);
  c.seed_bars                    = limit(c.seed_bars, 1, 8);
  c.temperature = limit_float(c.temperature, 0.0f, 2.0f, d.temperature);
  c.top_p       = limit_float(c.top_p, 0.05f, 1.0f, d.top_p);
  c.density     = limit_float(c.density, -1.0f, 1.0f, d.density);
  c.variation   = limit_float(c.variation, 0.0f, 1.0f, d.variation);
  c.low         = limit(c.low, 0, 127 - (OCTAVE - 1));
  c.high        = limit(c.high, c.low + OCTAVE - 1, 127);
  c.key         = limit(c.key, -1, 11);
  c.scale       = limit(c.scale, 0, RONDO_N_SCALES - 1);
  c.channel_in  = limit(c.channel_in, 0, 16);
  c.channel_out = limit(c.channel_out, 1, 16);
  c.velocity    = limit_float(c.velocity, 1.0f, 127.0f, d.velocity);
  c.accent      = limit_float(c.accent, 0.0f, 1.0f, d.accent);
  c.humanize    = limit_float(c.humanize, 0.0f, 1.0f, d.humanize);
  c.swing       = limit_float(c.swing, 0.5f, 0.75f, d.swing);
  c.random_seed = limit(c.random_seed, 0, 65535);
  return c;
}

// Bit 0 is the tonic
static const uint16_t scales[RONDO_N_SCALES] = {
  0,     0xFFF, // As the mode is; chromatic
  0xAB5, 0x5AD, // Major, minor
  0x6AD, 0x5AB, // Dorian, phrygian
  0xAD5, 0x6B5, // Lydian, mixolydian
  0x295, 0x4A9, // Pentatonic
  0x4E9,        // Blues
};

uint16_t
rondo_performer_scale(const int scale, const RondoMode mode)
{
  const int chosen = scale != RONDO_SCALE_AUTO  ? scale
                     : mode == RONDO_MODE_MINOR ? RONDO_SCALE_MINOR
                                                : RONDO_SCALE_MAJOR;
  return scales[chosen];
}

// Return what the network is told of a scale
static RondoMode
scale_mode(const int scale, const RondoMode guessed)
{
  switch (scale) {
    case RONDO_SCALE_MAJOR:
    case RONDO_SCALE_PENTATONIC_MAJOR:
      return RONDO_MODE_MAJOR;
    case RONDO_SCALE_MINOR:
    case RONDO_SCALE_PENTATONIC_MINOR:
    case RONDO_SCALE_BLUES:
      return RONDO_MODE_MINOR;
    case RONDO_SCALE_DORIAN:
      return RONDO_MODE_DORIAN;
    case RONDO_SCALE_PHRYGIAN:
      return RONDO_MODE_PHRYGIAN;
    case RONDO_SCALE_LYDIAN:
      return RONDO_MODE_LYDIAN;
    case RONDO_SCALE_MIXOLYDIAN:
      return RONDO_MODE_MIXOLYDIAN;
    default:
      return guessed;
  }
}

// Return the share of times (12) that lies in a scale
static double
share_of(const double* const times, const unsigned tonic, const uint16_t scale)
{
  double in  = 0.0;
  double all = 0.0;
  for (unsigned i = 0; i < 12U; ++i) {
    all += times[(tonic + i) % 12U];
    in += (unsigned)scale >> i & 1U ? times[(tonic + i) % 12U] : 0.0;
  }
  return all > 0.0 ? in / all : 1.0;
}

// Guess the key: of those whose scale holds most, to a twentieth, the one that
// fits best.  A melody is short, and one note can tell keys apart
static RondoTonality
guess_key(const double* const times)
{
  RondoTonality best = rondo_key_guess(times);
  int           held = -1;
  for (unsigned i = 0; i < 24U; ++i) {
    const bool          minor = i % 2U;
    const RondoTonality key   = { (uint8_t)(i / 2U),
                                minor ? RONDO_MODE_MINOR : RONDO_MODE_MAJOR };
    // Minor, with both sixths and sevenths
    const double share = share_of(times, key.tonic, minor ? 0xFADU : 0xAB5U);
    const int    here  = (int)((20.0 * share) + 0.5);
    if (here > held || (here == held && rondo_key_fit(times, key) >
                                          rondo_key_fit(times, best))) {
      best = key;
      held = here;
    }
  }
  return best;
}

// Return the semitones from a tonic to C, by at most six
static int
to_c(const unsigned tonic)
{
  return tonic < 6U ? -(int)tonic : OCTAVE - (int)tonic;
}

// Return `shift` moved by octaves, so that `pitch` comes between two tokens
static int
bring(const int shift, const int pitch, const int low, const int high)
{
  int at = shift;
  while (pitch + at < low) {
    at += OCTAVE;
  }
  while (pitch + at > high) {
    at -= OCTAVE;
  }
  return at;
}

// Return what is taken off tokens in the key of `tonic`, where that which is
// gone on from, with a mean pitch of `mean`, has had `in` added in the key of
// `heard`: the octave is its own, if that is in the range
static int
shift_out(const RondoPlan* const plan,
          const unsigned         tonic,
          const unsigned         heard,
          const int              mean,
          const int              in)
{
  const int by = (int)((heard + 18U - tonic) % 12U) - (OCTAVE / 2);
  if (mean - by >= plan->low && mean - by <= plan->high) {
    return in + by;
  }
  const int middle = (plan->low + plan->high) / 2;
  return bring(
    to_c(tonic), middle, MIDDLE - (OCTAVE / 2), MIDDLE + (OCTAVE / 2));
}

RondoReading
rondo_performer_interpret(const RondoPlan* const   plan,
                          const RondoPhrase* const phrase)
{
  double         times[12] = { 0.0 };
  double         sum       = 0.0;
  const uint32_t n         = phrase ? phrase->n_notes : 0U;
  for (uint32_t i = 0; i < n; ++i) {
    times[phrase->notes[i].pitch % 12U] += phrase->notes[i].ticks;
    sum += phrase->notes[i].pitch;
  }
  const RondoTonality guess = guess_key(times);
  const unsigned      tonic = plan->key < 0 ? guess.tonic : (unsigned)plan->key;
  const RondoMode     mode  = scale_mode(plan->scale, guess.mode);
  const uint16_t      scale = rondo_performer_scale(plan->scale, mode);
  const bool          fits  = share_of(times, tonic, scale) >= FITS;
  const unsigned      heard = fits ? tonic : guess.tonic;

  // As rondo_melody_shift() has it
  const int mean = n ? (int)(sum / n) : -1;
  const int in   = n ? bring(to_c(heard), mean, LOWEST_MEAN, HIGHEST_MEAN) : 0;
  const int out  = shift_out(plan, tonic, heard, mean, in);

  const RondoReading reading = {
    .shift_in  = in,
    .shift_out = out,
    .scale     = plan->scale_lock ? scale : 0xFFFU,
    .low       = (uint8_t)limit(plan->low + out, 0, 127),
    .high      = (uint8_t)limit(plan->high + out, 0, 127),
    .tonic     = (uint8_t)tonic,
    .mode      = mode,
  };
  return reading;
}

// Return the bar that the network is told of: 4/4 where tokens cannot say it
static RondoBar
network_bar(const double beats, const double unit)
{
  const RondoBar common = { 4, 4 };
  if (!(beats >= 1.0 && beats <= 255.0 && unit >= 1.0 && unit <= 128.0)) {
    return common;
  }
  const RondoBar bar   = { (uint8_t)beats, (uint8_t)unit };
  const bool     whole = (double)bar.beats == beats && (double)bar.unit == unit;
  return whole && rondo_melody_bar_ticks(bar) ? bar : common;
}

const RondoPhrase*
rondo_performer_theme(const RondoPerformer* const p)
{
  if (p->frozen.n_notes) {
    return &p->frozen;
  }
  if (p->seed.n_notes) {
    return &p->seed;
  }
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    const RondoSlot* const slot = &p->slots[i];
    if (slot->used && slot->complete && slot->version == p->version &&
        slot->number == RONDO_PERFORMER_THEME) {
      return &slot->phrase;
    }
  }
  return NULL;
}

static RondoPlan
make_plan(const RondoPerformer* const p)
{
  const RondoPerformerControls* const c    = &p->controls;
  const double                        bar  = 96.0 * p->beats / p->unit;
  uint32_t                            bars = (uint32_t)c->bars;
  if (c->mode == RONDO_PERFORM_VARY && (p->frozen.n_notes || p->seed.n_notes)) {
    const uint32_t length = rondo_performer_theme(p)->length;
    bars = (uint32_t)rondo_floor(((double)length / bar) + 0.999);
  }
  while (bars > 1U && bars * bar > (double)RONDO_PHRASE_TICKS) {
    --bars;
  }
  const RondoPlan plan = {
    .mode        = c->mode,
    .bars        = bars ? bars : 1U,
    .bar_ticks   = bar,
    .bar         = network_bar(p->beats, p->unit),
    .length      = (uint32_t)((bars ? bars : 1U) * bar + 1e-6),
    .temperature = c->temperature,
    .top_p       = c->top_p,
    .density     = c->density,
    .variation   = c->variation,
    .low         = c->low,
    .high        = c->high,
    .key         = c->key,
    .scale       = c->scale,
    .scale_lock  = c->scale_lock,
    .number      = (uint64_t)c->random_seed + (65536U * p->n_regenerated),
  };
  return plan;
}

// Return whether phrases of two plans cannot take each other's place
static bool
is_other(const RondoPlan* const a, const RondoPlan* const b)
{
  return a->mode != b->mode || a->bars != b->bars ||
         a->bar_ticks != b->bar_ticks || a->bar.beats != b->bar.beats ||
         a->bar.unit != b->bar.unit;
}

// Return whether phrases of two plans are the same
static bool
is_same(const RondoPlan* const a, const RondoPlan* const b)
{
  return !is_other(a, b) && a->temperature == b->temperature &&
         a->top_p == b->top_p && a->density == b->density &&
         a->variation == b->variation && a->low == b->low &&
         a->high == b->high && a->key == b->key && a->scale == b->scale &&
         a->scale_lock == b->scale_lock && a->number == b->number;
}

// Count phrases as another plan does; the bar and the place in it stay
static void
recount(RondoPerformer* const p, const RondoPlan* const plan)
{
  const double bar_ticks = p->plan.bar_ticks;
  if (!(bar_ticks > 0.0)) {
    return; // There was none before
  }
  const double  tick  = rondo_performer_tick(p);
  const int64_t whole = rondo_floor((tick / bar_ticks) + 1e-9);
  const int64_t bar   = (p->number * (int64_t)p->plan.bars) + whole;
  const double  rest  = tick - ((double)whole * bar_ticks);

  const int64_t bars = (int64_t)plan->bars;
  const int64_t down = bar % bars < 0 ? (bar % bars) + bars : bar % bars;
  p->number          = (bar - down) / bars;
  p->tick            = ((double)down * plan->bar_ticks) + (rest < 0.0 ? 0.0
                                                           : rest < plan->bar_ticks
                                                             ? rest
                                                             : plan->bar_ticks);
  p->frame           = p->now;
}

void
rondo_performer_update(RondoPerformer* const p, const bool news)
{
  RondoPlan plan = make_plan(p);
  if (plan.mode != p->plan.mode || plan.bar_ticks != p->plan.bar_ticks) {
    rondo_take_end(p);
    plan = make_plan(p); // What was played may be a seed now
  }
  if (is_other(&plan, &p->plan)) {
    rondo_performer_cut(p);
    recount(p, &plan);
    rondo_performer_forget(p);
    p->plan = plan;
    ++p->version;
    p->idle = false;
    rondo_performer_land(p);
  } else if (news || !is_same(&plan, &p->plan)) {
    p->plan = plan;
    ++p->version;
    p->idle = false;
  }
}
