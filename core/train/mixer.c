// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/mixer.h"

#include "core/audio/convolve.h"
#include "core/base/arena.h"
#include "core/train/effects.h"
#include "core/train/noises.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Level that recordings are brought to before they are mixed
#define NOMINAL_LEVEL 0.1f

// Longest room response that is made by rule, s
#define LONGEST_ROOM 0.8

// Target: the direct sound and what follows within 50 ms, which the ear takes
// as part of it (ISO 3382, clarity of speech)
#define EARLY_SECONDS 0.05

// Softened edges of passages and loops, s
#define FADE_SECONDS 0.01

struct RondoMixerImpl {
  const RondoSounds* sounds;
  RondoMixSettings   settings;
  double             rate;
  size_t             n;            ///< Samples of an item
  size_t             max_response; ///< Samples
  RondoConvolver*    convolver;
  float*             clean;    ///< (n)
  float*             noisy;    ///< (n)
  float*             layer;    ///< (n)
  float*             work;     ///< (n)
  float*             response; ///< (max_response)
};

void
rondo_mixer_free(RondoMixer* const mixer)
{
  if (mixer) {
    rondo_convolver_free(mixer->convolver);
    rondo_aligned_free(mixer->clean);
    rondo_aligned_free(mixer->noisy);
    rondo_aligned_free(mixer->layer);
    rondo_aligned_free(mixer->work);
    rondo_aligned_free(mixer->response);
    free(mixer);
  }
}

RondoStatus
rondo_mixer_new(const RondoSounds* const      sounds,
                const RondoMixSettings* const settings,
                const size_t                  n_samples,
                RondoMixer** const            out)
{
  *out = NULL;
  if (!sounds->n_speakers || !n_samples) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoMixer* const m = (RondoMixer*)calloc(1, sizeof(RondoMixer));
  if (!m) {
    return RONDO_ERR_NO_MEMORY;
  }
  m->sounds       = sounds;
  m->settings     = *settings;
  m->rate         = sounds->sample_rate;
  m->n            = n_samples;
  m->max_response = (size_t)m->rate;
  m->clean        = (float*)rondo_aligned_new(n_samples * sizeof(float));
  m->noisy        = (float*)rondo_aligned_new(n_samples * sizeof(float));
  m->layer        = (float*)rondo_aligned_new(n_samples * sizeof(float));
  m->work         = (float*)rondo_aligned_new(n_samples * sizeof(float));
  m->response     = (float*)rondo_aligned_new(m->max_response * sizeof(float));

  RondoStatus status =
    (m->clean && m->noisy && m->layer && m->work && m->response)
      ? RONDO_SUCCESS
      : RONDO_ERR_NO_MEMORY;
  if (!status) {
    status = rondo_convolver_new(n_samples, m->max_response, &m->convolver);
  }
  if (status) {
    rondo_mixer_free(m);
    return status;
  }
  *out = m;
  return RONDO_SUCCESS;
}

static bool
chance(RondoRandom* const random, const double probability)
{
  return (double)rondo_random_uniform(random) < probability;
}

static void
fade_edges(const double rate,
           const bool   in,
           const bool   out,
           const size_t n,
           float* const x)
{
  const size_t want = (size_t)(FADE_SECONDS * rate);
  const size_t fade = want < n / 2 ? want : n / 2;
  for (size_t t = 0; t < fade; ++t) {
    const float gain = (float)t / (float)fade;
    x[t] *= in ? gain : 1.0f;
    x[n - 1 - t] *= out ? gain : 1.0f;
  }
}

// Speech

