// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file train_report.h What a training run tells: log, progress, card, curve.

   The log has one JSON object a line: of steps, with "loss", and of
   judgements, with "valid_loss".
*/

#ifndef RONDO_TOOL_TRAIN_REPORT_H
#define RONDO_TOOL_TRAIN_REPORT_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/train/learner.h"
#include "tool/training.h"

#include <stdbool.h>
#include <stddef.h>

/// A report under way
typedef struct RondoTrainReportImpl RondoTrainReport;

/**
   Open the log at `path`.

   Lines of the log about steps that `training` has not taken are removed.

   @param training Must outlive the report.
*/
RONDO_NODISCARD RondoStatus
rondo_report_new(const char*          path,
                 const RondoTraining* training,
                 bool                 quiet,
                 RondoTrainReport**   out,
                 RondoError*          error);

/// Close the log; NULL is harmless.
void
rondo_report_free(RondoTrainReport* report);

/// Log a step whose loss is the mean of the last ones.
RONDO_NODISCARD RondoStatus
rondo_report_step(RondoTrainReport*     report,
                  const RondoTrainStep* step,
                  double                seconds,
                  RondoError*           error);

/// Log the last judgement.
RONDO_NODISCARD RondoStatus
rondo_report_judgement(RondoTrainReport* report,
                       bool              best,
                       double            seconds,
                       RondoError*       error);

/// Show how far the run is, on a terminal.
void
rondo_report_progress(RondoTrainReport*     report,
                      const RondoTrainStep* step,
                      double                seconds);

/// Move a terminal to a new line if something stands on it.
void
rondo_report_end_line(RondoTrainReport* report);

/// Return the model card as JSON text, to be freed with free(), or NULL.
char*
rondo_report_card(const RondoTraining* training, const char* recipe_path);

/// Draw the curves in the log at `log` as a PNG, atomically.
RONDO_NODISCARD RondoStatus
rondo_report_draw(const char* log, const char* path, RondoError* error);

/**
   Draw how the norm of the gradient dies away, or explodes, with the distance
   in time, at the first and the last judgement in the log.
*/
RONDO_NODISCARD RondoStatus
rondo_report_draw_gradients(const char* log,
                            const char* path,
                            RondoError* error);

#endif // RONDO_TOOL_TRAIN_REPORT_H
