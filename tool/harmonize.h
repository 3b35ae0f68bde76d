// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file harmonize.h What the files of `rondo harmonize` share.
*/

#ifndef RONDO_TOOL_HARMONIZE_H
#define RONDO_TOOL_HARMONIZE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chorale.h"
#include "core/music/score.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The command line
typedef struct {
  const char* input; ///< Or NULL
  const char* notes; ///< Or NULL
  const char* output;
  const char* picture; ///< Or NULL
  const char* model;
  const char* key;         ///< Or NULL
  RondoBar    bar;         ///< Or no beats
  double      tempo;       ///< Quarters a minute, or 0
  double      pickup;      ///< Quarters, or negative
  double      temperature; ///< Or negative: what suits the model
  long        track;       ///< Or negative
  long        passes;      ///< Or 0: what suits the model
  long        random_seed;
  long        count;
  bool        overwrite;
} RondoHarmonizeSettings;

/// A melody on the grid
typedef struct {
  RondoNote*   notes; ///< (n_notes) The melody as it stands
  size_t       n_notes;
  RondoChorale chorale;
  uint64_t     begin;   ///< Sixteenth of the score that the chorale begins at
  int          shift;   ///< To what networks see, octaves included
  int          octaves; ///< By which the parts sound higher than a choir
} RondoSong;

/// Read the command line; return what rondo_options_next() does at the end.
int
rondo_harmonize_parse(int argc, char** argv, RondoHarmonizeSettings* o);

/// Free what is in a song.
void
rondo_song_clear(RondoSong* song);

/// Take the melody of a sorted score; to be cleared also after a failure.
RONDO_NODISCARD RondoStatus
rondo_song_take(const RondoScore*             score,
                const RondoHarmonizeSettings* settings,
                RondoSong*                    song,
                RondoError*                   error);

/**
   Add alto, tenor and bass.

   @param model Of the task harmony, which sees all of the melody, or chorale,
   which hears it as it comes.
   @param take Another one of the same seed number.
   @param[in,out] song Its chorale gets the parts.
*/
RONDO_NODISCARD RondoStatus
rondo_song_harmonize(const RondoModel*             model,
                     const RondoHarmonizeSettings* settings,
                     uint64_t                      take,
                     RondoSong*                    song,
                     RondoError*                   error);

/// Make a score of four tracks, with tempo, metre and key of `from`.
RONDO_NODISCARD RondoStatus
rondo_song_score(const RondoSong*  song,
                 const RondoScore* from,
                 RondoScore**      out);

/// Draw the parts as a piano roll; `-` is standard output.
RONDO_NODISCARD RondoStatus
rondo_song_picture(const RondoSong* song, const char* path, RondoError* error);

#endif // RONDO_TOOL_HARMONIZE_H
