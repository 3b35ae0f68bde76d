// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/slot.h"

#include "core/base/status.h"
#include "core/net/model.h"
#include "plugin/slot_messages.h"

#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
free_unit(const RondoSlotType* const type, RondoUnit* const unit)
{
  if (unit) {
    type->free(unit->engine);
    rondo_model_free(unit->model);
    free(unit);
  }
}

static void
add_unit(RondoSlot* const slot, RondoUnit* const unit)
{
  pthread_mutex_lock(&slot->mutex);
  unit->next  = slot->units;
  slot->units = unit;
  pthread_mutex_unlock(&slot->mutex);
}

static void
remove_unit(RondoSlot* const slot, RondoUnit* const unit)
{
  pthread_mutex_lock(&slot->mutex);
  for (RondoUnit** u = &slot->units; *u; u = &(*u)->next) {
    if (*u == unit) {
      *u = unit->next;
      break;
    }
  }
  pthread_mutex_unlock(&slot->mutex);

  free_unit(slot->type, unit);
}

static void
remove_retired(RondoSlot* const slot)
{
  while (slot->retired) {
    RondoUnit* const unit = slot->retired;
    slot->retired         = unit->next_retired;
    remove_unit(slot, unit);
  }
}

// Note the path to be saved, unless that of a newer order is there already
static void
set_path(RondoSlot* const slot, const uint32_t order, const char* const path)
{
  pthread_mutex_lock(&slot->mutex);
  if (!rondo_order_is_newer(slot->path_order, order)) {
    slot->path_order = order;
    memcpy(slot->path, path, strlen(path) + 1U);
  }
  pthread_mutex_unlock(&slot->mutex);
}

// Load a model, but never wait for a pipe or read a device without end
static RondoStatus
load_model(const char* const path, RondoModel** const out, RondoError* error)
{
  struct stat status;

  if (!stat(path, &status) && !S_ISREG(status.st_mode)) {
    return rondo_error_set(error, RONDO_ERR_IO, "not a regular file");
  }

  return rondo_model_load(path, out, error);
}

