// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file noises.h Noises made by rule, no two alike.

   They widen what a network hears beyond the recordings.  Nothing here
   allocates.  Levels are arbitrary: the mixer sets them.
*/

#ifndef RONDO_TRAIN_NOISES_H
#define RONDO_TRAIN_NOISES_H

#include "core/base/attributes.h"
#include "core/base/random.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// What kind of noise to make
typedef enum {
  RONDO_NOISE_COLOURED, ///< Steady or swelling, sloped, with bumps: wind, rooms
  RONDO_NOISE_HUM,      ///< A mains frequency and its harmonics
  RONDO_NOISE_FAN,      ///< Noise that beats with a blade, and a tone
  RONDO_NOISE_CLICKS,   ///< Irregular decaying bursts: keys, knocks, steps
  RONDO_NOISE_CRACKLE,  ///< Sparse impulses: records, fire, bad contacts
  RONDO_NOISE_TONES,    ///< Beeps, sweeps, simple tunes
  RONDO_N_NOISES
} RondoNoise;

/**
   Make a noise.

   @param rate Sample rate, Hz.
   @param[out] out (n).
   @param work (n), overwritten.
*/
void
rondo_noise_make(RondoNoise   noise,
                 double       rate,
                 RondoRandom* random,
                 size_t       n,
                 float*       out,
                 float*       work);

/**
   Let the level of `x` (n) swell and sink by up to `depth_db` in steps of
   `seconds`.
*/
void
rondo_noise_swell(double       rate,
                  RondoRandom* random,
                  float        depth_db,
                  float        seconds,
                  size_t       n,
                  float*       x);

/// Filter `x` (n) by two to four random shelves and bells within ±`range_db`.
void
rondo_random_equaliser(double       rate,
                       RondoRandom* random,
                       float        range_db,
                       size_t       n,
                       float*       x);

RONDO_END_DECLS

#endif // RONDO_TRAIN_NOISES_H
