// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file paths.h Paths of files.

   Setup (allocates).
*/

#ifndef RONDO_PLUGIN_PATHS_H
#define RONDO_PLUGIN_PATHS_H

/// Bytes of the longest path, with the final 0
#define RONDO_MAX_PATH 4096U

/// Return the path of `name` in `folder`, to be freed with free(), or NULL.
char*
rondo_join_path(const char* folder, const char* name);

#endif // RONDO_PLUGIN_PATHS_H
