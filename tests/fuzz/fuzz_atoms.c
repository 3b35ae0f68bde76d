// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Takes any bytes as what a host sends to a plugin: a byte for the plugin, one
// for the mode and the sync of Rondo Melody, then blocks, each a byte for its
// length, two for the size of what is sent, and the body of a sequence.
//
// Built with libFuzzer by -Dfuzz=true and Clang; otherwise a program that runs
// the files it is given, such as those of corpus/atoms/, once.

#include "plugin/melody.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/fuzz_input.h"

#include <lv2/atom/atom.h>

#include <stddef.h>
#include <stdint.h>

#define MAX_BLOCKS 32U

static const uint32_t lengths[] = {
  0U, 1U, 17U, 64U, 256U, 480U, 1000U, 1024U
};

static void
run_block(FuzzHost* const host, FuzzInput* const input)
{
  const uint32_t           n_samples = lengths[fuzz_take_byte(input) % 8U];
  size_t                   size      = fuzz_take_word(input);
  LV2_Atom_Sequence* const sequence =
    (LV2_Atom_Sequence*)fuzz_take_block(input, sizeof(LV2_Atom), &size);

  sequence->atom.type = fuzz_host_map(LV2_ATOM__Sequence);
  sequence->atom.size = (uint32_t)size;
  fuzz_host_run(host, sequence, n_samples);
  fuzz_free_block(sequence);
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
  FuzzInput        input = { data, size };
  const FuzzPlugin plugin =
    (FuzzPlugin)(fuzz_take_byte(&input) % FUZZ_N_PLUGINS);
  const uint8_t   how  = fuzz_take_byte(&input);
  FuzzHost* const host = fuzz_host_new(plugin);
  if (plugin == FUZZ_MELODY) {
    fuzz_host_set(host, RONDO_PLAYER_MODE, (float)(how % 4U));
    fuzz_host_set(host, RONDO_PLAYER_SYNC, (float)(how / 4U % 3U));
  }

  for (unsigned i = 0U; i < MAX_BLOCKS && input.size; ++i) {
    run_block(host, &input);
  }

  // And then the host is silent
  fuzz_host_run(host, NULL, FUZZ_MAX_BLOCK);
  fuzz_host_free(host);
  return 0;
}
