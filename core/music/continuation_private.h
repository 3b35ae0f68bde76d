// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file continuation_private.h What the files of continuation.h share.
*/

#ifndef RONDO_MUSIC_CONTINUATION_PRIVATE_H
#define RONDO_MUSIC_CONTINUATION_PRIVATE_H

#include "core/base/attributes.h"
#include "core/music/continuation.h"

#include <stdbool.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// How far a continuation is; all 0 at the start
typedef struct {
  uint64_t ticks;
  uint32_t notes;
  bool     has_begun; ///< There is something that can be held
  bool     is_done;
} RondoProgress;

/// Return whether there is a limit, and not 0 ticks.
bool
rondo_continuation_is_limited(const RondoContinuation* how);

/// Set the chord of the next token, and return what that may be.
RondoComposing
rondo_progress_prepare(const RondoProgress*     progress,
                       const RondoContinuation* how,
                       RondoComposer*           composer);

/// Count `token`.
void
rondo_progress_advance(RondoProgress*           progress,
                       const RondoContinuation* how,
                       size_t                   token);

RONDO_END_DECLS

#endif // RONDO_MUSIC_CONTINUATION_PRIVATE_H
