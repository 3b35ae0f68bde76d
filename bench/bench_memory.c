// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What models, streams and plugins take of the heap.
//
// Usage: bench_memory BUNDLE
//
// Of each, two are made, and what is told is what the second one took: code and
// tables that all share are not counted, nor is what making it took meanwhile.

#include "bench/bench_host.h"
#include "bench/measure.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "core/net/stream.h"

#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// Return the bytes of the heap that are in use
static size_t
count_heap(void)
{
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

static double
kib(const size_t bytes)
{
  return (double)bytes / 1024.0;
}

static void
tell_model(const char* const bundle, const char* const name)
{
  char       path[8192];
  RondoError error = { RONDO_SUCCESS, "" };
  snprintf(path, sizeof(path), "%s%s.safetensors", bundle, name);

  RondoModel* models[2] = { NULL, NULL };
  size_t      taken     = 0U;
  for (size_t i = 0U; i < 2U; ++i) {
    const size_t before = count_heap();
    rondo_measure_require(rondo_model_load(path, &models[i], &error), &error);
    taken = count_heap() - before;
  }
  printf("  %-22s %9.1f KiB, %zu parameters; a stream of a channel %7.1f KiB\n",
         name,
         kib(taken),
         rondo_model_n_parameters(models[0]),
         kib(rondo_stream_size(models[0], 1U)));
  rondo_model_free(models[1]);
  rondo_model_free(models[0]);
}

static void
tell_plugin(const char* const bundle, const BenchPlugin plugin)
{
  BenchHost* hosts[2] = { NULL, NULL };
  size_t     taken    = 0U;
  for (size_t i = 0U; i < 2U; ++i) {
    const size_t before = count_heap();
    hosts[i]            = bench_host_new(bundle, plugin, 48000.0);
    taken               = count_heap() - before;
  }
  printf("  %-22s %9.1f KiB\n", bench_plugin_name(plugin), kib(taken));
  bench_host_free(hosts[1]);
  bench_host_free(hosts[0]);
}

int
main(int argc, char** argv)
{
  static const char* const models[] = {
    "voice", "voice-lookahead", "tiny", "melody", "chorale"
  };
  if (argc != 2) {
    fputs("Usage: bench_memory BUNDLE\n", stderr);
    return EXIT_FAILURE;
  }
  char bundle[4096];
  snprintf(bundle, sizeof(bundle), "%s/", argv[1]);
  puts("a model");
  for (size_t i = 0U; i < sizeof(models) / sizeof(models[0]); ++i) {
    tell_model(bundle, models[i]);
  }
  puts("an instance of a plugin at 48 kHz, with its model");
  for (BenchPlugin plugin = BENCH_MONO; plugin < BENCH_N_PLUGINS; ++plugin) {
    bench_host_load(bundle, plugin);
    tell_plugin(bundle, plugin);
  }
  return EXIT_SUCCESS;
}
