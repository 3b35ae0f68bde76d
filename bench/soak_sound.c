// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/soak_sound.h"

#include "bench/measure.h"
#include "bench/soak_scene.h"
#include "core/base/arena.h"

#include <sndfile.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
soak_sound_read(const char* const path,
                float** const     sound,
                size_t* const     n_sound)
{
  SF_INFO        info;
  SNDFILE* const file =
    (memset(&info, 0, sizeof(info)), sf_open(path, SFM_READ, &info));
  if (!file || info.samplerate != (int)SOAK_SAMPLE_RATE) {
    fprintf(stderr,
            "soak_denoise: %s: %s\n",
            path,
            file ? "not at 48 kHz" : sf_strerror(NULL));
    exit(1);
  }

  const size_t n        = (size_t)info.frames;
  const size_t channels = (size_t)info.channels;
  float* const all      = rondo_measure_floats(n * channels);
  float* const longer   = realloc(*sound, (*n_sound + n + 1U) * sizeof(float));
  if (!longer || sf_readf_float(file, all, info.frames) != info.frames) {
    fprintf(stderr, "soak_denoise: %s: cannot be read\n", path);
    exit(1);
  }
  for (size_t i = 0; i < n; ++i) {
    longer[*n_sound + i] = all[i * channels];
  }
  *sound = longer;
  *n_sound += n;
  rondo_aligned_free(all);
  sf_close(file);
}
