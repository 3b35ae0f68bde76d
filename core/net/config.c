// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"

#include "core/base/file.h"
#include "core/net/config_private.h"

#include <jansson.h>

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)16U << 20U)

const char*
rondo_config_type_name(const json_t* json)
{
  switch (json_typeof(json)) {
    case JSON_OBJECT:
      return "an object";
    case JSON_ARRAY:
      return "an array";
    case JSON_STRING:
      return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
      return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
      return "true or false";
    case JSON_NULL:
      break;
  }
  return "null";
}

RondoConfig*
rondo_config_new_node(json_t* json, const char* path)
{
  const size_t       length = strlen(path) + 1U;
  RondoConfig* const node =
    (RondoConfig*)calloc(1, sizeof(RondoConfig) + length);
  if (node) {
    node->json  = json;
    node->asked = json_object();
    memcpy(node->path, path, length);
    if (!node->asked) {
      free(node);
      return NULL;
    }
  }
  return node;
}

// Free a node and all below it; nesting is limited, so recursion is too
static void
free_node(RondoConfig* node)
{
  for (RondoConfig* child = node->children; child;) {
    RondoConfig* const next = child->next;
    free_node(child);
    child = next;
  }
  json_decref(node->asked);
  if (node->is_root) {
    json_decref(node->json);
  }
  free(node);
}

// Refuse deep nesting ahead of the parser, which recurses
static RondoStatus
check_nesting(const char* text, size_t length, RondoError* error)
{
  size_t depth     = 0U;
  bool   in_string = false;
  for (size_t i = 0U; i < length; ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1U : 0U;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > RONDO_MAX_NESTING) {
        return rondo_error_set(error,
                               RONDO_ERR_BAD_FILE,
                               "nested deeper than %u levels",
                               RONDO_MAX_NESTING);
      }
    } else if ((c == '}' || c == ']') && depth > 0U) {
      --depth;
    }
  }
  return RONDO_SUCCESS;
}

// Say what the parser found wrong, and where; `path` may be NULL
static RondoStatus
fail_syntax(const char* path, const json_error_t* problem, RondoError* error)
{
  if (!*problem->text || json_error_code(problem) == json_error_out_of_memory) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  char place[PATH_MAX + 32];
  snprintf(place,
           sizeof(place),
           path ? "%s:%d:%d" : "%sline %d, column %d",
           path ? path : "",
           problem->line,
           problem->column);
  rondo_error_set(error, RONDO_ERR_BAD_FILE, "%s", problem->text);
  rondo_error_prefix(error, place);
  return RONDO_ERR_BAD_FILE;
}

static RondoStatus
parse(const char*   path,
      const char*   text,
      size_t        length,
      RondoConfig** out,
      RondoError*   error)
{
  *out           = NULL;
  RondoStatus st = check_nesting(text, length, error);
  if (st) {
    return st;
  }
  json_error_t  problem = { 0 };
  const size_t  flags   = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
  json_t* const json    = json_loadb(text, length, flags, &problem);
  if (!json) {
    return fail_syntax(path, &problem, error);
  }
  if (!json_is_object(json)) {
    rondo_error_set(error,
                    RONDO_ERR_BAD_FILE,
                    "expected an object, found %s",
                    rondo_config_type_name(json));
    json_decref(json);
    return RONDO_ERR_BAD_FILE;
  }
  RondoConfig* const root = rondo_config_new_node(json, "");
  if (!root) {
    json_decref(json);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  root->is_root = true;
  *out          = root;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_config_parse(const char*   text,
                   size_t        length,
                   RondoConfig** out,
                   RondoError*   error)
{
  return parse(NULL, text, length, out, error);
}

RondoStatus
rondo_config_read(const char* path, RondoConfig** out, RondoError* error)
{
  *out             = NULL;
  void*       data = NULL;
  size_t      size = 0U;
  RondoStatus st   = rondo_file_read(path, MAX_FILE, &data, &size, error);
  if (st) {
    return st;
  }
  st = parse(path, (const char*)data, size, out, error);
  if (st && error && strncmp(error->message, path, strlen(path)) != 0) {
    rondo_error_prefix(error, path);
  }
  free(data);
  return st;
}

void
rondo_config_free(RondoConfig* config)
{
  if (config) {
    free_node(config);
  }
}

char*
rondo_config_write(const RondoConfig* config)
{
  return json_dumps(config->json, JSON_COMPACT);
}
