// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/soak_scene.h"

#include "core/base/random.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAST_SECONDS 2U
#define MORE_SECONDS 10U
#define SILENT_SECONDS 3U // After a storm
#define JUMP (SOAK_SAMPLE_RATE / 10U)

static const float pi = 3.14159265f;

static float
draw_noise(RondoRandom* const random)
{
  return (2.0f * rondo_random_uniform(random)) - 1.0f;
}

// Harmonics of a pitch that glides, in syllables
static float
draw_voice(SoakScenes* const scenes, const size_t i)
{
  const float t     = (float)i / (float)SOAK_SAMPLE_RATE;
  const float pitch = 140.0f + (50.0f * sinf(2.0f * pi * 0.7f * t));

  scenes->phase += pitch / (float)SOAK_SAMPLE_RATE;
  scenes->phase -= floorf(scenes->phase);

  const float syllable = sinf(2.0f * pi * 2.0f * t);
  const float tone     = sinf(2.0f * pi * scenes->phase);
  return syllable > 0.0f ? syllable * tone * (0.3f + tone * (0.4f + tone))
                         : 0.0f;
}

static float
draw_sound(SoakScenes* const scenes)
{
  if (!scenes->n_sound) {
    return 0.0f;
  }
  scenes->place = (scenes->place + 1U) % scenes->n_sound;
  return scenes->sound[scenes->place];
}

static float
draw_broken(RondoRandom* const random, const float level)
{
  switch (rondo_random_below(random, 16U)) {
    case 0:
      return NAN;
    case 1:
      return INFINITY;
    case 2:
      return -INFINITY;
    case 3:
      return 3e38f * draw_noise(random);
    default:
      return level * draw_noise(random);
  }
}

static float
draw_clipped(const float sample)
{
  return sample > 1.0f ? 1.0f : sample < -1.0f ? -1.0f : sample;
}

static float
draw(SoakScenes* const scenes, const size_t i)
{
  RondoRandom* const random = &scenes->random;
  const float        level  = scenes->level;

  switch (scenes->kind) {
    case SOAK_DENORMAL:
      return 1e-39f * draw_noise(random);
    case SOAK_NOISE:
      return level * draw_noise(random);
    case SOAK_VOICE:
      return (0.3f * draw_voice(scenes, i)) + (level * draw_noise(random));
    case SOAK_SOUND:
      return draw_sound(scenes) + (level * draw_noise(random));
    case SOAK_JUMPS:
      return (i / JUMP % 2U ? 0.9f : 0.0009f) * draw_noise(random);
    case SOAK_CLIPPED:
      return draw_clipped(
        30.0f * (draw_voice(scenes, i) + (level * draw_noise(random))));
    case SOAK_BROKEN:
      return draw_broken(random, level);
    case SOAK_SILENCE:
    case SOAK_N_KINDS:
      break;
  }
  return 0.0f;
}

SoakScenes
soak_scenes(const uint64_t seed, const float* const sound, const size_t n_sound)
{
  const SoakScenes scenes = {
    .random  = rondo_random(seed, 0U),
    .sound   = sound,
    .n_sound = n_sound,
  };

  return scenes;
}

void
soak_scenes_next(SoakScenes* const scenes)
{
  RondoRandom* const random = &scenes->random;

  scenes->after_storm =
    scenes->kind == SOAK_CLIPPED || scenes->kind == SOAK_BROKEN;
  scenes->kind  = scenes->after_storm
                    ? SOAK_SILENCE
                    : (SoakKind)rondo_random_below(random, SOAK_N_KINDS);
  scenes->done  = 0U;
  scenes->left  = SOAK_SAMPLE_RATE * SILENT_SECONDS;
  scenes->level = powf(10.0f, -3.5f * rondo_random_uniform(random));
  if (!scenes->after_storm) {
    scenes->left = (SOAK_SAMPLE_RATE * LEAST_SECONDS) +
                   rondo_random_below(random, SOAK_SAMPLE_RATE * MORE_SECONDS);
  }
  if (scenes->n_sound) {
    scenes->place = rondo_random_below(random, (uint32_t)scenes->n_sound);
  }
}

void
soak_scenes_fill(SoakScenes* const scenes, float* const out, const size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    out[i] = draw(scenes, scenes->done + i);
  }
  scenes->done += n;
  scenes->left -= n;
}

bool
soak_is_silent(const SoakKind kind)
{
  return kind == SOAK_SILENCE || kind == SOAK_DENORMAL;
}
