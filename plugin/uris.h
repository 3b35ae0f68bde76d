// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file uris.h The URIs that the plugins speak.

   Setup.
*/

#ifndef RONDO_PLUGIN_URIS_H
#define RONDO_PLUGIN_URIS_H

#include <lv2/urid/urid.h>

#define RONDO_URI__denoise "urn:rondo:denoise"
#define RONDO_URI__denoise_stereo "urn:rondo:denoise-stereo"

/// The path of a model file, a parameter and a key of the saved state
#define RONDO_URI__model "urn:rondo:model"

/// The version of the saved state, an integer
#define RONDO_URI__state_version "urn:rondo:stateVersion"

/// URIs as the host numbers them; all 0 if it numbers none
typedef struct {
  LV2_URID plugin;
  LV2_URID atom_int;
  LV2_URID atom_object;
  LV2_URID atom_path;
  LV2_URID atom_sequence;
  LV2_URID atom_string;
  LV2_URID atom_urid;
  LV2_URID patch_get;
  LV2_URID patch_property;
  LV2_URID patch_sequence_number;
  LV2_URID patch_set;
  LV2_URID patch_subject;
  LV2_URID patch_value;
  LV2_URID rondo_model;
  LV2_URID rondo_state_version;
  LV2_URID state_changed;
} RondoUris;

/// Return the numbers that `map` (may be NULL) gives to the URIs.
RondoUris
rondo_uris(LV2_URID_Map* map, const char* plugin_uri);

#endif // RONDO_PLUGIN_URIS_H
