// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file soak_scene.h What a denoiser may be fed for days.

   Scenes follow each other by chance, a few seconds long: voices, noises, jumps
   of level, sounds of files; silences, exact ones and such that processors
   are slow with; and storms, of clipping and of what is no number.  After
   each storm there is a silence.
*/

#ifndef RONDO_BENCH_SOAK_SCENE_H
#define RONDO_BENCH_SOAK_SCENE_H

#include "core/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOAK_SAMPLE_RATE 48000U

typedef enum {
  SOAK_SILENCE,
  SOAK_DENORMAL, ///< Numbers below the smallest normal one
  SOAK_NOISE,
  SOAK_VOICE, ///< Gliding harmonics that come and go, in noise
  SOAK_SOUND, ///< Of a file, in noise
  SOAK_JUMPS, ///< Noise, 60 dB up or down ten times a second
  SOAK_CLIPPED,
  SOAK_BROKEN, ///< NaN, infinities and huge numbers among noise
  SOAK_N_KINDS,
} SoakKind;

/// A sequence of scenes; the same seed gives the same one
typedef struct {
  RondoRandom  random;
  const float* sound;
  size_t       n_sound;
  SoakKind     kind;
  bool         after_storm; ///< This scene is the silence after one
  size_t       done;        ///< Samples of this scene
  size_t       left;
  float        level;
  float        phase;
  size_t       place; ///< In the sound
} SoakScenes;

/// Begin.  `sound` (n_sound), which may be empty, must outlive the scenes.
SoakScenes
soak_scenes(uint64_t seed, const float* sound, size_t n_sound);

/// Go on to the next scene.
void
soak_scenes_next(SoakScenes* scenes);

/// Write the next `n` samples of the scene, which has as many left.
void
soak_scenes_fill(SoakScenes* scenes, float* out, size_t n);

/// Say whether nothing can be heard of the scene.
bool
soak_is_silent(SoakKind kind);

#endif // RONDO_BENCH_SOAK_SCENE_H