static const RondoSpeaker*
draw_voice(const RondoSounds* const sounds, RondoRandom* const random)
{
  const float total = sounds->speakers[sounds->n_speakers - 1].cumulative;
  const float at    = rondo_random_uniform(random) * total;

  size_t low  = 0;
  size_t high = sounds->n_speakers - 1;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (sounds->speakers[middle].cumulative > at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return &sounds->speakers[low];
}

// Read up to `room` samples of a recording; return how many
static size_t
read_utterance(const RondoMixer* const     mixer,
               RondoRandom* const          random,
               const RondoRecording* const sound,
               const double                speed,
               const size_t                room,
               float* const                out)
{
  // A long recording is heard from anywhere, a short one from its start
  const size_t length = (size_t)((double)sound->n_samples / speed);
  const size_t spare  = length > room ? length - room : 0;
  const size_t most   = (size_t)((double)length * 0.7);
  const bool   cut    = length > (size_t)mixer->rate * 2;

  size_t skip = cut ? rondo_random_below(random, (uint32_t)most + 1) : 0;
  skip        = spare && spare < skip ? spare : skip;

  const size_t left = length - skip;
  const size_t n    = left < room ? left : room;
  const float  vary =
    rondo_amplitude_from_db(rondo_random_between(random, -2.0f, 2.0f));
  rondo_read_at_speed(sound->samples,
                      sound->n_samples,
                      (double)skip * speed,
                      speed,
                      NOMINAL_LEVEL / sound->level * vary,
                      n,
                      out);
  fade_edges(mixer->rate, skip > 0, n < left, n, out);
  return n;
}

static size_t
draw_pause(const RondoMixer* const mixer, RondoRandom* const random)
{
  const float seconds = chance(random, 0.12)
                          ? rondo_random_between(random, 0.8f, 3.0f)
                          : rondo_random_log_between(random, 0.05f, 0.9f);
  return (size_t)(mixer->rate * (double)seconds);
}

/// Fill `out` (n) with utterances of one voice, or now and then of several;
/// return the bandwidth
static float
draw_speech(const RondoMixer* const mixer,
            RondoRandom* const      random,
            float* const            out)
{
  const RondoSounds* const sounds = mixer->sounds;
  const RondoSpeaker*      voice  = draw_voice(sounds, random);

  const bool   many   = chance(random, 0.08);
  const bool   change = chance(random, mixer->settings.speed_change);
  const double speed =
    change ? (double)rondo_random_between(random, 0.88f, 1.14f) : 1.0;

  float  bandwidth = (float)(0.5 * mixer->rate);
  size_t t         = chance(random, 0.5) ? draw_pause(mixer, random) : 0;
  t                = t < mixer->n ? t : mixer->n / 2;
  memset(out, 0, mixer->n * sizeof(float));
  while (t < mixer->n) {
    const uint32_t              count = (uint32_t)voice->count;
    const RondoRecording* const sound =
      &sounds->speech[voice->first + rondo_random_below(random, count)];

    t += read_utterance(mixer, random, sound, speed, mixer->n - t, out + t);
    bandwidth = fminf(bandwidth, sound->bandwidth_hz / (float)speed);
    t += draw_pause(mixer, random);
    if (many && chance(random, 0.5)) {
      voice = draw_voice(sounds, random);
    }
  }
  return bandwidth;
}

// Rooms

// A response made by rule: the direct sound, then noise that decays by 60 dB
// in the reverberation time
static size_t
make_response(RondoMixer* const mixer, RondoRandom* const random)
{
  const double rt60  = (double)rondo_random_log_between(random, 0.1f, 0.8f);
  const double most  = fmin(1.1 * rt60, LONGEST_ROOM) * mixer->rate;
  const size_t n     = (size_t)most;
  float* const h     = mixer->response;
  const float  ratio = rondo_random_between(random, -2.0f, 14.0f);
  const float  wait  = rondo_random_log_between(random, 0.001f, 0.012f);
  const size_t first = 1 + (size_t)(mixer->rate * (double)wait);

  // The energy of the tail is variance * rate * rt60 / 13.8
  const double energy = mixer->rate * rt60 / 13.8;
  const float  fall   = (float)exp(-6.9 / (mixer->rate * rt60));
  float        gain =
    rondo_amplitude_from_db(-ratio) / (float)sqrt(energy > 1.0 ? energy : 1.0);

  rondo_white_noise(random, n, h);
  RondoFilter filter = { 0 };
  const float cutoff = rondo_random_log_between(random, 2500.0f, 14000.0f);
  rondo_filter_add(&filter, rondo_biquad_low_pass(mixer->rate, cutoff, 0.6));
  rondo_filter_process(&filter, n, h);
  memset(h, 0, first * sizeof(float));
  for (size_t t = first; t < n; ++t) {
    h[t] *= gain;
    gain *= fall;
  }
  h[0] = 1.0f;
  return n;
}

// A recorded response, made drier by a random amount
static size_t
copy_response(RondoMixer* const mixer, RondoRandom* const random)
{
  const RondoSounds* const   sounds = mixer->sounds;
  const uint32_t             count  = (uint32_t)sounds->n_responses;
  const RondoResponse* const response =
    &sounds->responses[rondo_random_below(random, count)];

  const size_t n    = response->n_samples < mixer->max_response
                        ? response->n_samples
                        : mixer->max_response;
  const double rt60 = (double)rondo_random_log_between(random, 0.3f, 2.0f);
  const float  fall = (float)exp(-6.9 / (mixer->rate * rt60));
  float        gain = 1.0f;
  for (size_t t = 0; t < n; ++t) {
    mixer->response[t] = response->samples[t] * gain;
    gain *= fall;
  }
  return n;
}

// Put `clean` into a room: `noisy` becomes what is heard, `clean` its early
// part
static void
reverberate(RondoMixer* const mixer, RondoRandom* const random)
{
  const bool   recorded = mixer->sounds->n_responses && chance(random, 0.4);
  const size_t n_response =
    recorded ? copy_response(mixer, random) : make_response(mixer, random);

  rondo_convolver_set_signal(mixer->convolver, mixer->clean, mixer->n);
  rondo_convolver_process(
    mixer->convolver, mixer->response, n_response, mixer->noisy, mixer->n);

  const size_t early = (size_t)(EARLY_SECONDS * mixer->rate);
  const size_t fade  = early / 5;
  const size_t n     = n_response < early + fade ? n_response : early + fade;
  for (size_t t = early; t < n; ++t) {
    const float u = (float)(t - early) / (float)fade;
    mixer->response[t] *= 0.5f + (0.5f * cosf(3.14159265f * u));
  }
  rondo_convolver_process(
    mixer->convolver, mixer->response, n, mixer->clean, mixer->n);
}

// Noises

// Repeat a recording until `out` (n) is full; pieces overlap a little
static void
loop_noise(const RondoMixer* const     mixer,
           RondoRandom* const          random,
           const RondoRecording* const sound,
           float* const                out)
{
  const double speed  = chance(random, 0.6)
                          ? (double)rondo_random_log_between(random, 0.7f, 1.4f)
                          : 1.0;
  const size_t length = (size_t)((double)sound->n_samples / speed);
  const bool   gaps   = (double)length < mixer->rate && chance(random, 0.6);
  const float  gain   = NOMINAL_LEVEL / sound->level;
  const size_t fade   = (size_t)(FADE_SECONDS * mixer->rate);

  memset(out, 0, mixer->n * sizeof(float));
  size_t skip = rondo_random_below(random, (uint32_t)length);
  size_t t    = 0;
  while (t < mixer->n) {
    const size_t left = length - skip;
    const size_t room = mixer->n - t;
    const size_t n    = left < room ? left : room;
    rondo_read_at_speed(sound->samples,
                        sound->n_samples,
                        (double)skip * speed,
                        speed,
                        gain,
                        n,
                        mixer->work);
    fade_edges(mixer->rate, t > 0, true, n, mixer->work);
    rondo_add_scaled(out + t, mixer->work, n, 1.0f);
    t += n > 2 * fade ? n - fade : n;
    t += gaps ? (size_t)(mixer->rate *
                         (double)rondo_random_between(random, 0.0f, 1.0f))
              : 0;
    skip = 0;
    if (n == room) {
      break;
    }
  }
}

// Four to eight other people
static void
make_babble(RondoMixer* const  mixer,
            RondoRandom* const random,
            float* const       out)
{
  memset(out, 0, mixer->n * sizeof(float));
  const size_t count = 3 + rondo_random_below(random, 6);
  for (size_t i = 0; i < count; ++i) {
    const RondoSounds* const  sounds = mixer->sounds;
    const RondoSpeaker* const voice  = draw_voice(sounds, random);
    const double speed = (double)rondo_random_between(random, 0.85f, 1.2f);
    const float  gain =
      rondo_amplitude_from_db(rondo_random_between(random, -6.0f, 0.0f));

    size_t t = 0;
    while (t < mixer->n) {
      const uint32_t              many = (uint32_t)voice->count;
      const RondoRecording* const sound =
        &sounds->speech[voice->first + rondo_random_below(random, many)];
      const size_t n =
        read_utterance(mixer, random, sound, speed, mixer->n - t, mixer->work);
      rondo_add_scaled(out + t, mixer->work, n, gain);
      t += n + (size_t)(mixer->rate *
                        (double)rondo_random_between(random, 0.0f, 0.4f));
    }
  }
}

static RondoNoise
draw_kind(RondoRandom* const random)
{
  const float u = rondo_random_uniform(random);
  return u < 0.36f   ? RONDO_NOISE_COLOURED
         : u < 0.46f ? RONDO_NOISE_HUM
         : u < 0.62f ? RONDO_NOISE_FAN
         : u < 0.86f ? RONDO_NOISE_CLICKS
         : u < 0.93f ? RONDO_NOISE_CRACKLE
                     : RONDO_NOISE_TONES;
}

/// Fill `out` (n) with a noise of NOMINAL_LEVEL
static void
draw_noise(RondoMixer* const mixer, RondoRandom* const random, float* const out)
{
  const RondoSounds* const sounds = mixer->sounds;
  const bool               made =
    !sounds->n_noises || chance(random, mixer->settings.synthetic);
  if (made && chance(random, 0.2)) {
    make_babble(mixer, random, out);
  } else if (made) {
    rondo_noise_make(
      draw_kind(random), mixer->rate, random, mixer->n, out, mixer->work);
  } else {
    const uint32_t count = (uint32_t)sounds->n_noises;
    loop_noise(
      mixer, random, &sounds->noises[rondo_random_below(random, count)], out);
  }

  if (chance(random, mixer->settings.equalised)) {
    rondo_random_equaliser(mixer->rate, random, 8.0f, mixer->n, out);
  }
  if (chance(random, 0.15)) {
    const float depth = rondo_random_between(random, 6.0f, 40.0f);
    rondo_noise_swell(mixer->rate, random, depth, 0.8f, mixer->n, out);
  }

  const size_t piece = (size_t)(0.02 * mixer->rate);
  const float  level = rondo_active_level(out, mixer->n, piece);
  rondo_scale(out, mixer->n, level > 1e-9f ? NOMINAL_LEVEL / level : 0.0f);
}

// Add one or two noises to `noisy` so that their level together is `level`
static void
add_noises(RondoMixer* const  mixer,
           RondoRandom* const random,
           const float        level)
{
  draw_noise(mixer, random, mixer->layer);
  if (!chance(random, mixer->settings.second_noise)) {
    rondo_add_scaled(
      mixer->noisy, mixer->layer, mixer->n, level / NOMINAL_LEVEL);
    return;
  }

  const float below =
    rondo_amplitude_from_db(rondo_random_between(random, -15.0f, 0.0f));
  const float both = level / NOMINAL_LEVEL / sqrtf(1.0f + (below * below));
  rondo_add_scaled(mixer->noisy, mixer->layer, mixer->n, both);
  draw_noise(mixer, random, mixer->layer);
  rondo_add_scaled(mixer->noisy, mixer->layer, mixer->n, both * below);
}

// The way into the computer

static void
limit_band(RondoMixer* const mixer, RondoRandom* const random)
{
  const float hz     = rondo_random_log_between(random, 4000.0f, 16000.0f);
  RondoFilter filter = { 0 };
  rondo_filter_add(&filter, rondo_biquad_low_pass(mixer->rate, hz, 0.5412));
  rondo_filter_add(&filter, rondo_biquad_low_pass(mixer->rate, hz, 1.3066));
  rondo_filter_process(&filter, mixer->n, mixer->clean);
  rondo_filter_process(&filter, mixer->n, mixer->noisy);
}

static float
find_peak(const float* const x, const size_t n)
{
  float peak = 0.0f;
  for (size_t t = 0; t < n; ++t) {
    const float size = fabsf(x[t]);
    peak             = size > peak ? size : peak;
  }
  return peak;
}

// Bring the mix to a random level, let it clip or keep it from clipping
static void
set_level(RondoMixer* const mixer, RondoRandom* const random)
{
  const size_t n     = mixer->n;
  const size_t piece = (size_t)(0.02 * mixer->rate);
  const float  db    = chance(random, 0.75)
                         ? rondo_random_between(random, -34.0f, -14.0f)
                         : rondo_random_between(random, -50.0f, -8.0f);
  const float  level = rondo_active_level(mixer->noisy, n, piece);
  const float  peak  = find_peak(mixer->noisy, n);
  if (level < 1e-9f || peak < 1e-9f) {
    return;
  }

  const bool  clips = chance(random, mixer->settings.clipped);
  const float over =
    rondo_amplitude_from_db(rondo_random_between(random, 1.0f, 10.0f));
  const float most = 0.99f / peak;
  const float want = rondo_amplitude_from_db(db) / level;
  const float gain = clips ? over / peak : fminf(want, most);
  rondo_scale(mixer->clean, n, gain);
  for (size_t t = 0; t < n; ++t) {
    const float x   = mixer->noisy[t] * gain;
    const float low = x < -1.0f ? -1.0f : x;
    mixer->noisy[t] = !clips ? x : low > 1.0f ? 1.0f : low;
  }
}

static void
add_hiss(RondoMixer* const mixer, RondoRandom* const random)
{
  const float level =
    rondo_amplitude_from_db(rondo_random_between(random, -95.0f, -65.0f));
  rondo_white_noise(random, mixer->n, mixer->layer);
  rondo_add_scaled(mixer->noisy, mixer->layer, mixer->n, level);
}

// A muted microphone: nothing at all, for a while
static void
mute_passage(RondoMixer* const mixer, RondoRandom* const random)
{
  const uint32_t n     = (uint32_t)mixer->n;
  const size_t   start = rondo_random_below(random, n);
  const size_t   most  = n - start;
  const size_t   want  = rondo_random_below(random, n / 3 + 1);
  const size_t   count = want < most ? want : most;
  memset(mixer->clean + start, 0, count * sizeof(float));
  memset(mixer->noisy + start, 0, count * sizeof(float));
}

static float
draw_snr(const RondoMixer* const mixer, RondoRandom* const random)
{
  const RondoMixSettings* const s = &mixer->settings;

  double u = (double)rondo_random_uniform(random);
  if ((u -= s->pure_noise) < 0.0) {
    return -INFINITY;
  }
  if ((u -= s->pure_speech) < 0.0) {
    return INFINITY;
  }
  if (u < s->nearly_clean) {
    return rondo_random_between(random, 35.0f, 60.0f);
  }
  return rondo_random_between(
    random, (float)s->snr_low_db, (float)s->snr_high_db);
}

void
rondo_mixer_draw(RondoMixer* const  mixer,
                 RondoRandom* const random,
                 RondoMix* const    mix)
{
  const size_t n         = mixer->n;
  const size_t piece     = (size_t)(0.02 * mixer->rate);
  const float  snr_db    = draw_snr(mixer, random);
  float        bandwidth = (float)(0.5 * mixer->rate);
  float        level     = NOMINAL_LEVEL;

  if (snr_db == -INFINITY) {
    memset(mixer->clean, 0, n * sizeof(float));
    memset(mixer->noisy, 0, n * sizeof(float));
  } else {
    bandwidth = draw_speech(mixer, random, mixer->clean);
    if (chance(random, mixer->settings.equalised)) {
      rondo_random_equaliser(mixer->rate, random, 8.0f, n, mixer->clean);
    }
    if (chance(random, mixer->settings.reverberated)) {
      reverberate(mixer, random);
    } else {
      memcpy(mixer->noisy, mixer->clean, n * sizeof(float));
    }
    level = rondo_active_level(mixer->noisy, n, piece) *
            rondo_amplitude_from_db(-fminf(snr_db, 100.0f));
  }
  if (snr_db != INFINITY) {
    add_noises(mixer, random, level);
  }

  if (chance(random, mixer->settings.band_limited)) {
    limit_band(mixer, random);
  }
  set_level(mixer, random);
  if (snr_db != INFINITY && chance(random, mixer->settings.hiss)) {
    add_hiss(mixer, random);
  }
  if (chance(random, 0.04)) {
    mute_passage(mixer, random);
  }

  mix->clean        = mixer->clean;
  mix->noisy        = mixer->noisy;
  mix->snr_db       = snr_db;
  mix->bandwidth_hz = bandwidth;
  mix->has_speech   = rondo_active_level(mixer->clean, n, piece) > 1e-6f;
  mix->level =
    rondo_active_level(mix->has_speech ? mixer->clean : mixer->noisy, n, piece);
}
