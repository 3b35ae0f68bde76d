// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <string.h>

// Return whether a slot must stay as it is
static bool
is_busy(const RondoPerformer* const p, const RondoSlot* const slot)
{
  return slot == p->playing || slot == p->shown || slot == p->writer.slot ||
         (p->voice.sounds && slot == p->voice.slot);
}

RondoSlot*
rondo_performer_find(RondoPerformer* const p,
                     const int64_t         number,
                     const double          tick)
{
  RondoSlot* best  = NULL;
  bool       ready = false;
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    RondoSlot* const slot = &p->slots[i];
    if (!slot->used || slot->number != number) {
      continue;
    }
    // The newest one that is written as far, or the newest one
    const bool is_ready = slot->complete || (double)slot->written > tick;
    if (!best || (is_ready && !ready) ||
        (is_ready == ready && slot->version > best->version)) {
      best  = slot;
      ready = is_ready;
    }
  }
  return best;
}

void
rondo_performer_forget(RondoPerformer* const p)
{
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    p->slots[i].used = false;
  }
  p->playing     = NULL;
  p->writer.slot = NULL;
}

void
rondo_performer_replace(RondoPerformer* const p, const RondoSlot* const slot)
{
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    RondoSlot* const other = &p->slots[i];
    if (other != slot && other->used && other->number == slot->number) {
      other->used = false;
    }
  }
}

// Return whether a phrase is near the position, or near where a jump ended
static bool
is_near(const RondoPerformer* const p, const int64_t number)
{
  return number == p->number || number == p->number + 1 ||
         number == p->landed || number == p->landed + 1;
}

RondoSlot*
rondo_performer_take_slot(RondoPerformer* const p, const int64_t number)
{
  RondoSlot* best  = NULL;
  int        value = 3;
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    RondoSlot* const slot = &p->slots[i];
    if (is_busy(p, slot)) {
      continue;
    }
    const int worth = !slot->used ? 0 : is_near(p, slot->number) ? 2 : 1;
    if (worth < value ||
        (worth == value && best && slot->touched < best->touched)) {
      best  = slot;
      value = worth;
    }
  }
  // At most four are busy, so that there always is one
  memset(best, 0, sizeof(*best));
  best->used       = true;
  best->number     = number;
  best->version    = p->context.version;
  best->touched    = p->now;
  best->phrase.bar = p->context.plan.bar;
  return best;
}
