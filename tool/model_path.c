// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/model_path.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

bool
rondo_is_file(const char* path)
{
  struct stat status;
  return !stat(path, &status) && !S_ISDIR(status.st_mode);
}

// Return the path of a file of the presets, or NULL if there is none
static char*
find_file(const char* name)
{
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
  return NULL;
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
  char* const found = find_file(name);
  return found ? found : join(RONDO_INSTALLED_PRESETS, "", name);
}

// Return the name of the file of a preset, to be freed with free(), or NULL
static char*
file_name(const char* preset)
{
  char* name = NULL;
  return asprintf(&name, "%s.safetensors", preset) < 0 ? NULL : name;
}

char*
rondo_preset_path(const char* preset)
{
  char* const name  = file_name(preset);
  char* const found = name ? find_file(name) : NULL;
  char* const path =
    found || !name ? found : join(RONDO_INSTALLED_PRESETS, "", name);
  free(name);
  return path;
}

char*
rondo_preset_find(const char* text)
{
  char* const name =
    strchr(text, '/') || rondo_is_file(text) ? NULL : file_name(text);
  char* const path = name ? find_file(name) : NULL;
  free(name);
  return path;
}
