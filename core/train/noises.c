// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/noises.h"

#include "core/train/effects.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define PI 3.14159265358979323846
#define TABLE_SIZE 2048U

/// One period of a tone with harmonics, and one sample more to interpolate
typedef struct {
  float values[TABLE_SIZE + 1];
} Table;

static bool
chance(RondoRandom* const random, const float probability)
{
  return rondo_random_uniform(random) < probability;
}

// First-order low pass, 6 dB per octave
static RondoBiquad
one_pole(const double rate, const double hz)
{
  const double      p       = exp(-2.0 * PI * hz / rate);
  const RondoBiquad section = { (float)(1.0 - p), 0.0f, 0.0f, (float)-p, 0.0f };
  return section;
}

void
rondo_random_equaliser(const double       rate,
                       RondoRandom* const random,
                       const float        range_db,
                       const size_t       n,
                       float* const       x)
{
  RondoFilter  filter = { 0 };
  const size_t count  = 2 + rondo_random_below(random, 3);
  for (size_t i = 0; i < count; ++i) {
    const float gain = rondo_random_between(random, -range_db, range_db);
    if (i == 0 && chance(random, 0.5f)) {
      const float hz = rondo_random_log_between(random, 80.0f, 600.0f);
      rondo_filter_add(&filter, rondo_biquad_low_shelf(rate, hz, gain));
    } else if (i == 1 && chance(random, 0.5f)) {
      const float hz = rondo_random_log_between(random, 1500.0f, 9000.0f);
      rondo_filter_add(&filter, rondo_biquad_high_shelf(rate, hz, gain));
    } else {
      const float hz = rondo_random_log_between(random, 100.0f, 10000.0f);
      const float q  = rondo_random_log_between(random, 0.4f, 3.0f);
      rondo_filter_add(&filter, rondo_biquad_peak(rate, hz, q, gain));
    }
  }
  rondo_filter_process(&filter, n, x);
}

void
rondo_noise_swell(const double       rate,
                  RondoRandom* const random,
                  const float        depth_db,
                  const float        seconds,
                  const size_t       n,
                  float* const       x)
{
  const float depth = 0.5f * depth_db;
  float       gain =
    rondo_amplitude_from_db(rondo_random_between(random, -depth, depth));

  size_t t = 0;
  while (t < n) {
    const double length =
      rate * (double)seconds * (double)rondo_random_between(random, 0.3f, 1.7f);
    const size_t step = (size_t)length + 16;
    const float  next =
      rondo_amplitude_from_db(rondo_random_between(random, -depth, depth));
    const float slope = (next - gain) / (float)step;
    for (size_t i = 0; i < step && t < n; ++i, ++t) {
      x[t] *= gain + (slope * (float)i);
    }
    gain = next;
  }
}

static void
make_coloured(const double       rate,
              RondoRandom* const random,
              const size_t       n,
              float* const       out)
{
  rondo_white_noise(random, n, out);

  RondoFilter filter = { 0 };
  if (chance(random, 0.85f)) {
    const float hz = rondo_random_log_between(random, 30.0f, 10000.0f);
    rondo_filter_add(&filter, one_pole(rate, hz));
  }
  if (chance(random, 0.5f)) {
    const float hz = rondo_random_log_between(random, 200.0f, 10000.0f);
    rondo_filter_add(&filter, one_pole(rate, hz));
  }
  for (size_t i = rondo_random_below(random, 3); i; --i) {
    const float hz   = rondo_random_log_between(random, 60.0f, 10000.0f);
    const float q    = rondo_random_log_between(random, 0.4f, 12.0f);
    const float gain = rondo_random_between(random, -15.0f, 20.0f);
    rondo_filter_add(&filter, rondo_biquad_peak(rate, hz, q, gain));
  }
  rondo_filter_process(&filter, n, out);

  if (chance(random, 0.4f)) {
    const float depth   = rondo_random_between(random, 3.0f, 25.0f);
    const float seconds = rondo_random_log_between(random, 0.04f, 1.5f);
    rondo_noise_swell(rate, random, depth, seconds, n, out);
  }
}

