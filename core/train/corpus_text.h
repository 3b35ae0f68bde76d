// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file corpus_text.h What the readers of texts have in common.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_CORPUS_TEXT_H
#define RONDO_TRAIN_CORPUS_TEXT_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/text/lines.h"
#include "core/train/corpus.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// The texts of the three splits
typedef struct {
  char*      paths[RONDO_N_SPLITS]; ///< Or NULL
  void*      memory[RONDO_N_SPLITS];
  RondoPiece texts[RONDO_N_SPLITS];
} RondoTexts;

/// Read the file `key` names to `split`; an absent key is no text.
RONDO_NODISCARD RondoStatus
rondo_texts_read(RondoTexts*  texts,
                 RondoSplit   split,
                 RondoConfig* data,
                 const char*  key,
                 const char*  folder,
                 RondoError*  error);

/// Free the texts.
void
rondo_texts_clear(RondoTexts* texts);

/**
   Make an empty vocabulary as `data` says, unless the corpus has one; read
   "min_count" and "max_tokens".

   @param[out] limits Both.
   @param[out] made Whether it was made, and is to be closed.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_begin_vocabulary(RondoCorpus*             corpus,
                              RondoConfig*             data,
                              const RondoTextSettings* defaults,
                              size_t                   limits[2],
                              bool*                    made,
                              RondoError*              error);

/**
   Find a label, or add it.

   @param adds Whether unknown labels are added; otherwise they are errors.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_find_label(RondoCorpus* corpus,
                        RondoPiece   label,
                        bool         adds,
                        const char*  path,
                        size_t       line,
                        size_t*      index,
                        RondoError*  error);

/**
   Add a sequence of tokens.

   @param targets (n_targets) Classes.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_add_tokens(RondoSequences* sequences,
                        const float*    tokens,
                        size_t          n_steps,
                        const float*    targets,
                        size_t          n_targets,
                        RondoError*     error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_CORPUS_TEXT_H
