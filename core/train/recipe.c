// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/recipe.h"

#include "core/train/settings.h"

#include <stdint.h>
#include <stdlib.h>

static const RondoTrainSettings default_training = {
  .seed                = 1,
  .steps               = 10000,
  .batch               = 32,
  .item_seconds        = 4.0,
  .sample_rate         = 48000.0,
  .learning_rate       = 1e-3,
  .final_learning_rate = 1e-5,
  .warm_up             = 100,
  .clip                = 1.0,
  .weight_decay        = 0.0,
  .averaging           = 0.999,
  .valid_every         = 250,
  .valid_items         = 64,
  .checkpoint_every    = 250,
};

static RondoStatus
read_sizes(RondoConfig* const        config,
           RondoTrainSettings* const s,
           RondoError* const         error)
{
  const RondoIntegerSetting keys[] = {
    { "seed", 0, UINT32_MAX, &s->seed },
    { "steps", 1, 100000000, &s->steps },
    { "batch", 1, 4096, &s->batch },
    { "warm_up", 0, 100000000, &s->warm_up },
    { "valid_every", 1, 100000000, &s->valid_every },
    { "valid_items", 1, 100000, &s->valid_items },
    { "checkpoint_every", 1, 100000000, &s->checkpoint_every }
  };
  return rondo_settings_integers(
    config, keys, sizeof(keys) / sizeof(keys[0]), error);
}

static RondoStatus
read_training(RondoConfig* const        config,
              RondoTrainSettings* const s,
              RondoError* const         error)
{
  const RondoNumberSetting keys[] = {
    { "item_seconds", 0.1, 600.0, &s->item_seconds },
    { "sample_rate", 8000.0, 192000.0, &s->sample_rate },
    { "learning_rate", 1e-9, 10.0, &s->learning_rate },
    { "final_learning_rate", 0.0, 10.0, &s->final_learning_rate },
    { "clip", 1e-6, 1e6, &s->clip },
    { "weight_decay", 0.0, 1.0, &s->weight_decay },
    { "averaging", 0.0, 0.999999, &s->averaging }
  };
  RondoConfig* dropout = NULL;
  RondoStatus  st      = RONDO_SUCCESS;
  if ((st = rondo_settings_numbers(
         config, keys, sizeof(keys) / sizeof(keys[0]), error)) ||
      (st = read_sizes(config, s, error)) ||
      (st = rondo_config_object(config, "dropout", &dropout, error)) ||
      (dropout && ((st = rondo_dropout_read(dropout, &s->dropout, error)) ||
                   (st = rondo_config_refuse_unknown(dropout, error))))) {
    return st;
  }
  return rondo_config_refuse_unknown(config, error);
}

static RondoStatus
read_data(RondoConfig* const config,
          RondoRecipe* const recipe,
          RondoError* const  error)
{
  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_config_string(config, "speech", &recipe->speech, error)) ||
      (st = rondo_config_string(config, "noise", &recipe->noise, error)) ||
      (st = rondo_config_string(
         config, "valid_speech", &recipe->valid_speech, error)) ||
      (st = rondo_config_string(
         config, "valid_noise", &recipe->valid_noise, error))) {
    return st;
  }
  return rondo_config_refuse_unknown(config, error);
}

// Read the object `key`, if it is there, with its reader
static RondoStatus
read_sections(RondoRecipe* const recipe, RondoError* const error)
{
  static const char* const keys[] = { "model", "data",     "mix",
                                      "loss",  "training", "card" };

  RondoConfig* const top = recipe->config;
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    RondoConfig* section = NULL;
    RondoStatus  st      = rondo_config_object(top, keys[i], &section, error);
    if (!st && section) {
      st = i == 0   ? rondo_settings_model(section, &recipe->description, error)
           : i == 1 ? read_data(section, recipe, error)
           : i == 2 ? rondo_mix_read_settings(section, &recipe->mix, error)
           : i == 3
             ? rondo_denoise_loss_read_settings(section, &recipe->loss, error)
           : i == 4 ? read_training(section, &recipe->training, error)
                    : RONDO_SUCCESS;
    }
    if (!st && section && i == 5 &&
        !(recipe->card = rondo_config_write(section))) {
      st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
    if (st) {
      return st;
    }
  }
  return rondo_config_refuse_unknown(top, error);
}

// What is listened to must be long enough, and reach high enough
static RondoStatus
check_wave(const RondoRecipe* const recipe, RondoError* const error)
{
  const RondoTrainSettings* const s = &recipe->training;

  const bool quality = recipe->loss.quality_weight > 0.0;
  if ((quality || recipe->loss.intelligibility_weight > 0.0) &&
      !rondo_wave_loss_fits(s->sample_rate, s->item_seconds)) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "loss.%s_weight: calls for items of %g s or more at "
                           "%g Hz or more, found %g s at %g Hz",
                           quality ? "quality" : "intelligibility",
                           RONDO_WAVE_LOSS_SECONDS,
                           RONDO_WAVE_LOSS_RATE,
                           s->item_seconds,
                           s->sample_rate);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
read_recipe(RondoConfig* const  config,
            RondoRecipe** const out,
            RondoError* const   error)
{
  RondoRecipe* const recipe = (RondoRecipe*)calloc(1, sizeof(RondoRecipe));
  if (!recipe) {
    rondo_config_free(config);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  recipe->config       = config;
  recipe->speech       = "speech/train";
  recipe->noise        = "noise/train";
  recipe->valid_speech = "speech/valid";
  recipe->valid_noise  = "noise/valid";
  recipe->mix          = rondo_mix_default_settings();
  recipe->loss         = rondo_denoise_loss_default_settings();
  recipe->training     = default_training;

  size_t      version = 0;
  RondoStatus st      = RONDO_SUCCESS;
  if ((st = rondo_config_require(config, "version", error)) ||
      (st = rondo_config_integer(
         config, "version", 1, SIZE_MAX / 2, &version, error)) ||
      (st = rondo_config_require(config, "model", error))) {
    rondo_recipe_free(recipe);
    return st;
  }
  if (version != RONDO_RECIPE_VERSION) {
    st = rondo_error_set(error,
                         RONDO_ERR_BAD_VERSION,
                         "version: expected %u, found %zu",
                         RONDO_RECIPE_VERSION,
                         version);
  }
  if (!st && !(st = read_sections(recipe, error))) {
    st = check_wave(recipe, error);
  }
  if (st) {
    rondo_recipe_free(recipe);
    return st;
  }
  *out = recipe;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_recipe_read(const char* const   path,
                  RondoRecipe** const out,
                  RondoError* const   error)
{
  *out                = NULL;
  RondoConfig* config = NULL;
  RondoStatus  status = rondo_config_read(path, &config, error);
  if (!status && (status = read_recipe(config, out, error))) {
    rondo_error_prefix(error, path);
  }
  return status;
}

RondoStatus
rondo_recipe_parse(const char* const   text,
                   const size_t        length,
                   RondoRecipe** const out,
                   RondoError* const   error)
{
  *out                     = NULL;
  RondoConfig*      config = NULL;
  const RondoStatus status = rondo_config_parse(text, length, &config, error);
  return status ? status : read_recipe(config, out, error);
}

void
rondo_recipe_free(RondoRecipe* const recipe)
{
  if (recipe) {
    rondo_description_free(recipe->description);
    rondo_config_free(recipe->config);
    free(recipe->card);
    free(recipe);
  }
}
