// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_RUN_TEXT_H
#define RONDO_TOOL_RUN_TEXT_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "tool/npy.h"

#include <stddef.h>

/// Run the model of texts at `path` over `text`, or, if that is NULL, over the
/// lines of standard input; print what it says.
RONDO_NODISCARD RondoStatus
rondo_run_text(const char* path, const char* text, RondoError* error);

/**
   Run over `in`, then over what the network itself gives.

   @param seed Of the random numbers by which outputs that are probabilities
   become 0 or 1; negative: they are rounded.
   @param[out] out (n_steps, n_inputs) What follows the input.
*/
RONDO_NODISCARD RondoStatus
rondo_run_generate(const RondoModel* model,
                   const RondoArray* in,
                   size_t            n_steps,
                   long              seed,
                   RondoArray*       out,
                   RondoError*       error);

#endif // RONDO_TOOL_RUN_TEXT_H
