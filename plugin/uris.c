// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>

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
    .atom_beat_time        = number(map, LV2_ATOM__beatTime),
    .atom_chunk            = number(map, LV2_ATOM__Chunk),
    .atom_double           = number(map, LV2_ATOM__Double),
    .atom_float            = number(map, LV2_ATOM__Float),
    .atom_int              = number(map, LV2_ATOM__Int),
    .atom_long             = number(map, LV2_ATOM__Long),
    .atom_object           = number(map, LV2_ATOM__Object),
    .atom_path             = number(map, LV2_ATOM__Path),
    .atom_sequence         = number(map, LV2_ATOM__Sequence),
    .atom_string           = number(map, LV2_ATOM__String),
    .atom_urid             = number(map, LV2_ATOM__URID),
    .midi_event            = number(map, LV2_MIDI__MidiEvent),
    .patch_get             = number(map, LV2_PATCH__Get),
    .patch_property        = number(map, LV2_PATCH__property),
    .patch_sequence_number = number(map, LV2_PATCH__sequenceNumber),
    .patch_set             = number(map, LV2_PATCH__Set),
    .patch_subject         = number(map, LV2_PATCH__subject),
    .patch_value           = number(map, LV2_PATCH__value),
    .rondo_frozen          = number(map, RONDO_URI__frozen),
    .rondo_midi_file       = number(map, RONDO_URI__midi_file),
    .rondo_model           = number(map, RONDO_URI__model),
    .rondo_regenerated     = number(map, RONDO_URI__regenerated),
    .rondo_report          = number(map, RONDO_URI__report),
    .rondo_seed            = number(map, RONDO_URI__seed),
    .rondo_state_version   = number(map, RONDO_URI__state_version),
    .state_changed         = number(map, LV2_STATE__StateChanged),
    .time_bar              = number(map, LV2_TIME__bar),
    .time_bar_beat         = number(map, LV2_TIME__barBeat),
    .time_beat             = number(map, LV2_TIME__beat),
    .time_beat_unit        = number(map, LV2_TIME__beatUnit),
    .time_beats_per_bar    = number(map, LV2_TIME__beatsPerBar),
    .time_beats_per_minute = number(map, LV2_TIME__beatsPerMinute),
    .time_frame            = number(map, LV2_TIME__frame),
    .time_position         = number(map, LV2_TIME__Position),
    .time_speed            = number(map, LV2_TIME__speed),
  };

  return uris;
}
