// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file team.h Threads that wait for work, to do it together.
*/

#ifndef RONDO_TRAIN_TEAM_H
#define RONDO_TRAIN_TEAM_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_MAX_TRAIN_THREADS 64U

/// A team of threads
typedef struct RondoTeamImpl RondoTeam;

/// What thread `index` does with `data`
typedef void (*RondoTeamWork)(void* data, size_t index);

// Setup (allocates)

/**
   Start threads.

   @param n_threads 1 to RONDO_MAX_TRAIN_THREADS.
   @param n_items Of work: more threads than that are not started.
*/
RONDO_NODISCARD RondoStatus
rondo_team_new(size_t      n_threads,
               size_t      n_items,
               RondoTeam** out,
               RondoError* error);

/// End the threads and free; NULL is harmless.
void
rondo_team_free(RondoTeam* team);

/// Return the number of threads.
size_t
rondo_team_n_threads(const RondoTeam* team);

// Processing (does not allocate)

/**
   Have every thread do `work` once, and wait for all of them.

   Denormal numbers are taken as 0: silence makes numbers so small that
   processors handle them slowly.
*/
void
rondo_team_run(RondoTeam* team, RondoTeamWork work, void* data);

RONDO_END_DECLS

#endif // RONDO_TRAIN_TEAM_H
