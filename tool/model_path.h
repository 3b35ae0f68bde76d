// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_MODEL_PATH_H
#define RONDO_TOOL_MODEL_PATH_H

#include <stdbool.h>

/// Return whether there is something at `path` that is not a folder.
bool
rondo_is_file(const char* path);

/**
   Return the path of the model to use, to be freed with free(), or NULL.

   In this order: `chosen` if it is not NULL; the environment variable
   `variable`; the file `name`, such as voice.safetensors, in the presets beside
   the program, whether it is installed or stands in a build folder; that of the
   source this program was built from; that of its installation.
*/
char*
rondo_model_path(const char* chosen, const char* variable, const char* name);

/**
   Return the path of the model of the name `preset`, such as voice, to be freed
   with free(), or NULL.

   It is looked for as rondo_model_path() does; if there is none, the path is
   where it is installed.
*/
char*
rondo_preset_path(const char* preset);

/**
   Return the path of the model that is meant by its name, such as voice, to be
   freed with free(), or NULL if `text` is a file, has a slash, or is no model
   of the presets.
*/
char*
rondo_preset_find(const char* text);

#endif // RONDO_TOOL_MODEL_PATH_H