// Fill a table with `count` harmonics that fall by `fall_db` per octave
static void
fill_table(RondoRandom* const random,
           const size_t       count,
           const float        fall_db,
           Table* const       table)
{
  memset(table, 0, sizeof(*table));
  for (size_t k = 1; k <= count; ++k) {
    const float  variation = rondo_random_between(random, -12.0f, 0.0f);
    const float  fall      = fall_db * log2f((float)k);
    const double amplitude = (double)rondo_amplitude_from_db(variation - fall);
    const double phase     = 2.0 * PI * (double)rondo_random_uniform(random);

    // Rotate a pointer instead of calling sin for every value
    const double c = cos(2.0 * PI * (double)k / TABLE_SIZE);
    const double s = sin(2.0 * PI * (double)k / TABLE_SIZE);
    double       a = amplitude * cos(phase);
    double       b = amplitude * sin(phase);
    for (size_t i = 0; i < TABLE_SIZE; ++i) {
      table->values[i] += (float)b;
      const double next = (a * c) - (b * s);
      b                 = (a * s) + (b * c);
      a                 = next;
    }
  }
  table->values[TABLE_SIZE] = table->values[0];
}

// Add the table, at a pitch that glides from `from_hz` to `to_hz`, to x (n);
// return the phase to go on with, in periods
static double
play_table(const Table* const table,
           const double       rate,
           const double       from_hz,
           const double       to_hz,
           const double       phase,
           const float        gain,
           const size_t       n,
           float* const       x)
{
  const double step  = from_hz / rate;
  const double bend  = (to_hz - from_hz) / rate / (double)(n ? n : 1);
  double       where = phase;
  double       delta = step;
  for (size_t t = 0; t < n; ++t) {
    const double position = where * TABLE_SIZE;
    const size_t i        = (size_t)position;
    const float  u        = (float)(position - (double)i);
    const float  a        = table->values[i & (TABLE_SIZE - 1)];
    const float  b        = table->values[(i & (TABLE_SIZE - 1)) + 1];
    x[t] += gain * (a + (u * (b - a)));
    where += delta;
    where -= where >= 1.0 ? 1.0 : 0.0;
    delta += bend;
  }
  return where;
}

static void
add_hum(const double       rate,
        RondoRandom* const random,
        const double       hz,
        const float        gain,
        const size_t       n,
        float* const       out)
{
  const size_t room  = (size_t)(0.45 * rate / hz);
  const size_t most  = 1 + rondo_random_below(random, 40);
  const size_t count = room < most ? room : most;
  Table        table;
  fill_table(random, count, rondo_random_between(random, 2.0f, 15.0f), &table);

  // The pitch wavers by up to 0.5 %
  const size_t piece = (size_t)(0.25 * rate);
  double       phase = 0.0;
  double       from  = hz;
  for (size_t t = 0; t < n; t += piece) {
    const double waver = (double)rondo_random_between(random, -0.005f, 0.005f);
    const double to    = hz * (1.0 + waver);
    const size_t left  = n - t;
    phase              = play_table(&table,
                       rate,
                       from,
                       to,
                       phase,
                       gain,
                       left < piece ? left : piece,
                       out + t);
    from               = to;
  }
}

static void
make_hum(const double       rate,
         RondoRandom* const random,
         const size_t       n,
         float* const       out)
{
  static const double mains[4] = { 50.0, 60.0, 100.0, 120.0 };

  const double other = (double)rondo_random_log_between(random, 40.0f, 600.0f);
  const double hz =
    chance(random, 0.6f) ? mains[rondo_random_below(random, 4)] : other;
  memset(out, 0, n * sizeof(float));
  add_hum(rate, random, hz, 1.0f, n, out);
}

