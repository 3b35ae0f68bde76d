// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/mixer.h"
#include "core/train/settings.h"

#include <stddef.h>

RondoMixSettings
rondo_mix_default_settings(void)
{
  const RondoMixSettings settings = { .snr_low_db   = -7.0,
                                      .snr_high_db  = 25.0,
                                      .nearly_clean = 0.06,
                                      .pure_noise   = 0.06,
                                      .pure_speech  = 0.03,
                                      .reverberated = 0.3,
                                      .synthetic    = 0.3,
                                      .second_noise = 0.35,
                                      .speed_change = 0.6,
                                      .equalised    = 0.7,
                                      .clipped      = 0.04,
                                      .band_limited = 0.15,
                                      .hiss         = 0.4 };
  return settings;
}

RondoStatus
rondo_mix_read_settings(RondoConfig* const      config,
                        RondoMixSettings* const settings,
                        RondoError* const       error)
{
  const RondoNumberSetting keys[] = {
    { "snr_low_db", -30.0, 60.0, &settings->snr_low_db },
    { "snr_high_db", -30.0, 60.0, &settings->snr_high_db },
    { "nearly_clean", 0.0, 1.0, &settings->nearly_clean },
    { "pure_noise", 0.0, 1.0, &settings->pure_noise },
    { "pure_speech", 0.0, 1.0, &settings->pure_speech },
    { "reverberated", 0.0, 1.0, &settings->reverberated },
    { "synthetic", 0.0, 1.0, &settings->synthetic },
    { "second_noise", 0.0, 1.0, &settings->second_noise },
    { "speed_change", 0.0, 1.0, &settings->speed_change },
    { "equalised", 0.0, 1.0, &settings->equalised },
    { "clipped", 0.0, 1.0, &settings->clipped },
    { "band_limited", 0.0, 1.0, &settings->band_limited },
    { "hiss", 0.0, 1.0, &settings->hiss }
  };
  const RondoStatus st =
    rondo_settings_numbers(config, keys, sizeof(keys) / sizeof(keys[0]), error);
  if (st) {
    return st;
  }
  if (settings->snr_low_db > settings->snr_high_db) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "mix: snr_low_db %g is above snr_high_db %g",
                           settings->snr_low_db,
                           settings->snr_high_db);
  }
  return rondo_config_refuse_unknown(config, error);
}
