// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file quantiser.h From floats to the integers of a sound file.

   An integer n of b bits stands for n / 2^(b-1), as libsndfile reads it, so
   that what was read and not changed is written as it was.  (Its own writer
   multiplies by 2^(b-1) - 1 instead.)
*/

#ifndef RONDO_TOOL_QUANTISER_H
#define RONDO_TOOL_QUANTISER_H

#include "core/base/random.h"

#include <stddef.h>
#include <stdint.h>

/// When noise is added to hide the steps of integers
typedef enum {
  /// To up to 16 bits, but not to samples that lie on a step already, within
  /// 1/64 of it, so that silence and whatever is unchanged stay as they are
  RONDO_DITHER_AUTO,
  RONDO_DITHER_NONE,
  RONDO_DITHER_TPDF, ///< To every sample
} RondoDither;

/// The words for RondoDither, in order, ended by NULL
extern const char* const rondo_dither_words[];

/// A rounder of one stream of samples
typedef struct {
  unsigned    bits;
  RondoDither dither;
  RondoRandom random;
  uint64_t    n_clipped; ///< Samples that did not fit
} RondoQuantiser;

/**
   Return a quantiser; its dither is the same for every file.

   @param bits 8 to 32.
   @param dither For steps that are not linear use RONDO_DITHER_NONE.
*/
RondoQuantiser
rondo_quantiser(unsigned bits, RondoDither dither);

/**
   Round `n` samples.

   Dither is the difference of two uniform numbers of one step each (triangular
   density, Lipshitz, Wannamaker and Vanderkooy 1992, "Quantization and
   Dither: A Theoretical Survey").

   @param in ±1 nominal; what does not fit is clipped and counted.
   @param[out] out In the upper `bits` of each integer.
*/
void
rondo_quantiser_process(RondoQuantiser* quantiser,
                        const float*    in,
                        int*            out,
                        size_t          n);

#endif // RONDO_TOOL_QUANTISER_H
