// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file intelligibility.h How much worse a voice is understood, to train with.

   1 - STOI (Taal, Hendriks, Heusdens and Jensen 2011, "An algorithm for
   intelligibility prediction of time-frequency weighted noisy speech"), worked
   out from spectra of the signal's own sample rate instead of 10 kHz.
*/

#ifndef RONDO_TRAIN_INTELLIGIBILITY_H
#define RONDO_TRAIN_INTELLIGIBILITY_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Room for one pair of signals at a time; one per thread
typedef struct RondoIntelligibilityImpl RondoIntelligibility;

// Setup (allocates)

/// Make room for signals of `n_samples`, at least 0.5 s at 10 kHz or more.
RONDO_NODISCARD RondoStatus
rondo_intelligibility_new(double                 sample_rate,
                          size_t                 n_samples,
                          RondoIntelligibility** out);

/// Free; NULL is harmless.
void
rondo_intelligibility_free(RondoIntelligibility* measure);

// Processing (does not allocate)

/**
   Return 1 - STOI of `samples`, 0 if too little of `target` is loud.

   @param target (n_samples).
   @param samples (n_samples).
   @param scale What the gradient is multiplied by.
   @param[in,out] dsamples (n_samples), added to, or NULL.
*/
double
rondo_intelligibility_process(RondoIntelligibility* measure,
                              const float*          target,
                              const float*          samples,
                              double                scale,
                              float*                dsamples);

RONDO_END_DECLS

#endif // RONDO_TRAIN_INTELLIGIBILITY_H
