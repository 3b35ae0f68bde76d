// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file corpus.h A data set as a recipe's "data" tells where to find it.

   Messages name the file, the line and the key.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_CORPUS_H
#define RONDO_TRAIN_CORPUS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/text/names.h"
#include "core/text/vocabulary.h"
#include "core/train/sequences.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// What the sequences of a corpus are for
typedef enum {
  RONDO_SPLIT_TRAIN,
  RONDO_SPLIT_VALID,
  RONDO_SPLIT_TEST,
  RONDO_N_SPLITS,
} RondoSplit;

/// "train", "valid" and "test", then NULL
extern const char* const rondo_split_names[RONDO_N_SPLITS + 1];

/// How chorales are laid out
typedef enum {
  RONDO_CHORALE_NONE,      ///< There are none
  RONDO_CHORALE_AS_TOKENS, ///< As a network that goes on with them sees them
  RONDO_CHORALE_AS_CELLS,  ///< As one that fills in cells does
} RondoChoraleLayout;

/// A data set
typedef struct {
  RondoSequences     splits[RONDO_N_SPLITS];
  RondoVocabulary*   vocabulary; ///< Of inputs that are tokens, or NULL
  RondoNames*        labels;     ///< Of targets that have names, or NULL
  bool               is_melody;  ///< Tokens are those of melodies
  bool               foretells;  ///< The target of a step is a later input
  RondoChoraleLayout chorale;
  int    transpose_low;  ///< Units by which inputs are shifted: drawn
  int    transpose_high; ///< from this range
  double shown;          ///< How often inputs that are optional are not hidden
} RondoCorpus;

/// Free what is in a corpus.
void
rondo_corpus_clear(RondoCorpus* corpus);

/// Return the path of what the string `key` names in `folder`, or NULL.
RONDO_NODISCARD RondoStatus
rondo_corpus_path(RondoConfig* data,
                  const char*  key,
                  const char*  folder,
                  char**       path,
                  RondoError*  error);

/**
   Read piano rolls: "file" is text, in which each sequence begins with
   `>SPLIT INDEX STEPS` and has a line per step: the MIDI notes that sound, 21
   to 108, or `-` for none, or `=` for those of the step before.

   The input of a step has 88 values, 1 for each note that sounds; the target
   is the next step.  "transpose": [low, high] is how far sequences may be
   shifted, in semitones, while they are trained on; as far as their notes stay
   on the keyboard.  "lags": [8, 16] makes inputs, beside each of the 88 values,
   of the same note so many steps before the target: (88, 1 + lags) values.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_pianoroll(RondoCorpus* corpus,
                            RondoConfig* data,
                            const char*  folder,
                            RondoError*  error);

/**
   Read a text of which every token is foretold from those before.

   "file" is cut in order, "split": [80, 10, 10] (the default) being the parts
   for training, validation and test; or "train", "valid" and "test" are files.
   "level": "char" or "word", "lowercase", "punctuation" and "lines" are as in
   RondoTextSettings; of the tokens of the training part those are known that
   occur "min_count" times, at most "max_tokens".
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_text(RondoCorpus* corpus,
                       RondoConfig* data,
                       const char*  folder,
                       RondoError*  error);

/**
   Read texts with a label: "train", "valid" and "test" are files of columns
   with tabs between them.  "text" and "label" are their numbers, from 1.

   Instead of three files, "file" may be one in which column "fold" has the
   number of a part; "test_fold" is for the test, "valid_fold" for validation.
   Further keys are those of rondo_corpus_read_text().
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_tsv(RondoCorpus* corpus,
                      RondoConfig* data,
                      const char*  folder,
                      RondoError*  error);

/**
   Read sentences with a tag for each word: "train", "valid" and "test" are
   files of a word a line, an empty line after each sentence.

   "token" and "tag" are the numbers of their columns, from 1, with a tab or a
   space between them.  "lowercase", "min_count" and "max_tokens" are as in
   rondo_corpus_read_text().
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_conll(RondoCorpus* corpus,
                        RondoConfig* data,
                        const char*  folder,
                        RondoError*  error);

/**
   Read melodies, token by token: "file" has an object a line, with "split",
   "ev", a list of [pitch, ticks] of which pitch 0 is a rest, "metre", "key" and
   "mode", and perhaps "chords".  Melodies that change their metre are left out.
   Of the data's "chords" a share is shown in training: each melody's anew in
   every epoch.  Validation and test show them if all are shown, else none.

   Inputs are those of rondo_melody_inputs(), targets the next token; all are in
   C, so that nothing is gained by transposing.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_melody(RondoCorpus* corpus,
                         RondoConfig* data,
                         const char*  folder,
                         RondoError*  error);

/**
   Read chorales: "file" is an object with "train", "valid" and "test", lists of
   chorales, which are lists of sixteenths, which are lists of four pitches from
   soprano to bass, -1 for a rest.

   Key, metre and pickup are guessed, and all moved to the notes of C major.
   Inputs and targets are tokens, as of rondo_chorale_inputs(); or, with
   "masked", cells as of rondo_harmony_inputs(), any of which may be hidden.
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_chorale(RondoCorpus* corpus,
                          RondoConfig* data,
                          const char*  folder,
                          RondoError*  error);

/**
   Draw sequences on which it shows how far back a network remembers, from
   "seed" (1); "train", "valid" and "test" say how many.

   "problem": "adding": the target of `length` pairs is the sum of the two
   numbers from 0 to 1 that are marked by a 1 beside them, one in each half
   (Hochreiter and Schmidhuber 1997, as in Le et al. 2015).  Whoever always
   says 1 has a squared error of 1 / 6.

   "copy": 10 of 8 symbols, `length` - 1 blanks (8), a delimiter (9) and 10
   blanks; the target is blank but for the last 10 steps, which repeat the
   symbols (Arjovsky et al. 2016).  Without memory, the cross-entropy of a step
   is 10 ln 8 / (length + 20).
*/
RONDO_NODISCARD RondoStatus
rondo_corpus_read_synthetic(RondoCorpus* corpus,
                            RondoConfig* data,
                            const char*  folder,
                            RondoError*  error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_CORPUS_H
