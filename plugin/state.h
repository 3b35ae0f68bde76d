// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file state.h What a host saves beside the values of ports.

   That is the path of the model and a version.  A path is stored in the form
   that the host asks for, so that it finds the file again if it moves the
   session.  A model of the bundle is stored as a string, by its name, so that
   it is found wherever the plugin is installed.

   Setup (allocates).
*/

#ifndef RONDO_PLUGIN_STATE_H
#define RONDO_PLUGIN_STATE_H

#include "plugin/slot.h"
#include "plugin/uris.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>

#include <stdint.h>

#define RONDO_STATE_VERSION 1

/// Save, as LV2_State_Interface.save() does.
LV2_State_Status
rondo_state_save(RondoSlot*                slot,
                 const RondoUris*          uris,
                 LV2_State_Store_Function  store,
                 LV2_State_Handle          handle,
                 const LV2_Feature* const* features);

/**
   Restore, as LV2_State_Interface.restore() does.

   A state without a path means the built-in model, as LV2 asks for.  Keys
   that are not known are left alone.
*/
LV2_State_Status
rondo_state_restore(RondoSlot*                  slot,
                    const RondoUris*            uris,
                    LV2_State_Retrieve_Function retrieve,
                    LV2_State_Handle            handle,
                    const LV2_Feature* const*   features);

#endif // RONDO_PLUGIN_STATE_H
