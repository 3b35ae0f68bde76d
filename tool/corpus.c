// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/corpus.h"

#include <stddef.h>

typedef RondoStatus (*Reader)(RondoCorpus* corpus,
                              RondoConfig* data,
                              const char*  folder,
                              RondoError*  error);

RondoStatus
rondo_corpus_read(RondoConfig* const data,
                  const char* const  folder,
                  RondoCorpus* const corpus,
                  RondoError* const  error)
{
  static const char* const kinds[]   = { "npy",    "pianoroll", "text",
                                         "tsv",    "conll",     "synthetic",
                                         "melody", "chorale",   NULL };
  static const Reader      readers[] = {
         rondo_corpus_read_npy,    rondo_corpus_read_pianoroll,
         rondo_corpus_read_text,   rondo_corpus_read_tsv,
         rondo_corpus_read_conll,  rondo_corpus_read_synthetic,
         rondo_corpus_read_melody, rondo_corpus_read_chorale
  };

  size_t      kind = 0;
  RondoStatus st   = RONDO_SUCCESS;
  if ((st = rondo_config_require(data, "kind", error)) ||
      (st = rondo_config_choice(data, "kind", kinds, &kind, error))) {
    return st;
  }
  return readers[kind](corpus, data, folder, error);
}
