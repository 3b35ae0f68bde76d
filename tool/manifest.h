// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file manifest.h What a manifest.csv says of sound files.
*/

#ifndef RONDO_TOOL_MANIFEST_H
#define RONDO_TOOL_MANIFEST_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

/// A row
typedef struct {
  const char* file; ///< As written: relative to the manifest's folder
  const char* label;
  double      bandwidth_hz; ///< 0 if it is not told
} RondoManifestRow;

/// A manifest, sorted by file
typedef struct {
  char*             text;
  RondoManifestRow* rows;
  size_t            n_rows;
} RondoManifest;

/**
   Read the manifest at `path`.

   Values are separated by commas; those in quotes may hold commas, line ends
   and doubled quotes (RFC 4180).  A manifest without the column "file" is an
   error.
*/
RONDO_NODISCARD RondoStatus
rondo_manifest_read(const char*    path,
                    RondoManifest* manifest,
                    RondoError*    error);

/// Free what a manifest holds; harmless if it is all zero.
void
rondo_manifest_free(RondoManifest* manifest);

/// Return the row of `file`, or NULL.
const RondoManifestRow*
rondo_manifest_find(const RondoManifest* manifest, const char* file);

#endif // RONDO_TOOL_MANIFEST_H
