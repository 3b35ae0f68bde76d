// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char* const rondo_split_names[] = { "train", "valid", "test", NULL };

void
rondo_corpus_clear(RondoCorpus* const corpus)
{
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    rondo_sequences_clear(&corpus->splits[i]);
  }
  rondo_vocabulary_free(corpus->vocabulary);
  rondo_names_free(corpus->labels);
  memset(corpus, 0, sizeof(*corpus));
}

RondoStatus
rondo_corpus_path(RondoConfig* const data,
                  const char* const  key,
                  const char* const  folder,
                  char** const       path,
                  RondoError* const  error)
{
  const char* name = NULL;
  RondoStatus st   = RONDO_SUCCESS;
  *path            = NULL;
  if ((st = rondo_config_require(data, key, error)) ||
      (st = rondo_config_string(data, key, &name, error))) {
    return st;
  }
  if (asprintf(path, "%s/%s", folder, name) < 0) {
    *path = NULL;
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  return RONDO_SUCCESS;
}
