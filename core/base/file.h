// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file file.h Whole files, read and written.

   Setup (allocates).  Messages name the path and say what the system said.
*/

#ifndef RONDO_BASE_FILE_H
#define RONDO_BASE_FILE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   Read all of the file (or pipe) at `path`.

   @param limit Most bytes that are accepted.
   @param[out] data The content and a zero byte, to be freed with free().
   @param[out] size Bytes of content.
*/
RONDO_NODISCARD RondoStatus
rondo_file_read(const char* path,
                size_t      limit,
                void**      data,
                size_t*     size,
                RondoError* error);

/// A piece of a file to write
typedef struct {
  const void* data;
  size_t      size;
} RondoChunk;

/**
   Write `chunks` one after the other as the file at `path`, atomically.

   The file is written under a temporary name in the same folder, synced, then
   renamed, so that `path` is either the old file or the whole new one.  Links
   are followed; a device or a pipe is written to as it is.
*/
RONDO_NODISCARD RondoStatus
rondo_file_write(const char*       path,
                 const RondoChunk* chunks,
                 size_t            n_chunks,
                 RondoError*       error);

RONDO_END_DECLS

#endif // RONDO_BASE_FILE_H
