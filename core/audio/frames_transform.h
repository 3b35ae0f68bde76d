// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file frames_transform.h Fourier transforms of any length, for measuring.

   Real-time code uses frames.h, which has only sizes that never allocate.

   Setup (allocates).  Nothing here runs in the audio thread.
*/

#ifndef RONDO_AUDIO_FRAMES_TRANSFORM_H
#define RONDO_AUDIO_FRAMES_TRANSFORM_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The plans of one length; immutable
typedef struct RondoTransformImpl RondoTransform;

/// Plan transforms of `size` real numbers, 1 to 2^30.
RONDO_NODISCARD RondoStatus
rondo_transform_new(size_t size, RondoTransform** out);

/// Free plans that nobody uses any more; NULL is harmless.
void
rondo_transform_free(RondoTransform* transform);

/**
   Transform forward, not scaled; any number of threads may do so at a time.

   @param[in,out] samples (size), destroyed.
   @param[out] spectrum (size / 2 + 1, 2): real and imaginary.
*/
void
rondo_transform_forward(const RondoTransform* transform,
                        float* RONDO_RESTRICT samples,
                        float* RONDO_RESTRICT spectrum);

/**
   Transform back, scaled so that forward and back together change nothing.

   @param[in,out] spectrum (size / 2 + 1, 2), destroyed.
   @param[out] samples (size).
*/
void
rondo_transform_backward(const RondoTransform* transform,
                         float* RONDO_RESTRICT spectrum,
                         float* RONDO_RESTRICT samples);

RONDO_END_DECLS

#endif // RONDO_AUDIO_FRAMES_TRANSFORM_H
