// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/corpus_text.h"

#include "core/base/file.h"
#include "core/net/description.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)1U << 32U)

void
rondo_texts_clear(RondoTexts* const texts)
{
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    free(texts->paths[i]);
    free(texts->memory[i]);
  }
  memset(texts, 0, sizeof(*texts));
}

RondoStatus
rondo_texts_read(RondoTexts* const  texts,
                 const RondoSplit   split,
                 RondoConfig* const data,
                 const char* const  key,
                 const char* const  folder,
                 RondoError* const  error)
{
  if (!rondo_config_has(data, key)) {
    return RONDO_SUCCESS;
  }
  size_t      size = 0;
  RondoStatus st =
    rondo_corpus_path(data, key, folder, &texts->paths[split], error);
  st = st ? st
          : rondo_file_read(texts->paths[split],
                            LARGEST_FILE,
                            &texts->memory[split],
                            &size,
                            error);
  if (st) {
    return st;
  }
  texts->texts[split].start  = (const char*)texts->memory[split];
  texts->texts[split].length = size;
  if ((st = rondo_text_check(texts->texts[split], error))) {
    rondo_error_prefix(error, texts->paths[split]);
  }
  return st;
}

RondoStatus
rondo_corpus_begin_vocabulary(RondoCorpus* const             corpus,
                              RondoConfig* const             data,
                              const RondoTextSettings* const defaults,
                              size_t                         limits[2],
                              bool* const                    made,
                              RondoError* const              error)
{
  RondoTextSettings settings = *defaults;
  RondoStatus       st       = RONDO_SUCCESS;
  limits[0]                  = 1;
  limits[1]                  = RONDO_MAX_TOKENS;
  if ((st = rondo_text_settings_read(data, &settings, error)) ||
      (st = rondo_config_integer(
         data, "min_count", 1, 1000000, &limits[0], error)) ||
      (st = rondo_config_integer(
         data, "max_tokens", 4, RONDO_MAX_TOKENS, &limits[1], error))) {
    return st;
  }
  *made = !corpus->vocabulary;
  return *made && rondo_vocabulary_new(&settings, &corpus->vocabulary)
           ? rondo_error_set_status(error, RONDO_ERR_NO_MEMORY)
           : RONDO_SUCCESS;
}

RondoStatus
rondo_corpus_find_label(RondoCorpus* const corpus,
                        const RondoPiece   label,
                        const bool         adds,
                        const char* const  path,
                        const size_t       line,
                        size_t* const      index,
                        RondoError* const  error)
{
  if (adds) {
    return rondo_names_add(corpus->labels, label, index)
             ? rondo_error_set_status(error, RONDO_ERR_NO_MEMORY)
             : RONDO_SUCCESS;
  }
  if (!rondo_names_size(corpus->labels)) {
    return rondo_error_set(
      error,
      RONDO_ERR_BAD_FILE,
      "data: there are no sequences to learn from (train)");
  }
  *index = rondo_names_find(corpus->labels, label);
  return *index != RONDO_NO_NAME
           ? RONDO_SUCCESS
           : rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s:%zu: the label \"%.*s\" is not one of those "
                             "of the training data",
                             path,
                             line,
                             (int)(label.length < 40 ? label.length : 40),
                             label.start);
}

RondoStatus
rondo_corpus_add_tokens(RondoSequences* const sequences,
                        const float* const    tokens,
                        const size_t          n_steps,
                        const float* const    targets,
                        const size_t          n_targets,
                        RondoError* const     error)
{
  RondoSequence* const s = rondo_sequences_add(sequences, n_steps + n_targets);
  if (!s) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  memcpy(s->memory, tokens, sizeof(float) * n_steps);
  memcpy(s->memory + n_steps, targets, sizeof(float) * n_targets);
  s->x         = s->memory;
  s->y         = s->memory + n_steps;
  s->n_steps   = n_steps;
  s->n_targets = n_targets;
  return RONDO_SUCCESS;
}
