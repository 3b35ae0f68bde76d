// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/melody_state.h"

#include "core/base/status.h"
#include "core/music/performer.h"
#include "plugin/melody.h"
#include "plugin/paths.h"
#include "plugin/phrase_bytes.h"
#include "plugin/saver.h"
#include "plugin/state.h"

#include <lv2/core/lv2.h>
#include <lv2/core/lv2_util.h>
#include <lv2/log/logger.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static LV2_State_Status
store_phrase(const RondoPlayer* const       player,
             const LV2_State_Store_Function store,
             const LV2_State_Handle         handle,
             const LV2_URID                 key,
             const RondoPhrase* const       phrase)
{
  uint8_t bytes[RONDO_PHRASE_BYTES];

  return phrase->n_notes ? store(handle,
                                 key,
                                 bytes,
                                 rondo_phrase_to_bytes(phrase, bytes),
                                 player->uris.atom_chunk,
                                 LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE)
                         : LV2_STATE_SUCCESS;
}

LV2_State_Status
rondo_player_save(RondoPlayer* const             player,
                  const LV2_State_Store_Function store,
                  const LV2_State_Handle         handle)
{
  const RondoUris* const uris    = &player->uris;
  const int32_t          version = RONDO_STATE_VERSION;
  const int64_t          shift   = (int64_t)atomic_load(&player->shift);
  RondoPhrase            seed;
  RondoPhrase            frozen;
  char                   path[RONDO_MAX_PATH];

  if (!uris->atom_chunk) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  LV2_State_Status status = store(handle,
                                  uris->rondo_state_version,
                                  &version,
                                  sizeof(version),
                                  uris->atom_int,
                                  LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);

  rondo_performer_copy_seed(player->performer, &seed, &frozen);
  if (!status) {
    status = store_phrase(player, store, handle, uris->rondo_seed, &seed);
  }
  if (!status) {
    status = store_phrase(player, store, handle, uris->rondo_frozen, &frozen);
  }

  if (!status && rondo_shift_unpack((uint32_t)shift).n_presses) {
    status = store(handle,
                   uris->rondo_regenerated,
                   &shift,
                   sizeof(shift),
                   uris->atom_long,
                   LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  }

  // A string: what is written to is not to be taken along, as hosts do with
  // files that their sessions depend on
  rondo_saver_copy_path(&player->saver, path);
  if (!status && path[0]) {
    status = store(handle,
                   uris->rondo_midi_file,
                   path,
                   strlen(path) + 1U,
                   uris->atom_string,
                   LV2_STATE_IS_POD);
  }

  return status;
}

// Read a phrase, which may be missing; false if there is something else
static bool
retrieve_phrase(RondoPlayer* const                player,
                const LV2_State_Retrieve_Function retrieve,
                const LV2_State_Handle            handle,
                const LV2_URID                    key,
                RondoPhrase* const                phrase)
{
  size_t            size  = 0U;
  uint32_t          type  = 0U;
  uint32_t          flags = 0U;
  const void* const bytes = retrieve(handle, key, &size, &type, &flags);

  memset(phrase, 0, sizeof(*phrase));
  if (!bytes || (type == player->uris.atom_chunk &&
                 rondo_phrase_from_bytes(phrase, bytes, size))) {
    return true;
  }

  lv2_log_error(&player->logger,
                "rondo: the saved %s is not a phrase\n",
                key == player->uris.rondo_seed ? "seed" : "frozen phrase");
  return false;
}

// Read how far the random seed is moved; 0 if that is missing or nonsense
static uint32_t
retrieve_shift(const RondoPlayer* const          player,
               const LV2_State_Retrieve_Function retrieve,
               const LV2_State_Handle            handle)
{
  size_t            size  = 0U;
  uint32_t          type  = 0U;
  uint32_t          flags = 0U;
  int64_t           shift = 0;
  const void* const value =
    retrieve(handle, player->uris.rondo_regenerated, &size, &type, &flags);

  if (value && type == player->uris.atom_long && size == sizeof(shift)) {
    memcpy(&shift, value, sizeof(shift));
  }

  return shift > 0 && shift <= UINT32_MAX ? (uint32_t)shift : 0U;
}

// Read the path, which may be missing; NULL if there is something else
static const char*
retrieve_path(RondoPlayer* const                player,
              const LV2_State_Retrieve_Function retrieve,
              const LV2_State_Handle            handle)
{
  const RondoUris* const uris  = &player->uris;
  size_t                 size  = 0U;
  uint32_t               type  = 0U;
  uint32_t               flags = 0U;
  const char* const      path =
    (const char*)retrieve(handle, uris->rondo_midi_file, &size, &type, &flags);

  if (!path || !size) {
    return "";
  }

  if ((type == uris->atom_string || type == uris->atom_path) &&
      size <= RONDO_MAX_PATH && memchr(path, '\0', size) &&
      (!path[0] || path[0] == '/')) {
    return path;
  }

  lv2_log_error(&player->logger,
                "rondo: the saved place of MIDI files is not a path\n");
  return NULL;
}

LV2_State_Status
rondo_player_restore(RondoPlayer* const                player,
                     const LV2_State_Retrieve_Function retrieve,
                     const LV2_State_Handle            handle,
                     const LV2_Feature* const* const   features)
{
  const RondoUris* const           uris = &player->uris;
  const LV2_Worker_Schedule* const schedule =
    (const LV2_Worker_Schedule*)lv2_features_data(features,
                                                  LV2_WORKER__schedule);
  RondoPhrase seed;
  RondoPhrase frozen;
  size_t      size  = 0U;
  uint32_t    type  = 0U;
  uint32_t    flags = 0U;

  if (!uris->atom_chunk) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  if (!retrieve(handle, uris->rondo_state_version, &size, &type, &flags)) {
    return LV2_STATE_SUCCESS;
  }

  const char* const path = retrieve_path(player, retrieve, handle);
  if (!retrieve_phrase(player, retrieve, handle, uris->rondo_seed, &seed) ||
      !retrieve_phrase(player, retrieve, handle, uris->rondo_frozen, &frozen) ||
      !path) {
    return LV2_STATE_ERR_BAD_TYPE;
  }

  atomic_store(&player->shift, retrieve_shift(player, retrieve, handle));
  rondo_performer_give_seed(player->performer, &seed, &frozen);
  return rondo_saver_restore(&player->saver, schedule, path)
           ? LV2_STATE_ERR_UNKNOWN
           : LV2_STATE_SUCCESS;
}
