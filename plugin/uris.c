// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>

#include <stddef.h>

static LV2_URID
number(LV2_URID_Map* map, const char* uri)
{
  return map ? map->map(map->handle, uri) : 0U;
}

RondoUris
rondo_uris(LV2_URID_Map* map, const char* plugin_uri)
{
  const RondoUris uris = {
    .plugin                = number(map, plugin_uri),
    .atom_int              = number(map, LV2_ATOM__Int),
    .atom_object           = number(map, LV2_ATOM__Object),
    .atom_path             = number(map, LV2_ATOM__Path),
    .atom_sequence         = number(map, LV2_ATOM__Sequence),
    .atom_string           = number(map, LV2_ATOM__String),
    .atom_urid             = number(map, LV2_ATOM__URID),
    .patch_get             = number(map, LV2_PATCH__Get),
    .patch_property        = number(map, LV2_PATCH__property),
    .patch_sequence_number = number(map, LV2_PATCH__sequenceNumber),
    .patch_set             = number(map, LV2_PATCH__Set),
    .patch_subject         = number(map, LV2_PATCH__subject),
    .patch_value           = number(map, LV2_PATCH__value),
    .rondo_model           = number(map, RONDO_URI__model),
    .rondo_state_version   = number(map, RONDO_URI__state_version),
    .state_changed         = number(map, LV2_STATE__StateChanged),
  };

  return uris;
}
