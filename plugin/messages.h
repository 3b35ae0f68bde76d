// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file messages.h What a plugin hears and says through its atom ports.

   It hears patch:Set and patch:Get of the model's path, and says patch:Set of
   it and that its state changed.
*/

#ifndef RONDO_PLUGIN_MESSAGES_H
#define RONDO_PLUGIN_MESSAGES_H

#include "core/base/attributes.h"
#include "plugin/slot.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>

#include <stdint.h>

/// What is left to be answered
typedef struct {
  const RondoUris* uris;
  LV2_Atom_Forge   forge;
  int32_t          sequence_number; ///< Of the newest patch:Get, or 0
} RondoMessages;

// Setup

/// Prepare to speak; `map` may be NULL.
void
rondo_messages_init(RondoMessages*   messages,
                    const RondoUris* uris,
                    LV2_URID_Map*    map);

// Processing (audio thread)

/// Hear what the host and its windows say; `control` may be NULL.
RONDO_REALTIME void
rondo_messages_hear(RondoMessages*           messages,
                    RondoSlot*               slot,
                    const LV2_Atom_Sequence* control);

/**
   Say what there is to say, or as much as fits; the rest waits.

   @param notify A buffer of notify->atom.size bytes, or NULL.
   @param n_samples Length of the block: nothing is said in an empty one.
*/
RONDO_REALTIME void
rondo_messages_say(RondoMessages*     messages,
                   RondoSlot*         slot,
                   LV2_Atom_Sequence* notify,
                   uint32_t           n_samples);

#endif // RONDO_PLUGIN_MESSAGES_H
