// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/learner.h"

#include "core/base/arena.h"
#include "core/base/random.h"
#include "core/net/config.h"
#include "core/net/weights.h"
#include "core/train/checkpoint.h"
#include "core/train/network.h"
#include "core/train/parameters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Random stream of the first parameters: one that no item has
#define INITIAL_STREAM UINT64_MAX

#define PI 3.14159265358979

void
rondo_learner_clear(RondoLearner* const l)
{
  rondo_aligned_free(l->parameters);
  rondo_aligned_free(l->gradients);
  rondo_aligned_free(l->m);
  rondo_aligned_free(l->v);
  rondo_aligned_free(l->average);
  rondo_aligned_free(l->best);
}

RondoStatus
rondo_learner_init(RondoLearner* const              l,
                   const RondoDescription* const    description,
                   const RondoInitialisation* const settings,
                   const uint64_t                   seed,
                   RondoError* const                error)
{
  const RondoLearner start = {
    .description  = description,
    .seed         = seed,
    .n_parameters = rondo_network_n_parameters(description),
    .best_loss    = INFINITY,
  };
  *l = start;

  float** const blocks[] = { &l->parameters, &l->gradients, &l->m,
                             &l->v,          &l->average,   &l->best };
  for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); ++i) {
    *blocks[i] = (float*)rondo_aligned_new(l->n_parameters * sizeof(float));
    if (!*blocks[i]) {
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }

  RondoRandom random = rondo_random(seed, INITIAL_STREAM);
  rondo_network_initialise(description, settings, &random, l->parameters);
  memcpy(l->average, l->parameters, l->n_parameters * sizeof(float));
  memcpy(l->best, l->parameters, l->n_parameters * sizeof(float));
  return RONDO_SUCCESS;
}

static bool
is_like(const RondoTensor* const tensor, const RondoTensorSpec* const spec)
{
  bool same = tensor && tensor->n_dims == spec->n_dims;
  for (size_t i = 0; same && i < spec->n_dims; ++i) {
    same = tensor->dims[i] == spec->dims[i];
  }
  return same;
}

RondoStatus
rondo_learner_start_from(RondoLearner* const       l,
                         const RondoTensors* const tensors,
                         size_t* const             n_taken,
                         RondoError* const         error)
{
  *n_taken = 0;

  float*       to = l->parameters;
  const size_t n  = rondo_description_n_tensors(l->description);
  for (size_t i = 0; i < n; ++i) {
    const RondoTensorSpec    spec = rondo_description_tensor(l->description, i);
    const RondoTensor* const tensor = rondo_tensors_find(tensors, spec.name);
    if (is_like(tensor, &spec)) {
      const RondoStatus status =
        rondo_weights_get_floats(tensors, tensor, to, error);
      if (status) {
        return status;
      }
      *n_taken += spec.n_elements;
    }
    to += spec.n_elements;
  }
  memcpy(l->average, l->parameters, l->n_parameters * sizeof(float));
  memcpy(l->best, l->parameters, l->n_parameters * sizeof(float));
  return RONDO_SUCCESS;
}

double
rondo_cosine_rate(const size_t step,
                  const size_t n_steps,
                  const size_t warm_up,
                  const double high,
                  const double low)
{
  if (step <= warm_up) {
    return high * (double)step / (double)warm_up;
  }
  const size_t length = n_steps > warm_up ? n_steps - warm_up : 1;
  const double done   = (double)(step - warm_up) / (double)length;
  const double c      = 0.5 * (1.0 + cos(PI * fmin(done, 1.0)));
  return low + (c * (high - low));
}

void
rondo_learner_gather(RondoLearner* const       l,
                     const float* const* const blocks,
                     const size_t              n_blocks,
                     const double              scale)
{
  memset(l->gradients, 0, l->n_parameters * sizeof(float));
  for (size_t i = 0; i < n_blocks; ++i) {
    for (size_t j = 0; j < l->n_parameters; ++j) {
      l->gradients[j] += blocks[i][j];
    }
  }
  for (size_t j = 0; scale != 1.0 && j < l->n_parameters; ++j) {
    l->gradients[j] *= (float)scale;
  }
}

// The average forgets faster at the start, so that the first parameters do
// not linger
static void
update_average(RondoLearner* const l, const double averaging)
{
  const double early = (1.0 + (double)l->step) / (10.0 + (double)l->step);
  const double decay = fmin(averaging, early);
  const float  rest  = (float)(1.0 - decay);
  for (size_t j = 0; j < l->n_parameters; ++j) {
    l->average[j] += rest * (l->parameters[j] - l->average[j]);
  }
}

