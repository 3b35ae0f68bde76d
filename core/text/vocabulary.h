// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file vocabulary.h Text as numbers: characters or words.

   Token 0 is padding, 1 stands for all that is unknown, 2 ends a sequence; the
   others follow, the most frequent first.

   Characters are code points of UTF-8.  Words are what stands between white
   space; with `punctuation`, every character that is neither a letter, a
   digit, an apostrophe nor beyond ASCII is a word of its own.  With `shapes`,
   words that are too rare are known by what they look like:
   rondo_text_shape(), with the ending if that is frequent enough.

   Setup (allocates).
*/

#ifndef RONDO_TEXT_VOCABULARY_H
#define RONDO_TEXT_VOCABULARY_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/text/lines.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

#define RONDO_TOKEN_PADDING 0U
#define RONDO_TOKEN_UNKNOWN 1U
#define RONDO_TOKEN_END 2U

/// How a text is cut into tokens
typedef struct {
  bool words;       ///< "level": "word" rather than "char"
  bool lowercase;   ///< Letters of ASCII are made small
  bool punctuation; ///< Of words: split off
  bool lines;       ///< A line ends with RONDO_TOKEN_END
  bool shapes;      ///< Words that are not known count as their shape
} RondoTextSettings;

/// Tokens of a text
typedef struct {
  float* values; ///< Whole numbers, as networks take them
  size_t count;
  size_t capacity;
} RondoTokens;

/// The tokens that are known
typedef struct RondoVocabularyImpl RondoVocabulary;

/// Read "level", "lowercase", "punctuation", "lines" and "shapes", as far as
/// present.
RONDO_NODISCARD RondoStatus
rondo_text_settings_read(RondoConfig*       config,
                         RondoTextSettings* settings,
                         RondoError*        error);

/// Check that a text is UTF-8 without zero bytes; messages name the line.
RONDO_NODISCARD RondoStatus
rondo_text_check(RondoPiece text, RondoError* error);

/// Make a vocabulary to which texts can be added.
RONDO_NODISCARD RondoStatus
rondo_vocabulary_new(const RondoTextSettings* settings, RondoVocabulary** out);

/// Free; NULL is harmless.
void
rondo_vocabulary_free(RondoVocabulary* vocabulary);

/// Count the tokens of a text.
RONDO_NODISCARD RondoStatus
rondo_vocabulary_add(RondoVocabulary* vocabulary, RondoPiece text);

/// Count one token that is not cut any further.
RONDO_NODISCARD RondoStatus
rondo_vocabulary_add_token(RondoVocabulary* vocabulary, RondoPiece token);

/**
   Settle the numbers of all tokens that were counted at least `min_count`
   times, at most `max_size` with the special ones.  The others are unknown.
*/
RONDO_NODISCARD RondoStatus
rondo_vocabulary_close(RondoVocabulary* vocabulary,
                       size_t           min_count,
                       size_t           max_size);

/// Read a vocabulary and its settings from a model's task.
RONDO_NODISCARD RondoStatus
rondo_vocabulary_read(RondoConfig*      task,
                      RondoVocabulary** out,
                      RondoError*       error);

/// Write a vocabulary and its settings to a model's task.
RONDO_NODISCARD RondoStatus
rondo_vocabulary_write(const RondoVocabulary* vocabulary,
                       RondoConfig*           task,
                       RondoError*            error);

/// Return the settings.
const RondoTextSettings*
rondo_vocabulary_settings(const RondoVocabulary* vocabulary);

/// Return the number of tokens.
size_t
rondo_vocabulary_size(const RondoVocabulary* vocabulary);

/// Return the text of token `index`.
const char*
rondo_vocabulary_token(const RondoVocabulary* vocabulary, size_t index);

/// Return the number of one token, made small if the settings say so, or
/// RONDO_TOKEN_UNKNOWN.
size_t
rondo_vocabulary_find(const RondoVocabulary* vocabulary, RondoPiece token);

/// Return the token after which a text begins: the end of a line, if there are
/// such.
size_t
rondo_vocabulary_start(const RondoVocabulary* vocabulary);

/// Append the tokens of a text.
RONDO_NODISCARD RondoStatus
rondo_vocabulary_encode(const RondoVocabulary* vocabulary,
                        RondoPiece             text,
                        RondoTokens*           tokens);

/// Free the tokens.
void
rondo_tokens_clear(RondoTokens* tokens);

/// Append one token.
RONDO_NODISCARD RondoStatus
rondo_tokens_append(RondoTokens* tokens, size_t token);

RONDO_END_DECLS

#endif // RONDO_TEXT_VOCABULARY_H
