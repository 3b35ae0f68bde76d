// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file atoms.h Reads what a host sends, and believes none of it.

   Processing (audio thread).
*/

#ifndef RONDO_PLUGIN_ATOMS_H
#define RONDO_PLUGIN_ATOMS_H

#include "core/base/attributes.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/// Return whether `sequence` (may be NULL) is one that may hold events.
RONDO_REALTIME bool
rondo_atoms_are_events(const LV2_Atom_Sequence* sequence,
                       const RondoUris*         uris);

/**
   Return the next event of a sequence, or NULL after the last that lies wholly
   inside.

   @param sequence Of which rondo_atoms_are_events().
   @param offset Where the search goes on; 0 for the first event.
*/
RONDO_REALTIME const LV2_Atom_Event*
rondo_atoms_next(const LV2_Atom_Sequence* sequence, uint32_t* offset);

/// Return the object that an event is, or NULL.
RONDO_REALTIME const LV2_Atom_Object*
rondo_atoms_object(const LV2_Atom_Event* event, const RondoUris* uris);

/// Return the value of `key` in `object` if it lies wholly inside, or NULL.
RONDO_REALTIME const LV2_Atom*
rondo_atoms_find(const LV2_Atom_Object* object, LV2_URID key);

/// Return the number in `atom` (may be NULL) of `type`, or 0.
RONDO_REALTIME uint32_t
rondo_atoms_number(const LV2_Atom* atom, LV2_URID type);

#endif // RONDO_PLUGIN_ATOMS_H
