// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/frames.h"

#include "core/audio/frames_impl.h"
#include "core/base/arena.h"

#include <fftw3.h>

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define MIN_SECONDS 0.005
#define MAX_SECONDS 0.1

static const double pi = 3.14159265358979323846;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static pthread_once_t planner_once = PTHREAD_ONCE_INIT;

// Other plugins in the process may plan at the same time
static void
share_planner(void)
{
  fftwf_make_planner_thread_safe();
}

// Executing a plan of such a size does not allocate: measured over all of them
static bool
size_is_plannable(size_t size)
{
  static const size_t factors[] = { 2, 3, 5, 7 };

  if (size < 2 || size % 2 != 0) {
    return false;
  }
  for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); ++i) {
    while (size % factors[i] == 0) {
      size /= factors[i];
    }
  }
  return size == 1;
}

// The nearest plannable size; the lower of two that are equally near
static size_t
nearest_size(const double wanted)
{
  size_t low = (size_t)floor(wanted);
  while (!size_is_plannable(low)) {
    --low;
  }

  size_t high = (size_t)ceil(wanted);
  while (!size_is_plannable(high)) {
    ++high;
  }

  return (wanted - (double)low <= (double)high - wanted) ? low : high;
}

static bool
allocate(RondoFrames* const frames)
{
  frames->analysis_window  = rondo_aligned_new(frames->span * sizeof(float));
  frames->synthesis_window = rondo_aligned_new(frames->size * sizeof(float));
  return frames->analysis_window && frames->synthesis_window;
}

static double
analysis_at(const size_t i, const size_t rise, const size_t fall)
{
  return i < rise ? sin(0.5 * pi * (double)i / (double)rise)
                  : cos(0.5 * pi * (double)(i - rise) / (double)fall);
}

// The analysis window rises slowly and falls within a hop: both are quarters of
// a sine.  The synthesis window brings the last frame of it to a Hann window.
// Where a span is one frame, both are the square root of a Hann window
static void
fill_windows(const RondoFrames* const frames)
{
  const size_t size = frames->size;
  const size_t hop  = rondo_frames_hop(frames);
  const size_t rise = frames->span - hop;

  double sum = 0.0;
  for (size_t i = 0; i < frames->span; ++i) {
    sum += analysis_at(i, rise, hop);
  }

  // A sine of amplitude 1 has a peak of sum / 2 before scaling
  const double scale = 2.0 / sum;
  for (size_t i = 0; i < frames->span; ++i) {
    frames->analysis_window[i] = (float)(analysis_at(i, rise, hop) * scale);
  }
  for (size_t i = 0; i < size; ++i) {
    const double root  = sin(pi * (double)i / (double)size);
    const double there = analysis_at(frames->span - size + i, rise, hop);
    const double value = i ? root * root / there : 0.0;
    frames->synthesis_window[i] =
      (float)(value / (scale * (double)frames->span));
  }
}

// Estimated plans are the same in every run, so results are too
static bool
plan(RondoFrames* const frames)
{
  const unsigned flags   = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;
  const int      size    = (int)frames->span;
  const size_t   n_bins  = rondo_frames_n_bins(frames);
  float* const   samples = rondo_aligned_new(frames->span * sizeof(float));
  float* const   bins    = rondo_aligned_new(n_bins * 2U * sizeof(float));

  if (samples && bins) {
    fftwf_complex* const spectrum = (fftwf_complex*)bins;

    frames->forward  = fftwf_plan_dft_r2c_1d(size, samples, spectrum, flags);
    frames->backward = fftwf_plan_dft_c2r_1d(size, spectrum, samples, flags);
  }

  const bool is_planned = frames->forward && frames->backward;
  if (is_planned) {
    // Code of FFTW that is on the disk still is read now, not by the audio
    // thread
    fftwf_execute(frames->forward);
    fftwf_execute(frames->backward);
  }

  rondo_aligned_free(bins);
  rondo_aligned_free(samples);
  return is_planned;
}

RondoStatus
rondo_frames_new(const double        sample_rate,
                 const double        seconds,
                 const size_t        n_spanned,
                 RondoFrames** const out)
{
  *out = NULL;
  if (!(sample_rate >= RONDO_MIN_SAMPLE_RATE &&
        sample_rate <= RONDO_MAX_SAMPLE_RATE && seconds >= MIN_SECONDS &&
        seconds <= MAX_SECONDS && n_spanned >= 1 &&
        n_spanned <= RONDO_MAX_SPANNED)) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoFrames* const frames = rondo_aligned_new(sizeof(RondoFrames));
  if (!frames) {
    return RONDO_ERR_NO_MEMORY;
  }

  pthread_once(&planner_once, share_planner);
  frames->size   = nearest_size(sample_rate * seconds);
  frames->span   = frames->size * n_spanned;
  frames->bin_hz = sample_rate / (double)frames->span;
  if (!allocate(frames) || !plan(frames)) {
    rondo_frames_free(frames);
    return RONDO_ERR_NO_MEMORY;
  }

  fill_windows(frames);
  *out = frames;
  return RONDO_SUCCESS;
}

void
rondo_frames_free(RondoFrames* const frames)
{
  if (frames) {
    if (frames->forward) {
      fftwf_destroy_plan(frames->forward);
    }
    if (frames->backward) {
      fftwf_destroy_plan(frames->backward);
    }
    rondo_aligned_free(frames->synthesis_window);
    rondo_aligned_free(frames->analysis_window);
    rondo_aligned_free(frames);
  }
}

size_t
rondo_frames_size(const RondoFrames* const frames)
{
  return frames->size;
}

size_t
rondo_frames_span(const RondoFrames* const frames)
{
  return frames->span;
}

size_t
rondo_frames_hop(const RondoFrames* const frames)
{
  return frames->size / 2U;
}

size_t
rondo_frames_n_bins(const RondoFrames* const frames)
{
  return (frames->span / 2U) + 1U;
}

double
rondo_frames_bin_hz(const RondoFrames* const frames)
{
  return frames->bin_hz;
}
