// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file slot.h A place for a model that is exchanged while audio runs.

   The audio thread asks for a model by path; the host's worker loads it and
   builds what runs it (a unit); the audio thread takes the unit by pointer,
   plays it beside the old one until it has settled, crossfades, and
   gives the old one back to the worker to be freed.

       audio thread                 worker
       ask      ---- path ------->  load, build
       accept   <--- unit --------
       play both, crossfade
       advance  ---- old unit --->  free

   Orders for a model are numbered as they are given, and an answer to an older
   order never replaces that to a newer one.  The worker may run at once inside
   of the call that schedules it, and several workers may run at a time.
*/

#ifndef RONDO_PLUGIN_SLOT_H
#define RONDO_PLUGIN_SLOT_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "plugin/paths.h"

#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A model with what runs it
typedef struct RondoUnitImpl {
  void*                 engine;  ///< From RondoSlotType.make
  RondoModel*           model;   ///< Its own, or NULL for the built-in one
  uint32_t              order;   ///< Number of the order that it answers
  bool                  by_user; ///< Asked for while playing, not restored
  bool                  started; ///< Audio thread: has played
  struct RondoUnitImpl* next;    ///< In the list of all units
  struct RondoUnitImpl* next_retired;
  char                  path[]; ///< Absolute, or empty for the built-in model
} RondoUnit;

/// What a plugin runs models with
typedef struct {
  /**
     Make and return in `*engine` what runs `model`; all of its memory has been
     written to.

     Called from any thread but the audio thread, several at a time.
  */
  RondoStatus (*make)(const void*       plugin,
                      const RondoModel* model,
                      void**            engine,
                      RondoError*       error);

  /// Free what make() made.
  void (*free)(void* engine);
} RondoSlotType;

/// An order for a model, as the worker gets it
typedef struct {
  uint32_t kind;
  uint32_t order;
  char     path[RONDO_MAX_PATH];
} RondoOrder;

/// A place for a model
typedef struct {
  // Fixed at setup
  const RondoSlotType*       type;
  const void*                plugin;
  RondoModel*                builtin;
  char*                      folder; ///< Of the built-in one, with a slash
  LV2_Log_Logger*            logger;
  const LV2_Worker_Schedule* schedule; ///< NULL: no worker

  // Shared
  atomic_uint     last_order;
  atomic_bool     asking; ///< An order of the audio thread is under way
  pthread_mutex_t mutex;  ///< Guards the members that follow
  RondoUnit*      units;  ///< All there are
  uint32_t        path_order;
  char            path[RONDO_MAX_PATH]; ///< To be saved

  // Audio thread
  RondoUnit* active;
  RondoUnit* incoming; ///< Plays beside `active` until rondo_slot_advance()
  RondoUnit* queued;   ///< Comes after `incoming`
  RondoUnit* retired;  ///< To be freed
  RondoOrder order;    ///< The newest that was asked for
  bool       waiting;  ///< `order` is not sent yet
  bool       running;  ///< `active` has played since it was activated
  bool       announce; ///< The host has to be told the path
  bool       changed;  ///< The host has to be told that the state changed
} RondoSlot;

// Setup (allocates)

/**
   Load the built-in model and make the first unit.

   @param slot Cleared to 0.
   @param plugin Passed to type->make().
   @param schedule The worker, or NULL.
*/
RONDO_NODISCARD RondoStatus
rondo_slot_init(RondoSlot*                 slot,
                const RondoSlotType*       type,
                const void*                plugin,
                const char*                builtin_path,
                LV2_Log_Logger*            logger,
                const LV2_Worker_Schedule* schedule,
                RondoError*                error);

/// Free all that belongs to a slot from rondo_slot_init().
void
rondo_slot_clear(RondoSlot* slot);

/// Come to rest: end an exchange at once.  Not while audio runs.
void
rondo_slot_settle(RondoSlot* slot);

/// Do what the audio thread or rondo_slot_restore() scheduled.
LV2_Worker_Status
rondo_slot_work(RondoSlot*                  slot,
                LV2_Worker_Respond_Function respond,
                LV2_Worker_Respond_Handle   handle,
                uint32_t                    size,
                const void*                 data);

/**
   Go to the model at `path`, or to the built-in one if it is empty.

   If the model cannot be loaded, the built-in one plays, a message is logged
   and the path is kept, to be saved again.

   @param schedule A worker, with which this may be called while audio runs,
   or NULL, with which it may not.
*/
RondoStatus
rondo_slot_restore(RondoSlot*                 slot,
                   const LV2_Worker_Schedule* schedule,
                   const char*                path);

/// Copy the path to be saved; any thread but the audio thread.
void
rondo_slot_copy_path(RondoSlot* slot, char path[RONDO_MAX_PATH]);

// Processing (audio thread)

/**
   Ask for the model at `path` (`length` bytes, then 0), the built-in one if
   it is empty.  Replaces what was asked for before and not sent yet.

   @return False, and nothing changes, if there is no worker, or if the path
   is too long or not absolute.
*/
RONDO_REALTIME bool
rondo_slot_ask(RondoSlot* slot, const char* path, size_t length);

/// Take an answer of the worker.
RONDO_REALTIME LV2_Worker_Status
rondo_slot_accept(RondoSlot* slot, uint32_t size, const void* body);

/// Send what waits for the worker: once a block.
RONDO_REALTIME void
rondo_slot_send(RondoSlot* slot);

/// End the exchange: the incoming unit becomes the active one.
RONDO_REALTIME void
rondo_slot_advance(RondoSlot* slot);

/// Return the path that was accepted last.
RONDO_REALTIME const char*
rondo_slot_path(const RondoSlot* slot);

#endif // RONDO_PLUGIN_SLOT_H
