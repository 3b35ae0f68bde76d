// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/sequence.h"

#include "core/base/arena.h"
#include "core/net/stream_private.h"

RondoStatus
rondo_sequence_run(const RondoModel* model,
                   size_t            n_channels,
                   size_t            n_frames,
                   const float*      in,
                   float*            out)
{
  const size_t size =
    rondo_stream_size_for(model, n_channels, RONDO_LOOKAHEAD_WHOLE, n_frames);
  if (!n_channels || !n_frames || !size) {
    return RONDO_ERR_BAD_ARGUMENT;
  }
  void* const memory = rondo_aligned_new(size);
  if (!memory) {
    return RONDO_ERR_NO_MEMORY;
  }
  RondoStream* const stream = rondo_stream_init_for(
    memory, model, n_channels, RONDO_LOOKAHEAD_WHOLE, n_frames);
  rondo_stream_run_block(stream, n_frames, in, out);
  rondo_aligned_free(memory);
  return RONDO_SUCCESS;
}
