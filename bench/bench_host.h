// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file bench_host.h Any plugin of a bundle, in a small host without a worker.

   Who can fail here ends the program with a message.
*/

#ifndef RONDO_BENCH_BENCH_HOST_H
#define RONDO_BENCH_BENCH_HOST_H

#include <lv2/core/lv2.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_MAX_BLOCK 8192U

/// The plugins, in the order in which they are told
typedef enum {
  BENCH_MONO,
  BENCH_STEREO,
  BENCH_MELODY,
  BENCH_N_PLUGINS,
} BenchPlugin;

typedef struct BenchHostImpl BenchHost;

/// Return the name of a plugin.
const char*
bench_plugin_name(BenchPlugin plugin);

/// Load the code of a plugin, which stays.
const LV2_Descriptor*
bench_host_load(const char* bundle, BenchPlugin plugin);

/// Instantiate a plugin of `bundle`, which must end in a slash, and activate
/// it.
BenchHost*
bench_host_new(const char* bundle, BenchPlugin plugin, double sample_rate);

void
bench_host_free(BenchHost* host);

/// Deactivate and activate.
void
bench_host_restart(BenchHost* host);

/// Connect and set a port with one number; those never set are not connected.
void
bench_host_set(BenchHost* host, uint32_t port, float value);

/// Return the number of a port that was set: of an output, what it says.
float
bench_host_get(const BenchHost* host, uint32_t port);

/// Go over to the model `name` of the bundle; only for denoisers.
void
bench_host_use_model(BenchHost* host, const char* name);

/// Say a MIDI message of 3 bytes at the start of the next block.
void
bench_host_hear(BenchHost* host, const uint8_t message[3]);

/// Say at the start of the next block that the transport rolls from bar 0.
void
bench_host_roll(BenchHost* host);

/// Run a block of `in`, which stays as it is; return the seconds that it took
/// this thread.
double
bench_host_run(BenchHost* host, float* in, uint32_t n_samples);

/// Return what came out of the last block, the first channel.
const float*
bench_host_output(const BenchHost* host);

#endif // RONDO_BENCH_BENCH_HOST_H
