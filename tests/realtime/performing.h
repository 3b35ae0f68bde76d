// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_REALTIME_PERFORMING_H
#define RONDO_TESTS_REALTIME_PERFORMING_H

#include "core/base/attributes.h"
#include "core/music/performer.h"

RONDO_BEGIN_DECLS

// Processing (audio thread)

/// Let hosts and players do all that they may do, sane and not, in all modes;
/// return the events that came of it.
RONDO_REALTIME size_t
performing_run(RondoPerformer* performer);

RONDO_END_DECLS

#endif // RONDO_TESTS_REALTIME_PERFORMING_H
