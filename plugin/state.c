// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/state.h"

#include "core/base/status.h"
#include "plugin/paths.h"
#include "plugin/slot.h"
#include "plugin/uris.h"

#include <lv2/core/lv2.h>
#include <lv2/core/lv2_util.h>
#include <lv2/log/logger.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// What the host offers for paths; each may be missing
typedef struct {
  const LV2_State_Map_Path*  map;
  const LV2_State_Free_Path* free;
} Paths;

static Paths
find_paths(const LV2_Feature* const* const features)
{
  const Paths paths = {
    (const LV2_State_Map_Path*)lv2_features_data(features, LV2_STATE__mapPath),
    (const LV2_State_Free_Path*)lv2_features_data(features,
                                                  LV2_STATE__freePath),
  };

  return paths;
}

static void
free_path(const Paths* const paths, char* const path)
{
  if (paths->free) {
    paths->free->free_path(paths->free->handle, path);
  } else {
    free(path);
  }
}

// Return the name of a file that lies beside the built-in model, or NULL
static const char*
name_beside(const RondoSlot* const slot, const char* const path)
{
  const size_t      length = strlen(slot->folder);
  const char* const name =
    strncmp(path, slot->folder, length) ? NULL : path + length;
  return name && length && !strchr(name, '/') ? name : NULL;
}

LV2_State_Status
rondo_state_save(RondoSlot* const                slot,
                 const RondoUris* const          uris,
                 const LV2_State_Store_Function  store,
                 const LV2_State_Handle          handle,
                 const LV2_Feature* const* const features)
{
  const Paths   paths   = find_paths(features);
  const int32_t version = RONDO_STATE_VERSION;
  char          path[RONDO_MAX_PATH];

  if (!uris->atom_path) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  const LV2_State_Status status =
    store(handle,
          uris->rondo_state_version,
          &version,
          sizeof(version),
          uris->atom_int,
          LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);

  rondo_slot_copy_path(slot, path);
  if (status || !path[0]) {
    return status;
  }

  // Not a path, so that it is found wherever the bundle lies
  const char* const name = name_beside(slot, path);
  if (name) {
    return store(handle,
                 uris->rondo_model,
                 name,
                 strlen(name) + 1U,
                 uris->atom_string,
                 LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  }

  if (!paths.map) {
    return store(handle,
                 uris->rondo_model,
                 path,
                 strlen(path) + 1U,
                 uris->atom_path,
                 LV2_STATE_IS_POD);
  }

  char* const abstract = paths.map->abstract_path(paths.map->handle, path);
  if (!abstract) {
    lv2_log_error(slot->logger, "rondo: %s: the host lost the path\n", path);
    return LV2_STATE_ERR_UNKNOWN;
  }

  const LV2_State_Status result =
    store(handle,
          uris->rondo_model,
          abstract,
          strlen(abstract) + 1U,
          uris->atom_path,
          LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);

  free_path(&paths, abstract);
  return result;
}

static LV2_State_Status
restore_path(RondoSlot* const                slot,
             const LV2_Feature* const* const features,
             const char* const               path)
{
  const LV2_Worker_Schedule* const schedule =
    (const LV2_Worker_Schedule*)lv2_features_data(features,
                                                  LV2_WORKER__schedule);

  const RondoStatus status = rondo_slot_restore(slot, schedule, path);
  if (status) {
    lv2_log_error(
      slot->logger, "rondo: %s: %s\n", path, rondo_strerror(status));
  }

  return status ? LV2_STATE_ERR_UNKNOWN : LV2_STATE_SUCCESS;
}

// Restore a model of the bundle
static LV2_State_Status
restore_name(RondoSlot* const                slot,
             const LV2_Feature* const* const features,
             const char* const               name)
{
  char* const path = rondo_join_path(slot->folder, name);
  if (!path) {
    lv2_log_error(slot->logger, "rondo: %s: out of memory\n", name);
    return LV2_STATE_ERR_UNKNOWN;
  }

  const LV2_State_Status status = restore_path(slot, features, path);
  free(path);
  return status;
}

LV2_State_Status
rondo_state_restore(RondoSlot* const                  slot,
                    const RondoUris* const            uris,
                    const LV2_State_Retrieve_Function retrieve,
                    const LV2_State_Handle            handle,
                    const LV2_Feature* const* const   features)
{
  const Paths paths = find_paths(features);
  size_t      size  = 0U;
  uint32_t    type  = 0U;
  uint32_t    flags = 0U;

  if (!uris->atom_path) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  const char* const value =
    (const char*)retrieve(handle, uris->rondo_model, &size, &type, &flags);

  if (!value || !size || !value[0]) {
    return restore_path(slot, features, "");
  }

  if ((type != uris->atom_path && type != uris->atom_string) ||
      !memchr(value, '\0', size)) {
    lv2_log_error(slot->logger, "rondo: the saved model is not a path\n");
    return LV2_STATE_ERR_BAD_TYPE;
  }

  if (type == uris->atom_string && !strchr(value, '/')) {
    return restore_name(slot, features, value);
  }

  if (!paths.map) {
    return restore_path(slot, features, value);
  }

  char* const absolute = paths.map->absolute_path(paths.map->handle, value);
  if (!absolute) {
    lv2_log_error(slot->logger, "rondo: %s: the host lost the path\n", value);
    return LV2_STATE_ERR_UNKNOWN;
  }

  const LV2_State_Status status = restore_path(slot, features, absolute);
  free_path(&paths, absolute);
  return status;
}
