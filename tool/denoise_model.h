// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file denoise_model.h The models that denoise, by path or by name.
*/

#ifndef RONDO_TOOL_DENOISE_MODEL_H
#define RONDO_TOOL_DENOISE_MODEL_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/model.h"

/// The names of those that come with Rondo, the default first, then NULL
extern const char* const rondo_denoise_model_names[];

/**
   Find the model that `chosen` means; if it is NULL, the one that RONDO_MODEL
   in the environment means, or else the default.

   A file is meant by its path, and what is no file by its name.  A path with a
   slash is not looked at.

   @param[out] path To be freed with free(); NULL on failure.
   @return RONDO_ERR_IO if there is neither a file nor a name, with a message
   that lists the names, or RONDO_ERR_NO_MEMORY.
*/
RONDO_NODISCARD RondoStatus
rondo_denoise_model_find(const char* chosen, char** path, RondoError* error);

/**
   Load the model that `chosen` means, as rondo_denoise_model_find() does.

   @return Errors of rondo_model_load(), or of rondo_denoiser_new() if it is not
   a model that denoises.
*/
RONDO_NODISCARD RondoStatus
rondo_denoise_model_load(const char*  chosen,
                         RondoModel** model,
                         RondoError*  error);

#endif // RONDO_TOOL_DENOISE_MODEL_H
