// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/saver.h"

#include "core/base/status.h"
#include "core/music/performer.h"
#include "core/music/phrase_file.h"

#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

// Names that are tried in a folder
#define RONDO_MAX_FILES 9999U

static size_t
message_size(const char* const text)
{
  return offsetof(RondoSaverMessage, text) + strlen(text) + 1U;
}

// Keep a path, unless a newer one is there already; say which one is there
static void
keep_path(RondoSaver* const        saver,
          const uint32_t           order,
          const char* const        path,
          RondoSaverMessage* const now)
{
  pthread_mutex_lock(&saver->mutex);
  if ((int32_t)(order - saver->path_order) >= 0) {
    saver->path_order = order;
    memmove(saver->path, path, strlen(path) + 1U);
  }
  now->order = saver->path_order;
  memcpy(now->text, saver->path, strlen(saver->path) + 1U);
  pthread_mutex_unlock(&saver->mutex);
}

void
rondo_saver_init(RondoSaver* const                saver,
                 LV2_Log_Logger* const            logger,
                 const LV2_Worker_Schedule* const schedule)
{
  saver->logger   = logger;
  saver->schedule = schedule;
  atomic_init(&saver->last_order, 0U);
  atomic_init(&saver->job, RONDO_JOB_NONE);
  pthread_mutex_init(&saver->mutex, NULL);
}

void
rondo_saver_clear(RondoSaver* const saver)
{
  pthread_mutex_destroy(&saver->mutex);
}

void
rondo_saver_settle(RondoSaver* const saver)
{
  int ready = RONDO_JOB_READY;

  atomic_compare_exchange_strong(&saver->job, &ready, RONDO_JOB_NONE);
  saver->is_asked = false;
}

// Set `path` to that of the file to be written
static RondoStatus
choose_path(const char* const given,
            char              path[RONDO_MAX_PATH],
            RondoError* const error)
{
  struct stat  info;
  const size_t length = strlen(given);
  const bool   exists = !stat(given, &info);

  if (!length) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_ARGUMENT, "no file or folder is set");
  }

  if (!exists || S_ISREG(info.st_mode)) {
    memcpy(path, given, length + 1U);
    return RONDO_SUCCESS;
  }

  if (!S_ISDIR(info.st_mode)) {
    return rondo_error_set(error, RONDO_ERR_IO, "neither a file nor a folder");
  }

  for (unsigned i = 1U; i <= RONDO_MAX_FILES; ++i) {
    const int n = snprintf(path,
                           RONDO_MAX_PATH,
                           "%s%srondo-%03u.mid",
                           given,
                           given[length - 1U] == '/' ? "" : "/",
                           i);
    if (n < 0 || n >= (int)RONDO_MAX_PATH) {
      return rondo_error_set(error, RONDO_ERR_IO, "the path is too long");
    }

    if (lstat(path, &info)) {
      return errno == ENOENT
               ? RONDO_SUCCESS
               : rondo_error_set(error, RONDO_ERR_IO, "%s", strerror(errno));
    }
  }

  return rondo_error_set(error, RONDO_ERR_IO, "the folder is full");
}

// Write `phrase`, log how it went and put that in words
static void
write_file(RondoSaver* const        saver,
           const RondoPhrase* const phrase,
           const double             quarters,
           RondoSaverMessage* const report)
{
  char        given[RONDO_MAX_PATH];
  char        path[RONDO_MAX_PATH] = "";
  char* const text                 = report->text;
  RondoError  error                = { RONDO_SUCCESS, "" };

  rondo_saver_copy_path(saver, given);
  RondoStatus status = choose_path(given, path, &error);
  if (!status) {
    status = rondo_phrase_write(phrase, quarters, path, &error);
  }

  // Paths that are too long for a report lose their end
  const char* const file = path[0] ? path : given;
  if (!status) {
    (void)snprintf(
      text, RONDO_MAX_REPORT, "%u notes: %.470s", phrase->n_notes, file);
    lv2_log_note(
      saver->logger, "rondo: wrote %u notes: %s\n", phrase->n_notes, file);
  } else {
    const size_t length = strlen(file);
    const bool   named  = length && !strncmp(error.message, file, length);
    (void)snprintf(text,
                   RONDO_MAX_REPORT,
                   "nothing is written: %.200s%s%.255s",
                   named ? "" : file,
                   named || !length ? "" : ": ",
                   error.message);
    lv2_log_error(saver->logger, "rondo: %s\n", text);
  }
}

static LV2_Worker_Status
work_phrase(RondoSaver* const                 saver,
            const LV2_Worker_Respond_Function respond,
            const LV2_Worker_Respond_Handle   handle)
{
  int ready = RONDO_JOB_READY;
  if (!atomic_compare_exchange_strong(&saver->job, &ready, RONDO_JOB_TAKEN)) {
    return LV2_WORKER_SUCCESS;
  }

  const RondoPhrase phrase   = saver->phrase;
  const double      quarters = saver->quarters;
  atomic_store(&saver->job, RONDO_JOB_NONE);

  RondoSaverMessage report = { RONDO_SAVER_REPORT, 0U, "" };
  write_file(saver, &phrase, quarters, &report);
  return respond(handle, (uint32_t)message_size(report.text), &report);
}

LV2_Worker_Status
rondo_saver_work(RondoSaver* const                 saver,
                 const LV2_Worker_Respond_Function respond,
                 const LV2_Worker_Respond_Handle   handle,
                 const uint32_t                    size,
                 const void* const                 data)
{
  // The host's copy may be unaligned
  RondoSaverMessage message = { RONDO_SAVER_WRITE, 0U, "" };
  const size_t      head    = offsetof(RondoSaverMessage, text);
  if (size < head || size > sizeof(message)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(&message, data, size);
  message.text[sizeof(message.text) - 1U] = '\0';
  if (message.kind == RONDO_SAVER_WRITE) {
    return work_phrase(saver, respond, handle);
  }

  if (message.kind != RONDO_SAVER_PATH &&
      message.kind != RONDO_SAVER_RESTORED) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  keep_path(saver, message.order, message.text, &message);
  return respond(handle, (uint32_t)message_size(message.text), &message);
}

RondoStatus
rondo_saver_restore(RondoSaver* const                saver,
                    const LV2_Worker_Schedule* const schedule,
                    const char* const                path)
{
  RondoSaverMessage message = { RONDO_SAVER_RESTORED, 0U, "" };
  if (strlen(path) >= sizeof(message.text)) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  // At once, so that it can be saved again before the worker is through
  const uint32_t order = atomic_fetch_add(&saver->last_order, 1U) + 1U;
  keep_path(saver, order, path, &message);

  const size_t size = message_size(message.text);
  if (schedule) {
    return schedule->schedule_work(schedule->handle, (uint32_t)size, &message)
             ? RONDO_ERR_IO
             : RONDO_SUCCESS;
  }

  return rondo_saver_accept(saver, (uint32_t)size, &message) ? RONDO_ERR_IO
                                                             : RONDO_SUCCESS;
}

void
rondo_saver_copy_path(RondoSaver* const saver, char path[RONDO_MAX_PATH])
{
  pthread_mutex_lock(&saver->mutex);
  memcpy(path, saver->path, strlen(saver->path) + 1U);
  pthread_mutex_unlock(&saver->mutex);
}
