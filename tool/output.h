// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file output.h Files that appear whole or not at all.

   An output is written under a temporary name in the same folder; only when
   it is committed does it take its place, synced.  Links are followed, and an
   output that replaces a file takes over its permissions.  Standard output,
   devices and pipes are fed at the commit from an unnamed temporary file, so
   that any output can be sought in while it is being written.

   When the reader of a pipe has gone away, the message is empty.
*/

#ifndef RONDO_TOOL_OUTPUT_H
#define RONDO_TOOL_OUTPUT_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>

/// An output under way
typedef struct {
  int   fd;        ///< To be written to, open for reading and writing
  int   target;    ///< Standard output, device or pipe, or -1
  bool  overwrite; ///< A file at `path` may be replaced
  char* path;      ///< Where it will be
  char* temporary; ///< Where it is, or NULL if it has no name
} RondoOutput;

/**
   Start an output.

   @param path `-` means standard output.
   @param overwrite Whether a file that is there may be replaced.
*/
RONDO_NODISCARD RondoStatus
rondo_output_open(RondoOutput* output,
                  const char*  path,
                  bool         overwrite,
                  RondoError*  error);

/// Write `size` bytes where the last ones ended.
RONDO_NODISCARD RondoStatus
rondo_output_write(RondoOutput* output,
                   const void*  data,
                   size_t       size,
                   RondoError*  error);

/// Put the output in its place and release it, also if that fails.
RONDO_NODISCARD RondoStatus
rondo_output_commit(RondoOutput* output, RondoError* error);

/// Remove and release an output; harmless if it was committed.
void
rondo_output_discard(RondoOutput* output);

/// Write a whole small file.  @see rondo_output_open()
RONDO_NODISCARD RondoStatus
rondo_output_write_file(const char* path,
                        const void* data,
                        size_t      size,
                        RondoError* error);

/// Return an unnamed temporary file, open for reading and writing, or -1.
int
rondo_output_spool(void);

/**
   Copy all that can be read from `from` to `to`.

   @return False, with errno set, if that failed or a signal came.
*/
bool
rondo_output_copy(int from, int to);

#endif // RONDO_TOOL_OUTPUT_H
