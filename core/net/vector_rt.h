// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file vector_rt.h Vectors of floats of one instruction set.

   A private header of kernels_rt.c, which is compiled once for each.  Vectors
   are the compiler's; only what it has no operator for is written with
   intrinsics.
*/

#ifndef RONDO_NET_VECTOR_RT_H
#define RONDO_NET_VECTOR_RT_H

#include <stddef.h>
#include <stdint.h>

#if defined(RONDO_KERNELS_WIDE)
#  include <immintrin.h>
#  define WIDTH 16 // The shape of AVX-512 on AVX2, for tests
#elif defined(__AVX512F__)
#  include <immintrin.h>
#  define WIDTH 16
#elif defined(__AVX2__) && defined(__FMA__)
#  include <immintrin.h>
#  define WIDTH 8
#elif defined(RONDO_KERNELS_NEON)
#  include <arm_neon.h>
#  define WIDTH 4
#else
#  define WIDTH 4
#endif

/// Vectors that make up the 16 lanes of a panel
#define N_PARTS (16 / WIDTH)

typedef float   Vector __attribute__((vector_size(4 * WIDTH), may_alias));
typedef int32_t Bits __attribute__((vector_size(4 * WIDTH), may_alias));

#define INLINE static inline __attribute__((always_inline))

/// Load WIDTH floats from an aligned place.
INLINE Vector
load(const float* from)
{
  return *(const Vector*)from;
}

/// Store WIDTH floats to an aligned place.
INLINE void
store(float* to, Vector x)
{
  *(Vector*)to = x;
}

/// Return `x` in every lane.
INLINE Vector
spread(float x)
{
  return x - (Vector){ 0 };
}

/// Return x where `mask` is all ones, y where it is 0.
INLINE Vector
choose(Bits mask, Vector x, Vector y)
{
  return (Vector)(((Bits)x & mask) | ((Bits)y & ~mask));
}

#if defined(RONDO_KERNELS_WIDE)

typedef union {
  Vector whole;
  __m256 half[2];
} Halves;

INLINE Vector
multiply_add(Vector x, Vector y, Vector z)
{
  const Halves a = { x };
  const Halves b = { y };
  Halves       c = { z };
  c.half[0]      = _mm256_fmadd_ps(a.half[0], b.half[0], c.half[0]);
  c.half[1]      = _mm256_fmadd_ps(a.half[1], b.half[1], c.half[1]);
  return c.whole;
}

INLINE Vector
lesser(Vector x, Vector y)
{
  return choose(x < y, x, y);
}

INLINE Vector
greater(Vector x, Vector y)
{
  return choose(x > y, x, y);
}

#elif defined(__AVX512F__)

INLINE Vector
multiply_add(Vector x, Vector y, Vector z)
{
  return (Vector)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
}

INLINE Vector
lesser(Vector x, Vector y)
{
  return (Vector)_mm512_min_ps((__m512)x, (__m512)y);
}

INLINE Vector
greater(Vector x, Vector y)
{
  return (Vector)_mm512_max_ps((__m512)x, (__m512)y);
}

#elif WIDTH == 8

INLINE Vector
multiply_add(Vector x, Vector y, Vector z)
{
  return (Vector)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z);
}

INLINE Vector
lesser(Vector x, Vector y)
{
  return (Vector)_mm256_min_ps((__m256)x, (__m256)y);
}

INLINE Vector
greater(Vector x, Vector y)
{
  return (Vector)_mm256_max_ps((__m256)x, (__m256)y);
}

#elif defined(RONDO_KERNELS_NEON)

INLINE Vector
multiply_add(Vector x, Vector y, Vector z)
{
  return (Vector)vfmaq_f32((float32x4_t)z, (float32x4_t)x, (float32x4_t)y);
}

INLINE Vector
lesser(Vector x, Vector y)
{
  return (Vector)vminq_f32((float32x4_t)x, (float32x4_t)y);
}

INLINE Vector
greater(Vector x, Vector y)
{
  return (Vector)vmaxq_f32((float32x4_t)x, (float32x4_t)y);
}

#else

INLINE Vector
multiply_add(Vector x, Vector y, Vector z)
{
  return (x * y) + z;
}

INLINE Vector
lesser(Vector x, Vector y)
{
  return choose(x < y, x, y);
}

INLINE Vector
greater(Vector x, Vector y)
{
  return choose(x > y, x, y);
}

#endif

/// Return |x|.
INLINE Vector
magnitude(Vector x)
{
  return (Vector)((Bits)x & 0x7FFFFFFF);
}

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
   Return tanh(x), absolute error 3e-7.

   A rational function of degree 13 over 6 that is within rounding of tanh up
   to where tanh rounds to 1; the coefficients are those of Eigen's
   generic_fast_tanh_float.
*/
INLINE Vector
hyperbolic_tangent(Vector x)
{
  const Vector limit = spread(7.99881172180175781f);
  x                  = lesser(greater(x, -limit), limit);
  const Vector x2    = x * x;

  Vector p = spread(-2.76076847742355e-16f);
  p        = multiply_add(p, x2, spread(2.00018790482477e-13f));
  p        = multiply_add(p, x2, spread(-8.60467152213735e-11f));
  p        = multiply_add(p, x2, spread(5.12229709037114e-08f));
  p        = multiply_add(p, x2, spread(1.48572235717979e-05f));
  p        = multiply_add(p, x2, spread(6.37261928875436e-04f));
  p        = multiply_add(p, x2, spread(4.89352455891786e-03f));

  Vector q       = spread(1.19825839466702e-06f);
  q              = multiply_add(q, x2, spread(1.18534705686654e-04f));
  q              = multiply_add(q, x2, spread(2.26843463243900e-03f));
  q              = multiply_add(q, x2, spread(4.89352518554385e-03f));
  const Vector y = (x * p) / q;
  return lesser(greater(y, spread(-1.0f)), spread(1.0f));
}

/// Return 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, absolute error 2e-7.
INLINE Vector
logistic(Vector x)
{
  const Vector half = spread(0.5f);
  return multiply_add(half, hyperbolic_tangent(half * x), half);
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

#endif // RONDO_NET_VECTOR_RT_H
