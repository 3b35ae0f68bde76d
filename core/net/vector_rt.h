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

/// Unroll the next loop, so that arrays of vectors live in registers
#define UNROLLED _Pragma("GCC unroll 16")

/// Begin an unrolled loop over 0 to `n` - 1, a constant
#define EACH(i, n) UNROLLED for (size_t i = 0U; i < (n); ++i)

/// Have a vector in a register here: neither loaded anew for each use, nor
/// computed only where it is used
// NOLINTBEGIN(hicpp-no-assembler)
#if defined(__x86_64__) && WIDTH <= 8
#  define KEEP(vector) __asm__("" : "+x"(vector))
#elif defined(__x86_64__) && !defined(RONDO_KERNELS_WIDE)
#  define KEEP(vector) __asm__("" : "+v"(vector))
#else
#  define KEEP(vector) (void)(vector)
#endif
// NOLINTEND(hicpp-no-assembler)

#define INLINE static inline __attribute__((always_inline))

/// Load WIDTH floats from an aligned place.
INLINE Vector
load(const float* from)
{
  return *(const Vector*)from;
}

/// Load WIDTH floats from any place.
INLINE Vector
load_any(const float* from)
{
  typedef float Unaligned
    __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
  return *(const Unaligned*)from;
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

/// Return the largest of 16 lanes.
INLINE float
largest_of(const Vector* x)
{
  typedef float      Quarter __attribute__((vector_size(16), may_alias));
  typedef int32_t    Mask __attribute__((vector_size(16), may_alias));
  _Alignas(64) float lanes[16];
  EACH(j, (size_t)N_PARTS)
  {
    store(lanes + (j * WIDTH), x[j]);
  }
  Quarter most = *(const Quarter*)lanes;
  UNROLLED
  for (size_t i = 4U; i < 16U; i += 4U) {
    const Quarter next      = *(const Quarter*)(lanes + i);
    const Mask    is_larger = next > most;
    most = (Quarter)(((Mask)next & is_larger) | ((Mask)most & ~is_larger));
  }
  const float a = most[0] > most[1] ? most[0] : most[1];
  const float b = most[2] > most[3] ? most[2] : most[3];
  return a > b ? a : b;
}

#endif // RONDO_NET_VECTOR_RT_H
