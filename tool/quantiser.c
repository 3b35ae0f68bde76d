// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/quantiser.h"

#include <math.h>
#include <stdbool.h>

#define SEED 0x526F6E646FULL
#define MOST_DITHERED_BITS 16U
#define ON_GRID (1.0 / 64.0) // Of a step: far below what can be heard

const char* const rondo_dither_words[] = { "auto", "none", "tpdf", NULL };

RondoQuantiser
rondo_quantiser(unsigned bits, RondoDither dither)
{
  const RondoQuantiser quantiser = {
    bits,
    dither == RONDO_DITHER_AUTO && bits > MOST_DITHERED_BITS ? RONDO_DITHER_NONE
                                                             : dither,
    rondo_random(SEED, 0U),
    0U,
  };
  return quantiser;
}

// Return noise of triangular density, -1 to 1 steps
static double
triangle(RondoRandom* random)
{
  const double a = (double)rondo_random_uniform(random);
  return a - (double)rondo_random_uniform(random);
}

void
rondo_quantiser_process(RondoQuantiser* quantiser,
                        const float*    in,
                        int*            out,
                        size_t          n)
{
  const double  scale  = ldexp(1.0, (int)quantiser->bits - 1);
  const int64_t left   = (int64_t)1 << (32U - quantiser->bits);
  const bool    spared = quantiser->dither == RONDO_DITHER_AUTO;
  for (size_t i = 0U; i < n; ++i) {
    const double value   = (double)in[i] * scale;
    double       rounded = nearbyint(value);
    if (rounded >= scale || rounded < -scale) {
      ++quantiser->n_clipped;
    }
    if (quantiser->dither != RONDO_DITHER_NONE &&
        !(spared && fabs(value - rounded) <= ON_GRID)) {
      rounded = nearbyint(value + triangle(&quantiser->random));
    }
    rounded = rounded < -scale ? -scale : rounded;
    rounded = rounded > scale - 1.0 ? scale - 1.0 : rounded;
    out[i]  = (int)((int64_t)rounded * left);
  }
}
