// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "bench/bench_host.h"

#include "bench/measure.h"
#include "plugin/denoise.h"
#include "plugin/melody.h"
#include "plugin/uris.h"

#include <dlfcn.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/core/lv2.h>
#include <lv2/midi/midi.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 128U
#define N_PORTS 64U
#define N_WORDS 512U // Of an atom port, 8 bytes each

struct BenchHostImpl {
  const LV2_Descriptor* descriptor;
  LV2_Handle            handle;
  BenchPlugin           plugin;
  float                 controls[N_PORTS];
  float                 out[2][BENCH_MAX_BLOCK];
  uint64_t              events[N_WORDS];
  uint64_t              notify[N_WORDS];
  uint64_t              midi[N_WORDS];
  LV2_Atom_Forge        forge;
  LV2_Atom_Forge_Frame  frame;
};

static void
require(const bool truth, const char* const what, const char* const why)
{
  if (!truth) {
    fprintf(stderr, "benchmark: %s: %s\n", what, why);
    exit(1);
  }
}

// Numbers are places in a list that grows
static LV2_URID
map(const LV2_URID_Map_Handle handle, const char* const uri)
{
  static char*    uris[MAX_URIS];
  static uint32_t n;
  (void)handle;
  for (uint32_t i = 0; i < n; ++i) {
    if (!strcmp(uris[i], uri)) {
      return i + 1U;
    }
  }
  require(n < MAX_URIS, uri, "too many URIs");
  uris[n] = strdup(uri);
  require(!!uris[n], uri, "out of memory");
  return ++n;
}

const char*
bench_plugin_name(const BenchPlugin plugin)
{
  static const char* const names[] = { "denoise", "denoise-stereo", "melody" };
  return names[plugin];
}

const LV2_Descriptor*
bench_host_load(const char* const bundle, const BenchPlugin plugin)
{
  const char* const name = plugin == BENCH_MELODY ? "melody" : "denoise";
  char              path[4096];
  snprintf(path, sizeof(path), "%s%s.so", bundle, name);
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  require(!!library, path, "cannot be loaded");

  // POSIX has functions and data be of one size
  union {
    void*                   symbol;
    LV2_Descriptor_Function function;
  } get = { dlsym(library, "lv2_descriptor") };
  require(!!get.symbol, path, "no lv2_descriptor");
  const LV2_Descriptor* const descriptor =
    get.function(plugin == BENCH_STEREO ? 1U : 0U);
  require(!!descriptor, path, "a plugin is missing");
  return descriptor;
}

static void
connect(BenchHost* const host, const uint32_t port, void* const data)
{
  host->descriptor->connect_port(host->handle, port, data);
}

static void
activate(const BenchHost* const host)
{
  if (host->descriptor->activate) {
    host->descriptor->activate(host->handle);
  }
}

static void
deactivate(const BenchHost* const host)
{
  if (host->descriptor->deactivate) {
    host->descriptor->deactivate(host->handle);
  }
}

// Where the events of the next block go
static void
begin_events(BenchHost* const host)
{
  lv2_atom_forge_set_buffer(
    &host->forge, (uint8_t*)host->events, sizeof(host->events));
  lv2_atom_forge_sequence_head(&host->forge, &host->frame, 0U);
}

BenchHost*
bench_host_new(const char* const bundle,
               const BenchPlugin plugin,
               const double      sample_rate)
{
  static LV2_URID_Map      urid_map   = { NULL, map }; // For good
  const LV2_Feature        feature    = { LV2_URID__map, &urid_map };
  const LV2_Feature* const features[] = { &feature, NULL };

  BenchHost* const host = (BenchHost*)calloc(1U, sizeof(BenchHost));
  require(!!host, bundle, "out of memory");
  host->plugin     = plugin;
  host->descriptor = bench_host_load(bundle, plugin);
  host->handle     = host->descriptor->instantiate(
    host->descriptor, sample_rate, bundle, features);
  require(!!host->handle, bundle, "no instance");
  lv2_atom_forge_init(&host->forge, &urid_map);
  begin_events(host);

  connect(host, 0U, host->events);
  if (plugin == BENCH_MELODY) {
    connect(host, RONDO_PLAYER_NOTIFY, host->notify);
    connect(host, RONDO_PLAYER_MIDI_OUT, host->midi);
  } else {
    connect(host, RONDO_DENOISE_NOTIFY, host->notify);
  }
  activate(host);
  return host;
}

