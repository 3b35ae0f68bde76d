// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/spectrogram.h"

#include "core/audio/frames_transform.h"
#include "tool/interrupt.h"
#include "tool/sound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SECONDS 0.04
#define BLOCK_FRAMES 4096U
#define MAX_FRAMES_PER_COLUMN 8U
#define DEFAULT_MAX_HZ 20000.0
#define LEAST_POWER 1e-20 // -200 dB

static const double pi = 3.14159265358979323846;

/// A sound that is read as one channel, with silence around it
typedef struct {
  const RondoSoundSource* sound;
  float*                  block; ///< (BLOCK_FRAMES, n_channels)
  size_t                  n_block;
  size_t                  next;
  RondoStatus             status;
  RondoError*             error;
} Source;

typedef struct {
  RondoTransform* transform;
  size_t          size; ///< Samples of a frame, even
  float*          window;
  float*          samples; ///< Of the frame at `start`
  float*          work;
  float*          spectrum;
  double*         power; ///< (size / 2 + 1), summed over frames
  double          start; ///< Of `samples`, in samples of the sound
} Analyser;

static float
next_sample(Source* source)
{
  const RondoSoundSource* const sound      = source->sound;
  const size_t                  n_channels = sound->n_channels;
  if (source->next == source->n_block && !source->status) {
    source->next   = 0U;
    source->status = sound->read(sound->data,
                                 source->block,
                                 BLOCK_FRAMES,
                                 &source->n_block,
                                 source->error);
  }
  if (source->next >= source->n_block || source->status) {
    source->n_block = source->next;
    return 0.0f;
  }
  const float* const frame = source->block + (source->next++ * n_channels);
  float              sum   = 0.0f;
  for (size_t c = 0U; c < n_channels; ++c) {
    sum += frame[c];
  }
  return isfinite(sum) ? sum / (float)n_channels : 0.0f;
}

static void
analyser_free(Analyser* analyser)
{
  rondo_transform_free(analyser->transform);
  free(analyser->window);
  free(analyser->samples);
  free(analyser->work);
  free(analyser->spectrum);
  free(analyser->power);
}

static RondoStatus
analyser_new(Analyser* analyser, int sample_rate)
{
  const double half = FRAME_SECONDS * (double)sample_rate / 2.0;
  const size_t size = 2U * (size_t)(half < 8.0 ? 8.0 : half);
  memset(analyser, 0, sizeof(*analyser));
  analyser->size     = size;
  analyser->window   = (float*)calloc(size, sizeof(float));
  analyser->samples  = (float*)calloc(size, sizeof(float));
  analyser->work     = (float*)calloc(size, sizeof(float));
  analyser->spectrum = (float*)calloc(size + 2U, sizeof(float));
  analyser->power    = (double*)calloc(size / 2U + 1U, sizeof(double));
  if (!analyser->window || !analyser->samples || !analyser->work ||
      !analyser->spectrum || !analyser->power) {
    return RONDO_ERR_NO_MEMORY;
  }
  // A Hann window that makes a full-scale sine 1
  for (size_t i = 0U; i < size; ++i) {
    const double phase  = 2.0 * pi * (double)i / (double)size;
    analyser->window[i] = (float)((1.0 - cos(phase)) * 2.0 / (double)size);
  }
  analyser->start = -(double)size;
  return rondo_transform_new(size, &analyser->transform);
}

// Move the frame forward to `start`, which may be before the sound
static void
move_to(Analyser* analyser, Source* source, double start)
{
  const size_t size = analyser->size;
  while (analyser->start < start) {
    const double left = start - analyser->start;
    const size_t n    = left < (double)size ? (size_t)left : size;
    const size_t kept = size - n;
    memmove(analyser->samples, analyser->samples + n, kept * sizeof(float));
    for (size_t i = kept; i < size; ++i) {
      const double at      = analyser->start + (double)(i + n);
      analyser->samples[i] = at < 0.0 ? 0.0f : next_sample(source);
    }
    analyser->start += (double)n;
  }
}

static void
add_frame(Analyser* analyser)
{
  for (size_t i = 0U; i < analyser->size; ++i) {
    analyser->work[i] = analyser->samples[i] * analyser->window[i];
  }
  rondo_transform_forward(
    analyser->transform, analyser->work, analyser->spectrum);
  for (size_t k = 0U; k <= analyser->size / 2U; ++k) {
    const double re = (double)analyser->spectrum[2U * k];
    const double im = (double)analyser->spectrum[(2U * k) + 1U];
    analyser->power[k] += (re * re) + (im * im);
  }
}

// Return the largest power in a row, or one between bins if rows are finer
static double
row_power(const Analyser* analyser, double low, double high)
{
  const size_t last = analyser->size / 2U;
  const double from = ceil(low);
  double       peak = 0.0;
  for (size_t k = (size_t)from; (double)k < high && k <= last; ++k) {
    peak = fmax(peak, analyser->power[k]);
  }
  if (from >= high) {
    const double centre = (low + high) / 2.0;
    const size_t k      = (size_t)fmin(centre, (double)last - 1.0);
    const double part   = centre - (double)k;
    peak =
      ((1.0 - part) * analyser->power[k]) + (part * analyser->power[k + 1U]);
  }
  return peak;
}

