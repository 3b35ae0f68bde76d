// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_plan.h Which file becomes which.
*/

#ifndef RONDO_TOOL_DENOISE_PLAN_H
#define RONDO_TOOL_DENOISE_PLAN_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>

/// Where outputs go; at most one of the first three is set
typedef struct {
  const char* output;    ///< The one output
  const char* directory; ///< A folder for all
  bool        in_place;  ///< Over the inputs
  const char* suffix;    ///< Put before the end of a name, or NULL
  int         format;    ///< Decides the end of names, if not 0
} RondoDenoisePlan;

/**
   Return the path of the output for `input`, to be freed with free(), or NULL
   if memory is short.

   Without any place an output stands beside its input, and that of standard
   input goes to standard output.
*/
char*
rondo_denoise_plan_path(const RondoDenoisePlan* plan, const char* input);

/// Fail if `output` is `input` and that is not wanted.
RONDO_NODISCARD RondoStatus
rondo_denoise_plan_check(const RondoDenoisePlan* plan,
                         const char*             input,
                         const char*             output,
                         RondoError*             error);

/// Make a folder and those above it where they are missing.
RONDO_NODISCARD RondoStatus
rondo_denoise_plan_make_folder(const char* path, RondoError* error);

#endif // RONDO_TOOL_DENOISE_PLAN_H