static void
make_fan(const double       rate,
         RondoRandom* const random,
         const size_t       n,
         float* const       out)
{
  make_coloured(rate, random, n, out);
  const float noise = rondo_active_level(out, n, (size_t)(0.02 * rate));
  rondo_scale(out, n, noise > 0.0f ? 1.0f / noise : 0.0f);

  const double blade = (double)rondo_random_log_between(random, 4.0f, 120.0f);
  const float  depth = rondo_random_between(random, 0.05f, 0.7f);
  const double c     = cos(2.0 * PI * blade / rate);
  const double s     = sin(2.0 * PI * blade / rate);
  double       a     = 1.0;
  double       b     = 0.0;
  for (size_t t = 0; t < n; ++t) {
    out[t] *= 1.0f + (depth * (float)b);
    const double next = (a * c) - (b * s);
    b                 = (a * s) + (b * c);
    a                 = next;
  }

  const double tone =
    fmax(40.0, blade * (double)(1 + rondo_random_below(random, 7)));
  const float gain =
    rondo_amplitude_from_db(rondo_random_between(random, -30.0f, 0.0f));
  add_hum(rate, random, tone, gain, n, out);
}

/// What the bursts of one source have in common
typedef struct {
  float decay;  ///< s
  float attack; ///< s
  float hz;     ///< Colour
  float q;
  float gap;   ///< Mean time between them, s
  bool  pairs; ///< Down and up, as of keys
} BurstKind;

static void
add_burst(const double           rate,
          RondoRandom* const     random,
          const BurstKind* const kind,
          const float            level,
          const size_t           n,
          float* const           out,
          float* const           work)
{
  const float  decay  = kind->decay * rondo_random_between(random, 0.6f, 1.6f);
  const float  attack = kind->attack * rondo_random_between(random, 0.5f, 1.5f);
  const double want   = rate * (double)((5.0f * decay) + attack);
  const size_t length = (size_t)fmin(want + 16.0, (double)n);
  rondo_white_noise(random, length, work);

  RondoFilter filter = { 0 };
  const float hz     = kind->hz * rondo_random_between(random, 0.8f, 1.25f);
  rondo_filter_add(&filter, one_pole(rate, 2.0 * (double)hz));
  rondo_filter_add(&filter, rondo_biquad_peak(rate, hz, kind->q, 18.0));
  rondo_filter_process(&filter, length, work);

  const float fall     = expf(-1.0f / (float)(rate * (double)decay));
  const float rise     = 1.0f / (1.0f + (float)(rate * (double)attack));
  float       envelope = level;
  float       open     = 0.0f;
  for (size_t t = 0; t < length; ++t) {
    open += rise * (1.0f - open);
    out[t] += work[t] * envelope * open;
    envelope *= fall;
  }
}

static void
make_clicks(const double       rate,
            RondoRandom* const random,
            const size_t       n,
            float* const       out,
            float* const       work)
{
  const BurstKind kind = { rondo_random_log_between(random, 0.0005f, 0.15f),
                           rondo_random_log_between(random, 0.0001f, 0.02f),
                           rondo_random_log_between(random, 80.0f, 9000.0f),
                           rondo_random_log_between(random, 0.5f, 8.0f),
                           rondo_random_log_between(random, 0.06f, 0.8f),
                           chance(random, 0.5f) };
  memset(out, 0, n * sizeof(float));
  size_t t = (size_t)(rate * (double)(kind.gap * rondo_random_uniform(random)));
  while (t < n) {
    const float level =
      rondo_amplitude_from_db(rondo_random_between(random, -15.0f, 0.0f));
    add_burst(rate, random, &kind, level, n - t, out + t, work);
    if (kind.pairs) {
      const float  wait = rondo_random_between(random, 0.03f, 0.12f);
      const size_t up   = t + (size_t)(rate * (double)wait);
      const float  fall = rondo_random_between(random, 0.2f, 0.9f);
      if (up < n) {
        add_burst(rate, random, &kind, level * fall, n - up, out + up, work);
      }
    }
    const float rest = chance(random, 0.1f) ? 4.0f : 1.0f;
    t +=
      1 + (size_t)(rate * (double)(kind.gap * rest *
                                   rondo_random_between(random, 0.3f, 1.8f)));
  }
}

