// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence.h A network over a sequence that is there as a whole.

   Layers that are bidirectional along time see all of it, whatever their
   look-ahead in a stream, and no output is late.  A stream with a look-ahead as
   long as the sequence gives the same to the last bit.

   Setup (allocates).
*/

#ifndef RONDO_NET_SEQUENCE_H
#define RONDO_NET_SEQUENCE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   Run `model` over a sequence.

   Memory for the outputs of all layers at all frames is taken meanwhile.

   @param n_channels Sequences side by side, at least 1.
   @param n_frames At least 1.
   @param in (n_frames, n_channels, n_inputs), finite.
   @param[out] out (n_frames, n_channels, n_outputs).  Must not overlap `in`.
*/
RONDO_NODISCARD RondoStatus
rondo_sequence_run(const RondoModel* model,
                   size_t            n_channels,
                   size_t            n_frames,
                   const float*      in,
                   float*            out);

RONDO_END_DECLS

#endif // RONDO_NET_SEQUENCE_H
