// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file config.h A tree of settings read from JSON.

   Model descriptions and training recipes are both JSON objects.  Reading one
   is strict: a key that is missing, of the wrong type, out of range, or that
   nobody asked for is an error that names its path, such as
   `layers[2].hidden`.  This is the only door to the JSON library.

   Setup (allocates).  Nothing here runs in the audio thread.
*/

#ifndef RONDO_NET_CONFIG_H
#define RONDO_NET_CONFIG_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// A parsed JSON text; objects inside it are borrowed as RondoConfig
typedef struct RondoConfigImpl RondoConfig;

/// Objects and arrays inside each other that are accepted
#define RONDO_MAX_NESTING 32U

/// Parse `length` bytes of JSON text whose top is an object.
RONDO_NODISCARD RondoStatus
rondo_config_parse(const char*   text,
                   size_t        length,
                   RondoConfig** out,
                   RondoError*   error);

/// Parse the file at `path`; messages name the file, line and column.
RONDO_NODISCARD RondoStatus
rondo_config_read(const char* path, RondoConfig** out, RondoError* error);

/// Free a tree from rondo_config_parse() or _read(); NULL is harmless.
void
rondo_config_free(RondoConfig* config);

/// Return the tree as compact JSON text, to be freed with free(), or NULL.
char*
rondo_config_write(const RondoConfig* config);

/// Return whether `key` is present.
bool
rondo_config_has(const RondoConfig* config, const char* key);

/**
   Read a number in minimum <= x <= maximum.

   The getters below share these rules: an absent key leaves `*value` as it
   is, so set the default before; use rondo_config_require() for keys without
   one.  Strings and objects are borrowed from the tree.
*/
RONDO_NODISCARD RondoStatus
rondo_config_number(RondoConfig* config,
                    const char*  key,
                    double       minimum,
                    double       maximum,
                    double*      value,
                    RondoError*  error);

/// Read an integer in minimum <= x <= maximum.
RONDO_NODISCARD RondoStatus
rondo_config_integer(RondoConfig* config,
                     const char*  key,
                     size_t       minimum,
                     size_t       maximum,
                     size_t*      value,
                     RondoError*  error);

/// Read `true` or `false`.
RONDO_NODISCARD RondoStatus
rondo_config_boolean(RondoConfig* config,
                     const char*  key,
                     bool*        value,
                     RondoError*  error);

/// Read a string.
RONDO_NODISCARD RondoStatus
rondo_config_string(RondoConfig* config,
                    const char*  key,
                    const char** value,
                    RondoError*  error);

/// Read one of the NULL-terminated `words`; `*value` is its index.
RONDO_NODISCARD RondoStatus
rondo_config_choice(RondoConfig*       config,
                    const char*        key,
                    const char* const* words,
                    size_t*            value,
                    RondoError*        error);

/// Read an object.
RONDO_NODISCARD RondoStatus
rondo_config_object(RondoConfig*  config,
                    const char*   key,
                    RondoConfig** value,
                    RondoError*   error);

/**
   Return the key after `key`, or the first one for NULL, in the text's order.

   @param key A pointer that this function returned for the same object.
   @return NULL after the last one.
*/
const char*
rondo_config_next_key(const RondoConfig* config, const char* key);

/// Return whether `key` is a string.
bool
rondo_config_is_string(const RondoConfig* config, const char* key);

/// Return the length of the array `key`, 1 for another type, 0 if absent.
size_t
rondo_config_count(const RondoConfig* config, const char* key);

/// Read the length of what must be an array.
RONDO_NODISCARD RondoStatus
rondo_config_array(RondoConfig* config,
                   const char*  key,
                   size_t*      count,
                   RondoError*  error);

/// Read element `index` of an array of objects.
RONDO_NODISCARD RondoStatus
rondo_config_element(RondoConfig*  config,
                     const char*   key,
                     size_t        index,
                     RondoConfig** value,
                     RondoError*   error);

/// Read string `index` of an array of strings (or the string itself).
RONDO_NODISCARD RondoStatus
rondo_config_string_at(RondoConfig* config,
                       const char*  key,
                       size_t       index,
                       const char** value,
                       RondoError*  error);

/// Read number `index` of an array of numbers (or the number itself).
RONDO_NODISCARD RondoStatus
rondo_config_number_at(RondoConfig* config,
                       const char*  key,
                       size_t       index,
                       double       minimum,
                       double       maximum,
                       double*      value,
                       RondoError*  error);

/// Read integer `index` of what must be an array of integers.
RONDO_NODISCARD RondoStatus
rondo_config_integer_at(RondoConfig* config,
                        const char*  key,
                        size_t       index,
                        size_t       minimum,
                        size_t       maximum,
                        size_t*      value,
                        RondoError*  error);

/// Read row `index` of what must be an array of arrays of `n` integers.
RONDO_NODISCARD RondoStatus
rondo_config_integers_at(RondoConfig* config,
                         const char*  key,
                         size_t       index,
                         size_t       maximum,
                         size_t       n,
                         size_t*      values,
                         RondoError*  error);

/**
   Read row `index` of what must be an array of [integer, what] where `what` is
   a string or an array of integers.

   @param maximum Of all integers.
   @param capacity Of `values`; longer arrays are an error.
   @param[out] text The string, which lives as long as `config`, or NULL.
*/
RONDO_NODISCARD RondoStatus
rondo_config_pair_at(RondoConfig* config,
                     const char*  key,
                     size_t       index,
                     size_t       maximum,
                     size_t*      number,
                     const char** text,
                     size_t       capacity,
                     size_t*      values,
                     size_t*      n_values,
                     RondoError*  error);

/// Set the integer `key`, over what is there.
RONDO_NODISCARD RondoStatus
rondo_config_set_integer(RondoConfig* config,
                         const char*  key,
                         size_t       value,
                         RondoError*  error);

/// Set `key` to true or false, over what is there.
RONDO_NODISCARD RondoStatus
rondo_config_set_boolean(RondoConfig* config,
                         const char*  key,
                         bool         value,
                         RondoError*  error);

/// Set the string `key`, UTF-8, over what is there.
RONDO_NODISCARD RondoStatus
rondo_config_set_string(RondoConfig* config,
                        const char*  key,
                        const char*  value,
                        RondoError*  error);

/// Set the array `key` of strings, UTF-8, over what is there.
RONDO_NODISCARD RondoStatus
rondo_config_set_strings(RondoConfig*       config,
                         const char*        key,
                         const char* const* values,
                         size_t             n_values,
                         RondoError*        error);

/// Fail if `key` is absent.
RONDO_NODISCARD RondoStatus
rondo_config_require(const RondoConfig* config,
                     const char*        key,
                     RondoError*        error);

/// Fail if the object holds a key that no getter has asked for.
RONDO_NODISCARD RondoStatus
rondo_config_refuse_unknown(const RondoConfig* config, RondoError* error);

RONDO_END_DECLS

#endif // RONDO_NET_CONFIG_H
