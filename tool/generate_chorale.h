// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_GENERATE_CHORALE_H
#define RONDO_TOOL_GENERATE_CHORALE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "tool/console.h"
#include "tool/generate.h"

#include <stdbool.h>

/**
   Go on with four voices, if the model that is asked for is one of chorales.

   @param[out] done Whether it is; nothing is done otherwise.
*/
RONDO_NODISCARD RondoStatus
rondo_generate_chorale(RondoConsole*                console,
                       const RondoGenerateSettings* settings,
                       bool*                        done,
                       RondoError*                  error);

#endif // RONDO_TOOL_GENERATE_CHORALE_H
