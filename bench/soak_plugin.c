// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/soak_plugin.h"

#include "bench/measure.h"
#include "plugin/denoise.h"

#include <dlfcn.h>
#include <lv2/core/lv2.h>
#include <lv2/urid/urid.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 128U

/// The URIs that were asked for; their numbers begin with 1
typedef struct {
  char*    uris[MAX_URIS];
  uint32_t n;
} Uris;

static void
require(const int truth, const char* const what, const char* const why)
{
  if (!truth) {
    fprintf(stderr, "soak_denoise: %s: %s\n", what, why);
    exit(1);
  }
}

static LV2_URID
map(const LV2_URID_Map_Handle handle, const char* const uri)
{
  Uris* const uris = (Uris*)handle;

  for (uint32_t i = 0; i < uris->n; ++i) {
    if (!strcmp(uris->uris[i], uri)) {
      return i + 1U;
    }
  }
  require(uris->n < MAX_URIS, uri, "too many URIs");
  uris->uris[uris->n] = strdup(uri);
  require(!!uris->uris[uris->n], uri, "out of memory");
  return ++uris->n;
}

SoakLibrary
soak_library_load(const char* const bundle)
{
  char path[4096];
  snprintf(path, sizeof(path), "%sdenoise.so", bundle);

  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  require(!!library, path, "cannot be loaded");

  // POSIX has functions and data be of one size
  union {
    void*                   symbol;
    LV2_Descriptor_Function function;
  } get = { dlsym(library, "lv2_descriptor") };
  require(!!get.symbol, path, "no lv2_descriptor");

  for (uint32_t i = 0;; ++i) {
    const LV2_Descriptor* const descriptor = get.function(i);
    require(!!descriptor, path, "no urn:rondo:denoise");
    if (!strcmp(descriptor->URI, "urn:rondo:denoise")) {
      const SoakLibrary found = { bundle, descriptor };
      return found;
    }
  }
}

void
soak_plugin_init(SoakPlugin* const        plugin,
                 const SoakLibrary* const library,
                 const double             sample_rate)
{
  // As in a host, for good
  static Uris              uris;
  static LV2_URID_Map      urid_map   = { &uris, map };
  static const LV2_Feature feature    = { LV2_URID__map, &urid_map };
  const LV2_Feature* const features[] = { &feature, NULL };

  const LV2_Descriptor* const d = library->descriptor;

  plugin->descriptor = d;
  plugin->handle = d->instantiate(d, sample_rate, library->bundle, features);
  require(!!plugin->handle, library->bundle, "no instance");

  d->connect_port(plugin->handle, RONDO_DENOISE_REDUCTION, &plugin->reduction);
  d->connect_port(plugin->handle, RONDO_DENOISE_VOICE, &plugin->voice);
  d->connect_port(plugin->handle, RONDO_DENOISE_LATENCY, &plugin->latency);
  if (d->activate) {
    d->activate(plugin->handle);
  }
}

void
soak_plugin_clear(SoakPlugin* const plugin)
{
  if (plugin->descriptor->deactivate) {
    plugin->descriptor->deactivate(plugin->handle);
  }
  plugin->descriptor->cleanup(plugin->handle);
}

void
soak_plugin_reset(SoakPlugin* const plugin)
{
  if (plugin->descriptor->deactivate) {
    plugin->descriptor->deactivate(plugin->handle);
  }
  if (plugin->descriptor->activate) {
    plugin->descriptor->activate(plugin->handle);
  }
}

double
soak_plugin_run(SoakPlugin* const  plugin,
                const float* const in,
                float* const       out,
                const uint32_t     n_samples)
{
  const LV2_Descriptor* const d = plugin->descriptor;

  const double start = rondo_measure_now();
  d->connect_port(plugin->handle, RONDO_DENOISE_AUDIO, (void*)(uintptr_t)in);
  d->connect_port(plugin->handle, RONDO_DENOISE_AUDIO + 1U, out);
  d->run(plugin->handle, n_samples);
  return rondo_measure_now() - start;
}
