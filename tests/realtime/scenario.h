// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_REALTIME_SCENARIO_H
#define RONDO_TESTS_REALTIME_SCENARIO_H

#include "core/base/attributes.h"
#include "core/net/model.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Everything that a host may do to a denoiser in the audio thread
typedef struct ScenarioImpl Scenario;

// Setup (allocates)

/// Make a scenario, or return NULL.
Scenario*
scenario_new(const RondoModel* model, double sample_rate, size_t n_channels);

/// Free; NULL is harmless.
void
scenario_free(Scenario* scenario);

// Processing (audio thread)

/**
   Run a fresh and a reset denoiser through noise, silence and nonsense, by all
   block sizes, with all controls changing.
*/
RONDO_REALTIME void
scenario_run(Scenario* scenario);

// Violations, for tests that must be seen to fail

/// Do what an audio thread must not: ask for memory.
RONDO_REALTIME void
scenario_plant_malloc(Scenario* scenario);

/// Do what an audio thread must not: call the system.
RONDO_REALTIME void
scenario_plant_call(Scenario* scenario);

/// Do what an audio thread must not: touch memory for the first time.
RONDO_REALTIME void
scenario_plant_fault(Scenario* scenario);

RONDO_END_DECLS

#endif // RONDO_TESTS_REALTIME_SCENARIO_H
