// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_MODEL_PATH_H
#define RONDO_TOOL_MODEL_PATH_H

/**
   Return the path of the model to use, to be freed with free(), or NULL.

   In this order: `chosen` if it is not NULL; the environment variable
   `variable`; the file `name`, such as voice.safetensors, in the presets beside
   the program, whether it is installed or stands in a build folder; that of the
   source this program was built from; that of its installation.
*/
char*
rondo_model_path(const char* chosen, const char* variable, const char* name);

#endif // RONDO_TOOL_MODEL_PATH_H
