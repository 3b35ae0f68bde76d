// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/slot.h"

#include "core/base/attributes.h"
#include "plugin/host_calls.h"
#include "plugin/slot_messages.h"

#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static RONDO_REALTIME RondoUnit*
newest(const RondoSlot* const slot)
{
  return slot->queued     ? slot->queued
         : slot->incoming ? slot->incoming
                          : slot->active;
}

static RONDO_REALTIME void
retire(RondoSlot* const slot, RondoUnit* const unit)
{
  if (unit) {
    unit->next_retired = slot->retired;
    slot->retired      = unit;
  }
}

bool
rondo_slot_ask(RondoSlot* const  slot,
               const char* const path,
               const size_t      length)
{
  if (!slot->schedule || length >= RONDO_MAX_PATH ||
      (length && path[0] != '/')) {
    return false;
  }

  slot->order.kind  = RONDO_WORK_SET;
  slot->order.order = atomic_fetch_add(&slot->last_order, 1U) + 1U;
  memcpy(slot->order.path, path, length);
  slot->order.path[length] = '\0';
  slot->waiting            = true;
  return true;
}

LV2_Worker_Status
rondo_slot_accept(RondoSlot* const  slot,
                  const uint32_t    size,
                  const void* const body)
{
  RondoAnswer message;
  if (size != sizeof(message)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(&message, body, sizeof(message));
  if (message.by_user) {
    atomic_store(&slot->asking, false);
  }

  // Whether it was loaded or not, whoever asked gets to know what is in use
  slot->announce = true;

  RondoUnit* const unit = message.unit;
  if (!unit) {
    return LV2_WORKER_SUCCESS;
  }

  if (rondo_order_is_newer(newest(slot)->order, unit->order)) {
    retire(slot, unit);
    return LV2_WORKER_SUCCESS;
  }

  slot->changed = slot->changed || unit->by_user;
  if (!slot->incoming) {
    slot->incoming = unit;
    if (!slot->running) {
      rondo_slot_advance(slot);
    }
  } else {
    retire(slot, slot->queued);
    slot->queued = unit;
  }

  return LV2_WORKER_SUCCESS;
}

void
rondo_slot_send(RondoSlot* const slot)
{
  if (!slot->schedule) {
    return;
  }

  // The worker may run at once and answer inside of the call, so the slot is
  // in its next state before it, and is put back if the call fails

  if (slot->retired) {
    RondoUnit* const unit = slot->retired;
    RondoRelease     release;
    memset(&release, 0, sizeof(release));
    release.kind  = RONDO_WORK_FREE;
    release.unit  = unit;
    slot->retired = unit->next_retired;
    if (rondo_host_schedule(slot->schedule, sizeof(release), &release)) {
      retire(slot, unit);
    }
  }

  if (slot->waiting && !atomic_load(&slot->asking)) {
    slot->waiting = false;
    atomic_store(&slot->asking, true);
    if (rondo_host_schedule(slot->schedule,
                            rondo_order_size(strlen(slot->order.path)),
                            &slot->order)) {
      atomic_store(&slot->asking, false);
      slot->waiting = true;
    }
  }
}

void
rondo_slot_advance(RondoSlot* const slot)
{
  if (slot->incoming) {
    retire(slot, slot->active);
    slot->active   = slot->incoming;
    slot->incoming = slot->queued;
    slot->queued   = NULL;
  }
}

const char*
rondo_slot_path(const RondoSlot* const slot)
{
  return newest(slot)->path;
}
