// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_INFO_MODEL_H
#define RONDO_TOOL_INFO_MODEL_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>

/// Print what the model file at `path` is, as text or as JSON.
RONDO_NODISCARD RondoStatus
rondo_info_model(const char* path, bool json, RondoError* error);

#endif // RONDO_TOOL_INFO_MODEL_H
