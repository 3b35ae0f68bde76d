// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/position.h"

#include "core/base/attributes.h"
#include "core/music/performer.h"
#include "plugin/atoms.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Bars and frames that are beyond this are nonsense: 2^48
static const double farthest = 281474976710656.0;

// Read a finite number of whatever type
static RONDO_REALTIME bool
read_number(const LV2_Atom_Object* const object,
            const RondoUris* const       uris,
            const LV2_URID               key,
            double* const                number)
{
  const LV2_Atom* const atom = rondo_atoms_find(object, key);
  if (!atom) {
    return false;
  }

  const void* const body  = LV2_ATOM_BODY_CONST(atom);
  double            value = 0.0;
  if (atom->type == uris->atom_int && atom->size == sizeof(int32_t)) {
    int32_t i = 0;
    memcpy(&i, body, sizeof(i));
    value = (double)i;
  } else if (atom->type == uris->atom_long && atom->size == sizeof(int64_t)) {
    int64_t l = 0;
    memcpy(&l, body, sizeof(l));
    value = (double)l;
  } else if (atom->type == uris->atom_float && atom->size == sizeof(float)) {
    float f = 0.0f;
    memcpy(&f, body, sizeof(f));
    value = (double)f;
  } else if (atom->type == uris->atom_double && atom->size == sizeof(double)) {
    memcpy(&value, body, sizeof(value));
  } else {
    return false;
  }

  if (!(value >= -farthest && value <= farthest)) {
    return false;
  }

  *number = value;
  return true;
}

// Read a number that only makes sense above 0; leave it if there is none
static RONDO_REALTIME void
read_positive(const LV2_Atom_Object* const object,
              const RondoUris* const       uris,
              const LV2_URID               key,
              double* const                number)
{
  double value = 0.0;
  if (read_number(object, uris, key, &value) && value > 0.0) {
    *number = value;
  }
}

// Return a whole number of at most `farthest`, rounded down
static RONDO_REALTIME int64_t
round_down(const double value)
{
  const int64_t whole = (int64_t)value;
  return whole - ((double)whole > value ? 1 : 0);
}

// Reckon the beats since the song began
static RONDO_REALTIME bool
read_beats(const RondoPosition* const   position,
           const LV2_Atom_Object* const object,
           const RondoUris* const       uris,
           double* const                beats)
{
  double frame = 0.0;
  if (read_number(object, uris, uris->time_beat, beats)) {
    return true;
  }

  if (read_number(object, uris, uris->time_frame, &frame)) {
    const double minutes = frame / (position->sample_rate * 60.0);
    *beats               = minutes * position->transport.beats_per_minute;
    return true;
  }

  return false;
}

static RONDO_REALTIME void
read_place(RondoPosition* const         position,
           const LV2_Atom_Object* const object,
           const RondoUris* const       uris)
{
  RondoTransport* const at    = &position->transport;
  double                bar   = 0.0;
  double                beat  = 0.0;
  double                beats = 0.0;

  const bool has_bar  = read_number(object, uris, uris->time_bar, &bar);
  const bool has_beat = read_number(object, uris, uris->time_bar_beat, &beat);

  if (has_bar) {
    at->bar      = round_down(bar);
    at->bar_beat = has_beat ? beat : 0.0;
  } else if (read_beats(position, object, uris, &beats)) {
    const double bars = beats / at->beats_per_bar;
    if (bars >= -farthest && bars <= farthest) {
      at->bar      = round_down(bars);
      at->bar_beat = beats - ((double)at->bar * at->beats_per_bar);
      at->bar_beat = has_beat ? beat : at->bar_beat;
    }
  } else {
    // In the bar that was last told, or wherever the performer is
    at->bar_beat = has_beat ? beat : (double)NAN;
  }
}

void
rondo_position_reset(RondoPosition* const position, const double sample_rate)
{
  const RondoPosition fresh = {
    sample_rate,
    { .beats_per_bar = 4.0, .beat_unit = 4.0, .beats_per_minute = 120.0 }
  };

  *position = fresh;
}

bool
rondo_position_take(RondoPosition* const         position,
                    const RondoUris* const       uris,
                    const LV2_Atom_Object* const object)
{
  RondoTransport* const at = &position->transport;
  if (!uris->time_position || object->body.otype != uris->time_position) {
    return false;
  }

  (void)read_number(object, uris, uris->time_speed, &at->speed);
  read_positive(object, uris, uris->time_beats_per_bar, &at->beats_per_bar);
  read_positive(object, uris, uris->time_beat_unit, &at->beat_unit);
  read_positive(
    object, uris, uris->time_beats_per_minute, &at->beats_per_minute);
  read_place(position, object, uris);
  return true;
}
