// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/sequence_model.h"

#include "core/net/config.h"

#include <string.h>

RondoStatus
rondo_sequence_model_read_task(const RondoDescription* const description,
                               RondoSequenceModel* const     model,
                               RondoError* const             error)
{
  RondoConfig* const config = description->config;
  RondoConfig*       task   = NULL;
  size_t             name   = 0;
  RondoStatus        st     = RONDO_SUCCESS;
  if ((st = rondo_config_require(config, "task", error)) ||
      (st = rondo_config_object(config, "task", &task, error)) ||
      (st = rondo_config_require(task, "name", error)) ||
      (st =
         rondo_config_choice(task, "name", rondo_task_names, &name, error))) {
    return st;
  }
  model->task = (RondoTask)name;
  model->loss = RONDO_LOSS_CLASSES;
  if (model->task == RONDO_TASK_FRAMES) {
    st = rondo_task_read_loss(task, &model->loss, error);
  } else if (model->task < RONDO_TASK_MELODY) {
    st = rondo_vocabulary_read(task, &model->vocabulary, error);
  }
  if (!st &&
      (model->task == RONDO_TASK_CLASSIFY || model->task == RONDO_TASK_TAG)) {
    st = rondo_names_read(task, "labels", &model->labels, error);
  }
  return st ? st : rondo_config_refuse_unknown(task, error);
}

RondoStatus
rondo_sequence_model_read(const char* const         path,
                          RondoSequenceModel* const model,
                          RondoError* const         error)
{
  memset(model, 0, sizeof(*model));
  RondoStatus st = rondo_model_load(path, &model->engine, error);
  if (!st && (st = rondo_sequence_model_read_task(
                rondo_model_description(model->engine), model, error))) {
    rondo_error_prefix(error, path);
  }
  return st;
}

void
rondo_sequence_model_clear(RondoSequenceModel* const model)
{
  rondo_model_free(model->engine);
  rondo_vocabulary_free(model->vocabulary);
  rondo_names_free(model->labels);
  memset(model, 0, sizeof(*model));
}
