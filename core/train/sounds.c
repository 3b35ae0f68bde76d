// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sounds.h"

#include "core/train/effects.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Speech without anything above 9 kHz teaches nothing there
#define NARROW_HZ 9000.0f
#define NARROW_WEIGHT 0.6f

RondoStatus
rondo_sounds_new(const double sample_rate, RondoSounds** const out)
{
  *out = (RondoSounds*)calloc(1, sizeof(RondoSounds));
  if (!*out) {
    return RONDO_ERR_NO_MEMORY;
  }
  (*out)->sample_rate = sample_rate;
  return RONDO_SUCCESS;
}

void
rondo_sounds_free(RondoSounds* const sounds)
{
  if (!sounds) {
    return;
  }
  for (size_t i = 0; i < sounds->n_speech; ++i) {
    free(sounds->speech[i].samples);
  }
  for (size_t i = 0; i < sounds->n_noises; ++i) {
    free(sounds->noises[i].samples);
  }
  for (size_t i = 0; i < sounds->n_responses; ++i) {
    free(sounds->responses[i].samples);
  }
  free(sounds->speech);
  free(sounds->speakers);
  free(sounds->noises);
  free(sounds->responses);
  free(sounds);
}

static int
compare_floats(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

// The 95th over the 10th percentile of the energy in pieces of 20 ms
static RondoStatus
measure_own_snr(const float* const samples,
                const size_t       n_samples,
                const size_t       piece,
                float* const       snr_db)
{
  const size_t n        = n_samples / piece;
  float* const energies = (float*)calloc(n + 1, sizeof(float));
  if (!energies) {
    return RONDO_ERR_NO_MEMORY;
  }

  for (size_t i = 0; i < n; ++i) {
    for (size_t t = 0; t < piece; ++t) {
      const float x = samples[(i * piece) + t];
      energies[i] += x * x;
    }
  }
  qsort(energies, n, sizeof(float), compare_floats);
  const float loud  = energies[(n - 1) * 95 / 100];
  const float quiet = energies[(n - 1) / 10];
  *snr_db           = 10.0f * log10f((loud + 1e-12f) / (quiet + 1e-12f));
  free(energies);
  return RONDO_SUCCESS;
}

static RondoStatus
quantise(const float* const samples, const size_t n, int16_t** const out)
{
  *out = (int16_t*)malloc(n * sizeof(int16_t));
  if (!*out) {
    return RONDO_ERR_NO_MEMORY;
  }
  for (size_t t = 0; t < n; ++t) {
    const float x    = samples[t] * 32768.0f;
    const float low  = x < -32768.0f ? -32768.0f : x;
    const float both = low > 32767.0f ? 32767.0f : low;
    (*out)[t]        = (int16_t)lrintf(both);
  }
  return RONDO_SUCCESS;
}

// Make room for one more element of `size` bytes; arrays double as they grow
static bool
grow(void** const array, const size_t count, const size_t size)
{
  if (count & (count - 1)) {
    return true; // Not a power of two: there is room left
  }
  void* const larger = realloc(*array, (count ? 2 * count : 1) * size);
  if (!larger) {
    return false;
  }
  *array = larger;
  return true;
}

// How often to draw from a recording: the root of its length, so that a long
// one is heard more often, but not in proportion, and less if it is poor
static float
speech_weight(const RondoSounds* const sounds, const RondoSpeaker* const voice)
{
  float seconds = 0.0f;
  float quality = 0.0f;
  float width   = 0.0f;
  for (size_t i = 0; i < voice->count; ++i) {
    const RondoRecording* const sound = &sounds->speech[voice->first + i];

    const float length = (float)sound->n_samples / (float)sounds->sample_rate;
    const float fair   = (sound->own_snr_db - RONDO_POOR_SPEECH_DB + 2.0f) /
                       (RONDO_FAIR_SPEECH_DB - RONDO_POOR_SPEECH_DB + 2.0f);
    seconds += length;
    quality += length * fminf(fair, 1.0f);
    width = fmaxf(width, sound->bandwidth_hz);
  }
  return sqrtf(seconds) * (quality / seconds) *
         (width < NARROW_HZ ? NARROW_WEIGHT : 1.0f);
}

static RondoStatus
add_to_voice(RondoSounds* const sounds)
{
  if (sounds->speaker_due || !sounds->n_speakers) {
    if (!grow((void**)&sounds->speakers,
              sounds->n_speakers,
              sizeof(RondoSpeaker))) {
      return RONDO_ERR_NO_MEMORY;
    }
    const RondoSpeaker empty               = { sounds->n_speech, 0, 0.0f };
    sounds->speakers[sounds->n_speakers++] = empty;
    sounds->speaker_due                    = 0;
  }

  RondoSpeaker* const voice = &sounds->speakers[sounds->n_speakers - 1];
  ++voice->count;
  ++sounds->n_speech;
  voice->cumulative = speech_weight(sounds, voice);
  if (sounds->n_speakers > 1) {
    voice->cumulative += voice[-1].cumulative;
  }
  return RONDO_SUCCESS;
}

void
rondo_sounds_begin_speaker(RondoSounds* const sounds)
{
  sounds->speaker_due = 1;
}

RondoStatus
rondo_sounds_add_speech(RondoSounds* const sounds,
                        const float* const samples,
                        const size_t       n_samples,
                        const double       bandwidth_hz)
{
  const size_t piece = (size_t)(0.02 * sounds->sample_rate);
  if ((double)n_samples < 0.1 * sounds->sample_rate) {
    ++sounds->n_refused;
    return RONDO_SUCCESS;
  }

  RondoRecording sound = { NULL, n_samples, 0.0f, (float)bandwidth_hz, 0.0f };
  RondoStatus    status =
    measure_own_snr(samples, n_samples, piece, &sound.own_snr_db);
  sound.level = rondo_active_level(samples, n_samples, piece);
  if (!status &&
      (sound.level < 1e-4f || sound.own_snr_db < RONDO_POOR_SPEECH_DB)) {
    ++sounds->n_refused;
    return RONDO_SUCCESS;
  }

  if (!status && !grow((void**)&sounds->speech,
                       sounds->n_speech,
                       sizeof(RondoRecording))) {
    status = RONDO_ERR_NO_MEMORY;
  }
  if (!status) {
    status = quantise(samples, n_samples, &sound.samples);
  }
  if (!status) {
    sounds->speech[sounds->n_speech] = sound;
    if ((status = add_to_voice(sounds))) {
      free(sound.samples);
    } else {
      sounds->speech_seconds += (double)n_samples / sounds->sample_rate;
    }
  }
  return status;
}

RondoStatus
rondo_sounds_add_noise(RondoSounds* const sounds,
                       const float* const samples,
                       const size_t       n_samples)
{
  const size_t   piece = (size_t)(0.02 * sounds->sample_rate);
  RondoRecording sound = { NULL, n_samples, 0.0f, 0.0f, 0.0f };
  if ((double)n_samples < 0.05 * sounds->sample_rate) {
    return RONDO_SUCCESS;
  }
  sound.level = rondo_active_level(samples, n_samples, piece);
  if (sound.level < 1e-5f) {
    return RONDO_SUCCESS;
  }
  if (!grow(
        (void**)&sounds->noises, sounds->n_noises, sizeof(RondoRecording))) {
    return RONDO_ERR_NO_MEMORY;
  }
  const RondoStatus status = quantise(samples, n_samples, &sound.samples);
  if (!status) {
    sounds->noises[sounds->n_noises++] = sound;
    sounds->noise_seconds += (double)n_samples / sounds->sample_rate;
  }
  return status;
}

RondoStatus
rondo_sounds_add_response(RondoSounds* const sounds,
                          const float* const samples,
                          const size_t       n_samples)
{
  // The direct sound is the largest sample; 1 ms ahead belongs to it
  size_t direct = 0;
  for (size_t t = 0; t < n_samples; ++t) {
    direct = fabsf(samples[t]) > fabsf(samples[direct]) ? t : direct;
  }
  const size_t lead = (size_t)(0.001 * sounds->sample_rate);
  direct -= direct < lead ? direct : lead;

  const size_t longest = (size_t)sounds->sample_rate;
  size_t       n       = n_samples - direct;
  n                    = n < longest ? n : longest;

  double       energy = 0.0;
  const size_t early  = (size_t)(0.05 * sounds->sample_rate);
  for (size_t t = 0; t < n && t < early; ++t) {
    energy += (double)samples[direct + t] * (double)samples[direct + t];
  }
  if (n == 0 || energy < 1e-12) {
    return RONDO_SUCCESS;
  }
  if (!grow((void**)&sounds->responses,
            sounds->n_responses,
            sizeof(RondoResponse))) {
    return RONDO_ERR_NO_MEMORY;
  }
  float* const copy = (float*)malloc(n * sizeof(float));
  if (!copy) {
    return RONDO_ERR_NO_MEMORY;
  }
  for (size_t t = 0; t < n; ++t) {
    copy[t] = samples[direct + t] * (float)(1.0 / sqrt(energy));
  }
  const RondoResponse response             = { copy, n };
  sounds->responses[sounds->n_responses++] = response;
  return RONDO_SUCCESS;
}
