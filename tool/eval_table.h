// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file eval_table.h The scores of a set of files.
*/

#ifndef RONDO_TOOL_EVAL_TABLE_H
#define RONDO_TOOL_EVAL_TABLE_H

#include "core/audio/metrics.h"
#include "core/base/attributes.h"
#include "core/base/status.h"
#include "tool/eval_score.h"

#include <stdbool.h>
#include <stddef.h>

/// One file
typedef struct {
  char*      name;
  bool       scored;
  bool       has_snr;
  double     snr; ///< dB, from the manifest
  long       delay;
  RondoScore processed;
  RondoScore noisy;

  RondoLosses losses[RONDO_N_PARTS]; ///< Of the processed file
} RondoEvalRow;

/// All files of a set, by name
typedef struct {
  RondoEvalRow* rows;
  size_t        n_rows;
  bool          has_noisy;
  bool          has_losses;
  long          delay; ///< Samples removed from every processed file
} RondoEvalTable;

/// Free the rows.
void
rondo_eval_table_free(RondoEvalTable* table);

/**
   Set the ratios of the rows from a manifest: lines of fields with tabs
   between them, of which the first names the columns, `name` and `snr` among
   them.
*/
RONDO_NODISCARD RondoStatus
rondo_eval_table_read_manifest(RondoEvalTable* table,
                               const char*     path,
                               RondoError*     error);

/// Print means over all rows and for each ratio, for a reader.
void
rondo_eval_table_print(const RondoEvalTable* table);

/// Print rows and means as JSON.
void
rondo_eval_table_print_json(const RondoEvalTable* table);

/// Write a line of comma-separated values for each row.
RONDO_NODISCARD RondoStatus
rondo_eval_table_write(const RondoEvalTable* table,
                       const char*           path,
                       RondoError*           error);

#endif // RONDO_TOOL_EVAL_TABLE_H
