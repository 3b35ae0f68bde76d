// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/audio/features.h"

#include "core/audio/bands.h"
#include "core/audio/features_impl.h"
#include "core/audio/frames.h"
#include "core/base/arena.h"
#include "core/net/config.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static const double pi = 3.14159265358979323846;

typedef struct {
  double fine_hz;
  double step_hz;
  double erb_step;
  double high_hz;
} BandPlan;

typedef struct {
  double   frame_seconds;
  size_t   spanned_frames;
  BandPlan coarse;
  BandPlan fine;
  bool     phase;
  bool     voice;
} Task;

static RondoStatus
read_number(RondoConfig* const config,
            const char* const  key,
            const double       minimum,
            const double       maximum,
            double* const      value,
            RondoError* const  error)
{
  const RondoStatus st = rondo_config_require(config, key, error);

  return st ? st
            : rondo_config_number(config, key, minimum, maximum, value, error);
}

static RondoStatus
read_plan(RondoConfig* const task,
          const char* const  key,
          BandPlan* const    plan,
          RondoError* const  error)
{
  RondoConfig* bands = NULL;
  RondoStatus  st    = RONDO_SUCCESS;

  if ((st = rondo_config_require(task, key, error)) ||
      (st = rondo_config_object(task, key, &bands, error)) ||
      (st =
         read_number(bands, "fine_hz", 0.0, 96000.0, &plan->fine_hz, error)) ||
      (st =
         read_number(bands, "step_hz", 1.0, 24000.0, &plan->step_hz, error)) ||
      (st =
         read_number(bands, "erb_step", 0.01, 40.0, &plan->erb_step, error)) ||
      (st = read_number(
         bands, "high_hz", 100.0, 96000.0, &plan->high_hz, error)) ||
      (st = rondo_config_refuse_unknown(bands, error))) {
    return st;
  }
  return RONDO_SUCCESS;
}

// A description notes what it was asked for, which denoisers that are made in
// several threads from one model must do one after the other
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static pthread_mutex_t task_mutex = PTHREAD_MUTEX_INITIALIZER;

static RondoStatus
read_locked_task(const RondoDescription* const description,
                 Task* const                   task,
                 RondoError* const             error)
{
  RondoConfig* config = NULL;
  RondoStatus  st     = RONDO_SUCCESS;

  *task = (Task){ .spanned_frames = 1U };
  if ((st = rondo_description_task(description, "denoise", &config, error)) ||
      (st = read_number(
         config, "frame_seconds", 0.005, 0.1, &task->frame_seconds, error)) ||
      (st = rondo_config_integer(config,
                                 "spanned_frames",
                                 1U,
                                 RONDO_MAX_SPANNED,
                                 &task->spanned_frames,
                                 error)) ||
      (rondo_config_has(config, "coarse") &&
       (st = read_plan(config, "coarse", &task->coarse, error))) ||
      (st = read_plan(config, "fine", &task->fine, error)) ||
      (st = rondo_config_boolean(config, "phase", &task->phase, error)) ||
      (st = rondo_config_boolean(config, "voice", &task->voice, error)) ||
      (st = rondo_config_refuse_unknown(config, error))) {
    return st;
  }
  if (task->phase && task->coarse.high_hz > 0.0) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "task: \"phase\" is for networks that see the fine "
                           "bands alone, without \"coarse\"");
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_task(const RondoDescription* const description,
          Task* const                   task,
          RondoError* const             error)
{
  pthread_mutex_lock(&task_mutex);
  const RondoStatus st = read_locked_task(description, task, error);
  pthread_mutex_unlock(&task_mutex);
  return st;
}

// Make bands, and say how many centres are up to plan->fine_hz
static RondoStatus
make_bands(const BandPlan* const plan,
           const char* const     name,
           const size_t          n_bins,
           const double          bin_hz,
           RondoBands** const    bands,
           size_t* const         n_fine,
           RondoError* const     error)
{
  double       centres[RONDO_MAX_BANDS] = { 0.0 };
  const size_t n_bands                  = rondo_bands_place(
    plan->fine_hz, plan->step_hz, plan->erb_step, plan->high_hz, centres);
  if (!n_bands) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "task: more than %u %s bands",
                           RONDO_MAX_BANDS,
                           name);
  }

  *n_fine = 0;
  while (*n_fine < n_bands && centres[*n_fine] <= plan->fine_hz) {
    ++*n_fine;
  }

  const RondoStatus st =
    rondo_bands_new(centres, n_bands, n_bins, bin_hz, bands);
  return st ? rondo_error_set(
                error, st, "task: %s bands: %s", name, rondo_strerror(st))
            : st;
}

