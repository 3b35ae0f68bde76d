// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_BASE_STATUS_H
#define RONDO_BASE_STATUS_H

#include "core/base/attributes.h"

RONDO_BEGIN_DECLS

/// How a function that can fail ended
typedef enum {
  RONDO_SUCCESS,
  RONDO_ERR_NO_MEMORY,    ///< An allocation failed
  RONDO_ERR_BAD_ARGUMENT, ///< An argument is outside its documented range
  RONDO_ERR_BAD_FILE,     ///< A file's content is malformed or inconsistent
  RONDO_ERR_BAD_VERSION,  ///< A file's format is newer than this program
  RONDO_ERR_IO,           ///< The system could not read or write
  RONDO_ERR_UNSUPPORTED,  ///< Well-formed, but not something Rondo can do
} RondoStatus;

/// A status with a message for a person, owned by the caller
typedef struct {
  RondoStatus status;
  char        message[256]; ///< One line, no full stop, no newline
} RondoError;

/// Return one sentence that describes `status`, without a full stop.
const char*
rondo_strerror(RondoStatus status);

/**
   Fill `error` (may be NULL) and return `status`.

   @param format As in printf, for example "gru layer 2: expected %zu inputs".
*/
RondoStatus
rondo_error_set(RondoError* error, RondoStatus status, const char* format, ...)
  __attribute__((format(printf, 3, 4)));

/// Fill `error` (may be NULL) with rondo_strerror() of `status`, and return
/// that.
RondoStatus
rondo_error_set_status(RondoError* error, RondoStatus status);

/// Put `context` and ": " before the message of `error` (may be NULL).
void
rondo_error_prefix(RondoError* error, const char* context);

RONDO_END_DECLS

#endif // RONDO_BASE_STATUS_H