void
bench_host_free(BenchHost* const host)
{
  if (host) {
    deactivate(host);
    host->descriptor->cleanup(host->handle);
    free(host);
  }
}

void
bench_host_restart(BenchHost* const host)
{
  deactivate(host);
  activate(host);
}

void
bench_host_set(BenchHost* const host, const uint32_t port, const float value)
{
  host->controls[port] = value;
  connect(host, port, &host->controls[port]);
}

float
bench_host_get(const BenchHost* const host, const uint32_t port)
{
  return host->controls[port];
}

static const void*
retrieve(LV2_State_Handle handle,
         const uint32_t   key,
         size_t* const    size,
         uint32_t* const  type,
         uint32_t* const  flags)
{
  const char* const name = (const char*)handle;
  *size                  = strlen(name) + 1U;
  *type                  = map(NULL, LV2_ATOM__String);
  *flags                 = LV2_STATE_IS_POD;
  return key == map(NULL, RONDO_URI__model) ? name : NULL;
}

void
bench_host_use_model(BenchHost* const host, const char* const name)
{
  char                             text[256];
  const LV2_Feature* const         features[] = { NULL };
  const LV2_State_Interface* const state =
    (const LV2_State_Interface*)host->descriptor->extension_data(
      LV2_STATE__interface);
  snprintf(text, sizeof(text), "%s", name);
  require(!state->restore(host->handle, retrieve, text, 0U, features),
          name,
          "cannot be restored");
}

void
bench_host_hear(BenchHost* const host, const uint8_t message[3])
{
  lv2_atom_forge_frame_time(&host->forge, 0);
  lv2_atom_forge_atom(&host->forge, 3U, map(NULL, LV2_MIDI__MidiEvent));
  lv2_atom_forge_write(&host->forge, message, 3U);
}

void
bench_host_roll(BenchHost* const host)
{
  LV2_Atom_Forge* const forge = &host->forge;
  LV2_Atom_Forge_Frame  object;
  lv2_atom_forge_frame_time(forge, 0);
  lv2_atom_forge_object(forge, &object, 0U, map(NULL, LV2_TIME__Position));
  lv2_atom_forge_key(forge, map(NULL, LV2_TIME__speed));
  lv2_atom_forge_float(forge, 1.0f);
  lv2_atom_forge_key(forge, map(NULL, LV2_TIME__bar));
  lv2_atom_forge_long(forge, 0);
  lv2_atom_forge_key(forge, map(NULL, LV2_TIME__barBeat));
  lv2_atom_forge_float(forge, 0.0f);
  lv2_atom_forge_pop(forge, &object);
}

// Connect what every block has anew
static void
connect_block(BenchHost* const host, float* const in)
{
  LV2_Atom* const notify = (LV2_Atom*)host->notify;
  LV2_Atom* const midi   = (LV2_Atom*)host->midi;
  notify->size           = sizeof(host->notify);
  midi->size             = sizeof(host->midi);

  const bool     stereo = host->plugin == BENCH_STEREO;
  const uint32_t audio = stereo ? RONDO_DENOISE_LINK + 1U : RONDO_DENOISE_AUDIO;
  const uint32_t n     = host->plugin == BENCH_MELODY ? 0U : stereo ? 2U : 1U;
  for (uint32_t c = 0; c < n; ++c) {
    connect(host, audio + c, in);
    connect(host, audio + n + c, host->out[c]);
  }
}

double
bench_host_run(BenchHost* const host, float* const in, const uint32_t n_samples)
{
  connect_block(host, in);
  const double start = rondo_measure_now();
  host->descriptor->run(host->handle, n_samples);
  const double spent = rondo_measure_now() - start;
  begin_events(host);
  return spent;
}

const float*
bench_host_output(const BenchHost* const host)
{
  return host->out[0];
}
