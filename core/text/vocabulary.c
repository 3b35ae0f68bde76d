// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/text/vocabulary.h"

#include "core/text/names.h"
#include "core/text/shape.h"

#include <stdlib.h>
#include <string.h>

#define N_SPECIAL 3U

// Bytes of a token that count where it is made small
#define MAX_TOKEN 256U

static const char* const special[N_SPECIAL] = { "<pad>", "<unk>", "<eos>" };

struct RondoVocabularyImpl {
  RondoTextSettings settings;
  RondoNames*       names;
};

// Called for each token of a text; `token.start` is NULL for the end of a line
typedef RondoStatus (*TokenWork)(void* data, RondoPiece token);

// Return the bytes of the UTF-8 character at `text`, or 0
static size_t
character_length(const char* const text, const size_t left)
{
  const unsigned char* const c = (const unsigned char*)text;

  const size_t n = c[0] < 0x80   ? 1
                   : c[0] < 0xC2 ? 0
                   : c[0] < 0xE0 ? 2
                   : c[0] < 0xF0 ? 3
                   : c[0] < 0xF5 ? 4
                                 : 0;
  if (n > left) {
    return 0;
  }
  for (size_t i = 1; i < n; ++i) {
    if ((c[i] & 0xC0U) != 0x80) {
      return 0;
    }
  }

  // Overlong forms, surrogates, and what is above U+10FFFF
  return (n == 3 && c[0] == 0xE0 && c[1] < 0xA0) ||
             (n == 3 && c[0] == 0xED && c[1] > 0x9F) ||
             (n == 4 && c[0] == 0xF0 && c[1] < 0x90) ||
             (n == 4 && c[0] == 0xF4 && c[1] > 0x8F)
           ? 0
           : n;
}

RondoStatus
rondo_text_check(const RondoPiece text, RondoError* const error)
{
  size_t line = 1;
  for (size_t at = 0; at < text.length;) {
    const size_t n = character_length(text.start + at, text.length - at);
    if (!n || !text.start[at]) {
      return rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "line %zu: the byte 0x%02X is not UTF-8 text",
                             line,
                             (unsigned char)text.start[at]);
    }
    line += text.start[at] == '\n' ? 1 : 0;
    at += n;
  }
  return RONDO_SUCCESS;
}

static bool
is_space(const char c)
{
  return c && strchr(" \t\n\v\f\r", c);
}

static bool
is_letter(const char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '\'' || (unsigned char)c >= 0x80;
}

// Return the bytes of the word at `text`, which does not begin with space
static size_t
word_length(const char* const text, const size_t left, const bool punctuation)
{
  size_t n = 0;
  if (punctuation && !is_letter(*text)) {
    return 1;
  }
  while (n < left && !is_space(text[n]) &&
         (!punctuation || is_letter(text[n]))) {
    ++n;
  }
  return n;
}

static RondoStatus
cut(const RondoTextSettings* const settings,
    const RondoPiece               text,
    const TokenWork                work,
    void* const                    data)
{
  RondoStatus st = RONDO_SUCCESS;
  for (size_t at = 0; !st && at < text.length;) {
    const char* const start = text.start + at;
    const size_t      left  = text.length - at;
    RondoPiece        token = { start, 1 };
    if (settings->lines && *start == '\n') {
      token.start = NULL;
      st          = work(data, token);
    } else if (!settings->words) {
      const size_t n = character_length(start, left);
      token.length   = n ? n : 1;
      st             = work(data, token);
    } else if (!is_space(*start)) {
      token.length = word_length(start, left, settings->punctuation);
      st           = work(data, token);
    }
    at += token.length;
  }
  return st;
}

// Copy (n) characters with small letters of ASCII
static void
make_small(const char* const from, const size_t n, char* const to)
{
  for (size_t i = 0; i < n; ++i) {
    const char c = from[i];
    to[i]        = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
  }
}

// As cut(), of a copy in small letters if that is wanted
static RondoStatus
cut_text(const RondoTextSettings* const settings,
         const RondoPiece               text,
         const TokenWork                work,
         void* const                    data)
{
  if (!settings->lowercase) {
    return cut(settings, text, work, data);
  }
  char* const small = (char*)malloc(text.length + 1);
  if (!small) {
    return RONDO_ERR_NO_MEMORY;
  }
  make_small(text.start, text.length, small);
  const RondoPiece  copy = { small, text.length };
  const RondoStatus st   = cut(settings, copy, work, data);
  free(small);
  return st;
}

