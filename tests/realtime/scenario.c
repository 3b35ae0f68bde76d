// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/realtime/scenario.h"

#include "core/audio/denoiser.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_BLOCK 8192U
#define FRESH_BYTES 65536U

struct ScenarioImpl {
  RondoDenoiser* denoiser;
  size_t         n_channels;
  const float*   in[RONDO_MAX_CHANNELS];
  float*         out[RONDO_MAX_CHANNELS];
  float*         noise;   // (MAX_BLOCK)
  float*         silence; // (MAX_BLOCK)
  float*         bad;     // (MAX_BLOCK), not finite and huge
  float          shown;   // What the meters said, so that they are asked
  char*          fresh;   // (FRESH_BYTES), never touched
  void* volatile planted;
};

static float*
new_samples(void)
{
  return (float*)calloc(MAX_BLOCK, sizeof(float));
}

static bool
fill(Scenario* const s)
{
  s->noise   = new_samples();
  s->silence = new_samples();
  s->bad     = new_samples();
  for (size_t c = 0; c < s->n_channels; ++c) {
    s->out[c] = new_samples();
    if (!s->out[c]) {
      return false;
    }
  }
  if (!s->noise || !s->silence || !s->bad) {
    return false;
  }

  // Zeros may be pages that exist only once they are written to
  const float nonsense[] = { NAN, INFINITY, -INFINITY, 1e30f, 1e-40f };
  uint32_t    state      = 1;
  memset(s->silence, 0, MAX_BLOCK * sizeof(float));
  for (size_t i = 0; i < MAX_BLOCK; ++i) {
    state       = (state * 1664525U) + 1013904223U;
    s->noise[i] = ((float)(state >> 8U) / 8388608.0f) - 1.0f;
    s->bad[i]   = nonsense[i % 5U];
  }
  return true;
}

Scenario*
scenario_new(const RondoModel* const model,
             const double            sample_rate,
             const size_t            n_channels)
{
  Scenario* const s = (Scenario*)calloc(1, sizeof(Scenario));
  if (!s) {
    return NULL;
  }

  s->n_channels = n_channels;
  s->fresh      = (char*)mmap(NULL,
                         FRESH_BYTES,
                         PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS,
                         -1,
                         0);
  if (s->fresh == MAP_FAILED || !fill(s) ||
      rondo_denoiser_new(model, sample_rate, n_channels, &s->denoiser, NULL)) {
    scenario_free(s);
    return NULL;
  }
  return s;
}

void
scenario_free(Scenario* const scenario)
{
  if (scenario) {
    if (scenario->fresh != MAP_FAILED) {
      munmap(scenario->fresh, FRESH_BYTES);
    }
    for (size_t c = 0; c < scenario->n_channels; ++c) {
      free(scenario->out[c]);
    }
    free(scenario->bad);
    free(scenario->silence);
    free(scenario->noise);
    free(scenario->planted);
    rondo_denoiser_free(scenario->denoiser);
    free(scenario);
  }
}

static void
run_blocks(Scenario* const s, const float* const samples) RONDO_REALTIME
{
  const size_t sizes[] = { 0, 1, 17, 32, 64, 480, 481, 1024, MAX_BLOCK };

  for (size_t c = 0; c < s->n_channels; ++c) {
    s->in[c] = samples;
  }
  for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    for (size_t n = 0; n < 3; ++n) {
      const size_t size = sizes[i] - ((n && sizes[i]) ? n % sizes[i] : 0U);
      rondo_denoiser_process(s->denoiser, s->in, s->out, size);
    }
    s->shown += rondo_denoiser_get_reduction(s->denoiser);
    s->shown += rondo_denoiser_get_voice(s->denoiser);
  }
}

void
scenario_run(Scenario* const scenario)
{
  Scenario* const    s         = scenario;
  const float* const signals[] = { s->noise, s->silence, s->bad };

  for (unsigned i = 0; i < 8; ++i) {
    const RondoDenoiserControls controls = {
      .attenuation_limit = (i & 1U) ? 12.0f : 100.0f,
      .mix               = (i & 2U) ? 0.5f : 1.0f,
      .enabled           = (i % 3U) != 0,
      .listen_removed    = (i & 4U) != 0,
      .link_channels     = (i % 5U) != 0,
      .voice_gate        = (i % 4U) != 0,
      .gate_threshold    = 0.9f,
      .gate_hold         = (i & 1U) ? 0.0f : 50.0f,
      .gate_range        = (i & 2U) ? 20.0f : 100.0f,
    };
    rondo_denoiser_set_controls(s->denoiser, &controls);
    run_blocks(s, signals[i % 3U]);
  }
  rondo_denoiser_reset(s->denoiser);
  run_blocks(s, s->noise);
}

// The compiler would not let these pass where it checks
#if defined(__clang__) && __clang_major__ >= 20
#  pragma clang diagnostic ignored "-Wfunction-effects"
#endif

void
scenario_plant_malloc(Scenario* const scenario)
{
  free(scenario->planted);
  scenario->planted = malloc(100);
}

void
scenario_plant_call(Scenario* const scenario)
{
  scenario->shown += (float)syscall(SYS_getppid);
}

void
scenario_plant_fault(Scenario* const scenario)
{
  for (size_t i = 0; i < FRESH_BYTES; i += 4096U) {
    scenario->fresh[i] = 1;
  }
}
