// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file names.h A list of different names, each with its number.

   Setup (allocates).
*/

#ifndef RONDO_TEXT_NAMES_H
#define RONDO_TEXT_NAMES_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/text/lines.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// What rondo_names_find() returns for a name that is not there
#define RONDO_NO_NAME ((size_t)-1)

/// Names in the order in which they were added
typedef struct RondoNamesImpl RondoNames;

/// Make an empty list.
RONDO_NODISCARD RondoStatus
rondo_names_new(RondoNames** out);

/// Free; NULL is harmless.
void
rondo_names_free(RondoNames* names);

/// Count `name`, and add it if it is new.  @param[out] index Its number.
RONDO_NODISCARD RondoStatus
rondo_names_add(RondoNames* names, RondoPiece name, size_t* index);

/// Return the number of `name`, or RONDO_NO_NAME.
size_t
rondo_names_find(const RondoNames* names, RondoPiece name);

/// Return how many names there are.
size_t
rondo_names_size(const RondoNames* names);

/// Return name `index`, which ends with a zero byte.
const char*
rondo_names_at(const RondoNames* names, size_t index);

/// Return how often name `index` was added.
size_t
rondo_names_count(const RondoNames* names, size_t index);

/// Make a list of the array of strings `key`, in which none may occur twice.
RONDO_NODISCARD RondoStatus
rondo_names_read(RondoConfig* config,
                 const char*  key,
                 RondoNames** out,
                 RondoError*  error);

/// Set the array of strings `key`.  The names must be UTF-8.
RONDO_NODISCARD RondoStatus
rondo_names_write(const RondoNames* names,
                  RondoConfig*      config,
                  const char*       key,
                  RondoError*       error);

RONDO_END_DECLS

#endif // RONDO_TEXT_NAMES_H
