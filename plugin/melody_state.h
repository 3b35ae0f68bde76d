// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file melody_state.h What a host saves of Rondo Melody beside the values of
   ports.

   That is a version, the seed, the frozen phrase, how far Regenerate has moved
   the random seed, and where MIDI files are written.

   Setup (allocates).
*/

#ifndef RONDO_PLUGIN_MELODY_STATE_H
#define RONDO_PLUGIN_MELODY_STATE_H

#include "plugin/melody.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>

/// Save, as LV2_State_Interface.save() does.
LV2_State_Status
rondo_player_save(RondoPlayer*             player,
                  LV2_State_Store_Function store,
                  LV2_State_Handle         handle);

/**
   Restore, as LV2_State_Interface.restore() does.

   What is missing is empty.  But a state without a version, which is what a
   preset of controls is, leaves all as it is: whoever tries styles keeps the
   seed.  Keys that are not known are left alone.
*/
LV2_State_Status
rondo_player_restore(RondoPlayer*                player,
                     LV2_State_Retrieve_Function retrieve,
                     LV2_State_Handle            handle,
                     const LV2_Feature* const*   features);

#endif // RONDO_PLUGIN_MELODY_STATE_H