RondoStatus
rondo_text_settings_read(RondoConfig* const       config,
                         RondoTextSettings* const settings,
                         RondoError* const        error)
{
  static const char* const levels[] = { "char", "word", NULL };

  size_t      level = settings->words ? 1 : 0;
  RondoStatus st    = RONDO_SUCCESS;
  if ((st = rondo_config_choice(config, "level", levels, &level, error)) ||
      (st = rondo_config_boolean(
         config, "lowercase", &settings->lowercase, error)) ||
      (st = rondo_config_boolean(
         config, "punctuation", &settings->punctuation, error)) ||
      (st = rondo_config_boolean(config, "lines", &settings->lines, error)) ||
      (st = rondo_config_boolean(config, "shapes", &settings->shapes, error))) {
    return st;
  }
  settings->words = level == 1;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_vocabulary_new(const RondoTextSettings* const settings,
                     RondoVocabulary** const        out)
{
  *out = NULL;
  RondoVocabulary* const v =
    (RondoVocabulary*)calloc(1, sizeof(RondoVocabulary));
  if (!v || rondo_names_new(&v->names)) {
    free(v);
    return RONDO_ERR_NO_MEMORY;
  }
  v->settings = *settings;
  *out        = v;
  return RONDO_SUCCESS;
}

void
rondo_vocabulary_free(RondoVocabulary* const v)
{
  if (v) {
    rondo_names_free(v->names);
    free(v);
  }
}

static RondoStatus
add_token(void* const data, const RondoPiece token)
{
  size_t index = 0;
  return token.start ? rondo_names_add((RondoNames*)data, token, &index)
                     : RONDO_SUCCESS;
}

RondoStatus
rondo_vocabulary_add(RondoVocabulary* const v, const RondoPiece text)
{
  return cut_text(&v->settings, text, add_token, v->names);
}

RondoStatus
rondo_vocabulary_add_token(RondoVocabulary* const v, const RondoPiece token)
{
  char         small[MAX_TOKEN];
  size_t       index = 0;
  RondoPiece   copy  = token;
  const size_t n     = token.length < MAX_TOKEN ? token.length : MAX_TOKEN;
  if (v->settings.lowercase) {
    make_small(token.start, n, small);
    copy.start  = small;
    copy.length = n;
  }
  return rondo_names_add(v->names, copy, &index);
}

typedef struct {
  const char* text;
  size_t      count;
} Counted;

// The most frequent first, then by text
static int
compare_counts(const void* const a, const void* const b)
{
  const Counted* const x = (const Counted*)a;
  const Counted* const y = (const Counted*)b;
  return x->count != y->count ? (x->count < y->count ? 1 : -1)
                              : strcmp(x->text, y->text);
}

static RondoStatus
append_name(RondoNames* const names, const char* const text)
{
  const RondoPiece name  = { text, strlen(text) };
  size_t           index = 0;
  return rondo_names_add(names, name, &index);
}

// Count the shapes of words that are too rare, as often as the words
static RondoStatus
count_shapes(RondoNames* const names, const size_t min_count)
{
  const size_t n  = rondo_names_size(names);
  RondoStatus  st = RONDO_SUCCESS;
  for (size_t i = 0; i < n; ++i) {
    const char* const word  = rondo_names_at(names, i);
    const size_t      count = rondo_names_count(names, i);
    for (size_t j = 0; !st && count < min_count && j < 2 * count; ++j) {
      const RondoPiece piece = { word, strlen(word) };
      char             text[RONDO_MAX_SHAPE];
      const RondoPiece shape = { text,
                                 rondo_text_shape(piece, j % 2 > 0, text) };
      size_t           index = 0;
      st                     = rondo_names_add(names, shape, &index);
    }
  }
  return st;
}

RondoStatus
rondo_vocabulary_close(RondoVocabulary* const v,
                       const size_t           min_count,
                       const size_t           max_size)
{
  if (v->settings.shapes && count_shapes(v->names, min_count)) {
    return RONDO_ERR_NO_MEMORY;
  }
  const size_t   n      = rondo_names_size(v->names);
  Counted* const list   = (Counted*)calloc(n + 1, sizeof(Counted));
  RondoNames*    sorted = NULL;
  RondoStatus    st     = list ? rondo_names_new(&sorted) : RONDO_ERR_NO_MEMORY;
  for (size_t i = 0; !st && i < N_SPECIAL; ++i) {
    st = append_name(sorted, special[i]);
  }
  for (size_t i = 0; !st && i < n; ++i) {
    list[i].text  = rondo_names_at(v->names, i);
    list[i].count = rondo_names_count(v->names, i);
  }
  if (!st) {
    qsort(list, n, sizeof(Counted), compare_counts);
  }
  for (size_t i = 0; !st && i < n && list[i].count >= min_count &&
                     rondo_names_size(sorted) < max_size;
       ++i) {
    st = append_name(sorted, list[i].text);
  }
  free(list);
  if (st) {
    rondo_names_free(sorted);
    return st;
  }
  rondo_names_free(v->names);
  v->names = sorted;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_vocabulary_read(RondoConfig* const      task,
                      RondoVocabulary** const out,
                      RondoError* const       error)
{
  *out                       = NULL;
  RondoTextSettings settings = { .words = false };
  RondoNames*       names    = NULL;
  RondoStatus       st       = rondo_text_settings_read(task, &settings, error);
  if (st || (st = rondo_names_read(task, "vocabulary", &names, error))) {
    return st;
  }
  for (size_t i = 0; !st && i < N_SPECIAL; ++i) {
    if (rondo_names_size(names) <= i ||
        strcmp(rondo_names_at(names, i), special[i]) != 0) {
      st = rondo_error_set(error,
                           RONDO_ERR_BAD_FILE,
                           "vocabulary[%zu]: expected \"%s\"",
                           i,
                           special[i]);
    }
  }
  RondoVocabulary* const v =
    st ? NULL : (RondoVocabulary*)calloc(1, sizeof(RondoVocabulary));
  if (!v) {
    rondo_names_free(names);
    return st ? st : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  v->settings = settings;
  v->names    = names;
  *out        = v;
  return RONDO_SUCCESS;
}

RondoStatus
rondo_vocabulary_write(const RondoVocabulary* const v,
                       RondoConfig* const           task,
                       RondoError* const            error)
{
  const RondoTextSettings* const s = &v->settings;

  RondoStatus st = RONDO_SUCCESS;
  if ((st = rondo_config_set_string(
         task, "level", s->words ? "word" : "char", error)) ||
      (st = rondo_config_set_boolean(task, "lowercase", s->lowercase, error)) ||
      (st = rondo_config_set_boolean(
         task, "punctuation", s->punctuation, error)) ||
      (st = rondo_config_set_boolean(task, "lines", s->lines, error)) ||
      (st = rondo_config_set_boolean(task, "shapes", s->shapes, error))) {
    return st;
  }
  return rondo_names_write(v->names, task, "vocabulary", error);
}

const RondoTextSettings*
rondo_vocabulary_settings(const RondoVocabulary* const v)
{
  return &v->settings;
}

size_t
rondo_vocabulary_size(const RondoVocabulary* const v)
{
  return rondo_names_size(v->names);
}

const char*
rondo_vocabulary_token(const RondoVocabulary* const v, const size_t index)
{
  return rondo_names_at(v->names, index);
}

size_t
rondo_vocabulary_find(const RondoVocabulary* const v, const RondoPiece token)
{
  char       small[MAX_TOKEN];
  RondoPiece copy = token;
  if (v->settings.lowercase) {
    copy.start  = small;
    copy.length = token.length < MAX_TOKEN ? token.length : MAX_TOKEN;
    make_small(token.start, copy.length, small);
  }
  size_t index = rondo_names_find(v->names, copy);
  for (int ending = 1;
       v->settings.shapes && index == RONDO_NO_NAME && ending >= 0;
       --ending) {
    char             text[RONDO_MAX_SHAPE];
    const RondoPiece shape = { text,
                               rondo_text_shape(token, ending > 0, text) };
    index                  = rondo_names_find(v->names, shape);
  }
  return index == RONDO_NO_NAME ? RONDO_TOKEN_UNKNOWN : index;
}

size_t
rondo_vocabulary_start(const RondoVocabulary* const v)
{
  const RondoPiece newline = { "\n", 1 };
  const size_t     token   = rondo_vocabulary_find(v, newline);
  return token == RONDO_TOKEN_UNKNOWN ? RONDO_TOKEN_END : token;
}

void
rondo_tokens_clear(RondoTokens* const tokens)
{
  free(tokens->values);
  memset(tokens, 0, sizeof(*tokens));
}

RondoStatus
rondo_tokens_append(RondoTokens* const tokens, const size_t token)
{
  if (tokens->count == tokens->capacity) {
    const size_t capacity = tokens->capacity ? 2 * tokens->capacity : 256;
    float* const values =
      (float*)realloc(tokens->values, sizeof(float) * capacity);
    if (!values) {
      return RONDO_ERR_NO_MEMORY;
    }
    tokens->values   = values;
    tokens->capacity = capacity;
  }
  tokens->values[tokens->count++] = (float)token;
  return RONDO_SUCCESS;
}

typedef struct {
  const RondoVocabulary* vocabulary;
  RondoTokens*           tokens;
} Encoding;

static RondoStatus
encode_token(void* const data, const RondoPiece token)
{
  const Encoding* const e = (const Encoding*)data;
  return rondo_tokens_append(e->tokens,
                             token.start
                               ? rondo_vocabulary_find(e->vocabulary, token)
                               : RONDO_TOKEN_END);
}

RondoStatus
rondo_vocabulary_encode(const RondoVocabulary* const v,
                        const RondoPiece             text,
                        RondoTokens* const           tokens)
{
  Encoding encoding = { v, tokens };
  return cut_text(&v->settings, text, encode_token, &encoding);
}
