// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file generate.h What the files of `rondo generate` share.
*/

#ifndef RONDO_TOOL_GENERATE_H
#define RONDO_TOOL_GENERATE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/music/chord.h"
#include "core/music/composer.h"
#include "core/music/melody.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is asked of a continuation
typedef struct {
  RondoSampler sampler; ///< Its top_p is negative if nobody chose one
  uint32_t     bars;    ///< Whole bars after the seed, or 0: no limit
  uint32_t     notes;   ///< Notes after the seed, or 0: no limit
  int          low;     ///< Lowest pitch
  int          high;    ///< Highest pitch
  uint16_t     scale;   ///< Bit i: notes of i semitones above the tonic
  uint64_t     random_seed;
  size_t       beam;   ///< Look for the likeliest with such a beam; 0: draw
  RondoChords  chords; ///< From the first whole bar that is added on
} RondoGeneration;

/// The command line
typedef struct {
  const char*     seed;
  const char*     notes;
  const char*     output;
  const char*     picture;
  const char*     model;
  RondoGeneration how;
  size_t          scale;
  double          tempo;  ///< Quarters a minute, or 0
  double          pickup; ///< Quarters, or negative
  RondoBar        bar;    ///< Or no beats
  const char*     key;    ///< Or NULL
  const char*     chords; ///< Or NULL
  long            track;  ///< Or negative
  long            count;
  bool            omit_seed;
  bool            overwrite;
} RondoGenerateSettings;

/// Where nobody chose top_p: less than 1 for melodies, as docs/results.md tells
#define RONDO_MELODY_TOP_P 0.97
#define RONDO_CHORALE_TOP_P 1.0

/// Return what is done unless options say otherwise.
RondoGenerateSettings
rondo_generate_defaults(void);

/// Read the command line; return what rondo_options_next() does at the end.
int
rondo_generate_parse(int argc, char** argv, RondoGenerateSettings* o);

/**
   Go on with a melody, by at least one note.

   @param model That of the composer.
   @param take Another one of the same seed number.
   @param[out] melody What follows, its pickup being where it begins in the bar;
   to be cleared.
*/
RONDO_NODISCARD RondoStatus
rondo_generate_take(const RondoModel*      model,
                    RondoComposer*         composer,
                    const RondoGeneration* how,
                    const RondoMelody*     seed,
                    uint64_t               take,
                    RondoMelody*           melody,
                    RondoError*            error);

/// Draw a melody and what follows it as a piano roll; `-` is standard output.
RONDO_NODISCARD RondoStatus
rondo_generate_picture(const RondoMelody* seed,
                       const RondoMelody* continuation,
                       const char*        path,
                       RondoError*        error);

#endif // RONDO_TOOL_GENERATE_H
