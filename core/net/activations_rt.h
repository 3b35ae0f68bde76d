// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file activations_rt.h Functions of vectors.

   A private header of kernels_rt.c.  Those of gates take several vectors, which
   they compute in step, since each operation waits for the one before.
*/

#ifndef RONDO_NET_ACTIVATIONS_RT_H
#define RONDO_NET_ACTIVATIONS_RT_H

#include "core/net/vector_rt.h"

#include <stddef.h>

/// Vectors in step whose intermediate results fit into the registers; the 16
/// lanes of a panel are never taken apart
#define IN_STEP 4

#define MOST_IN_STEP (N_PARTS > IN_STEP ? N_PARTS : IN_STEP)

/**
   Return exp(x), x at most 88; below -87 it is that of -87, about 1e-38.

   exp(x) = 2^n exp(r), |r| <= ln(2) / 2, with ln(2) in two parts (Cody and
   Waite 1980) and the series to r^7; relative error 2e-7.
*/
INLINE Vector
exponential(Vector x)
{
  const Vector rounding = spread(0x1.8p23f); // Adding it rounds to an integer
  x                     = lesser(greater(x, spread(-87.0f)), spread(88.0f));
  const Vector shifted =
    multiply_add(x, spread(1.44269504088896341f), rounding);
  const Vector n = shifted - rounding;
  Vector       r = multiply_add(n, spread(-0x1.62e4p-1f), x);
  r              = multiply_add(n, spread(-0x1.7f7d1cp-20f), r);

  Vector y = spread(1.0f / 5040.0f);
  y        = multiply_add(y, r, spread(1.0f / 720.0f));
  y        = multiply_add(y, r, spread(1.0f / 120.0f));
  y        = multiply_add(y, r, spread(1.0f / 24.0f));
  y        = multiply_add(y, r, spread(1.0f / 6.0f));
  y        = multiply_add(y, r, spread(0.5f));
  y        = multiply_add(y, r, spread(1.0f));
  y        = multiply_add(y, r, spread(1.0f));
  return (Vector)((Bits)y + ((Bits)shifted << 23));
}

/**
   Replace x by exp(-rate x), within 2^-limit and 2^limit, for `n` vectors.

   exp(-rate x) = 2^t = 2^k 2^f, |f| <= 1/2, with the polynomial of degree 5
   that is 1 at 0 and nearest to 2^f by relative error, 1.1e-7.  Its terms are
   added in pairs, since each operation waits for the one before.
*/
INLINE void
decay(Vector* x, const size_t n, const float rate, const float limit)
{
  const Vector rounding = spread(0x1.8p23f); // Adding it rounds to an integer
  Vector       f[MOST_IN_STEP];
  Vector       f2[MOST_IN_STEP];
  Vector       y[MOST_IN_STEP];
  Vector       high[MOST_IN_STEP];
  EACH(j, n)
  {
    const Vector t = x[j] * spread(-1.44269504088896341f * rate);
    f[j]           = lesser(greater(t, spread(-limit)), spread(limit));
    x[j]           = f[j] + rounding;
    KEEP(x[j]);
  }
  EACH(j, n)
  {
    f[j] -= x[j] - rounding;
    KEEP(f[j]);
    f2[j] = f[j] * f[j];
    high[j] =
      multiply_add(spread(0.00132646621f), f[j], spread(0.00967156608f));
    y[j] = multiply_add(spread(0.0555073433f), f[j], spread(0.240222409f));
    KEEP(f2[j]);
    KEEP(y[j]);
  }
  EACH(j, n)
  {
    y[j] = multiply_add(high[j], f2[j], y[j]);
    f[j] = multiply_add(spread(0.693147004f), f[j], spread(1.0f));
    KEEP(y[j]);
  }
  EACH(j, n)
  {
    y[j] = multiply_add(y[j], f2[j], f[j]);
    x[j] = (Vector)((Bits)y[j] + ((Bits)x[j] << 23));
  }
}

/// Replace x by 1 / (1 + exp(-x)), absolute error 1.1e-7, for `n` vectors.
INLINE void
logistic(Vector* x, const size_t n)
{
  decay(x, n, 1.0f, 126.0f);
  EACH(j, n)
  {
    x[j] = spread(1.0f) / (spread(1.0f) + x[j]);
  }
}

/// Replace x by tanh(x) = (1 - e) / (1 + e), e = exp(-2 x), absolute error
/// 1.6e-7.
INLINE void
hyperbolic_tangent(Vector* x, const size_t n)
{
  decay(x, n, 2.0f, 126.0f);
  EACH(j, n)
  {
    x[j] = (spread(1.0f) - x[j]) / (spread(1.0f) + x[j]);
  }
}

/**
   Return ln(1 + exp(x)) = max(x, 0) + ln(1 + y), y = exp(-|x|).

   ln(1 + y) = 2 atanh(s), s = y / (2 + y) <= 1/3, as a series to s^13.
*/
INLINE Vector
soft_plus(Vector x)
{
  const Vector y  = exponential(-magnitude(x));
  const Vector s  = y / (y + 2.0f);
  const Vector s2 = s * s;

  Vector sum = spread(1.0f / 13.0f);
  sum        = multiply_add(sum, s2, spread(1.0f / 11.0f));
  sum        = multiply_add(sum, s2, spread(1.0f / 9.0f));
  sum        = multiply_add(sum, s2, spread(1.0f / 7.0f));
  sum        = multiply_add(sum, s2, spread(1.0f / 5.0f));
  sum        = multiply_add(sum, s2, spread(1.0f / 3.0f));
  sum        = multiply_add(sum, s2, spread(1.0f));
  return multiply_add(s + s, sum, greater(x, spread(0.0f)));
}

#endif // RONDO_NET_ACTIVATIONS_RT_H
