// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file train_vectors_private.h Vectors of the instruction set that a source is
   built for, and functions of them.

   Included by the kernels alone, which set RONDO_VECTOR, the bytes of a vector
   register.
*/

#ifndef RONDO_TRAIN_TRAIN_VECTORS_PRIVATE_H
#define RONDO_TRAIN_TRAIN_VECTORS_PRIVATE_H

#include "core/train/real.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef RONDO_VECTOR
#  define RONDO_VECTOR 16
#endif

typedef RondoReal Vector __attribute__((vector_size(RONDO_VECTOR)));

enum { LANES = RONDO_VECTOR / sizeof(RondoReal) };

static inline Vector
load(const RondoReal* const p)
{
  Vector v;
  memcpy(&v, p, sizeof(v));
  return v;
}

static inline void
store(RondoReal* const p, const Vector v)
{
  memcpy(p, &v, sizeof(v));
}

/// Load the n elements that are left of a row, or a vector of them.
static inline Vector
load_left(const RondoReal* const p, const size_t n)
{
  if (n >= LANES) {
    return load(p);
  }

  Vector v = { 0 };
  memcpy(&v, p, sizeof(RondoReal) * n);
  return v;
}

/// Store the n elements that are left of a row, or a vector of them.
static inline void
store_left(RondoReal* const p, const size_t n, const Vector v)
{
  if (n >= LANES) {
    store(p, v);
  } else {
    memcpy(p, &v, sizeof(RondoReal) * n);
  }
}

static inline Vector
spread(const RondoReal x)
{
  return x - (Vector){ 0 };
}

#ifdef RONDO_DOUBLE

static inline Vector
tanh_vector(Vector x)
{
  for (size_t i = 0; i < LANES; ++i) {
    x[i] = tanh(x[i]);
  }
  return x;
}

static inline Vector
sigmoid_vector(Vector x)
{
  for (size_t i = 0; i < LANES; ++i) {
    x[i] = 1.0 / (1.0 + exp(-x[i]));
  }
  return x;
}

#else

typedef int32_t  Masks __attribute__((vector_size(RONDO_VECTOR)));
typedef uint32_t Bits __attribute__((vector_size(RONDO_VECTOR)));

// Return where `mask` (all bits or none) then `a` else `b`
static inline Vector
choose(const Masks mask, const Vector a, const Vector b)
{
  return (Vector)((mask & (Masks)a) | (~mask & (Masks)b));
}

static inline Vector
clamp(const Vector x, const float low, const float high)
{
  const Vector y = choose(x < low, spread(low), x);
  return choose(y > high, spread(high), y);
}

// exp(x) = power (1 + rest) for |x| <= 87, within 2 units in the last place
typedef struct {
  Vector power; // Of 2
  Vector rest;  // Small where x is
} Exponential;

static inline Exponential
exponential(const Vector x)
{
  // x = n ln 2 + r, |r| <= ln 2 / 2; adding 1.5 * 2^23 rounds to an integer,
  // and the first part of ln 2 has so few bits that n times it is exact
  const float  rounding = 12582912.0F;
  const Vector shifted  = (x * 1.44269504F) + rounding;
  const Vector n        = shifted - rounding;
  const Vector r        = (x - (n * 0.693359375F)) + (n * 2.12194440e-4F);

  // 2^n, by the exponent's bits, to those of 1
  const Bits power = ((Bits)shifted << 23U) + 0x3F800000U;

  // exp(r) - 1 by its series, whose next term is below 6e-9
  Vector y = spread(1.0F / 5040.0F);
  y        = (y * r) + (1.0F / 720.0F);
  y        = (y * r) + (1.0F / 120.0F);
  y        = (y * r) + (1.0F / 24.0F);
  y        = (y * r) + (1.0F / 6.0F);
  y        = (y * r) + 0.5F;
  y        = (y * r * r) + r;

  const Exponential result = { (Vector)power, y };
  return result;
}

static inline Vector
sigmoid_vector(const Vector x)
{
  const Exponential e = exponential(-clamp(x, -87.0F, 87.0F));
  return 1.0F / (1.0F + ((e.power * e.rest) + e.power));
}

static inline Vector
tanh_vector(const Vector x)
{
  // With y = exp(2 x) - 1, which is exact to the last bits near 0 too:
  // tanh x = y / (y + 2); 1 in float from 9.02 on
  const Exponential e = exponential(2.0F * clamp(x, -9.1F, 9.1F));
  const Vector      y = (e.power * e.rest) + (e.power - 1.0F);
  return y / (y + 2.0F);
}

#endif

#endif // RONDO_TRAIN_TRAIN_VECTORS_PRIVATE_H
