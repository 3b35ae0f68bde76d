// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file slot_messages.h What a slot's audio thread and its worker exchange.

   Only for the two sources of the slot.
*/

#ifndef RONDO_PLUGIN_SLOT_MESSAGES_H
#define RONDO_PLUGIN_SLOT_MESSAGES_H

#include "plugin/slot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The first member of every message to the worker
typedef enum {
  RONDO_WORK_SET,     ///< RondoOrder: a failure leaves all as it is
  RONDO_WORK_RESTORE, ///< RondoOrder: a failure plays the built-in model
  RONDO_WORK_FREE,    ///< RondoRelease
} RondoWorkKind;

/// A unit to be freed
typedef struct {
  uint32_t   kind;
  RondoUnit* unit;
} RondoRelease;

/// The answer to a RondoOrder
typedef struct {
  RondoUnit* unit; ///< NULL: it could not be loaded
  bool       by_user;
} RondoAnswer;

/// Return the bytes of an order's message whose path has `length` bytes.
static inline uint32_t
rondo_order_size(size_t length)
{
  return (uint32_t)(offsetof(RondoOrder, path) + length + 1U);
}

/// Return whether order `a` was given after order `b`; numbers may wrap.
static inline bool
rondo_order_is_newer(uint32_t a, uint32_t b)
{
  return (int32_t)(a - b) > 0;
}

#endif // RONDO_PLUGIN_SLOT_MESSAGES_H
