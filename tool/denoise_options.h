// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_options.h The command line of `rondo denoise`.
*/

#ifndef RONDO_TOOL_DENOISE_OPTIONS_H
#define RONDO_TOOL_DENOISE_OPTIONS_H

#include "tool/console.h"
#include "tool/denoise_file.h"
#include "tool/denoise_plan.h"
#include "tool/options.h"

#include <stdbool.h>
#include <stddef.h>

/// All that the command line says
typedef struct {
  RondoDenoisePlan plan;
  RondoDenoiseJob  job; ///< But for the model and the console
  RondoProgress    progress;
  const char*      model; ///< A path, or NULL
  size_t           n_threads;
  bool             json;
  bool             quiet;
} RondoDenoiseSettings;

/// Read the command line; return what rondo_options_next() does at the end.
int
rondo_denoise_parse(int                   argc,
                    char**                argv,
                    RondoDenoiseSettings* settings,
                    RondoOptions*         options);

#endif // RONDO_TOOL_DENOISE_OPTIONS_H
