// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file dot_rt.h Dot products of four int8 in every lane.

   A private header of kernels_rt.c.  Sums of products of int8 are exact, so
   that all instruction sets come to the same integers.
*/

#ifndef RONDO_NET_DOT_RT_H
#define RONDO_NET_DOT_RT_H

#include "core/net/vector_rt.h"

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(RONDO_KERNELS_WIDE) && WIDTH == 4
#  include <emmintrin.h>
#endif

/// Load vectors of int32 from an aligned place.
INLINE Bits
load_bits(const void* from)
{
  return *(const Bits*)from;
}

/// Return four int8 in every lane.
INLINE Bits
spread_bytes(const int8_t* from)
{
  int32_t four = 0;
  memcpy(&four, from, sizeof(four));
  return four - (Bits){ 0 };
}

/// Store the lowest byte of each lane
INLINE void
store_low_bytes(int8_t* to, Bits x)
{
#if defined(__AVX512F__)
  _mm_storeu_si128((__m128i*)to, _mm512_cvtepi32_epi8((__m512i)x));
#elif defined(__AVX2__) && WIDTH == 8
  const __m256i lowest = _mm256_set1_epi32(0x0C080400);
  const __m256i quads  = _mm256_shuffle_epi8((__m256i)x, lowest);
  _mm_storel_epi64((__m128i*)to,
                   _mm_unpacklo_epi32(_mm256_castsi256_si128(quads),
                                      _mm256_extracti128_si256(quads, 1)));
#elif defined(__SSE2__) && WIDTH == 4
  const __m128i words =
    _mm_packs_epi32((__m128i)((x << 24) >> 24), _mm_setzero_si128());
  const int32_t bytes = _mm_cvtsi128_si32(_mm_packs_epi16(words, words));
  memcpy(to, &bytes, sizeof(bytes));
#else
  typedef int8_t Bytes __attribute__((vector_size(WIDTH), may_alias));
  *(Bytes*)to = __builtin_convertvector(x, Bytes);
#endif
}

/// What every byte of the inputs is turned over by: for VNNI, adds 128 to make
/// them unsigned
#if defined(__AVX512VNNI__)
#  define DOT_FLIPS 0x80
#else
#  define DOT_FLIPS 0
#endif

/// Whether sums want what all inputs below 0 come to taken away
#if defined(__AVX2__) && WIDTH == 8
#  define DOT_TAKES_NEGATIVES 1
#else
#  define DOT_TAKES_NEGATIVES 0
#endif

/// Return the sum of all lanes.
INLINE int32_t
sum_of_lanes(Bits x)
{
  int32_t sum = 0;
  EACH(i, (size_t)WIDTH)
  {
    sum += x[i];
  }
  return sum;
}

/// Four inputs in every lane, made ready for all rows of weights
typedef struct {
#if defined(__AVX512VNNI__)
  Bits inputs;
#elif WIDTH == 16 && defined(__AVX512BW__)
  Bits     magnitudes;
  uint64_t negative;
#elif defined(__AVX2__) && WIDTH == 8
  Bits magnitudes;
  Bits negative; // All ones for those below 0
#elif defined(RONDO_KERNELS_NEON)
  Bits inputs;
#elif defined(__SSE2__) && WIDTH == 4
  Bits even; // Two int16
  Bits odd;
#else
  Bits inputs[4];
#endif
} Inputs;

#if defined(__AVX512VNNI__)

/// Return where a sum starts; `offsets` are -128 times the sum of its weights.
INLINE Bits
start_sum(const int32_t* offsets)
{
  return load_bits(offsets);
}

INLINE Inputs
load_inputs(const int8_t* from)
{
  const Inputs inputs = { spread_bytes(from) };
  return inputs;
}

/// Return sum + the dot product of four inputs and four weights, in each lane.
INLINE Bits
add_dot(Bits sum, Inputs x, Bits w)
{
  return (Bits)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x.inputs, (__m512i)w);
}

#else

INLINE Bits
start_sum(const int32_t* offsets)
{
  (void)offsets;
  return (Bits){ 0 };
}

