// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"

#include "core/net/config_private.h"

#include <jansson.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Bytes of a word from the text that a message quotes
#define MAX_QUOTE 60

// A value inside an object: where it is, for messages and lookups
typedef struct {
  RondoConfig* config;
  const char*  key;
  size_t       index; // SIZE_MAX if it is not an element of an array
  json_t*      json;  // NULL if absent
} Place;

// Write the path of `place`, such as "layers[2].hidden"
static void
path_of(const Place* place, char* path, size_t size)
{
  const char* const parent = place->config->path;
  const char* const dot    = *parent ? "." : "";
  if (place->index == SIZE_MAX) {
    snprintf(path, size, "%s%s%s", parent, dot, place->key);
  } else {
    snprintf(path, size, "%s%s%s[%zu]", parent, dot, place->key, place->index);
  }
}

static RondoStatus
fail_at(const Place* place, RondoError* error, const char* message)
{
  char path[160];
  path_of(place, path, sizeof(path));
  rondo_error_set(error, RONDO_ERR_BAD_FILE, "%s", message);
  rondo_error_prefix(error, path);
  return RONDO_ERR_BAD_FILE;
}

static RondoStatus
fail_type(const Place* place, RondoError* error, const char* expected)
{
  char message[96];
  snprintf(message,
           sizeof(message),
           "expected %s, found %s",
           expected,
           rondo_config_type_name(place->json));
  return fail_at(place, error, message);
}

// Find `key` and note that it was asked for; place->json is NULL if absent
static RondoStatus
look_up(RondoConfig* config, const char* key, Place* place, RondoError* error)
{
  const Place found = {
    config, key, SIZE_MAX, json_object_get(config->json, key)
  };
  *place = found;
  if (found.json && !json_object_get(config->asked, key) &&
      json_object_set_new(config->asked, key, json_true())) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  return RONDO_SUCCESS;
}

// Find element `index` of array `key`; a single value is its own element 0
// unless `strict`
static RondoStatus
look_up_at(RondoConfig* config,
           const char*  key,
           size_t       index,
           bool         strict,
           Place*       place,
           RondoError*  error)
{
  const RondoStatus st = look_up(config, key, place, error);
  if (st || !place->json) {
    return st;
  }
  const bool is_array = json_is_array(place->json);
  if (!is_array && strict) {
    return fail_type(place, error, "an array");
  }
  if (index >= (is_array ? json_array_size(place->json) : 1U)) {
    place->index = index;
    return fail_at(place, error, "the array is too short");
  }
  if (is_array) {
    place->json  = json_array_get(place->json, index);
    place->index = index;
  }
  return RONDO_SUCCESS;
}

bool
rondo_config_has(const RondoConfig* config, const char* key)
{
  return json_object_get(config->json, key) != NULL;
}

const char*
rondo_config_next_key(const RondoConfig* config, const char* key)
{
  void* const iter =
    key ? json_object_iter_next(config->json, json_object_key_to_iter(key))
        : json_object_iter(config->json);
  return iter ? json_object_iter_key(iter) : NULL;
}

bool
rondo_config_is_string(const RondoConfig* config, const char* key)
{
  return json_is_string(json_object_get(config->json, key));
}

size_t
rondo_config_count(const RondoConfig* config, const char* key)
{
  const json_t* const json = json_object_get(config->json, key);
  if (!json) {
    return 0U;
  }
  return json_is_array(json) ? json_array_size(json) : 1U;
}

static RondoStatus
read_number(const Place* place,
            double       minimum,
            double       maximum,
            double*      value,
            RondoError*  error)
{
  if (!json_is_number(place->json)) {
    return fail_type(place, error, "a number");
  }
  const double x = json_number_value(place->json);
  if (!(x >= minimum && x <= maximum)) {
    char message[128];
    snprintf(message,
             sizeof(message),
             "expected a number from %g to %g, found %g",
             minimum,
             maximum,
             x);
    return fail_at(place, error, message);
  }
  *value = x;
  return RONDO_SUCCESS;
}

