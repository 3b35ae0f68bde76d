// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_CORPUS_H
#define RONDO_TOOL_CORPUS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/train/corpus.h"

/**
   Read a data set of any kind: "kind" of `data` says which.

   @param folder That all paths in `data` start from.
   @param[in,out] corpus Empty, but for a vocabulary and labels that are to be
   used rather than made; to be cleared also after a failure.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read(RondoConfig* data,
                  const char*  folder,
                  RondoCorpus* corpus,
                  RondoError*  error);

/**
   Read arrays: the folders "train", "valid" and "test" hold pairs of files
   NAME.x.npy and NAME.y.npy of as many steps.  "classes", if present, says
   that y is a class from 0 to below it.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_npy(RondoCorpus* corpus,
                      RondoConfig* data,
                      const char*  folder,
                      RondoError*  error);

#endif // RONDO_TOOL_CORPUS_H
