// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/text/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char*  text;
  size_t length;
  size_t count;
} Name;

struct RondoNamesImpl {
  Name*   names; ///< (n_slots / 2) of which n_names are there
  size_t  n_names;
  size_t* slots;   ///< (n_slots) Number of a name + 1, or 0: open addressing
  size_t  n_slots; ///< A power of 2, at least twice n_names
};

// FNV-1a, 64 bits (Fowler, Noll and Vo 1991)
static uint64_t
hash(const RondoPiece name)
{
  uint64_t h = 14695981039346656037U;
  for (size_t i = 0; i < name.length; ++i) {
    h = (h ^ (unsigned char)name.start[i]) * 1099511628211U;
  }
  return h;
}

// Return the slot of a name, or the empty one where it belongs
static size_t
find_slot(const RondoNames* const names, const RondoPiece name)
{
  size_t slot = (size_t)hash(name) & (names->n_slots - 1);
  while (names->slots[slot]) {
    const Name* const found = &names->names[names->slots[slot] - 1];
    if (found->length == name.length &&
        !memcmp(found->text, name.start, name.length)) {
      break;
    }
    slot = (slot + 1) & (names->n_slots - 1);
  }
  return slot;
}

void
rondo_names_free(RondoNames* const names)
{
  if (names) {
    for (size_t i = 0; i < names->n_names; ++i) {
      free(names->names[i].text);
    }
    free(names->names);
    free(names->slots);
    free(names);
  }
}

// Make room for twice as many names
static RondoStatus
grow(RondoNames* const names)
{
  const size_t n_slots = names->n_slots ? 2 * names->n_slots : 64;
  size_t*      slots   = (size_t*)calloc(n_slots, sizeof(size_t));
  Name* const list = (Name*)realloc(names->names, sizeof(Name) * (n_slots / 2));
  if (list) {
    names->names = list;
  }
  if (list) {
    const size_t n = (n_slots / 2) - names->n_names;
    memset(list + names->n_names, 0, sizeof(Name) * n);
  }
  if (!slots || !list) {
    free(slots);
    return RONDO_ERR_NO_MEMORY;
  }
  free(names->slots);
  names->slots   = slots;
  names->n_slots = n_slots;
  for (size_t i = 0; i < names->n_names; ++i) {
    const RondoPiece name         = { list[i].text, list[i].length };
    slots[find_slot(names, name)] = i + 1;
  }
  return RONDO_SUCCESS;
}

RondoStatus
rondo_names_new(RondoNames** const out)
{
  RondoNames* const names = (RondoNames*)calloc(1, sizeof(RondoNames));
  if (!names || grow(names)) {
    rondo_names_free(names);
    *out = NULL;
    return RONDO_ERR_NO_MEMORY;
  }
  *out = names;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_names_add(RondoNames* const names,
                const RondoPiece  name,
                size_t* const     index)
{
  if (2 * (names->n_names + 1) > names->n_slots && grow(names)) {
    return RONDO_ERR_NO_MEMORY;
  }
  const size_t slot = find_slot(names, name);
  if (!names->slots[slot]) {
    Name* const added = &names->names[names->n_names];
    added->text       = strndup(name.start, name.length);
    added->length     = name.length;
    if (!added->text) {
      return RONDO_ERR_NO_MEMORY;
    }
    names->slots[slot] = ++names->n_names;
  }
  *index = names->slots[slot] - 1;
  ++names->names[*index].count;
  return RONDO_SUCCESS;
}

size_t
rondo_names_find(const RondoNames* const names, const RondoPiece name)
{
  const size_t slot = find_slot(names, name);
  return names->slots[slot] ? names->slots[slot] - 1 : RONDO_NO_NAME;
}

size_t
rondo_names_size(const RondoNames* const names)
{
  return names->n_names;
}

const char*
rondo_names_at(const RondoNames* const names, const size_t index)
{
  return names->names[index].text;
}

size_t
rondo_names_count(const RondoNames* const names, const size_t index)
{
  return names->names[index].count;
}

RondoStatus
rondo_names_read(RondoConfig* const config,
                 const char* const  key,
                 RondoNames** const out,
                 RondoError* const  error)
{
  *out           = NULL;
  size_t      n  = 0;
  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_config_require(config, key, error)) ||
      (st = rondo_config_array(config, key, &n, error))) {
    return st;
  }
  RondoNames* names = NULL;
  if (rondo_names_new(&names)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0; !st && i < n; ++i) {
    const char* text  = NULL;
    size_t      index = 0;
    st                = rondo_config_string_at(config, key, i, &text, error);
    if (!st) {
      const RondoPiece name = { text, strlen(text) };
      if (rondo_names_add(names, name, &index)) {
        st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
      } else if (index != i) {
        st = rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s[%zu]: \"%.60s\" is there twice",
                             key,
                             i,
                             text);
      }
    }
  }
  if (st) {
    rondo_names_free(names);
    return st;
  }
  *out = names;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_names_write(const RondoNames* const names,
                  RondoConfig* const      config,
                  const char* const       key,
                  RondoError* const       error)
{
  const char** const list =
    (const char**)calloc(names->n_names + 1, sizeof(const char*));
  if (!list) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0; i < names->n_names; ++i) {
    list[i] = names->names[i].text;
  }
  const RondoStatus st =
    rondo_config_set_strings(config, key, list, names->n_names, error);
  free((void*)list);
  return st;
}
