// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"

#include "core/net/config_private.h"

#include <jansson.h>

#include <string.h>

static RondoStatus
set_json(RondoConfig* const config,
         const char* const  key,
         json_t* const      json,
         RondoError* const  error)
{
  return json && !json_object_set_new(config->json, key, json)
           ? RONDO_SUCCESS
           : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
}

RondoStatus
rondo_config_set_integer(RondoConfig* const config,
                         const char* const  key,
                         const size_t       value,
                         RondoError* const  error)
{
  return set_json(config, key, json_integer((json_int_t)value), error);
}

RondoStatus
rondo_config_set_boolean(RondoConfig* const config,
                         const char* const  key,
                         const bool         value,
                         RondoError* const  error)
{
  return set_json(config, key, json_boolean(value), error);
}

RondoStatus
rondo_config_set_string(RondoConfig* const config,
                        const char* const  key,
                        const char* const  value,
                        RondoError* const  error)
{
  return set_json(config, key, json_string(value), error);
}

RondoStatus
rondo_config_set_strings(RondoConfig* const       config,
                         const char* const        key,
                         const char* const* const values,
                         const size_t             n_values,
                         RondoError* const        error)
{
  json_t* const array = json_array();
  for (size_t i = 0U; array && i < n_values; ++i) {
    if (json_array_append_new(array, json_string(values[i]))) {
      json_decref(array);
      return set_json(config, key, NULL, error);
    }
  }
  return set_json(config, key, array, error);
}
