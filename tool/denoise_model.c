// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_model.h"

#include "core/audio/denoiser.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "tool/model_path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char* const rondo_denoise_model_names[] = {
  "voice",
  "voice-lookahead",
  "tiny",
  NULL,
};

static bool
is_name(const char* const text)
{
  for (size_t i = 0U; rondo_denoise_model_names[i]; ++i) {
    if (!strcmp(text, rondo_denoise_model_names[i])) {
      return true;
    }
  }
  return false;
}

// Say that `text` means no model, and what would
static RondoStatus
refuse(const char* const text, RondoError* const error)
{
  char names[128] = "";
  for (size_t i = 0U; rondo_denoise_model_names[i]; ++i) {
    const size_t n = strlen(names);
    snprintf(names + n,
             sizeof(names) - n,
             "%s%s",
             i ? ", " : "",
             rondo_denoise_model_names[i]);
  }
  return rondo_error_set(
    error, RONDO_ERR_IO, "%s: neither a file nor one of %s", text, names);
}

RondoStatus
rondo_denoise_model_find(const char* const chosen,
                         char** const      path,
                         RondoError* const error)
{
  const char* const variable = getenv("RONDO_MODEL");
  const char* const text     = chosen                  ? chosen
                               : variable && *variable ? variable
                                                       : NULL;
  *path                      = NULL;
  if (!text) {
    *path = rondo_preset_path(rondo_denoise_model_names[0]);
  } else if (strchr(text, '/') || rondo_is_file(text)) {
    *path = strdup(text);
  } else if (is_name(text)) {
    *path = rondo_preset_path(text);
  } else {
    return refuse(text, error);
  }
  return *path ? RONDO_SUCCESS
               : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
}

RondoStatus
rondo_denoise_model_load(const char* const  chosen,
                         RondoModel** const model,
                         RondoError* const  error)
{
  RondoDenoiser* denoiser = NULL;
  char*          path     = NULL;

  *model         = NULL;
  RondoStatus st = rondo_denoise_model_find(chosen, &path, error);
  if (!st && !(st = rondo_model_load(path, model, error))) {
    st = rondo_denoiser_new(*model, 48000.0, 1U, &denoiser, error);
    if (st) {
      rondo_error_prefix(error, path);
      rondo_model_free(*model);
      *model = NULL;
    }
    rondo_denoiser_free(denoiser);
  }
  free(path);
  return st;
}
