// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file soak_sound.h Sounds of files for scenes.
*/

#ifndef RONDO_BENCH_SOAK_SOUND_H
#define RONDO_BENCH_SOAK_SOUND_H

#include <stddef.h>

/**
   Read the first channel of a file to the end of `sound`, or end the program.

   @param path A file at SOAK_SAMPLE_RATE.
   @param[in,out] sound (n_sound) samples or NULL, to be freed with free().
   @param[in,out] n_sound Samples.
*/
void
soak_sound_read(const char* path, float** sound, size_t* n_sound);

#endif // RONDO_BENCH_SOAK_SOUND_H