static void
make_crackle(const double       rate,
             RondoRandom* const random,
             const size_t       n,
             float* const       out)
{
  memset(out, 0, n * sizeof(float));
  const float per_second = rondo_random_log_between(random, 3.0f, 400.0f);
  const float mean       = (float)rate / per_second;
  size_t      t          = 0;
  while (t < n) {
    // Exponential gaps, heavy-tailed amplitudes
    const float u     = 1.0f - rondo_random_uniform(random);
    const float size  = powf(1.0f - rondo_random_uniform(random), -0.6f);
    const float level = fminf(size, 20.0f);
    out[t]            = chance(random, 0.5f) ? level : -level;
    t += 1 + (size_t)(-logf(u) * mean);
  }

  RondoFilter filter = { 0 };
  const float low    = rondo_random_log_between(random, 1000.0f, 15000.0f);
  rondo_filter_add(&filter, rondo_biquad_low_pass(rate, low, 0.7));
  const float hz = rondo_random_log_between(random, 300.0f, 8000.0f);
  const float q  = rondo_random_log_between(random, 0.5f, 5.0f);
  rondo_filter_add(&filter, rondo_biquad_peak(rate, hz, q, 12.0));
  rondo_filter_process(&filter, n, out);
}

static void
make_tones(const double       rate,
           RondoRandom* const random,
           const size_t       n,
           float* const       out)
{
  memset(out, 0, n * sizeof(float));
  Table       table;
  const float fall = rondo_random_between(random, 6.0f, 24.0f);
  fill_table(random, 1 + rondo_random_below(random, 6), fall, &table);

  const double base = (double)rondo_random_log_between(random, 150.0f, 2500.0f);
  const float  beat = rondo_random_log_between(random, 0.06f, 0.9f);
  const float  rest = rondo_random_between(random, 0.0f, 1.0f);
  const bool   glide   = chance(random, 0.4f);
  const uint32_t scale = 1 + rondo_random_below(random, 13);
  size_t         t     = 0;
  double         hz    = base;
  while (t < n) {
    const double note = (double)rondo_random_below(random, scale);
    const double next = base * exp2(note / 12.0);
    const size_t room = n - t;
    const size_t want =
      64 + (size_t)(rate *
                    (double)(beat * rondo_random_between(random, 0.8f, 1.2f)));
    const size_t length = want < room ? want : room;
    (void)play_table(
      &table, rate, glide ? hz : next, next, 0.0, 1.0f, length, out + t);

    // Soften both ends
    const size_t edge = length < 480 ? length / 2 : 240;
    for (size_t i = 0; i < edge; ++i) {
      out[t + i] *= (float)i / (float)edge;
      out[t + length - 1 - i] *= (float)i / (float)edge;
    }
    t += length + (size_t)(rate * (double)(beat * rest));
    hz = next;
  }
}

void
rondo_noise_make(const RondoNoise   noise,
                 const double       rate,
                 RondoRandom* const random,
                 const size_t       n,
                 float* const       out,
                 float* const       work)
{
  switch (noise) {
    case RONDO_NOISE_HUM:
      make_hum(rate, random, n, out);
      break;
    case RONDO_NOISE_FAN:
      make_fan(rate, random, n, out);
      break;
    case RONDO_NOISE_CLICKS:
      make_clicks(rate, random, n, out, work);
      break;
    case RONDO_NOISE_CRACKLE:
      make_crackle(rate, random, n, out);
      break;
    case RONDO_NOISE_TONES:
      make_tones(rate, random, n, out);
      break;
    case RONDO_NOISE_COLOURED:
    case RONDO_N_NOISES:
    default:
      make_coloured(rate, random, n, out);
      break;
  }
}
