// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file position.h Where a host says that it is, as hosts really say it.

   Numbers come as atom:Int, atom:Long, atom:Float or atom:Double, and any may
   be missing or nonsense.  What is missing is as it was before; a bar or beat
   that is missing is reckoned from the beats or the frames since the song
   began, by the tempo that is known.

   Processing (audio thread).
*/

#ifndef RONDO_PLUGIN_POSITION_H
#define RONDO_PLUGIN_POSITION_H

#include "core/base/attributes.h"
#include "core/music/performer.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>

/// What is known of the host's position
typedef struct {
  double         sample_rate; ///< Hz
  RondoTransport transport;
} RondoPosition;

/// Forget what is known: stopped, at the beginning, 4/4, 120 a minute.
RONDO_REALTIME void
rondo_position_reset(RondoPosition* position, double sample_rate);

/**
   Take a time:Position, after which `position->transport` tells where the host
   is.

   @return False, and nothing changes, if `object` is something else.
*/
RONDO_REALTIME bool
rondo_position_take(RondoPosition*         position,
                    const RondoUris*       uris,
                    const LV2_Atom_Object* object);

#endif // RONDO_PLUGIN_POSITION_H
