// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file sequence_model.h A model that was trained on sequences, to be scored.
*/

#ifndef RONDO_TOOL_SEQUENCE_MODEL_H
#define RONDO_TOOL_SEQUENCE_MODEL_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/model.h"
#include "core/text/names.h"
#include "core/text/vocabulary.h"
#include "core/train/sequence_recipe.h"

/// What the model file says
typedef struct {
  RondoModel*      engine; ///< After rondo_sequence_model_read()
  RondoTask        task;
  RondoLossKind    loss;
  RondoVocabulary* vocabulary; ///< Or NULL
  RondoNames*      labels;     ///< Or NULL
} RondoSequenceModel;

/// Read what the task of a description says; to be cleared also after a
/// failure.
RONDO_NODISCARD RondoStatus
rondo_sequence_model_read_task(const RondoDescription* description,
                               RondoSequenceModel*     model,
                               RondoError*             error);

/// Read a model file; to be cleared also after a failure.
RONDO_NODISCARD RondoStatus
rondo_sequence_model_read(const char*         path,
                          RondoSequenceModel* model,
                          RondoError*         error);

/// Free what is in a model.
void
rondo_sequence_model_clear(RondoSequenceModel* model);

#endif // RONDO_TOOL_SEQUENCE_MODEL_H
