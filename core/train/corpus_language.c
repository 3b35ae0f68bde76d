// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/corpus_text.h"

#include <string.h>

#define MARK "\xEF\xBB\xBF" // U+FEFF, which some editors put first

// Return the end of `percent` of a text, moved on to where a token ends
static size_t
find_cut(const RondoPiece text, const double percent, const bool words)
{
  size_t at = (size_t)((double)text.length * percent / 100.0);
  while (at < text.length &&
         (words ? !strchr(" \n\t", text.start[at])
                : ((unsigned char)text.start[at] & 0xC0U) == 0x80)) {
    ++at;
  }
  return at;
}

// Cut the text of the training split into the three
static RondoStatus
cut_text(RondoTexts* const  texts,
         RondoConfig* const data,
         const bool         words,
         RondoError* const  error)
{
  double percent[RONDO_N_SPLITS] = { 80.0, 10.0, 10.0 };
  for (size_t i = 0; i < RONDO_N_SPLITS; ++i) {
    const RondoStatus st =
      rondo_config_number_at(data, "split", i, 0.0, 100.0, &percent[i], error);
    if (st) {
      return st;
    }
  }
  const double sum = percent[0] + percent[1] + percent[2];
  if (sum > 100.0) {
    return rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "data.split: %g percent in all", sum);
  }
  const RondoPiece whole = texts->texts[RONDO_SPLIT_TRAIN];
  const size_t     a     = find_cut(whole, percent[0], words);
  const size_t     b     = find_cut(whole, percent[0] + percent[1], words);
  const size_t     c     = find_cut(whole, sum, words);
  const RondoPiece parts[RONDO_N_SPLITS] = { { whole.start, a },
                                             { whole.start + a, b - a },
                                             { whole.start + b, c - b } };
  memcpy(texts->texts, parts, sizeof(parts));
  return RONDO_SUCCESS;
}

static RondoStatus
read_texts(RondoTexts* const  texts,
           RondoConfig* const data,
           const char* const  folder,
           const bool         words,
           RondoError* const  error)
{
  RondoStatus st = RONDO_SUCCESS;
  if (rondo_config_has(data, "file")) {
    st =
      rondo_texts_read(texts, RONDO_SPLIT_TRAIN, data, "file", folder, error);
    RondoPiece* const text = &texts->texts[RONDO_SPLIT_TRAIN];
    if (!st && text->length >= strlen(MARK) &&
        !memcmp(text->start, MARK, strlen(MARK))) {
      text->start += strlen(MARK);
      text->length -= strlen(MARK);
    }
    return st ? st : cut_text(texts, data, words, error);
  }
  if ((st = rondo_config_require(data, "train", error))) {
    return st;
  }
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    st = rondo_texts_read(
      texts, (RondoSplit)i, data, rondo_split_names[i], folder, error);
  }
  return st;
}

// Make of a text a sequence whose targets are the next tokens
static RondoStatus
add_text(RondoCorpus* const corpus,
         const size_t       split,
         const RondoPiece   text,
         RondoError* const  error)
{
  RondoSequences* const set    = &corpus->splits[split];
  RondoTokens           tokens = { NULL, 0, 0 };

  set->n_inputs  = 1;
  set->n_outputs = rondo_vocabulary_size(corpus->vocabulary);
  set->classes   = true;
  RondoStatus st = RONDO_SUCCESS;
  if (text.start &&
      rondo_vocabulary_encode(corpus->vocabulary, text, &tokens)) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  if (!st && tokens.count > 1) {
    st = rondo_corpus_add_tokens(set,
                                 tokens.values,
                                 tokens.count - 1,
                                 tokens.values + 1,
                                 tokens.count - 1,
                                 error);
  }
  rondo_tokens_clear(&tokens);
  return st;
}

RondoStatus
rondo_corpus_read_text(RondoCorpus* const corpus,
                       RondoConfig* const data,
                       const char* const  folder,
                       RondoError* const  error)
{
  const RondoTextSettings plain     = { .words = false };
  RondoTexts              texts     = { { NULL }, { NULL }, { { NULL, 0 } } };
  size_t                  limits[2] = { 0, 0 };
  bool                    made      = false;
  RondoStatus             st =
    rondo_corpus_begin_vocabulary(corpus, data, &plain, limits, &made, error);
  corpus->foretells = true;
  if (!st) {
    const bool words = rondo_vocabulary_settings(corpus->vocabulary)->words;
    st               = read_texts(&texts, data, folder, words, error);
  }
  st = st ? st : rondo_config_refuse_unknown(data, error);
  if (!st && made &&
      (rondo_vocabulary_add(corpus->vocabulary,
                            texts.texts[RONDO_SPLIT_TRAIN]) ||
       rondo_vocabulary_close(corpus->vocabulary, limits[0], limits[1]))) {
    st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    st = add_text(corpus, i, texts.texts[i], error);
  }
  rondo_texts_clear(&texts);
  return st;
}
