// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/text/entities.h"

#include <stdbool.h>
#include <string.h>

// Return the kind of a tag, such as "PER" of "I-PER", or NULL outside
static const char*
kind_of(const char* const tag)
{
  return !strcmp(tag, "O") ? NULL : tag[0] && tag[1] == '-' ? tag + 2 : tag;
}

// Return whether the entity of `tag` goes on from `before`; NULL: nothing
static bool
goes_on(const char* const before, const char* const tag)
{
  const char* const a = before ? kind_of(before) : NULL;
  const char* const b = tag ? kind_of(tag) : NULL;
  return a && b && !strcmp(a, b) && strncmp(tag, "B-", 2) != 0;
}

// Return the tag of word `i` of (n), or NULL beyond
static const char*
tag_at(const RondoNames* const tags,
       const int32_t* const    indices,
       const size_t            i,
       const size_t            n)
{
  return i < n ? rondo_names_at(tags, (size_t)indices[i]) : NULL;
}

void
rondo_entities_add(RondoEntities* const    entities,
                   const RondoNames* const tags,
                   const int32_t* const    expected,
                   const int32_t* const    found,
                   const size_t            n)
{
  const char* before[2] = { NULL, NULL };
  bool        same      = false; // Both are in the same entity so far
  for (size_t i = 0; i <= n; ++i) {
    const char* const tag[2] = { tag_at(tags, expected, i, n),
                                 tag_at(tags, found, i, n) };

    bool on[2];
    bool begins[2];
    for (size_t j = 0; j < 2; ++j) {
      on[j]     = goes_on(before[j], tag[j]);
      begins[j] = !on[j] && tag[j] && kind_of(tag[j]);
    }
    entities->n_expected += begins[0] ? 1 : 0;
    entities->n_found += begins[1] ? 1 : 0;

    // Right is what ends for both after it was the same for both
    entities->n_correct += same && !on[0] && !on[1] ? 1 : 0;
    same =
      (same && on[0] && on[1]) ||
      (begins[0] && begins[1] && !strcmp(kind_of(tag[0]), kind_of(tag[1])));
    before[0] = tag[0];
    before[1] = tag[1];
  }
}

double
rondo_entities_precision(const RondoEntities* const e)
{
  return e->n_found ? (double)e->n_correct / (double)e->n_found : 0.0;
}

double
rondo_entities_recall(const RondoEntities* const e)
{
  return e->n_expected ? (double)e->n_correct / (double)e->n_expected : 0.0;
}

double
rondo_entities_f1(const RondoEntities* const e)
{
  const size_t n = e->n_found + e->n_expected;
  return n ? 2.0 * (double)e->n_correct / (double)n : 0.0;
}
