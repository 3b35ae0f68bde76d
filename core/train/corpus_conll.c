// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/corpus_text.h"

#include <string.h>

typedef struct {
  RondoCorpus*      corpus;
  const RondoTexts* texts;
  size_t            columns[2]; // Of the token and of the tag, from 1
  bool              adds_labels;
  RondoTokens       tokens; // Of the sentence at work
  RondoTokens       tags;
  RondoError*       error;
} Reading;

// Find the token and the tag of a line
static RondoStatus
read_line(const Reading* const r,
          const size_t         split,
          const RondoLines*    lines,
          const RondoPiece     line,
          RondoPiece* const    found)
{
  RondoPiece rest   = line;
  RondoPiece column = { NULL, 0 };
  found[0] = found[1] = column;
  for (size_t i = 1; rondo_piece_next(&rest, "\t ", &column); ++i) {
    for (size_t j = 0; j < 2; ++j) {
      found[j] = i == r->columns[j] ? column : found[j];
    }
  }
  for (size_t j = 0; j < 2; ++j) {
    if (!found[j].start || !found[j].length) {
      return rondo_error_set(r->error,
                             RONDO_ERR_BAD_FILE,
                             "%s:%zu: there is no column %zu",
                             r->texts->paths[split],
                             lines->number,
                             r->columns[j]);
    }
  }
  return RONDO_SUCCESS;
}

static RondoStatus
end_sentence(Reading* const r, const size_t split)
{
  const RondoStatus st = r->tokens.count
                           ? rondo_corpus_add_tokens(&r->corpus->splits[split],
                                                     r->tokens.values,
                                                     r->tokens.count,
                                                     r->tags.values,
                                                     r->tags.count,
                                                     r->error)
                           : RONDO_SUCCESS;
  r->tokens.count      = 0;
  r->tags.count        = 0;
  return st;
}

static RondoStatus
add_word(Reading* const          r,
         const size_t            split,
         const RondoLines* const lines,
         const RondoPiece* const found)
{
  size_t            tag = 0;
  const RondoStatus st =
    rondo_corpus_find_label(r->corpus,
                            found[1],
                            r->adds_labels && split == RONDO_SPLIT_TRAIN,
                            r->texts->paths[split],
                            lines->number,
                            &tag,
                            r->error);
  if (st) {
    return st;
  }
  const size_t token = rondo_vocabulary_find(r->corpus->vocabulary, found[0]);
  return rondo_tokens_append(&r->tokens, token) ||
             rondo_tokens_append(&r->tags, tag)
           ? rondo_error_set_status(r->error, RONDO_ERR_NO_MEMORY)
           : RONDO_SUCCESS;
}

// Read a split, or only count its words
static RondoStatus
read_split(Reading* const r, const size_t split, const bool counts)
{
  const RondoPiece text  = r->texts->texts[split];
  RondoLines       lines = rondo_lines(text.start, text.length);
  RondoPiece       line  = { NULL, 0 };
  RondoStatus      st    = RONDO_SUCCESS;
  while (!st && text.start && rondo_lines_next(&lines, &line)) {
    RondoPiece found[2];
    if (!line.length) {
      st = counts ? RONDO_SUCCESS : end_sentence(r, split);
    } else if (!(st = read_line(r, split, &lines, line, found))) {
      st = !counts ? add_word(r, split, &lines, found)
           : rondo_vocabulary_add_token(r->corpus->vocabulary, found[0])
             ? rondo_error_set_status(r->error, RONDO_ERR_NO_MEMORY)
             : RONDO_SUCCESS;
    }
  }
  return st || counts ? st : end_sentence(r, split);
}

static RondoStatus
read_all(Reading* const r, const size_t limits[2], const bool makes)
{
  RondoCorpus* const corpus = r->corpus;
  RondoStatus        st     = RONDO_SUCCESS;
  if (makes) {
    st = read_split(r, RONDO_SPLIT_TRAIN, true);
    if (!st &&
        (rondo_vocabulary_close(corpus->vocabulary, limits[0], limits[1]) ||
         rondo_names_new(&corpus->labels))) {
      st = rondo_error_set_status(r->error, RONDO_ERR_NO_MEMORY);
    }
  }
  r->adds_labels = makes;
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    st = read_split(r, i, false);
  }
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    corpus->splits[i].n_inputs  = 1;
    corpus->splits[i].n_outputs = rondo_names_size(corpus->labels);
    corpus->splits[i].classes   = true;
  }
  rondo_tokens_clear(&r->tokens);
  rondo_tokens_clear(&r->tags);
  return st;
}

RondoStatus
rondo_corpus_read_conll(RondoCorpus* const corpus,
                        RondoConfig* const data,
                        const char* const  folder,
                        RondoError* const  error)
{
  const RondoTextSettings words = { .words = true };
  RondoTexts              texts = { { NULL }, { NULL }, { { NULL, 0 } } };
  Reading                 r     = {
                        .corpus = corpus, .texts = &texts, .columns = { 1, 2 }, .error = error
  };
  size_t      limits[2] = { 0, 0 };
  bool        made      = false;
  RondoStatus st        = RONDO_SUCCESS;
  if ((st = rondo_config_integer(data, "token", 1, 99, &r.columns[0], error)) ||
      (st = rondo_config_integer(data, "tag", 1, 99, &r.columns[1], error)) ||
      (st = rondo_corpus_begin_vocabulary(
         corpus, data, &words, limits, &made, error)) ||
      (st = rondo_config_require(data, "train", error))) {
    return st;
  }
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    st = rondo_texts_read(
      &texts, (RondoSplit)i, data, rondo_split_names[i], folder, error);
  }
  st = st ? st : rondo_config_refuse_unknown(data, error);
  st = st ? st : read_all(&r, limits, made);
  rondo_texts_clear(&texts);
  return st;
}
