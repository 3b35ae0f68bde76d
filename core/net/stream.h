// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file stream.h The state of a network that runs over a stream of frames.

   All channels of a stream advance together, so that the weights are read
   once for all of them.  However the frames are cut into calls, the result is
   the same to the last bit.
*/

#ifndef RONDO_NET_STREAM_H
#define RONDO_NET_STREAM_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The state of a running network
typedef struct RondoStreamImpl RondoStream;

// Setup (allocates)

/**
   Return the bytes that a stream needs.

   @param n_channels At least 1.
   @return 0 if the size does not fit into size_t.
*/
size_t
rondo_stream_size(const RondoModel* model, size_t n_channels);

/// Make a stream in `memory` of rondo_stream_size(), aligned to 64 bytes.
RondoStream*
rondo_stream_init(void* memory, const RondoModel* model, size_t n_channels);

/// Make a stream on the heap.  The model must outlive it.
RONDO_NODISCARD RondoStatus
rondo_stream_new(const RondoModel* model, size_t n_channels, RondoStream** out);

/// Free a stream from rondo_stream_new(); NULL is harmless.
void
rondo_stream_free(RondoStream* stream);

// Processing (audio thread)

/// Return to the state after rondo_stream_init().
RONDO_REALTIME void
rondo_stream_reset(RondoStream* stream);

/**
   Advance all channels by one frame.

   @param in (n_channels, n_inputs), finite.
   @param[out] out (n_channels, n_outputs).  Must not overlap `in`.
*/
RONDO_REALTIME void
rondo_stream_step(RondoStream* stream, const float* in, float* out);

/**
   Advance all channels by `n_frames` frames.

   Input products of several frames are batched, which is faster than steps.

   @param in (n_frames, n_channels, n_inputs), finite.
   @param[out] out (n_frames, n_channels, n_outputs).  Must not overlap `in`.
*/
RONDO_REALTIME void
rondo_stream_process(RondoStream* stream,
                     size_t       n_frames,
                     const float* in,
                     float*       out);

RONDO_END_DECLS

#endif // RONDO_NET_STREAM_H