static void
fill_column(RondoSpectrogram* spectrogram,
            const Analyser*   analyser,
            size_t            column,
            double            bin_hz,
            size_t            n_frames)
{
  double total = 0.0;
  for (size_t k = 0U; k <= analyser->size / 2U; ++k) {
    total += analyser->power[k];
  }
  spectrogram->totals[column] =
    (float)(10.0 * log10(fmax(total / (double)n_frames, LEAST_POWER)));
  const double row_bins =
    spectrogram->max_hz / bin_hz / (double)spectrogram->n_rows;
  for (size_t row = 0U; row < spectrogram->n_rows; ++row) {
    const double low   = (double)row * row_bins;
    const double power = row_power(analyser, low, low + row_bins);
    const float  level =
      (float)(10.0 * log10(fmax(power / (double)n_frames, LEAST_POWER)));
    spectrogram->levels[(row * spectrogram->n_columns) + column] = level;
    spectrogram->loudest = fmaxf(spectrogram->loudest, level);
  }
}

static void
fill(RondoSpectrogram* spectrogram, Analyser* analyser, Source* source)
{
  const double rate = (double)source->sound->sample_rate;
  const double width =
    (double)source->sound->n_frames / (double)spectrogram->n_columns;
  const size_t half     = analyser->size / 2U;
  const double wanted   = ceil(width / (double)half);
  const size_t n_frames = wanted < (double)MAX_FRAMES_PER_COLUMN
                            ? (size_t)fmax(wanted, 1.0)
                            : MAX_FRAMES_PER_COLUMN;
  for (size_t c = 0U; c < spectrogram->n_columns && !rondo_interrupted(); ++c) {
    memset(analyser->power, 0, (analyser->size / 2U + 1U) * sizeof(double));
    for (size_t i = 0U; i < n_frames; ++i) {
      const double part = ((double)i + 0.5) / (double)n_frames;
      move_to(
        analyser, source, floor((((double)c + part) * width) - (double)half));
      add_frame(analyser);
    }
    fill_column(
      spectrogram, analyser, c, rate / (double)analyser->size, n_frames);
  }
}

RondoStatus
rondo_spectrogram_measure(RondoSpectrogram*       spectrogram,
                          const RondoSoundSource* sound,
                          size_t                  n_rows,
                          size_t                  n_columns,
                          double                  max_hz,
                          RondoError*             error)
{
  const double half = (double)sound->sample_rate / 2.0;
  memset(spectrogram, 0, sizeof(*spectrogram));
  if (!sound->n_frames) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "there is no sound in it");
  }
  spectrogram->n_rows    = n_rows;
  spectrogram->n_columns = n_columns;
  spectrogram->max_hz    = fmin(half, max_hz > 0.0 ? max_hz : DEFAULT_MAX_HZ);
  spectrogram->seconds   = (double)sound->n_frames / (double)sound->sample_rate;
  spectrogram->loudest   = -INFINITY;
  spectrogram->levels    = (float*)calloc(n_rows * n_columns, sizeof(float));
  spectrogram->totals    = (float*)calloc(n_columns, sizeof(float));

  Analyser     analyser;
  float* const block =
    (float*)calloc(BLOCK_FRAMES * sound->n_channels, sizeof(float));
  RondoStatus st = analyser_new(&analyser, sound->sample_rate);
  if (st || !spectrogram->levels || !spectrogram->totals || !block) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  } else {
    Source source = { sound, block, 0U, 0U, RONDO_SUCCESS, error };
    fill(spectrogram, &analyser, &source);
    st = source.status;
  }
  free(block);
  analyser_free(&analyser);
  if (st) {
    rondo_spectrogram_free(spectrogram);
  }
  return st;
}

static RondoStatus
read_sound(void*       data,
           float*      samples,
           size_t      n_frames,
           size_t*     n_read,
           RondoError* error)
{
  return rondo_sound_read((RondoSound*)data, samples, n_frames, n_read, error);
}

RondoStatus
rondo_spectrogram_read(RondoSpectrogram* spectrogram,
                       const char*       path,
                       size_t            n_rows,
                       size_t            n_columns,
                       double            max_hz,
                       RondoError*       error)
{
  RondoSound  sound;
  RondoStatus st = rondo_sound_open(&sound, path, error);
  memset(spectrogram, 0, sizeof(*spectrogram));
  if (!st) {
    const SF_INFO* const   info   = &sound.info;
    const RondoSoundSource source = {
      &sound,
      info->samplerate,
      (size_t)info->channels,
      info->frames > 0 ? (size_t)info->frames : 0U,
      read_sound,
    };
    st = rondo_spectrogram_measure(
      spectrogram, &source, n_rows, n_columns, max_hz, error);
    rondo_sound_close(&sound);
  }
  return st;
}

void
rondo_spectrogram_free(RondoSpectrogram* spectrogram)
{
  free(spectrogram->levels);
  free(spectrogram->totals);
  memset(spectrogram, 0, sizeof(*spectrogram));
}
