// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file npy.h Arrays in NumPy's file format.

   Format: numpy.lib.format, versions 1.0, 2.0 and 3.0.
*/

#ifndef RONDO_TOOL_NPY_H
#define RONDO_TOOL_NPY_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>

/// A matrix of floats
typedef struct {
  float* values; ///< (n_rows, n_columns)
  size_t n_rows;
  size_t n_columns; ///< 1 for an array of one dimension
} RondoArray;

/**
   Parse the content of a file, `'<f4'`, `'<f8'`, `'<i4'` or `'<i8'` in C order.

   Values that are not finite are refused, and integers beyond 2^24.
*/
RONDO_NODISCARD RondoStatus
rondo_array_parse(const void* data,
                  size_t      size,
                  RondoArray* out,
                  RondoError* error);

/// Free the values.
void
rondo_array_free(RondoArray* array);

/**
   Write the header of a version 1.0 file of `'<f4'`, padded to 64 bytes.

   @param[out] header At least 128 bytes.
   @return The bytes used.
*/
size_t
rondo_array_header(const RondoArray* array, char* header);

#endif // RONDO_TOOL_NPY_H