// Make a unit for `model`, which it owns, or NULL for the built-in one
static RondoStatus
make_unit(RondoSlot* const        slot,
          RondoModel* const       model,
          const RondoOrder* const order,
          RondoUnit** const       out,
          RondoError* const       error)
{
  const size_t     path_size = strlen(order->path) + 1U;
  RondoUnit* const unit = (RondoUnit*)calloc(1U, sizeof(RondoUnit) + path_size);

  *out = NULL;
  if (!unit) {
    rondo_model_free(model);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  unit->model   = model;
  unit->order   = order->order;
  unit->by_user = order->kind == RONDO_WORK_SET;
  memcpy(unit->path, order->path, path_size);

  const RondoStatus status = slot->type->make(
    slot->plugin, model ? model : slot->builtin, &unit->engine, error);

  if (status) {
    free_unit(slot->type, unit);
    return status;
  }

  add_unit(slot, unit);
  *out = unit;
  return RONDO_SUCCESS;
}

static RondoStatus
load_unit(RondoSlot* const        slot,
          const RondoOrder* const order,
          RondoUnit** const       out,
          RondoError* const       error)
{
  RondoModel* model = NULL;

  *out = NULL;
  if (order->path[0]) {
    const RondoStatus status = load_model(order->path, &model, error);
    if (status) {
      return status;
    }
  }

  return make_unit(slot, model, order, out, error);
}

// Return an error's message without the path that it may begin with
static const char*
reason(const RondoError* const error, const char* const path)
{
  const size_t length = strlen(path);
  const bool   named  = !strncmp(error->message, path, length) &&
                     !strncmp(error->message + length, ": ", 2U);

  return error->message + (named ? length + 2U : 0U);
}

// Load what `order` asks for; return NULL if nothing is to change
static RondoUnit*
fulfil(RondoSlot* const slot, const RondoOrder* const order)
{
  RondoUnit* unit   = NULL;
  RondoError error  = { RONDO_SUCCESS, "" };
  RondoError second = { RONDO_SUCCESS, "" };

  if (!load_unit(slot, order, &unit, &error)) {
    set_path(slot, order->order, order->path);
    return unit;
  }

  lv2_log_error(slot->logger,
                "rondo: %s: %s; %s\n",
                order->path[0] ? order->path : "built-in model",
                reason(&error, order->path),
                order->kind == RONDO_WORK_RESTORE
                  ? "using the built-in model instead"
                  : "keeping the model in use");

  if (order->kind == RONDO_WORK_RESTORE &&
      make_unit(slot, NULL, order, &unit, &second)) {
    lv2_log_error(slot->logger, "rondo: %s\n", second.message);
  }

  return unit;
}

RondoStatus
rondo_slot_init(RondoSlot* const                 slot,
                const RondoSlotType* const       type,
                const void* const                plugin,
                const char* const                builtin_path,
                LV2_Log_Logger* const            logger,
                const LV2_Worker_Schedule* const schedule,
                RondoError* const                error)
{
  const char* const slash = strrchr(builtin_path, '/');
  slot->folder =
    strndup(builtin_path, slash ? (size_t)(slash - builtin_path) + 1U : 0U);
  if (!slot->folder) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  RondoStatus status = rondo_model_load(builtin_path, &slot->builtin, error);
  if (status) {
    free(slot->folder);
    slot->folder = NULL;
    return status;
  }

  slot->type     = type;
  slot->plugin   = plugin;
  slot->logger   = logger;
  slot->schedule = schedule;
  atomic_init(&slot->last_order, 0U);
  atomic_init(&slot->asking, false);
  pthread_mutex_init(&slot->mutex, NULL);

  slot->order.kind = RONDO_WORK_RESTORE;
  status           = make_unit(slot, NULL, &slot->order, &slot->active, error);
  if (status) {
    rondo_slot_clear(slot);
  }

  return status;
}

void
rondo_slot_clear(RondoSlot* const slot)
{
  while (slot->units) {
    RondoUnit* const unit = slot->units;
    slot->units           = unit->next;
    free_unit(slot->type, unit);
  }

  rondo_model_free(slot->builtin);
  free(slot->folder);
  pthread_mutex_destroy(&slot->mutex);
  memset(slot, 0, sizeof(*slot));
}

void
rondo_slot_settle(RondoSlot* const slot)
{
  while (slot->incoming) {
    rondo_slot_advance(slot);
  }

  remove_retired(slot);
  slot->active->started = false;
  slot->running         = false;
  atomic_store(&slot->asking, false);
}

static LV2_Worker_Status
answer(RondoSlot* const                  slot,
       const RondoOrder* const           order,
       const LV2_Worker_Respond_Function respond,
       const LV2_Worker_Respond_Handle   handle)
{
  RondoAnswer message;
  memset(&message, 0, sizeof(message)); // Padding is copied by the host
  message.by_user = order->kind == RONDO_WORK_SET;
  message.unit    = fulfil(slot, order);

  const LV2_Worker_Status status = respond(handle, sizeof(message), &message);
  if (status) {
    lv2_log_error(slot->logger, "rondo: the host lost a model\n");
    if (message.unit) {
      remove_unit(slot, message.unit);
    }
    if (message.by_user) {
      atomic_store(&slot->asking, false);
    }
  }

  return status;
}

LV2_Worker_Status
rondo_slot_work(RondoSlot* const                  slot,
                const LV2_Worker_Respond_Function respond,
                const LV2_Worker_Respond_Handle   handle,
                const uint32_t                    size,
                const void* const                 data)
{
  // The host's copy may be unaligned
  RondoOrder   order   = { RONDO_WORK_FREE, 0U, "" };
  RondoRelease release = { RONDO_WORK_FREE, NULL };

  if (size < sizeof(order.kind) || size > sizeof(order)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(&order.kind, data, sizeof(order.kind));
  if (order.kind == RONDO_WORK_FREE) {
    if (size != sizeof(release)) {
      return LV2_WORKER_ERR_UNKNOWN;
    }
    memcpy(&release, data, sizeof(release));
    remove_unit(slot, release.unit);
    return LV2_WORKER_SUCCESS;
  }

  if (size < rondo_order_size(0U)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(&order, data, size);
  order.path[sizeof(order.path) - 1U] = '\0';
  return answer(slot, &order, respond, handle);
}

RondoStatus
rondo_slot_restore(RondoSlot* const                 slot,
                   const LV2_Worker_Schedule* const schedule,
                   const char* const                path)
{
  const size_t length = strlen(path);
  if (length >= RONDO_MAX_PATH) {
    return RONDO_ERR_BAD_ARGUMENT;
  }

  RondoOrder order = { RONDO_WORK_RESTORE, 0U, "" };
  order.order      = atomic_fetch_add(&slot->last_order, 1U) + 1U;
  memcpy(order.path, path, length + 1U);

  // At once, so that it can be saved again before the worker is through
  set_path(slot, order.order, path);

  if (schedule) {
    return schedule->schedule_work(
             schedule->handle, rondo_order_size(length), &order)
             ? RONDO_ERR_IO
             : RONDO_SUCCESS;
  }

  RondoAnswer message = { fulfil(slot, &order), false };
  if (!message.unit) {
    return RONDO_ERR_NO_MEMORY;
  }

  rondo_slot_accept(slot, sizeof(message), &message);
  remove_retired(slot);
  return RONDO_SUCCESS;
}

void
rondo_slot_copy_path(RondoSlot* const slot, char path[RONDO_MAX_PATH])
{
  pthread_mutex_lock(&slot->mutex);
  memcpy(path, slot->path, strlen(slot->path) + 1U);
  pthread_mutex_unlock(&slot->mutex);
}
