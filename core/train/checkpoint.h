// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file checkpoint.h All that a training run needs to go on where it stopped.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_CHECKPOINT_H
#define RONDO_TRAIN_CHECKPOINT_H

#include "core/base/attributes.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/description.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/**
   The state of a training run between two updates.

   The blocks (n_parameters) belong to the caller.  `best`, `average` and
   `state` may be NULL: then they are neither written nor read.
*/
typedef struct {
  uint64_t    step;          ///< Updates taken
  uint64_t    epoch;         ///< Epochs finished
  uint64_t    best_step;     ///< Step of the best validation loss
  double      best_loss;     ///< Best validation loss; may be infinite
  double      learning_rate; ///< As last used
  double      seconds;       ///< Time spent training, all runs together
  RondoRandom random;        ///< Generator of the loop
  float*      parameters;
  float*      m;       ///< First moment of Adam
  float*      v;       ///< Second moment of Adam
  float*      best;    ///< Parameters of the best validation loss, or NULL
  float*      average; ///< Averaged parameters, or NULL
  double*     state;   ///< (n_state) What else the loop needs, or NULL
  size_t      n_state;
} RondoCheckpoint;

/// Write a checkpoint atomically.
RONDO_NODISCARD RondoStatus
rondo_checkpoint_write(const char*             path,
                       const RondoDescription* description,
                       const RondoCheckpoint*  checkpoint,
                       RondoError*             error);

/**
   Read a checkpoint into `checkpoint` and the blocks it points to.

   The file must be a checkpoint of the same inputs, layers and task; the
   message names the first difference.  A block that the caller wants but the
   file lacks, or that is of the wrong length or not finite, is an error.

   @param[in,out] checkpoint With its pointers set; untouched on failure, and
   so are the blocks.
*/
RONDO_NODISCARD RondoStatus
rondo_checkpoint_read(const char*             path,
                      const RondoDescription* description,
                      RondoCheckpoint*        checkpoint,
                      RondoError*             error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_CHECKPOINT_H
