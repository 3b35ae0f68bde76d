// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file entities.h How many names in a text were found.

   As the script conlleval of the shared tasks CoNLL-2000 to 2003 counts: an
   entity is right if its first word, its last word and its kind are.
*/

#ifndef RONDO_TEXT_ENTITIES_H
#define RONDO_TEXT_ENTITIES_H

#include "core/base/attributes.h"
#include "core/text/names.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// Counts of entities
typedef struct {
  size_t n_expected;
  size_t n_found;
  size_t n_correct;
} RondoEntities;

/**
   Count the entities of a sentence.

   @param tags "O", "B-KIND" where an entity begins and "I-KIND" where it goes
   on; "I-" begins one too where none of its kind goes before.
   @param expected (n) Indices of tags.
   @param found (n) Indices of tags.
*/
void
rondo_entities_add(RondoEntities*    entities,
                   const RondoNames* tags,
                   const int32_t*    expected,
                   const int32_t*    found,
                   size_t            n);

/// Return the share of the found ones that are right, or 0.
double
rondo_entities_precision(const RondoEntities* entities);

/// Return the share of the expected ones that were found, or 0.
double
rondo_entities_recall(const RondoEntities* entities);

/// Return the harmonic mean of precision and recall, or 0.
double
rondo_entities_f1(const RondoEntities* entities);

RONDO_END_DECLS

#endif // RONDO_TEXT_ENTITIES_H
