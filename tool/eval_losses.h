// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file eval_losses.h What onsets, sibilants and word ends lose, in print.

   Every function takes the losses of all parts, (RONDO_N_PARTS).
*/

#ifndef RONDO_TOOL_EVAL_LOSSES_H
#define RONDO_TOOL_EVAL_LOSSES_H

#include "core/audio/metrics.h"

#include <stdio.h>

/// Add the regions of another signal.
void
rondo_losses_add(RondoLosses* losses, const RondoLosses* more);

/// Print the two lines above a table, after columns for a label and files.
void
rondo_losses_print_heading(void);

/// Print the columns of a line: regions, mean, shares over 3 and 6 dB.
void
rondo_losses_print(const RondoLosses* losses);

/// Print an object of JSON.
void
rondo_losses_print_json(const RondoLosses* losses);

/// Write the names of the columns of comma-separated values.
void
rondo_losses_write_heading(FILE* stream);

/// Write comma-separated values; none where there is no region.
void
rondo_losses_write(FILE* stream, const RondoLosses* losses);

#endif // RONDO_TOOL_EVAL_LOSSES_H
