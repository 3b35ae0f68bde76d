// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoised_sound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static RondoStatus
trace_new(RondoTrace* trace, size_t n_columns)
{
  trace->values    = (double*)calloc(n_columns, sizeof(double));
  trace->counts    = (size_t*)calloc(n_columns, sizeof(size_t));
  trace->n_columns = n_columns;
  for (size_t i = 0U; trace->values && i < n_columns; ++i) {
    trace->values[i] = (double)NAN;
  }
  return trace->values && trace->counts ? RONDO_SUCCESS : RONDO_ERR_NO_MEMORY;
}

static void
trace_free(RondoTrace* trace)
{
  free(trace->values);
  free(trace->counts);
}

// Add a value at a place, 0 to 1 within the sound
static void
trace_add(RondoTrace* trace, double place, double value)
{
  const double column = floor(place * (double)trace->n_columns);
  if (column >= 0.0 && column < (double)trace->n_columns) {
    const size_t i    = (size_t)column;
    const size_t n    = ++trace->counts[i];
    const double mean = n > 1U ? trace->values[i] : value;
    trace->values[i]  = mean + ((value - mean) / (double)n);
  }
}

// Note the probability of a voice, in the middle of the frame that it is for
static void
note_voice(RondoDenoisedSound* sound)
{
  const double latency = (double)rondo_denoiser_latency(sound->denoiser);
  const double middle  = (double)(sound->n_in + sound->hop) - latency;
  trace_add(&sound->voice,
            middle / (double)sound->source.n_frames,
            (double)rondo_denoiser_get_voice(sound->denoiser));
}

// Denoise the next hop, of silence after the end, in place
static RondoStatus
process_hop(RondoDenoisedSound* sound, RondoError* error)
{
  const size_t n_channels = sound->source.n_channels;
  const size_t hop        = sound->hop;
  size_t       n          = 0U;
  float*       planes[RONDO_MAX_CHANNELS];
  RondoStatus  st =
    rondo_sound_read(&sound->sound, sound->interleaved, hop, &n, error);
  if (st) {
    return st;
  }
  for (size_t c = 0U; c < n_channels; ++c) {
    planes[c] = sound->planes + (c * hop);
    for (size_t i = 0U; i < hop; ++i) {
      planes[c][i] = i < n ? sound->interleaved[(i * n_channels) + c] : 0.0f;
    }
  }
  rondo_denoiser_process(
    sound->denoiser, (const float* const*)planes, planes, hop);
  for (size_t c = 0U; c < n_channels; ++c) {
    for (size_t i = 0U; i < hop; ++i) {
      sound->interleaved[(i * n_channels) + c] = planes[c][i];
    }
  }
  sound->n_in += hop;
  note_voice(sound);
  return RONDO_SUCCESS;
}

// Have a frame in `interleaved` that is due, the latency left out
static RondoStatus
prepare_next(RondoDenoisedSound* sound, RondoError* error)
{
  const size_t latency = rondo_denoiser_latency(sound->denoiser);
  RondoStatus  st      = RONDO_SUCCESS;
  while (!st && sound->next == sound->hop) {
    st = process_hop(sound, error);
    // The latency is a number of hops
    sound->next = sound->n_in > latency ? 0U : sound->hop;
  }
  return st;
}

static RondoStatus
read_frames(void*       data,
            float*      samples,
            size_t      n_frames,
            size_t*     n_read,
            RondoError* error)
{
  RondoDenoisedSound* const sound = (RondoDenoisedSound*)data;
  const size_t              width = sound->source.n_channels;
  for (*n_read = 0U;
       *n_read < n_frames && sound->n_out < sound->source.n_frames;
       ++*n_read) {
    const RondoStatus st = prepare_next(sound, error);
    if (st) {
      return st;
    }
    memcpy(samples + (*n_read * width),
           sound->interleaved + (sound->next * width),
           width * sizeof(float));
    ++sound->next;
    ++sound->n_out;
  }
  return RONDO_SUCCESS;
}

static RondoStatus
prepare(RondoDenoisedSound* sound,
        const RondoModel*   model,
        size_t              n_columns,
        RondoError*         error)
{
  const SF_INFO* const   info   = &sound->sound.info;
  const size_t           width  = (size_t)info->channels;
  const RondoSoundSource source = {
    sound,       info->samplerate,
    width,       info->frames > 0 ? (size_t)info->frames : 0U,
    read_frames,
  };
  sound->source  = source;
  RondoStatus st = rondo_denoiser_new(
    model, (double)info->samplerate, width, &sound->denoiser, error);
  if (st) {
    return st;
  }
  sound->hop         = rondo_denoiser_hop(sound->denoiser);
  sound->next        = sound->hop;
  sound->interleaved = (float*)calloc(sound->hop * width, sizeof(float));
  sound->planes      = (float*)calloc(sound->hop * width, sizeof(float));
  if (!sound->interleaved || !sound->planes ||
      trace_new(&sound->voice, n_columns)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  return st;
}

RondoStatus
rondo_denoised_sound_open(RondoDenoisedSound* sound,
                          const char*         path,
                          const RondoModel*   model,
                          size_t              n_columns,
                          RondoError*         error)
{
  memset(sound, 0, sizeof(*sound));
  RondoStatus st = rondo_sound_open(&sound->sound, path, error);
  if (!st) {
    st = prepare(sound, model, n_columns, error);
  }
  if (st) {
    rondo_denoised_sound_close(sound);
  }
  return st;
}

void
rondo_denoised_sound_close(RondoDenoisedSound* sound)
{
  rondo_sound_close(&sound->sound);
  rondo_denoiser_free(sound->denoiser);
  free(sound->interleaved);
  free(sound->planes);
  trace_free(&sound->voice);
  memset(sound, 0, sizeof(*sound));
}
