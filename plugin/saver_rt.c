// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/saver.h"

#include "core/base/attributes.h"
#include "core/music/performer.h"
#include "plugin/host_calls.h"

#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static RONDO_REALTIME uint32_t
message_size(const size_t length)
{
  return (uint32_t)(offsetof(RondoSaverMessage, text) + length + 1U);
}

void
rondo_saver_set_path(RondoSaver* const saver,
                     const char* const path,
                     const size_t      length)
{
  RondoSaverMessage* const wanted = &saver->wanted;

  if (!saver->schedule) {
    saver->announce_path = true;
    rondo_host_trace(saver->logger, "rondo: no worker here: the path stays\n");
    return;
  }

  if (!path || length >= RONDO_MAX_PATH || (length && path[0] != '/')) {
    saver->announce_path = true;
    rondo_host_trace(saver->logger,
                     "rondo: the path of a MIDI file has to be absolute\n");
    return;
  }

  wanted->kind  = RONDO_SAVER_PATH;
  wanted->order = atomic_fetch_add(&saver->last_order, 1U) + 1U;
  memcpy(wanted->text, path, length);
  wanted->text[length] = '\0';
  saver->path_waiting  = true;
}

void
rondo_saver_ask(RondoSaver* const saver)
{
  if (saver->schedule) {
    saver->is_asked = true;
  } else {
    rondo_host_trace(saver->logger,
                     "rondo: no worker here: no MIDI file is written\n");
  }
}

// The worker may run at once and answer inside of the call, so all is in its
// next state before it, and is put back if the call fails

static RONDO_REALTIME void
send_path(RondoSaver* const saver)
{
  saver->path_waiting = false;
  if (rondo_host_schedule(saver->schedule,
                          message_size(strlen(saver->wanted.text)),
                          &saver->wanted)) {
    saver->path_waiting = true;
  }
}

static RONDO_REALTIME void
send_phrase(RondoSaver* const        saver,
            const RondoPhrase* const phrase,
            const double             quarters)
{
  const uint32_t message[] = { RONDO_SAVER_WRITE, 0U };

  saver->phrase   = *phrase;
  saver->quarters = quarters;
  saver->is_asked = false;
  atomic_store(&saver->job, RONDO_JOB_READY);
  if (rondo_host_schedule(saver->schedule, sizeof(message), message)) {
    atomic_store(&saver->job, RONDO_JOB_NONE);
    saver->is_asked = true;
  }
}

void
rondo_saver_send(RondoSaver* const        saver,
                 const RondoPhrase* const phrase,
                 const double             quarters)
{
  if (saver->path_waiting) {
    send_path(saver);
  }

  // A phrase goes to the path that was asked for before it
  if (saver->is_asked && !saver->path_waiting &&
      atomic_load(&saver->job) == RONDO_JOB_NONE) {
    send_phrase(saver, phrase, quarters);
  }
}

LV2_Worker_Status
rondo_saver_accept(RondoSaver* const saver,
                   const uint32_t    size,
                   const void* const body)
{
  uint32_t head[2] = { 0U, 0U };
  if (size < message_size(0U) || size > sizeof(RondoSaverMessage)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(head, body, sizeof(head));
  const char* const text   = (const char*)body + sizeof(head);
  const size_t      length = size - sizeof(head);
  if (text[length - 1U]) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  if (head[0] == RONDO_SAVER_PATH || head[0] == RONDO_SAVER_RESTORED) {
    if ((int32_t)(head[1] - saver->shown_order) >= 0) {
      saver->shown_order = head[1];
      memcpy(saver->shown_path, text, length);
    }
    saver->announce_path = true;
    saver->changed       = saver->changed || head[0] == RONDO_SAVER_PATH;
  } else if (head[0] == RONDO_SAVER_REPORT && length <= RONDO_MAX_REPORT) {
    memcpy(saver->report, text, length);
    saver->announce_report = true;
  } else {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  return LV2_WORKER_SUCCESS;
}
