// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/paths.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

char*
rondo_join_path(const char* const folder, const char* const name)
{
  const size_t length    = strlen(folder);
  const char*  separator = length && folder[length - 1U] == '/' ? "" : "/";
  char*        path      = NULL;

  return asprintf(&path, "%s%s%s", folder, separator, name) < 0 ? NULL : path;
}
