// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_PLOT_LOG_H
#define RONDO_TOOL_PLOT_LOG_H

#include "core/base/attributes.h"
#include "core/base/status.h"

/**
   Draw the losses in a training log.

   @param log A file of JSON objects, one a line, with the keys "step" and
   "loss" or "valid_loss" or both; other keys and lines without these are left
   out.
   @param path Where the PNG goes; `-` means standard output.
   @param title May be NULL.
   @param error Names the file that it is about.
*/
RONDO_NODISCARD RondoStatus
rondo_plot_log(const char* log,
               const char* path,
               const char* title,
               RondoError* error);

#endif // RONDO_TOOL_PLOT_LOG_H
