// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file config_private.h What the files of config.h share.
*/

#ifndef RONDO_NET_CONFIG_PRIVATE_H
#define RONDO_NET_CONFIG_PRIVATE_H

#include "core/base/attributes.h"
#include "core/net/config.h"

#include <jansson.h>

#include <stdbool.h>

RONDO_BEGIN_DECLS

struct RondoConfigImpl {
  json_t*      json;     ///< The object; a reference only if `is_root`
  json_t*      asked;    ///< An object with the keys that were asked for
  RondoConfig* children; ///< Objects inside that were handed out
  RondoConfig* next;     ///< Sibling in the list of the parent
  bool         is_root;
  char         path[]; ///< "layers[2]", empty for the root
};

/// Return the type of `json` as a message names it, such as "an array".
const char*
rondo_config_type_name(const json_t* json);

/// Make a node over the object `json`, which it borrows, or return NULL.
RondoConfig*
rondo_config_new_node(json_t* json, const char* path);

RONDO_END_DECLS

#endif // RONDO_NET_CONFIG_PRIVATE_H
