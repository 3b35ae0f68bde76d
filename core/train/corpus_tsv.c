// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/corpus_text.h"

#include <stdio.h>
#include <string.h>

// Where columns are, from 1; 0 if there are no folds
typedef struct {
  size_t text;
  size_t label;
  size_t fold;
  size_t test_fold;
  size_t valid_fold;
} Columns;

// A row of a file
typedef struct {
  RondoPiece text;
  RondoPiece label;
  size_t     split; // As its fold says
} Row;

// What is done with a row
typedef struct {
  RondoCorpus* corpus;
  const char*  path;
  size_t       line;
  bool         adds_labels;
  RondoTokens  tokens;
  RondoError*  error;
} Work;

typedef RondoStatus (*RowWork)(Work* work, size_t split, const Row* row);

static RondoStatus
read_columns(RondoConfig* const data,
             Columns* const     columns,
             RondoError* const  error)
{
  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_config_require(data, "text", error)) ||
      (st = rondo_config_integer(data, "text", 1, 99, &columns->text, error)) ||
      (st = rondo_config_require(data, "label", error)) ||
      (st =
         rondo_config_integer(data, "label", 1, 99, &columns->label, error)) ||
      (st = rondo_config_integer(data, "fold", 1, 99, &columns->fold, error)) ||
      (st = rondo_config_integer(
         data, "test_fold", 0, 9999, &columns->test_fold, error))) {
    return st;
  }
  columns->valid_fold = columns->test_fold + 1;
  return rondo_config_integer(
    data, "valid_fold", 0, 9999, &columns->valid_fold, error);
}

// Take the columns of a line apart
static RondoStatus
read_row(const Work* const    work,
         const Columns* const columns,
         const RondoPiece     line,
         const size_t         split,
         Row* const           row)
{
  RondoPiece fold   = { NULL, 0 };
  RondoPiece rest   = line;
  RondoPiece column = { NULL, 0 };
  memset(row, 0, sizeof(*row));
  for (size_t i = 1; rondo_piece_next(&rest, "\t", &column); ++i) {
    row->text  = i == columns->text ? column : row->text;
    row->label = i == columns->label ? column : row->label;
    fold       = i == columns->fold ? column : fold;
  }
  const size_t missing = !row->text.start               ? columns->text
                         : !row->label.start            ? columns->label
                         : columns->fold && !fold.start ? columns->fold
                                                        : 0;
  if (missing) {
    return rondo_error_set(work->error,
                           RONDO_ERR_BAD_FILE,
                           "%s:%zu: there is no column %zu",
                           work->path,
                           work->line,
                           missing);
  }
  row->split = split;
  if (columns->fold) {
    char name[32];
    row->split = RONDO_SPLIT_TRAIN;
    snprintf(name, sizeof(name), "%zu", columns->test_fold);
    row->split = rondo_piece_is(fold, name) ? RONDO_SPLIT_TEST : row->split;
    snprintf(name, sizeof(name), "%zu", columns->valid_fold);
    row->split = rondo_piece_is(fold, name) ? RONDO_SPLIT_VALID : row->split;
  }
  return RONDO_SUCCESS;
}

static RondoStatus
for_rows(Work* const             work,
         const RondoTexts* const texts,
         const Columns* const    columns,
         const size_t            split,
         const RowWork           run)
{
  const size_t file = columns->fold ? RONDO_SPLIT_TRAIN : split;
  RondoLines   lines =
    rondo_lines(texts->texts[file].start, texts->texts[file].length);
  RondoPiece  line = { NULL, 0 };
  RondoStatus st   = RONDO_SUCCESS;
  work->path       = texts->paths[file];
  while (!st && texts->texts[file].start && rondo_lines_next(&lines, &line)) {
    Row row;
    work->line = lines.number;
    if (line.length) {
      st = read_row(work, columns, line, split, &row);
      if (!st && row.split == split) {
        st = run(work, split, &row);
      }
    }
  }
  return st;
}

static RondoStatus
count_row(Work* const work, const size_t split, const Row* const row)
{
  (void)split;
  return rondo_vocabulary_add(work->corpus->vocabulary, row->text)
           ? rondo_error_set_status(work->error, RONDO_ERR_NO_MEMORY)
           : RONDO_SUCCESS;
}

static RondoStatus
add_row(Work* const work, const size_t split, const Row* const row)
{
  RondoCorpus* const corpus = work->corpus;

  size_t            label = 0;
  const RondoStatus st =
    rondo_corpus_find_label(corpus,
                            row->label,
                            work->adds_labels && split == RONDO_SPLIT_TRAIN,
                            work->path,
                            work->line,
                            &label,
                            work->error);
  if (st) {
    return st;
  }
  work->tokens.count = 0;
  if (rondo_vocabulary_encode(corpus->vocabulary, row->text, &work->tokens) ||
      rondo_tokens_append(&work->tokens, RONDO_TOKEN_END)) {
    return rondo_error_set_status(work->error, RONDO_ERR_NO_MEMORY);
  }
  const float target = (float)label;
  return rondo_corpus_add_tokens(&corpus->splits[split],
                                 work->tokens.values,
                                 work->tokens.count,
                                 &target,
                                 1,
                                 work->error);
}

static RondoStatus
read_rows(RondoCorpus* const      corpus,
          const RondoTexts* const texts,
          const Columns* const    columns,
          const size_t            limits[2],
          const bool              makes,
          RondoError* const       error)
{
  Work        work = { .corpus = corpus, .error = error };
  RondoStatus st   = RONDO_SUCCESS;
  if (makes) {
    st = for_rows(&work, texts, columns, RONDO_SPLIT_TRAIN, count_row);
    if (!st &&
        (rondo_vocabulary_close(corpus->vocabulary, limits[0], limits[1]) ||
         rondo_names_new(&corpus->labels))) {
      st = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
  }
  work.adds_labels = makes;
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    st = for_rows(&work, texts, columns, i, add_row);
  }
  for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
    corpus->splits[i].n_inputs  = 1;
    corpus->splits[i].n_outputs = rondo_names_size(corpus->labels);
    corpus->splits[i].classes   = true;
    corpus->splits[i].is_single = true;
  }
  rondo_tokens_clear(&work.tokens);
  return st;
}

RondoStatus
rondo_corpus_read_tsv(RondoCorpus* const corpus,
                      RondoConfig* const data,
                      const char* const  folder,
                      RondoError* const  error)
{
  const RondoTextSettings words     = { .words       = true,
                                        .lowercase   = true,
                                        .punctuation = true };
  RondoTexts              texts     = { { NULL }, { NULL }, { { NULL, 0 } } };
  Columns                 columns   = { 0, 0, 0, 0, 0 };
  size_t                  limits[2] = { 0, 0 };
  bool                    made      = false;
  RondoStatus             st        = read_columns(data, &columns, error);
  st                                = st ? st
                                         : rondo_corpus_begin_vocabulary(
              corpus, data, &words, limits, &made, error);
  if (!st && columns.fold) {
    st = rondo_config_require(data, "file", error);
    st = st ? st
            : rondo_texts_read(
                &texts, RONDO_SPLIT_TRAIN, data, "file", folder, error);
  } else {
    st = st ? st : rondo_config_require(data, "train", error);
    for (size_t i = 0; !st && i < RONDO_N_SPLITS; ++i) {
      st = rondo_texts_read(
        &texts, (RondoSplit)i, data, rondo_split_names[i], folder, error);
    }
  }
  st = st ? st : rondo_config_refuse_unknown(data, error);
  st = st ? st : read_rows(corpus, &texts, &columns, limits, made, error);
  rondo_texts_clear(&texts);
  return st;
}