static RondoStatus
check_widths(const RondoDescription* const description,
             const RondoFeatures* const    features,
             RondoError* const             error)
{
  const size_t n_inputs  = rondo_features_count(features);
  const size_t n_outputs = rondo_features_n_gains(features) +
                           (rondo_features_has_voice(features) ? 1U : 0U);

  if (description->n_inputs != n_inputs) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "task denoise: its bands give %zu inputs, the "
                           "network takes %zu",
                           n_inputs,
                           description->n_inputs);
  }
  if (description->n_outputs != n_outputs) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "task denoise: it calls for %zu outputs, the "
                           "network has %zu",
                           n_outputs,
                           description->n_outputs);
  }
  return RONDO_SUCCESS;
}

// What the middle of bin k advances by in a hop: k / (2 n) turns
static void
fill_turns(RondoFeatures* const features, const size_t n_spanned)
{
  for (size_t k = 0; k < RONDO_N_TURNS; ++k) {
    const double angle    = pi * (double)k / (double)n_spanned;
    features->turns[k][0] = (float)cos(angle);
    features->turns[k][1] = (float)sin(angle);
  }
}

RondoStatus
rondo_features_new(const RondoDescription* const description,
                   const size_t                  n_bins,
                   const double                  bin_hz,
                   RondoFeatures** const         out,
                   RondoError* const             error)
{
  *out = NULL;

  Task              task = { 0 };
  const RondoStatus read = read_task(description, &task, error);
  if (read) {
    return read;
  }

  RondoFeatures* const features = rondo_aligned_new(sizeof(RondoFeatures));
  if (!features) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  features->n_bins    = n_bins;
  features->has_phase = task.phase;
  fill_turns(features, task.spanned_frames);
  features->has_voice = task.voice;

  // All of the coarse bands are inputs; without them, all of the fine ones
  const bool  has_coarse = task.coarse.high_hz > 0.0;
  size_t      n_fine     = 0;
  RondoStatus st         = RONDO_SUCCESS;
  if ((has_coarse && (st = make_bands(&task.coarse,
                                      "coarse",
                                      n_bins,
                                      bin_hz,
                                      &features->coarse,
                                      &n_fine,
                                      error))) ||
      (st = make_bands(&task.fine,
                       "fine",
                       n_bins,
                       bin_hz,
                       &features->fine,
                       &features->n_fine_inputs,
                       error))) {
    rondo_features_free(features);
    return st;
  }

  if (has_coarse) {
    features->n_coarse = rondo_bands_count(features->coarse);
  } else {
    features->n_fine_inputs = rondo_bands_count(features->fine);
  }
  if ((st = check_widths(description, features, error))) {
    rondo_features_free(features);
    return st;
  }

  *out = features;
  return RONDO_SUCCESS;
}

void
rondo_features_free(RondoFeatures* const features)
{
  if (features) {
    rondo_bands_free(features->fine);
    rondo_bands_free(features->coarse);
    rondo_aligned_free(features);
  }
}

RondoStatus
rondo_features_make_frames(const RondoDescription* const description,
                           const double                  sample_rate,
                           RondoFrames** const           frames,
                           RondoError* const             error)
{
  *frames = NULL;

  Task        task = { 0 };
  RondoStatus st   = read_task(description, &task, error);
  if (!st &&
      (st = rondo_frames_new(
         sample_rate, task.frame_seconds, task.spanned_frames, frames))) {
    rondo_error_set(error,
                    st,
                    "no frames of %g s at %g Hz: %s",
                    task.frame_seconds,
                    sample_rate,
                    rondo_strerror(st));
  }
  return st;
}

size_t
rondo_features_count(const RondoFeatures* const features)
{
  return features->n_coarse +
         (features->n_fine_inputs * (features->has_phase ? 3U : 1U));
}

size_t
rondo_features_n_gains(const RondoFeatures* const features)
{
  return rondo_bands_count(features->fine);
}

const RondoBands*
rondo_features_gain_bands(const RondoFeatures* const features)
{
  return features->fine;
}

bool
rondo_features_has_voice(const RondoFeatures* const features)
{
  return features->has_voice;
}
