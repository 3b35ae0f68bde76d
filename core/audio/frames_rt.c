// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/frames.h"
#include "core/audio/frames_impl.h"

#include <fftw3.h>

#include <stddef.h>
#include <string.h>

// FFTW cannot say that executing a plan does not block.  Its threads are not
// used, and for the sizes that rondo_frames_new() picks it does not allocate;
// the tests count heap calls for every such size.
#if defined(__clang__) && __clang_major__ >= 20
#  pragma clang diagnostic push
#  pragma clang diagnostic ignored "-Wfunction-effects"
#endif

static void
transform(const RondoFrames* const frames,
          float* const             samples,
          float* const             spectrum) RONDO_REALTIME
{
  fftwf_execute_dft_r2c(frames->forward, samples, (fftwf_complex*)spectrum);
}

static void
transform_back(const RondoFrames* const frames,
               float* const             spectrum,
               float* const             samples) RONDO_REALTIME
{
  fftwf_execute_dft_c2r(frames->backward, (fftwf_complex*)spectrum, samples);
}

#if defined(__clang__) && __clang_major__ >= 20
#  pragma clang diagnostic pop
#endif

void
rondo_frames_analyse(const RondoFrames* const    frames,
                     const float* const          samples,
                     float* RONDO_RESTRICT const work,
                     float* RONDO_RESTRICT const spectrum)
{
  const float* const window = frames->analysis_window;

  for (size_t i = 0; i < frames->span; ++i) {
    work[i] = samples[i] * window[i];
  }
  transform(frames, work, spectrum);
}

void
rondo_frames_synthesise(const RondoFrames* const    frames,
                        float* RONDO_RESTRICT const spectrum,
                        float* RONDO_RESTRICT const samples)
{
  const float* const window = frames->synthesis_window;

  const size_t first = frames->span - frames->size;

  transform_back(frames, spectrum, samples);
  for (size_t i = 0; i < frames->size; ++i) {
    samples[i] = samples[first + i] * window[i];
  }
}

// A real signal has each bin but the first and the last twice
void
rondo_frames_synthesise_adjoint(const RondoFrames* const    frames,
                                const float* const          dsamples,
                                float* RONDO_RESTRICT const work,
                                float* RONDO_RESTRICT const dspectrum)
{
  const size_t first = frames->span - frames->size;

  memset(work, 0, first * sizeof(float));
  for (size_t i = 0; i < frames->size; ++i) {
    work[first + i] = dsamples[i] * frames->synthesis_window[i];
  }
  transform(frames, work, dspectrum);
  for (size_t i = 2U; i < frames->span; ++i) {
    dspectrum[i] *= 2.0f;
  }
}
