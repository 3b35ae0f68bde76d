// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file saver.h Writes a phrase as a MIDI file while audio runs.

   The audio thread lays the phrase out and tells the host's worker, which
   writes it to the path that was set, and reports how that went.

       audio thread                     worker
       set_path  ---- path ---------->  keep it, to be saved
                 <--- path -----------
       send      ---- phrase -------->  write the file
       accept    <--- report ---------

   A path is that of a file, which is replaced, or of a folder, in which every
   phrase gets a file of its own.  The worker may run at once inside of the call
   that schedules it, and several workers may run at a time.
*/

#ifndef RONDO_PLUGIN_SAVER_H
#define RONDO_PLUGIN_SAVER_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/performer.h"
#include "plugin/paths.h"

#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Bytes of the longest report, with the final 0
#define RONDO_MAX_REPORT 512U

/// The first member of every message, to the worker and from it
typedef enum {
  RONDO_SAVER_PATH,     ///< The path is now this one, by the user's wish
  RONDO_SAVER_RESTORED, ///< The path is now this one
  RONDO_SAVER_WRITE,    ///< Write what was laid out
  RONDO_SAVER_REPORT,   ///< How that went
} RondoSaverKind;

/// Whose what was laid out is
typedef enum {
  RONDO_JOB_NONE,  ///< The audio thread's, to be filled
  RONDO_JOB_READY, ///< The worker's, to be taken
  RONDO_JOB_TAKEN, ///< The worker's, who is copying it
} RondoJobState;

/// A message to the worker or from it, of as many bytes as its text has
typedef struct {
  uint32_t kind;
  uint32_t order; ///< Of a path, counted up as they are given
  char     text[RONDO_MAX_PATH];
} RondoSaverMessage;

/// What writes phrases
typedef struct {
  // Fixed at setup
  LV2_Log_Logger*            logger;
  const LV2_Worker_Schedule* schedule; ///< NULL: no worker

  // Shared
  atomic_uint     last_order;
  atomic_int      job; ///< RondoJobState
  RondoPhrase     phrase;
  double          quarters; ///< A minute
  pthread_mutex_t mutex;    ///< Guards the members that follow
  uint32_t        path_order;
  char            path[RONDO_MAX_PATH]; ///< To be saved

  // Audio thread
  RondoSaverMessage wanted;       ///< The newest path that was asked for
  bool              path_waiting; ///< `wanted` is not sent yet
  bool              is_asked;     ///< A phrase is to be written
  uint32_t          shown_order;
  char              shown_path[RONDO_MAX_PATH];
  char              report[RONDO_MAX_REPORT];
  bool              announce_path; ///< The host has to be told
  bool              announce_report;
  bool              changed; ///< The host has to be told that the state changed
} RondoSaver;

// Setup

/// Prepare a saver that was cleared to 0.
void
rondo_saver_init(RondoSaver*                saver,
                 LV2_Log_Logger*            logger,
                 const LV2_Worker_Schedule* schedule);

/// Free what belongs to a saver.
void
rondo_saver_clear(RondoSaver* saver);

/// Come to rest: a phrase that no worker has taken is not written.  Not while
/// audio runs.
void
rondo_saver_settle(RondoSaver* saver);

/// Do what the audio thread or rondo_saver_restore() scheduled.
LV2_Worker_Status
rondo_saver_work(RondoSaver*                 saver,
                 LV2_Worker_Respond_Function respond,
                 LV2_Worker_Respond_Handle   handle,
                 uint32_t                    size,
                 const void*                 data);

/**
   Set the path.

   @param schedule A worker, with which this may be called while audio runs, or
   NULL, with which it may not.
*/
RondoStatus
rondo_saver_restore(RondoSaver*                saver,
                    const LV2_Worker_Schedule* schedule,
                    const char*                path);

/// Copy the path to be saved; any thread but the audio thread.
void
rondo_saver_copy_path(RondoSaver* saver, char path[RONDO_MAX_PATH]);

// Processing (audio thread)

/// Ask for another path, of `length` bytes; NULL is nothing that a path could
/// be.  Whoever asked is told what it is then.
RONDO_REALTIME void
rondo_saver_set_path(RondoSaver* saver, const char* path, size_t length);

/// Ask for a phrase to be written.
RONDO_REALTIME void
rondo_saver_ask(RondoSaver* saver);

/// Send what waits for the worker: once a block.
RONDO_REALTIME void
rondo_saver_send(RondoSaver* saver, const RondoPhrase* phrase, double quarters);

/// Take a message of the worker.
RONDO_REALTIME LV2_Worker_Status
rondo_saver_accept(RondoSaver* saver, uint32_t size, const void* body);

#endif // RONDO_PLUGIN_SAVER_H
