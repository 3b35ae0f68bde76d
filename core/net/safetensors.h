// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file safetensors.h Files of named tensors.

   A safetensors file is an 8-byte little-endian length, that many bytes of
   JSON header, and the raw tensors.  The reader takes the file as hostile:
   lengths, offsets, overlaps, gaps, products of dimensions and nesting are
   checked before use.

   Setup (allocates).
*/

#ifndef RONDO_NET_SAFETENSORS_H
#define RONDO_NET_SAFETENSORS_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

#define RONDO_MAX_DIMS 4U

/// How the elements of a tensor are stored
typedef enum {
  RONDO_DTYPE_F32,
  RONDO_DTYPE_F16,
  RONDO_DTYPE_BF16,
  RONDO_DTYPE_F64,
  RONDO_DTYPE_I8,
  RONDO_DTYPE_U8,
  RONDO_DTYPE_I32,
  RONDO_DTYPE_I64,
} RondoDtype;

/// Return the name of `dtype` in a file, such as "F32".
const char*
rondo_dtype_name(RondoDtype dtype);

/// Return the bytes of one element of `dtype`.
size_t
rondo_dtype_size(RondoDtype dtype);

/// A tensor in a file
typedef struct {
  const char* name;
  RondoDtype  dtype;
  size_t      n_dims;
  size_t      dims[RONDO_MAX_DIMS];
  size_t      n_elements;
  const void* data; ///< Little-endian, perhaps unaligned
} RondoTensor;

/// An opened file of tensors, held in memory
typedef struct RondoTensorsImpl RondoTensors;

/// Read the whole file at `path`; it need not be seekable.
RONDO_NODISCARD RondoStatus
rondo_tensors_read(const char* path, RondoTensors** out, RondoError* error);

/// Read a file image of `size` bytes, which is copied.
RONDO_NODISCARD RondoStatus
rondo_tensors_parse(const void*    image,
                    size_t         size,
                    RondoTensors** out,
                    RondoError*    error);

/// Free; NULL is harmless.
void
rondo_tensors_free(RondoTensors* tensors);

/// Return the number of tensors.
size_t
rondo_tensors_count(const RondoTensors* tensors);

/// Return tensor `index`, in order of offsets.
const RondoTensor*
rondo_tensors_at(const RondoTensors* tensors, size_t index);

/// Return the tensor called `name`, or NULL.
const RondoTensor*
rondo_tensors_find(const RondoTensors* tensors, const char* name);

/// Return the string `key` of "__metadata__", or NULL.
const char*
rondo_tensors_metadata(const RondoTensors* tensors, const char* key);

/// Return the number of pairs in "__metadata__".
size_t
rondo_tensors_n_metadata(const RondoTensors* tensors);

/// Return pair `index` of "__metadata__".
void
rondo_tensors_metadata_at(const RondoTensors* tensors,
                          size_t              index,
                          const char**        key,
                          const char**        value);

/**
   Convert a tensor of a real dtype (F64, F32, F16, BF16) to float32.

   @param[out] out (n_elements).
   @return RONDO_ERR_UNSUPPORTED for other dtypes, RONDO_ERR_BAD_FILE if a
   value is not finite.
*/
RONDO_NODISCARD RondoStatus
rondo_tensor_get_floats(const RondoTensor* tensor,
                        float*             out,
                        RondoError*        error);

/// A pair for "__metadata__"
typedef struct {
  const char* key;
  const char* value;
} RondoMetadata;

/**
   Write a file atomically: under a temporary name in the same folder, synced,
   then renamed, so that `path` is either the old file or the whole new one.
*/
RONDO_NODISCARD RondoStatus
rondo_tensors_write(const char*          path,
                    const RondoTensor*   tensors,
                    size_t               n_tensors,
                    const RondoMetadata* metadata,
                    size_t               n_metadata,
                    RondoError*          error);

RONDO_END_DECLS

#endif // RONDO_NET_SAFETENSORS_H
