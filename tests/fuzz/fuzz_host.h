// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file fuzz_host.h A host of one plugin that is the same in every run.

   URIs have the numbers of their places in a list, files have the paths below,
   on every machine, and the worker works after each block.  The host ends the
   program when a plugin sends what it must not.
*/

#ifndef RONDO_TESTS_FUZZ_FUZZ_HOST_H
#define RONDO_TESTS_FUZZ_FUZZ_HOST_H

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/// The one folder that the plugins may name a file of: /200, /201 and /202 are
/// models, /203 is none.  The host's worker touches no other path.
#define FUZZ_FOLDER "/proc/self/fd"

#define FUZZ_MAX_BLOCK 1024U

typedef enum {
  FUZZ_MONO,
  FUZZ_STEREO,
  FUZZ_MELODY,
  FUZZ_N_PLUGINS,
} FuzzPlugin;

typedef struct FuzzHostImpl FuzzHost;

/// Make an instance and activate it.
FuzzHost*
fuzz_host_new(FuzzPlugin plugin);

void
fuzz_host_free(FuzzHost* host);

/// End the program unless something holds.
void
fuzz_check(bool holds);

/// Return the number of a URI.
LV2_URID
fuzz_host_map(const char* uri);

/// Set an input of the plugin; those never set are not connected.
void
fuzz_host_set(FuzzHost* host, uint32_t port, float value);

/// Run a block, then the worker, and look at what they said.
void
fuzz_host_run(FuzzHost* host, LV2_Atom_Sequence* control, uint32_t n_samples);

/// Save, or restore as while audio runs or not; the host maps paths.
LV2_State_Status
fuzz_host_save(FuzzHost* host, LV2_State_Store_Function store, void* handle);

LV2_State_Status
fuzz_host_restore(FuzzHost*                   host,
                  LV2_State_Retrieve_Function retrieve,
                  void*                       handle,
                  bool                        running);

#endif // RONDO_TESTS_FUZZ_FUZZ_HOST_H
