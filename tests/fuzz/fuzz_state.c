// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Takes any bytes as the saved state of a plugin: a byte for the plugin, one
// for whether audio runs, then values, each a byte for its key, one for the
// number of its type, two for its size, and its bytes.
//
// What is restored must be saved again in a form that gives itself when it is
// restored; and what is refused must leave all as it was.
//
// Built with libFuzzer by -Dfuzz=true and Clang; otherwise a program that runs
// the files it is given, such as those of corpus/state/, once.

#include "plugin/melody.h"
#include "plugin/uris.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/fuzz_input.h"

#include <lv2/state/state.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define N_BLOCKS 2U // More than it takes to go over to another model

static const char* const keys[] = {
  RONDO_URI__model,       RONDO_URI__midi_file,     RONDO_URI__seed,
  RONDO_URI__frozen,      RONDO_URI__state_version, RONDO_URI__regenerated,
  "urn:example:something"
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

typedef struct {
  void*    bytes; // NULL: there is none
  size_t   size;
  uint32_t type;
} Value;

typedef struct {
  Value values[N_KEYS];
} State;

static void
put(State* const   state,
    const uint32_t key,
    void* const    bytes,
    const size_t   size,
    const uint32_t type)
{
  const Value value = { bytes, size, type };
  fuzz_free_block(state->values[key].bytes);
  state->values[key] = value;
}

static void
clear(State* const state)
{
  for (uint32_t i = 0U; i < N_KEYS; ++i) {
    put(state, i, NULL, 0U, 0U);
  }
}

static bool
are_equal(const State* const a, const State* const b)
{
  for (size_t i = 0U; i < N_KEYS; ++i) {
    const Value* const x = &a->values[i];
    const Value* const y = &b->values[i];
    if (!x->bytes != !y->bytes || x->size != y->size || x->type != y->type ||
        (x->size && memcmp(x->bytes, y->bytes, x->size) != 0)) {
      return false;
    }
  }
  return true;
}

static uint32_t
find_key(const uint32_t urid)
{
  uint32_t key = 0U;
  while (key + 1U < N_KEYS && fuzz_host_map(keys[key]) != urid) {
    ++key;
  }
  return key;
}

static LV2_State_Status
store(LV2_State_Handle  handle,
      const uint32_t    key,
      const void* const value,
      const size_t      size,
      const uint32_t    type,
      const uint32_t    flags)
{
  FuzzInput input = { (const uint8_t*)value, size };
  size_t    n     = size;
  (void)flags;
  put((State*)handle, find_key(key), fuzz_take_block(&input, 0U, &n), n, type);
  return LV2_STATE_SUCCESS;
}

static const void*
retrieve(LV2_State_Handle handle,
         const uint32_t   key,
         size_t* const    size,
         uint32_t* const  type,
         uint32_t* const  flags)
{
  const Value* const value = &((const State*)handle)->values[find_key(key)];
  *size                    = value->size;
  *type                    = value->type;
  *flags                   = 0U;
  return value->bytes;
}

static State
read_state(FuzzInput* const input)
{
  State state = { { { NULL, 0U, 0U } } };
  while (input->size) {
    const uint32_t key  = fuzz_take_byte(input) % N_KEYS;
    const uint32_t type = fuzz_take_byte(input);
    size_t         size = fuzz_take_word(input);
    void* const    data = fuzz_take_block(input, 0U, &size);
    put(&state, key, data, size, type);
  }
  return state;
}

static FuzzHost*
make_host(const FuzzPlugin plugin)
{
  FuzzHost* const host = fuzz_host_new(plugin);
  if (plugin == FUZZ_MELODY) {
    fuzz_host_set(host, RONDO_PLAYER_SYNC, 2.0f); // Plays by itself
  }
  return host;
}

static void
run(FuzzHost* const host)
{
  for (unsigned i = 0U; i < N_BLOCKS; ++i) {
    fuzz_host_run(host, NULL, FUZZ_MAX_BLOCK);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
  FuzzInput        input = { data, size };
  const FuzzPlugin plugin =
    (FuzzPlugin)(fuzz_take_byte(&input) % FUZZ_N_PLUGINS);
  const bool runs  = fuzz_take_byte(&input) % 2U;
  State      given = read_state(&input);
  State      saved = { { { NULL, 0U, 0U } } };
  State      again = { { { NULL, 0U, 0U } } };

  FuzzHost* const host = make_host(plugin);
  if (runs) {
    run(host);
  }
  const bool is_taken = !fuzz_host_restore(host, retrieve, &given, runs);
  run(host);
  fuzz_check(!fuzz_host_save(host, store, &saved));

  FuzzHost* const other = make_host(plugin);
  if (is_taken) {
    fuzz_check(!fuzz_host_restore(other, retrieve, &saved, false));
    run(other);
  }
  fuzz_check(!fuzz_host_save(other, store, &again));
  fuzz_check(are_equal(&saved, &again));

  fuzz_host_free(other);
  fuzz_host_free(host);
  clear(&again);
  clear(&saved);
  clear(&given);
  return 0;
}
