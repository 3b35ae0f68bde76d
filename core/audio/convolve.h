// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file convolve.h Convolution of a whole signal, by one large transform.

   For training and offline use; nothing here runs in the audio thread.
*/

#ifndef RONDO_AUDIO_CONVOLVE_H
#define RONDO_AUDIO_CONVOLVE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Transform plans and room for one signal; one per thread
typedef struct RondoConvolverImpl RondoConvolver;

// Setup (allocates)

/**
   Make a convolver.

   @param max_signal Most samples of a signal, at least 1.
   @param max_response Most samples of a response, at least 1.
*/
RONDO_NODISCARD RondoStatus
rondo_convolver_new(size_t           max_signal,
                    size_t           max_response,
                    RondoConvolver** out);

/// Free; NULL is harmless.
void
rondo_convolver_free(RondoConvolver* convolver);

// Processing (does not allocate)

/// Set the signal (n_samples, up to max_signal) that is to be convolved.
void
rondo_convolver_set_signal(RondoConvolver* convolver,
                           const float*    samples,
                           size_t          n_samples);

/**
   Convolve the signal with a response.

   @param response (n_response), up to max_response.
   @param[out] out (n_out), up to max_signal: the first part of the result.
*/
void
rondo_convolver_process(RondoConvolver* convolver,
                        const float*    response,
                        size_t          n_response,
                        float*          out,
                        size_t          n_out);

RONDO_END_DECLS

#endif // RONDO_AUDIO_CONVOLVE_H
