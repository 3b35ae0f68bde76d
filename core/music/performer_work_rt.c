// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

// What is said of a phrase
typedef enum {
  MISSING, ///< Nothing is written of it
  STALE,   ///< What is written is of former settings
  READY,
} Stock;

static Stock
look_up(const RondoPerformer* const p, const int64_t number)
{
  Stock best = MISSING;
  for (uint32_t i = 0; i < RONDO_PERFORMER_SLOTS; ++i) {
    const RondoSlot* const slot = &p->slots[i];
    if (slot->used && slot->complete && slot->number == number) {
      const Stock stock = slot->version == p->version ? READY : STALE;
      best              = stock > best ? stock : best;
    }
  }
  return best;
}

// Find which phrase is to be written next; return whether there is one
static bool
find_task(const RondoPerformer* const p, int64_t* const number)
{
  const int64_t k = p->number;
  if (p->plan.mode == RONDO_PERFORM_HARMONIZE) {
    return false;
  }
  if (p->plan.mode == RONDO_PERFORM_ANSWER) {
    *number = k & 1 ? k : k + 1;
    return (k & 1 || p->is_closed) && look_up(p, *number) != READY;
  }
  if (p->plan.mode == RONDO_PERFORM_VARY && !rondo_performer_theme(p)) {
    *number = RONDO_PERFORMER_THEME;
    return true;
  }
  const int64_t wanted[] = { k, k + 1, p->landed, p->landed + 1 };
  for (int need = MISSING; need < READY; ++need) {
    for (uint32_t i = 0; i < 4U; ++i) {
      if (look_up(p, wanted[i]) == (Stock)need) {
        *number = wanted[i];
        return true;
      }
    }
  }
  return false;
}

// Return whether what is being done must be finished first: otherwise controls
// that move all the time would keep every phrase from being written
static bool
is_urgent(const RondoPerformer* const p)
{
  const bool answers = p->plan.mode == RONDO_PERFORM_ANSWER;
  if (p->context.plan.mode != p->plan.mode ||
      p->context.plan.length != p->plan.length ||
      p->context.plan.bar.beats != p->plan.bar.beats ||
      (answers && !(p->number & 1))) {
    return false;
  }
  if (p->writer.slot) {
    const int64_t number = p->writer.slot->number;
    return (number == p->number || number == p->number + 1) &&
           look_up(p, number) == MISSING;
  }
  return p->context.n_fed < p->context.n_tokens &&
         look_up(p, p->number) == MISSING;
}

// Leave the phrase that is being written as it is
static void
abandon(RondoPerformer* const p)
{
  RondoSlot* const slot = p->writer.slot;
  p->writer.slot        = NULL;
  if (slot && slot != p->playing) {
    slot->used = false;
  }
}

bool
rondo_performer_work(RondoPerformer* const p)
{
  int64_t number = 0;
  if (p->voices.waits) {
    rondo_voices_step(p);
    return true;
  }
  if (p->context.version != p->version && !is_urgent(p)) {
    abandon(p);
    rondo_performer_prepare(p);
  }
  // A jump may have made another phrase the one that is needed now
  if (p->writer.slot && p->writer.slot->number != p->number &&
      find_task(p, &number) && number == p->number &&
      look_up(p, number) == MISSING) {
    abandon(p);
  }
  if (!p->writer.slot) {
    if (rondo_performer_feed(p)) {
      return true;
    }
    if (!find_task(p, &number)) {
      return false;
    }
    rondo_performer_begin(p, number);
  }
  rondo_performer_put(p);
  return true;
}
