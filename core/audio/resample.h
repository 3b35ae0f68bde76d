// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file resample.h Change the sample rate of a whole signal.

   A polyphase filter: a sinc under a Kaiser window with beta 8 and 128 zero
   crossings, flat to 0.93 of the lower half sample rate and down by 80 dB from
   1.02 of it.  The output is in step with the input: sample m of the output
   stands at the time m / target_rate.

   Setup (allocates).  Nothing here runs in the audio thread.
*/

#ifndef RONDO_AUDIO_RESAMPLE_H
#define RONDO_AUDIO_RESAMPLE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// The filter from one sample rate to another; immutable
typedef struct RondoResamplerImpl RondoResampler;

/**
   Make a resampler between two sample rates in Hz, 1 to 384000.

   Rates with a large common divisor, such as 48000 and 44100, need little
   memory; 384000 to 383999 needs 200 MB.
*/
RONDO_NODISCARD RondoStatus
rondo_resampler_new(size_t           source_rate,
                    size_t           target_rate,
                    RondoResampler** out);

/// Make a resampler that serves rondo_resampler_process_double() too.
RONDO_NODISCARD RondoStatus
rondo_resampler_new_double(size_t           source_rate,
                           size_t           target_rate,
                           RondoResampler** out);

/// Free; NULL is harmless.
void
rondo_resampler_free(RondoResampler* resampler);

/// Return the length of the output of `n_samples`: ceil(n * target / source).
size_t
rondo_resampler_length(const RondoResampler* resampler, size_t n_samples);

/**
   Resample a whole signal, taken as 0 before its start and after its end.

   Does not allocate; any number of threads may share a resampler.

   @param in (n_samples).
   @param[out] out (rondo_resampler_length()).  Must not overlap `in`.
*/
void
rondo_resampler_process(const RondoResampler* resampler,
                        const float*          in,
                        size_t                n_samples,
                        float*                out);

/// Resample a whole signal in double precision, for measuring.
void
rondo_resampler_process_double(const RondoResampler* resampler,
                               const double*         in,
                               size_t                n_samples,
                               double*               out);

RONDO_END_DECLS

#endif // RONDO_AUDIO_RESAMPLE_H
