// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file stream.h The state of a network that runs over a stream of frames.

   All channels of a stream advance together, so that the weights are read
   once for all of them.  However the frames are cut into calls, the result is
   the same to the last bit.

   A layer that is bidirectional along time sees `lookahead` frames after its
   own: its other direction starts that much later, from zeros, for each frame
   anew.  Such layers make the output late by a constant number of frames, the
   first of which are zeros; the cost of a frame is constant too.

   Of layers that give one step per sequence, "last" gives the newest step and
   "mean" the mean so far.
*/

#ifndef RONDO_NET_STREAM_H
#define RONDO_NET_STREAM_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The most bytes of a stream: a look-ahead of many groups may call for more
#define RONDO_MAX_STREAM ((size_t)1 << 30U)

/// The state of a running network
typedef struct RondoStreamImpl RondoStream;

// Setup (allocates)

/**
   Return the bytes that a stream needs.

   @param n_channels At least 1.
   @return 0 if that is more than RONDO_MAX_STREAM, or if a layer sees the whole
   sequence: see rondo_model_check_lookahead().
*/
size_t
rondo_stream_size(const RondoModel* model, size_t n_channels);

/// Make a stream in `memory` of rondo_stream_size(), aligned to 64 bytes.
RondoStream*
rondo_stream_init(void* memory, const RondoModel* model, size_t n_channels);

/// Make a stream on the heap.  The model must outlive it.
RONDO_NODISCARD RondoStatus
rondo_stream_new(const RondoModel* model, size_t n_channels, RondoStream** out);

/**
   Make a stream with a look-ahead of its own.

   @param lookahead Frames that each layer which is bidirectional along time
   sees after its own, at most RONDO_MAX_LOOKAHEAD; 0 for what the description
   says.
*/
RONDO_NODISCARD RondoStatus
rondo_stream_new_ahead(const RondoModel* model,
                       size_t            n_channels,
                       size_t            lookahead,
                       RondoStream**     out);

/// Free a stream from rondo_stream_new(); NULL is harmless.
void
rondo_stream_free(RondoStream* stream);

/// Return the frames by which the output is late: constant.
size_t
rondo_stream_delay(const RondoStream* stream);

// Processing (audio thread)

/// Return to the state after rondo_stream_init().
RONDO_REALTIME void
rondo_stream_reset(RondoStream* stream);

/// Let `stream` go on as `other` would, one of the same model, channels and
/// look-ahead.
RONDO_REALTIME void
rondo_stream_copy(RondoStream* stream, const RondoStream* other);

/**
   Advance all channels by one frame.

   @param in (n_channels, n_inputs), finite; or NULL once the sequence has
   ended, to have the frames that are still to come.  After that only
   rondo_stream_reset() begins another.  What is not a token counts as token 0.
   @param[out] out (n_channels, n_outputs).  Must not overlap `in`.
*/
RONDO_REALTIME void
rondo_stream_step(RondoStream* stream, const float* in, float* out);

/**
   Advance all channels by `n_frames` frames.

   Input products of several frames are batched, which is faster than steps.

   @param in (n_frames, n_channels, n_inputs), as for rondo_stream_step().
   @param[out] out (n_frames, n_channels, n_outputs).  Must not overlap `in`.
*/
RONDO_REALTIME void
rondo_stream_process(RondoStream* stream,
                     size_t       n_frames,
                     const float* in,
                     float*       out);

RONDO_END_DECLS

#endif // RONDO_NET_STREAM_H
