// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// A prefix longer than this keeps its end, which names the file
#define MAX_CONTEXT 120U

const char*
rondo_strerror(RondoStatus status)
{
  switch (status) {
    case RONDO_SUCCESS:
      return "Success";
    case RONDO_ERR_NO_MEMORY:
      return "Out of memory";
    case RONDO_ERR_BAD_ARGUMENT:
      return "An argument is out of range";
    case RONDO_ERR_BAD_FILE:
      return "The file is malformed";
    case RONDO_ERR_BAD_VERSION:
      return "The file is of a newer version";
    case RONDO_ERR_IO:
      return "Reading or writing failed";
    case RONDO_ERR_UNSUPPORTED:
      return "Not supported";
  }
  return "Unknown status";
}

// Names in a message may come from a hostile file: keep it one harmless line
static void
make_one_line(char* message)
{
  for (char* c = message; *c; ++c) {
    if ((unsigned char)*c < 0x20U || *c == 0x7F) {
      *c = '?';
    }
  }
}

// Do not leave half of a UTF-8 character at the end of a full buffer
static void
drop_partial_character(char* message, size_t size)
{
  size_t end = strlen(message);
  if (end + 1U < size) {
    return;
  }
  while (end > 0U && ((unsigned char)message[end - 1U] & 0xC0U) == 0x80U) {
    --end;
  }
  if (end > 0U && (unsigned char)message[end - 1U] >= 0xC0U) {
    --end;
  }
  message[end] = '\0';
}

RondoStatus
rondo_error_set(RondoError* error, RondoStatus status, const char* format, ...)
{
  if (!error) {
    return status;
  }
  va_list args;
  va_start(args, format);
  vsnprintf(error->message, sizeof(error->message), format, args);
  va_end(args);
  error->status = status;
  drop_partial_character(error->message, sizeof(error->message));
  make_one_line(error->message);
  return status;
}

RondoStatus
rondo_error_set_status(RondoError* error, RondoStatus status)
{
  return rondo_error_set(error, status, "%s", rondo_strerror(status));
}

void
rondo_error_prefix(RondoError* error, const char* context)
{
  if (!error) {
    return;
  }
  char         before[sizeof(error->message)];
  const size_t length = strlen(context);
  memcpy(before, error->message, sizeof(before));
  if (length > MAX_CONTEXT) {
    rondo_error_set(error,
                    error->status,
                    "...%s: %s",
                    context + (length - MAX_CONTEXT),
                    before);
  } else {
    rondo_error_set(error, error->status, "%s: %s", context, before);
  }
}
