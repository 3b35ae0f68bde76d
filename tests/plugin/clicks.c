// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// A synthesiser for tests, with which every note is heard to the sample: where
// one begins, the left output has its pitch and the right one its velocity, as
// parts of 256; where one ends, the left output has its pitch below zero.

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/core/lv2_util.h>
#include <lv2/midi/midi.h>
#include <lv2/urid/urid.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const float unit = 1.0f / 256.0f;

typedef struct {
  const LV2_Atom_Sequence* notes;
  float*                   left;
  float*                   right;
  LV2_URID                 midi_event;
} Clicks;

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)descriptor;
  (void)rate;
  (void)bundle_path;
  LV2_URID_Map* const map =
    (LV2_URID_Map*)lv2_features_data(features, LV2_URID__map);
  Clicks* const self = (Clicks*)calloc(1U, sizeof(Clicks));
  if (self && map) {
    self->midi_event = map->map(map->handle, LV2_MIDI__MidiEvent);
  }
  return self;
}

static void
connect_port(const LV2_Handle instance, const uint32_t port, void* const data)
{
  Clicks* const self = (Clicks*)instance;
  if (port == 0U) {
    self->notes = (const LV2_Atom_Sequence*)data;
  } else if (port == 1U) {
    self->left = (float*)data;
  } else {
    self->right = (float*)data;
  }
}

static void
run(const LV2_Handle instance, const uint32_t n_samples)
{
  Clicks* const self = (Clicks*)instance;
  memset(self->left, 0, n_samples * sizeof(float));
  memset(self->right, 0, n_samples * sizeof(float));
  LV2_ATOM_SEQUENCE_FOREACH(self->notes, event)
  {
    const uint8_t* const bytes = (const uint8_t*)(event + 1);
    const int64_t        frame = event->time.frames;
    if (event->body.type != self->midi_event || event->body.size != 3U ||
        frame < 0 || frame >= (int64_t)n_samples) {
      continue;
    }
    if (lv2_midi_message_type(bytes) == LV2_MIDI_MSG_NOTE_ON && bytes[2]) {
      self->left[frame] += unit * (float)bytes[1];
      self->right[frame] += unit * (float)bytes[2];
    } else if (lv2_midi_message_type(bytes) <= LV2_MIDI_MSG_NOTE_ON) {
      self->left[frame] -= unit * (float)bytes[1];
    }
  }
}

static void
cleanup(const LV2_Handle instance)
{
  free(instance);
}

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  static const LV2_Descriptor descriptor = { "urn:rondo:test:clicks",
                                             instantiate,
                                             connect_port,
                                             NULL,
                                             run,
                                             NULL,
                                             cleanup,
                                             NULL };
  return index ? NULL : &descriptor;
}
