// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_REALTIME_HEAP_PROBE_H
#define RONDO_TESTS_REALTIME_HEAP_PROBE_H

#include "core/base/attributes.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Count this thread's calls to the heap from now on, by whatever library.
void
heap_probe_arm(void);

/// Stop, and return the number of calls.
size_t
heap_probe_disarm(void);

RONDO_END_DECLS

#endif // RONDO_TESTS_REALTIME_HEAP_PROBE_H
