// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/model_path.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Fill `folder` with the folder of this program, or with ""
static void
program_folder(char* folder, size_t size)
{
  const ssize_t n       = readlink("/proc/self/exe", folder, size - 1U);
  folder[n > 0 ? n : 0] = '\0';
  char* const slash     = strrchr(folder, '/');
  if (slash) {
    *slash = '\0';
  }
}

static char*
join(const char* folder, const char* rest, const char* name)
{
  const size_t size = strlen(folder) + strlen(rest) + strlen(name) + 2U;
  char* const  path = (char*)malloc(size);
  if (path) {
    snprintf(path, size, "%s%s/%s", folder, rest, name);
  }
  return path;
}

char*
rondo_model_path(const char* chosen,
                 const char* variable_name,
                 const char* name)
{
  const char* const variable = getenv(variable_name);
  if (chosen || (variable && *variable)) {
    return strdup(chosen ? chosen : variable);
  }
  char folder[PATH_MAX];
  program_folder(folder, sizeof(folder));
  const char* const places[][2] = {
    { folder, "/../presets" },    // In a build folder
    { folder, "/../../presets" }, // In a build folder inside the source
    { folder, "/../share/rondo/presets" },
    { RONDO_SOURCE_PRESETS, "" },
    { RONDO_INSTALLED_PRESETS, "" },
  };
  for (size_t i = 0U; i < sizeof(places) / sizeof(places[0]); ++i) {
    char* const path = join(places[i][0], places[i][1], name);
    if (path && !access(path, F_OK)) {
      return path;
    }
    free(path);
  }
  return join(RONDO_INSTALLED_PRESETS, "", name);
}
