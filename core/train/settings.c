// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/settings.h"

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