static RondoStatus
read_integer(const Place* place,
             size_t       minimum,
             size_t       maximum,
             size_t*      value,
             RondoError*  error)
{
  if (!json_is_integer(place->json)) {
    return fail_type(place,
                     error,
                     json_is_real(place->json)
                       ? "an integer without a decimal point or exponent"
                       : "an integer");
  }
  const json_int_t x = json_integer_value(place->json);
  if (x < 0 || (uint64_t)x < minimum || (uint64_t)x > maximum) {
    char message[128];
    snprintf(message,
             sizeof(message),
             "expected an integer from %zu to %zu, found %lld",
             minimum,
             maximum,
             (long long)x);
    return fail_at(place, error, message);
  }
  *value = (size_t)x;
  return RONDO_SUCCESS;
}

static RondoStatus
read_string(const Place* place, const char** value, RondoError* error)
{
  if (!json_is_string(place->json)) {
    return fail_type(place, error, "a string");
  }
  *value = json_string_value(place->json);
  return RONDO_SUCCESS;
}

// Hand out the object at `place`, the same node each time
static RondoStatus
read_object(const Place* place, RondoConfig** value, RondoError* error)
{
  if (!json_is_object(place->json)) {
    return fail_type(place, error, "an object");
  }
  RondoConfig* const parent = place->config;
  for (RondoConfig* child = parent->children; child; child = child->next) {
    if (child->json == place->json) {
      *value = child;
      return RONDO_SUCCESS;
    }
  }
  char path[160];
  path_of(place, path, sizeof(path));
  RondoConfig* const child = rondo_config_new_node(place->json, path);
  if (!child) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  child->next      = parent->children;
  parent->children = child;
  *value           = child;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_config_number(RondoConfig* config,
                    const char*  key,
                    double       minimum,
                    double       maximum,
                    double*      value,
                    RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up(config, key, &place, error);
  return st || !place.json
           ? st
           : read_number(&place, minimum, maximum, value, error);
}

RondoStatus
rondo_config_integer(RondoConfig* config,
                     const char*  key,
                     size_t       minimum,
                     size_t       maximum,
                     size_t*      value,
                     RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up(config, key, &place, error);
  return st || !place.json
           ? st
           : read_integer(&place, minimum, maximum, value, error);
}

RondoStatus
rondo_config_boolean(RondoConfig* config,
                     const char*  key,
                     bool*        value,
                     RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up(config, key, &place, error);
  if (st || !place.json) {
    return st;
  }
  if (!json_is_boolean(place.json)) {
    return fail_type(&place, error, "true or false");
  }
  *value = json_is_true(place.json);
  return RONDO_SUCCESS;
}

RondoStatus
rondo_config_string(RondoConfig* config,
                    const char*  key,
                    const char** value,
                    RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up(config, key, &place, error);
  return st || !place.json ? st : read_string(&place, value, error);
}

RondoStatus
rondo_config_choice(RondoConfig*       config,
                    const char*        key,
                    const char* const* words,
                    size_t*            value,
                    RondoError*        error)
{
  Place       place;
  const char* word = NULL;
  RondoStatus st   = look_up(config, key, &place, error);
  if (st || !place.json) {
    return st;
  }
  st = read_string(&place, &word, error);
  if (st) {
    return st;
  }
  char   message[200] = "expected one of";
  size_t used         = strlen(message);
  for (size_t i = 0U; words[i]; ++i) {
    if (!strcmp(words[i], word)) {
      *value = i;
      return RONDO_SUCCESS;
    }
    if (used < sizeof(message)) {
      used += (size_t)snprintf(message + used,
                               sizeof(message) - used,
                               "%s %s",
                               i ? "," : "",
                               words[i]);
    }
  }
  if (used < sizeof(message)) {
    snprintf(message + used,
             sizeof(message) - used,
             ", found \"%.*s\"",
             MAX_QUOTE,
             word);
  }
  return fail_at(&place, error, message);
}

RondoStatus
rondo_config_object(RondoConfig*  config,
                    const char*   key,
                    RondoConfig** value,
                    RondoError*   error)
{
  Place             place;
  const RondoStatus st = look_up(config, key, &place, error);
  return st || !place.json ? st : read_object(&place, value, error);
}

RondoStatus
rondo_config_array(RondoConfig* config,
                   const char*  key,
                   size_t*      count,
                   RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up(config, key, &place, error);
  if (st || !place.json) {
    return st;
  }
  if (!json_is_array(place.json)) {
    return fail_type(&place, error, "an array");
  }
  *count = json_array_size(place.json);
  return RONDO_SUCCESS;
}

RondoStatus
rondo_config_element(RondoConfig*  config,
                     const char*   key,
                     size_t        index,
                     RondoConfig** value,
                     RondoError*   error)
{
  Place             place;
  const RondoStatus st = look_up_at(config, key, index, true, &place, error);
  return st || !place.json ? st : read_object(&place, value, error);
}

RondoStatus
rondo_config_string_at(RondoConfig* config,
                       const char*  key,
                       size_t       index,
                       const char** value,
                       RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up_at(config, key, index, false, &place, error);
  return st || !place.json ? st : read_string(&place, value, error);
}

RondoStatus
rondo_config_number_at(RondoConfig* config,
                       const char*  key,
                       size_t       index,
                       double       minimum,
                       double       maximum,
                       double*      value,
                       RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up_at(config, key, index, false, &place, error);
  return st || !place.json
           ? st
           : read_number(&place, minimum, maximum, value, error);
}

RondoStatus
rondo_config_integer_at(RondoConfig* config,
                        const char*  key,
                        size_t       index,
                        size_t       minimum,
                        size_t       maximum,
                        size_t*      value,
                        RondoError*  error)
{
  Place             place;
  const RondoStatus st = look_up_at(config, key, index, true, &place, error);
  return st || !place.json
           ? st
           : read_integer(&place, minimum, maximum, value, error);
}

RondoStatus
rondo_config_integers_at(RondoConfig* config,
                         const char*  key,
                         size_t       index,
                         size_t       maximum,
                         size_t       n,
                         size_t*      values,
                         RondoError*  error)
{
  Place       place;
  RondoStatus st = look_up_at(config, key, index, true, &place, error);
  if (st || !place.json) {
    return st;
  }
  if (json_array_size(place.json) != n) {
    char expected[64];
    snprintf(
      expected, sizeof(expected), "expected an array of %zu integers", n);
    return fail_at(&place, error, expected);
  }
  Place element = place;
  for (size_t i = 0U; !st && i < n; ++i) {
    element.json = json_array_get(place.json, i);
    st           = read_integer(&element, 0U, maximum, &values[i], error);
  }
  return st;
}

RondoStatus
rondo_config_pair_at(RondoConfig* config,
                     const char*  key,
                     size_t       index,
                     size_t       maximum,
                     size_t*      number,
                     const char** text,
                     size_t       capacity,
                     size_t*      values,
                     size_t*      n_values,
                     RondoError*  error)
{
  Place       place;
  RondoStatus st = look_up_at(config, key, index, true, &place, error);
  *text          = NULL;
  *n_values      = 0U;
  if (st || !place.json) {
    return st;
  }
  if (json_array_size(place.json) != 2U) {
    return fail_at(&place, error, "expected an array of two");
  }
  Place first  = place;
  Place second = place;
  first.json   = json_array_get(place.json, 0U);
  second.json  = json_array_get(place.json, 1U);
  st           = read_integer(&first, 0U, maximum, number, error);
  if (st || json_is_string(second.json)) {
    return st ? st : read_string(&second, text, error);
  }
  *n_values = json_array_size(second.json);
  if (!json_is_array(second.json) || *n_values > capacity) {
    return fail_type(&second, error, "a string or a short array");
  }
  Place element = second;
  for (size_t i = 0U; !st && i < *n_values; ++i) {
    element.json = json_array_get(second.json, i);
    st           = read_integer(&element, 0U, maximum, &values[i], error);
  }
  return st;
}

RondoStatus
rondo_config_require(const RondoConfig* config,
                     const char*        key,
                     RondoError*        error)
{
  if (rondo_config_has(config, key)) {
    return RONDO_SUCCESS;
  }
  rondo_error_set(error, RONDO_ERR_BAD_FILE, "\"%s\" is missing", key);
  if (*config->path) {
    rondo_error_prefix(error, config->path);
  }
  return RONDO_ERR_BAD_FILE;
}

RondoStatus
rondo_config_refuse_unknown(const RondoConfig* config, RondoError* error)
{
  for (const char* key = rondo_config_next_key(config, NULL); key;
       key             = rondo_config_next_key(config, key)) {
    if (!json_object_get(config->asked, key)) {
      rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "unknown key \"%.*s\"", MAX_QUOTE, key);
      if (*config->path) {
        rondo_error_prefix(error, config->path);
      }
      return RONDO_ERR_BAD_FILE;
    }
  }
  return RONDO_SUCCESS;
}
