// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_DENOISE_BATCH_H
#define RONDO_TOOL_DENOISE_BATCH_H

#include "tool/console.h"
#include "tool/denoise_file.h"
#include "tool/denoise_plan.h"

#include <stdbool.h>
#include <stddef.h>

/// The most files that are worked on at a time
#define RONDO_MAX_DENOISE_THREADS 256U

/**
   Process `n_files` files, and tell how it went.

   @param n_threads How many are worked on at a time.  Fewer than that many
   are read and written in threads of their own besides.
   @param json Print a report on standard output too.
   @return The exit status of the program.
*/
int
rondo_denoise_batch(const RondoDenoisePlan* plan,
                    const RondoDenoiseJob*  job,
                    char* const*            files,
                    size_t                  n_files,
                    size_t                  n_threads,
                    RondoProgress           progress,
                    bool                    json);

#endif // RONDO_TOOL_DENOISE_BATCH_H
