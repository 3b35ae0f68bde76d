// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file messages.h What a plugin hears and says about its properties.

   It hears patch:Set and patch:Get, and says patch:Set and that its state
   changed.
*/

#ifndef RONDO_PLUGIN_MESSAGES_H
#define RONDO_PLUGIN_MESSAGES_H

#include "core/base/attributes.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is left to be answered
typedef struct {
  const RondoUris* uris;
  LV2_Atom_Forge   forge;
  int32_t          sequence_number; ///< Of the newest patch:Get, or 0
} RondoMessages;

/// A text that hosts may see and perhaps set
typedef struct {
  LV2_URID    key;
  LV2_URID    type; ///< atom:Path or atom:String
  bool        writable;
  const char* text;
  bool*       announce; ///< The host has to be told
} RondoProperty;

/// What a host wants a property to be
typedef struct {
  const RondoProperty* property; ///< NULL: nothing is to be set
  const char*          text;     ///< NULL: nothing that a text could be
  uint32_t             length;
} RondoWish;

// Setup

/// Prepare to speak; `map` may be NULL.
void
rondo_messages_init(RondoMessages*   messages,
                    const RondoUris* uris,
                    LV2_URID_Map*    map);

// Processing (audio thread)

/**
   Hear what the host or its windows say in `object`.

   What they ask for is noted in RondoProperty.announce.

   @return What is to be set; texts are inside of `object`.
*/
RONDO_REALTIME RondoWish
rondo_messages_hear(RondoMessages*         messages,
                    const RondoProperty*   properties,
                    size_t                 n_properties,
                    const LV2_Atom_Object* object);

/**
   Say what there is to say, or as much as fits; the rest waits.

   @param changed Whether the host has to be told that the state changed.
   @param notify A buffer of notify->atom.size bytes, or NULL.
   @param n_samples Length of the block: nothing is said in an empty one.
*/
RONDO_REALTIME void
rondo_messages_say(RondoMessages*       messages,
                   const RondoProperty* properties,
                   size_t               n_properties,
                   bool*                changed,
                   LV2_Atom_Sequence*   notify,
                   uint32_t             n_samples);

#endif // RONDO_PLUGIN_MESSAGES_H
