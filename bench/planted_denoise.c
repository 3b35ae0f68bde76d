// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// A plugin that passes sound on, and does what RONDO_PLANTED says that
// soak_denoise must find

#include "plugin/denoise.h"

#include <lv2/core/lv2.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000U

typedef struct {
  const float* in;
  float*       out;
  const char*  planted;
  double       n_done; ///< Samples
  float        echo;
  float        drift;
} Planted;

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    sample_rate,
            const char* const               path,
            const LV2_Feature* const* const features)
{
  Planted* const self = (Planted*)calloc(1U, sizeof(Planted));
  (void)descriptor;
  (void)sample_rate;
  (void)path;
  (void)features;
  if (self) {
    const char* const planted = getenv("RONDO_PLANTED");
    self->planted             = planted ? planted : "";
  }
  return self;
}

static void
connect_port(const LV2_Handle instance, const uint32_t port, void* const data)
{
  Planted* const self = (Planted*)instance;
  if (port == RONDO_DENOISE_AUDIO) {
    self->in = (const float*)data;
  } else if (port == RONDO_DENOISE_AUDIO + 1U) {
    self->out = (float*)data;
  }
}

static bool
is(const Planted* const self, const char* const planted)
{
  return !strcmp(self->planted, planted);
}

// Work longer the more has been heard
static void
slow_down(const Planted* const self, const uint32_t n_samples)
{
  volatile float sum = 0.0f;
  const size_t   n   = (size_t)(n_samples * self->n_done / RATE / 10.0);
  for (size_t i = 0U; i < n; ++i) {
    sum = sum + 1.0f;
  }
}

// Memory that nobody frees
static void
leak(const uint32_t n_samples)
{
  char* volatile lost = (char*)malloc(n_samples + 1U);
  if (lost) {
    memset(lost, 1, n_samples);
  }
  // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is to be lost
}

static void
run(const LV2_Handle instance, const uint32_t n_samples)
{
  Planted* const self = (Planted*)instance;

  for (uint32_t i = 0; i < n_samples; ++i) {
    const bool  whole = isfinite(self->in[i]) || is(self, "nan");
    const float x     = whole ? fmaxf(-1e6f, fminf(1e6f, self->in[i])) : 0.0f;

    self->echo   = (0.9999f * self->echo) + (1e-4f * x);
    self->out[i] = is(self, "nan")     ? self->in[i]
                   : is(self, "loud")  ? 9.0f * x
                   : is(self, "echo")  ? self->echo
                   : is(self, "drift") ? (1.0f + self->drift) * x
                                       : x;
    self->drift  = self->drift + (1e-6f * fabsf(x) / (1.0f + fabsf(x)));
  }
  if (is(self, "slow")) {
    slow_down(self, n_samples);
  }
  if (is(self, "leak")) {
    leak(n_samples);
  }
  self->n_done += n_samples;
}

static void
cleanup(const LV2_Handle instance)
{
  free(instance);
}

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  static const LV2_Descriptor descriptor = {
    "urn:rondo:denoise",
    instantiate,
    connect_port,
    NULL,
    run,
    NULL,
    cleanup,
    NULL,
  };
  return index ? NULL : &descriptor;
}