#  if WIDTH == 16 && defined(__AVX512BW__)

// Signs of inputs go to the weights: |x| (w sign x), where two products of at
// most 128 * 127 fit into int16

INLINE Inputs
load_inputs(const int8_t* from)
{
  const __m512i x = (__m512i)spread_bytes(from);
  const Inputs inputs = { (Bits)_mm512_abs_epi8(x), _mm512_movepi8_mask(x) };
  return inputs;
}

INLINE Bits
add_dot(Bits sum, Inputs x, Bits w)
{
  const __m512i with_sign = _mm512_mask_sub_epi8(
    (__m512i)w, x.negative, _mm512_setzero_si512(), (__m512i)w);
  const __m512i pairs = _mm512_maddubs_epi16((__m512i)x.magnitudes, with_sign);
  return sum + (Bits)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}

#  elif defined(__AVX2__) && WIDTH == 8

// Of an input below 0, |x| (-1 - w) takes the place of x w, which is |x| less;
// that is the same for all rows, and taken away at the end

INLINE Inputs
load_inputs(const int8_t* from)
{
  const __m256i x      = (__m256i)spread_bytes(from);
  const Inputs  inputs = { (Bits)_mm256_abs_epi8(x),
                           (Bits)_mm256_cmpgt_epi8(_mm256_setzero_si256(), x) };
  return inputs;
}

INLINE Bits
add_dot(Bits sum, Inputs x, Bits w)
{
  const __m256i pairs =
    _mm256_maddubs_epi16((__m256i)x.magnitudes, (__m256i)(w ^ x.negative));
  return sum + (Bits)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

#  elif defined(RONDO_KERNELS_NEON)

INLINE Inputs
load_inputs(const int8_t* from)
{
  const Inputs inputs = { spread_bytes(from) };
  return inputs;
}

INLINE Bits
add_dot(Bits sum, Inputs x, Bits w)
{
  const int8x16_t a = (int8x16_t)x.inputs;
  const int8x16_t b = (int8x16_t)w;
#    if defined(__ARM_FEATURE_DOTPROD)
  return (Bits)vdotq_s32((int32x4_t)sum, a, b);
#    else
  const int32x4_t low  = vpaddlq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)));
  const int32x4_t high = vpaddlq_s16(vmull_high_s8(a, b));
  return sum + (Bits)vpaddq_s32(low, high);
#    endif
}

#  elif defined(__SSE2__) && WIDTH == 4

// Return bytes 0 and 2 of every lane, or 1 and 3, as int16

INLINE Bits
even_bytes(Bits x)
{
  return (Bits)_mm_srai_epi16(_mm_slli_epi16((__m128i)x, 8), 8);
}

INLINE Bits
odd_bytes(Bits x)
{
  return (Bits)_mm_srai_epi16((__m128i)x, 8);
}

INLINE Inputs
load_inputs(const int8_t* from)
{
  const Bits   x      = spread_bytes(from);
  const Inputs inputs = { even_bytes(x), odd_bytes(x) };
  return inputs;
}

INLINE Bits
add_dot(Bits sum, Inputs x, Bits w)
{
  return sum + (Bits)_mm_madd_epi16((__m128i)x.even, (__m128i)even_bytes(w)) +
         (Bits)_mm_madd_epi16((__m128i)x.odd, (__m128i)odd_bytes(w));
}

#  else

// Return byte `i` of every lane
INLINE Bits
byte_of(Bits x, int i)
{
  return (Bits)((x << (24 - (8 * i))) >> 24);
}

INLINE Inputs
load_inputs(const int8_t* from)
{
  const Bits x = spread_bytes(from);
  Inputs     inputs;
  EACH(i, 4U)
  {
    inputs.inputs[i] = byte_of(x, (int)i);
  }
  return inputs;
}

INLINE Bits
add_dot(Bits sum, Inputs x, Bits w)
{
  EACH(i, 4U)
  {
    sum += x.inputs[i] * byte_of(w, (int)i);
  }
  return sum;
}

#  endif
#endif

#endif // RONDO_NET_DOT_RT_H
