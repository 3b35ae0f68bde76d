// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_settings.h The object "training" of a recipe for sequences.
*/

#ifndef RONDO_TRAIN_SEQUENCE_SETTINGS_H
#define RONDO_TRAIN_SEQUENCE_SETTINGS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/train/network.h"
#include "core/train/optimizer.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// How the learning rate changes: "name" of the schedule
typedef enum {
  RONDO_SCHEDULE_CONSTANT,
  RONDO_SCHEDULE_COSINE,
  RONDO_SCHEDULE_STEP,    ///< Times `factor` every `every` epochs
  RONDO_SCHEDULE_PLATEAU, ///< Times `factor` after `every` judgements that
                          ///< were not better
} RondoScheduleKind;

/// The object "training"
typedef struct {
  size_t            seed;
  size_t            epochs;
  size_t            steps; ///< Updates in all, or 0: as many as `epochs` has
  size_t            batch; ///< Sequences of an update
  size_t            chunk; ///< Steps between updates, or 0: all
  size_t            valid_every;      ///< Updates, or 0: an epoch
  size_t            checkpoint_every; ///< Updates, or 0: as judgements
  size_t            patience; ///< Judgements without a better one, or 0: no end
  double            learning_rate;
  RondoScheduleKind schedule;
  double            final_learning_rate; ///< Of the cosine
  size_t            warm_up;             ///< Steps in which the rate rises
  double            factor;
  size_t            every;
  bool              descends; ///< "optimizer" is sgd
  RondoAdam         adam;
  RondoDescent      descent;
  double            clip_norm;  ///< Infinite: no limit
  double            clip_value; ///< Infinite: no limit
  RondoDropout      dropout;
  double            recurrent_dropout; ///< Of recurrent weights, 0 <= p < 1
  RondoInitialisation initialise;
  double              averaging;   ///< Decay of the averaged parameters
  bool                sum;         ///< "loss": over time rather than the mean
  bool                by_accuracy; ///< "best" is the most accurate model
  bool                gradient_norms; ///< Logged at each judgement
} RondoSequenceSettings;

/// Return settings that suit small data.
RondoSequenceSettings
rondo_sequence_default_settings(void);

/// Read what `config` has; unknown keys are errors.
RONDO_NODISCARD RondoStatus
rondo_sequence_settings_read(RondoConfig*           config,
                             RondoSequenceSettings* settings,
                             RondoError*            error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SEQUENCE_SETTINGS_H
