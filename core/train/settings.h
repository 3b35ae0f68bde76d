// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file settings.h What recipes of all kinds have.

   A key that is absent leaves its value as it is.
*/

#ifndef RONDO_TRAIN_SETTINGS_H
#define RONDO_TRAIN_SETTINGS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// A number, from low to high
typedef struct {
  const char* key;
  double      low;
  double      high;
  double*     value;
} RondoNumberSetting;

/// An integer, from low to high
typedef struct {
  const char* key;
  size_t      low;
  size_t      high;
  size_t*     value;
} RondoIntegerSetting;

/// Read `n` numbers.
RONDO_NODISCARD RondoStatus
rondo_settings_numbers(RondoConfig*              config,
                       const RondoNumberSetting* settings,
                       size_t                    n,
                       RondoError*               error);

/// Read `n` integers.
RONDO_NODISCARD RondoStatus
rondo_settings_integers(RondoConfig*               config,
                        const RondoIntegerSetting* settings,
                        size_t                     n,
                        RondoError*                error);

/// Read "model"; a description owns its tree, so it gets a copy.
RONDO_NODISCARD RondoStatus
rondo_settings_model(RondoConfig*       config,
                     RondoDescription** out,
                     RondoError*        error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_SETTINGS_H
