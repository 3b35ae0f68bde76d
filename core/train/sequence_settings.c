// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/sequence_settings.h"

#include "core/train/settings.h"

#include <math.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

RondoSequenceSettings
rondo_sequence_default_settings(void)
{
  const RondoSequenceSettings settings = {
    .seed          = 1,
    .epochs        = 10,
    .batch         = 16,
    .learning_rate = 1e-3,
    .factor        = 0.5,
    .every         = 1,
    .adam          = { 0.9, 0.999, 1e-8, 0.0 },
    .clip_norm     = INFINITY,
    .clip_value    = INFINITY,
    .initialise    = rondo_initialisation(),
  };
  return settings;
}

static RondoStatus
read_schedule(RondoConfig* const           config,
              RondoSequenceSettings* const s,
              RondoError* const            error)
{
  static const char* const names[] = {
    "constant", "cosine", "step", "plateau", NULL
  };

  size_t                    name       = s->schedule;
  const RondoIntegerSetting integers[] = {
    { "warm_up", 0, 100000000, &s->warm_up }, { "every", 1, 100000, &s->every }
  };
  const RondoNumberSetting numbers[] = {
    { "final_learning_rate", 0.0, 100.0, &s->final_learning_rate },
    { "factor", 0.0, 1.0, &s->factor }
  };
  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_config_choice(config, "name", names, &name, error)) ||
      (st =
         rondo_settings_integers(config, integers, COUNT(integers), error)) ||
      (st = rondo_settings_numbers(config, numbers, COUNT(numbers), error))) {
    return st;
  }
  s->schedule = (RondoScheduleKind)name;
  return rondo_config_refuse_unknown(config, error);
}

static RondoStatus
read_optimizer(RondoConfig* const           config,
               RondoSequenceSettings* const s,
               RondoError* const            error)
{
  static const char* const names[] = { "adam", "sgd", NULL };

  size_t      name = 0;
  RondoStatus st   = rondo_config_choice(config, "name", names, &name, error);
  if (st) {
    return st;
  }
  s->descends = name == 1;

  const RondoNumberSetting adam[] = {
    { "beta1", 0.0, 0.9999999, &s->adam.beta1 },
    { "beta2", 0.0, 0.9999999, &s->adam.beta2 },
    { "epsilon", 1e-16, 1.0, &s->adam.epsilon },
    { "weight_decay", 0.0, 1.0, &s->adam.weight_decay }
  };
  const RondoNumberSetting descent[] = {
    { "momentum", 0.0, 0.9999999, &s->descent.momentum },
    { "weight_decay", 0.0, 1.0, &s->descent.weight_decay }
  };
  st = s->descends
         ? rondo_settings_numbers(config, descent, COUNT(descent), error)
         : rondo_settings_numbers(config, adam, COUNT(adam), error);
  if (!st && s->descends) {
    st = rondo_config_boolean(config, "nesterov", &s->descent.nesterov, error);
  }
  return st ? st : rondo_config_refuse_unknown(config, error);
}

static RondoStatus
read_dropout(RondoConfig* const           config,
             RondoSequenceSettings* const s,
             RondoError* const            error)
{
  RondoStatus st = rondo_dropout_read(config, &s->dropout, error);
  st             = st ? st
                      : rondo_config_number(
              config, "recurrent", 0.0, 0.99, &s->recurrent_dropout, error);
  return st ? st : rondo_config_refuse_unknown(config, error);
}

static RondoStatus
read_initialise(RondoConfig* const           config,
                RondoSequenceSettings* const s,
                RondoError* const            error)
{
  static const char* const names[] = {
    "orthogonal", "glorot", "identity", NULL
  };

  size_t                   recurrent = s->initialise.recurrent;
  const RondoNumberSetting numbers[] = {
    { "gain", 0.0, 100.0, &s->initialise.gain },
    { "forget_bias", -100.0, 100.0, &s->initialise.forget_bias }
  };
  RondoStatus st =
    rondo_config_choice(config, "recurrent", names, &recurrent, error);
  st = st ? st : rondo_settings_numbers(config, numbers, COUNT(numbers), error);
  s->initialise.recurrent = (RondoRecurrentWeights)recurrent;
  return st ? st : rondo_config_refuse_unknown(config, error);
}

typedef RondoStatus (*Reader)(RondoConfig*           config,
                              RondoSequenceSettings* settings,
                              RondoError*            error);

static RondoStatus
read_objects(RondoConfig* const           config,
             RondoSequenceSettings* const s,
             RondoError* const            error)
{
  static const struct {
    const char* key;
    Reader      read;
  } objects[] = { { "schedule", read_schedule },
                  { "optimizer", read_optimizer },
                  { "dropout", read_dropout },
                  { "initialise", read_initialise } };

  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < COUNT(objects); ++i) {
    RondoConfig* object = NULL;
    st = rondo_config_object(config, objects[i].key, &object, error);
    if (!st && object) {
      st = objects[i].read(object, s, error);
    }
  }
  return st;
}

RondoStatus
rondo_sequence_settings_read(RondoConfig* const           config,
                             RondoSequenceSettings* const s,
                             RondoError* const            error)
{
  static const char* const reductions[] = { "mean", "sum", NULL };

  static const char* const bests[] = { "loss", "accuracy", NULL };

  size_t                    reduction  = 0;
  size_t                    best       = 0;
  const RondoIntegerSetting integers[] = {
    { "seed", 0, UINT32_MAX, &s->seed },
    { "epochs", 1, 1000000, &s->epochs },
    { "steps", 1, 100000000, &s->steps },
    { "batch", 1, 4096, &s->batch },
    { "chunk", 0, 1000000, &s->chunk },
    { "valid_every", 0, 100000000, &s->valid_every },
    { "checkpoint_every", 0, 100000000, &s->checkpoint_every },
    { "patience", 0, 1000000, &s->patience }
  };
  const RondoNumberSetting numbers[] = {
    { "learning_rate", 1e-9, 100.0, &s->learning_rate },
    { "clip_norm", 1e-9, 1e9, &s->clip_norm },
    { "clip_value", 1e-9, 1e9, &s->clip_value },
    { "averaging", 0.0, 0.999999, &s->averaging }
  };
  RondoStatus st = RONDO_SUCCESS;
  if ((st =
         rondo_settings_integers(config, integers, COUNT(integers), error)) ||
      (st = rondo_settings_numbers(config, numbers, COUNT(numbers), error)) ||
      (st =
         rondo_config_choice(config, "loss", reductions, &reduction, error)) ||
      (st = rondo_config_choice(config, "best", bests, &best, error)) ||
      (st = rondo_config_boolean(
         config, "gradient_norms", &s->gradient_norms, error)) ||
      (st = read_objects(config, s, error))) {
    return st;
  }
  s->sum         = reduction == 1;
  s->by_accuracy = best == 1;
  if (rondo_config_has(config, "steps") && rondo_config_has(config, "epochs")) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "training: \"steps\" and \"epochs\" are both there");
  }
  return rondo_config_refuse_unknown(config, error);
}
