// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file host_calls.h What the audio thread may ask of the host.

   LV2 promises that these calls are safe in run(), but the types of LV2 do not
   say so, hence the silenced warnings.

   Processing (audio thread).
*/

#ifndef RONDO_PLUGIN_HOST_CALLS_H
#define RONDO_PLUGIN_HOST_CALLS_H

#include "core/base/attributes.h"

#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <stdint.h>

#if defined(__clang__) && __clang_major__ >= 20
#  define RONDO_BEGIN_HOST_CALLS     \
    _Pragma("clang diagnostic push") \
      _Pragma("clang diagnostic ignored \"-Wfunction-effects\"")
#  define RONDO_END_HOST_CALLS _Pragma("clang diagnostic pop")
#else
#  define RONDO_BEGIN_HOST_CALLS
#  define RONDO_END_HOST_CALLS
#endif

RONDO_BEGIN_HOST_CALLS

/// Have the host call work() with a copy of `data`.
static inline RONDO_REALTIME LV2_Worker_Status
rondo_host_schedule(const LV2_Worker_Schedule* const schedule,
                    const uint32_t                   size,
                    const void* const                data)
{
  return schedule->schedule_work(schedule->handle, size, data);
}

/// Log a line in the way meant for run(), or not at all if there is none.
static inline RONDO_REALTIME void
rondo_host_trace(const LV2_Log_Logger* const logger, const char* const line)
{
  if (logger->log && logger->Trace) {
    (void)logger->log->printf(logger->log->handle, logger->Trace, "%s", line);
  }
}

RONDO_END_HOST_CALLS

#endif // RONDO_PLUGIN_HOST_CALLS_H
