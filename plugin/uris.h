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
#define RONDO_URI__melody "urn:rondo:melody"

/// A frozen phrase, a key of the saved state
#define RONDO_URI__frozen "urn:rondo:frozen"

/// Where phrases are written, a parameter and a key of the saved state
#define RONDO_URI__midi_file "urn:rondo:midiFile"

/// The path of a model file, a parameter and a key of the saved state
#define RONDO_URI__model "urn:rondo:model"

/// How far Regenerate has moved the random seed, a key of the saved state: an
/// integer of 16 bits for the value of the port, then 16 for the presses
#define RONDO_URI__regenerated "urn:rondo:regenerated"

/// How writing a file went, a parameter
#define RONDO_URI__report "urn:rondo:report"

/// A captured seed, a key of the saved state
#define RONDO_URI__seed "urn:rondo:seed"

/// The version of the saved state, an integer
#define RONDO_URI__state_version "urn:rondo:stateVersion"

/// URIs as the host numbers them; all 0 if it numbers none
typedef struct {
  LV2_URID plugin;
  LV2_URID atom_beat_time;
  LV2_URID atom_chunk;
  LV2_URID atom_double;
  LV2_URID atom_float;
  LV2_URID atom_int;
  LV2_URID atom_long;
  LV2_URID atom_object;
  LV2_URID atom_path;
  LV2_URID atom_sequence;
  LV2_URID atom_string;
  LV2_URID atom_urid;
  LV2_URID midi_event;
  LV2_URID patch_get;
  LV2_URID patch_property;
  LV2_URID patch_sequence_number;
  LV2_URID patch_set;
  LV2_URID patch_subject;
  LV2_URID patch_value;
  LV2_URID rondo_frozen;
  LV2_URID rondo_midi_file;
  LV2_URID rondo_model;
  LV2_URID rondo_regenerated;
  LV2_URID rondo_report;
  LV2_URID rondo_seed;
  LV2_URID rondo_state_version;
  LV2_URID state_changed;
  LV2_URID time_bar;
  LV2_URID time_bar_beat;
  LV2_URID time_beat;
  LV2_URID time_beat_unit;
  LV2_URID time_beats_per_bar;
  LV2_URID time_beats_per_minute;
  LV2_URID time_frame;
  LV2_URID time_position;
  LV2_URID time_speed;
} RondoUris;

/// Return the numbers that `map` (may be NULL) gives to the URIs.
RondoUris
rondo_uris(LV2_URID_Map* map, const char* plugin_uri);

#endif // RONDO_PLUGIN_URIS_H