RondoStatus
rondo_learner_update(RondoLearner* const      l,
                     const RondoUpdate* const update,
                     const double             learning_rate,
                     const double             loss,
                     RondoTrainStep* const    step,
                     RondoError* const        error)
{
  step->step          = l->step + 1;
  step->loss          = loss;
  step->learning_rate = learning_rate;
  if (isfinite(update->clip_value)) {
    (void)rondo_clip_by_value(
      l->gradients, l->n_parameters, update->clip_value);
  }
  step->gradient_norm =
    rondo_clip_by_norm(l->gradients, l->n_parameters, update->clip_norm);
  if (!isfinite(loss) || !isfinite(step->gradient_norm)) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "step %zu: the %s is not finite; try a lower "
                           "learning_rate or clip",
                           step->step,
                           isfinite(loss) ? "gradient" : "loss");
  }

  l->step          = step->step;
  l->learning_rate = learning_rate;
  if (update->descends) {
    rondo_descent_step(&update->descent,
                       learning_rate,
                       l->n_parameters,
                       l->parameters,
                       l->gradients,
                       l->m);
  } else {
    rondo_adam_step(&update->adam,
                    learning_rate,
                    l->step,
                    l->n_parameters,
                    l->parameters,
                    l->gradients,
                    l->m,
                    l->v);
  }
  update_average(l, update->averaging);
  return RONDO_SUCCESS;
}

bool
rondo_learner_keep_best(RondoLearner* const l, const double loss)
{
  const bool best = loss < l->best_loss;
  if (best) {
    l->best_loss = loss;
    l->best_step = l->step;
    memcpy(l->best, l->average, l->n_parameters * sizeof(float));
  }
  return best;
}

// Make a copy of `description` with a card
static RondoStatus
describe(const RondoDescription* const description,
         const char* const             card,
         RondoDescription** const      out,
         RondoError* const             error)
{
  char* const text = rondo_config_write(description->config);
  char*       all  = NULL;
  if (!text ||
      asprintf(&all, "%.*s,\"card\":%s}", (int)strlen(text) - 1, text, card) <
        0) {
    free(text);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  free(text);

  RondoConfig* config = NULL;
  RondoStatus  status = rondo_config_parse(all, strlen(all), &config, error);
  if (!status) {
    status = rondo_description_new(config, out, error);
  }
  free(all);
  return status;
}

RondoStatus
rondo_learner_write_model(const RondoLearner* const l,
                          const char* const         path,
                          const char* const         card,
                          RondoError* const         error)
{
  const float* const parameters = l->best_step ? l->best : l->average;
  if (!card) {
    return rondo_parameters_write(
      path, l->description, parameters, NULL, 0, error);
  }

  RondoDescription* description = NULL;
  RondoStatus status = describe(l->description, card, &description, error);
  if (!status) {
    status =
      rondo_parameters_write(path, description, parameters, NULL, 0, error);
  }
  rondo_description_free(description);
  return status;
}

static RondoCheckpoint
as_checkpoint(const RondoLearner* const l, const double seconds)
{
  const RondoCheckpoint checkpoint = {
    .step          = l->step,
    .best_step     = l->best_step,
    .best_loss     = l->best_loss,
    .learning_rate = l->learning_rate,
    .seconds       = seconds,
    .random        = rondo_random(l->seed, l->step),
    .parameters    = l->parameters,
    .m             = l->m,
    .v             = l->v,
    .best          = l->best,
    .average       = l->average,
  };
  return checkpoint;
}

RondoStatus
rondo_learner_write_checkpoint(const RondoLearner* const l,
                               const char* const         path,
                               const double              seconds,
                               const double* const       state,
                               const size_t              n_state,
                               RondoError* const         error)
{
  RondoCheckpoint checkpoint = as_checkpoint(l, seconds);
  checkpoint.state           = (double*)state;
  checkpoint.n_state         = n_state;
  return rondo_checkpoint_write(path, l->description, &checkpoint, error);
}

RondoStatus
rondo_learner_read_checkpoint(RondoLearner* const l,
                              const char* const   path,
                              double* const       seconds,
                              double* const       state,
                              const size_t        n_state,
                              RondoError* const   error)
{
  RondoCheckpoint checkpoint = as_checkpoint(l, 0.0);
  checkpoint.state           = state;
  checkpoint.n_state         = n_state;
  const RondoStatus status =
    rondo_checkpoint_read(path, l->description, &checkpoint, error);
  if (!status) {
    l->step          = (size_t)checkpoint.step;
    l->best_step     = (size_t)checkpoint.best_step;
    l->best_loss     = checkpoint.best_loss;
    l->learning_rate = checkpoint.learning_rate;
    *seconds         = checkpoint.seconds;
  }
  return status;
}
