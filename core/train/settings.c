// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/settings.h"

#include <stdlib.h>
#include <string.h>

RondoStatus
rondo_settings_numbers(RondoConfig* const              config,
                       const RondoNumberSetting* const settings,
                       const size_t                    n,
                       RondoError* const               error)
{
  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < n; ++i) {
    const RondoNumberSetting* const s = &settings[i];
    st = rondo_config_number(config, s->key, s->low, s->high, s->value, error);
  }
  return st;
}

RondoStatus
rondo_settings_integers(RondoConfig* const               config,
                        const RondoIntegerSetting* const settings,
                        const size_t                     n,
                        RondoError* const                error)
{
  RondoStatus st = RONDO_SUCCESS;
  for (size_t i = 0; !st && i < n; ++i) {
    const RondoIntegerSetting* const s = &settings[i];
    st = rondo_config_integer(config, s->key, s->low, s->high, s->value, error);
  }
  return st;
}

RondoStatus
rondo_settings_model(RondoConfig* const       config,
                     RondoDescription** const out,
                     RondoError* const        error)
{
  char* const text = rondo_config_write(config);
  if (!text) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  RondoConfig* copy = NULL;
  RondoStatus  st   = rondo_config_parse(text, strlen(text), &copy, error);
  free(text);
  st = st ? st : rondo_description_new(copy, out, error);
  if (st) {
    rondo_error_prefix(error, "model");
  }
  return st;
}
