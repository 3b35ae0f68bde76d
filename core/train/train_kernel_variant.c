// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built several times, with these set on the command line:
//   RONDO_VARIANT  baseline, avx2, avx512: part of a name
//   RONDO_VECTOR   bytes of a vector register
//   RONDO_ROWS     rows of a tile; twice RONDO_ROWS sums, two vectors of B and
//                  one element of A fit into the vector registers

#include "core/train/train_kernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

// Unroll the loop that follows, all of it
#ifdef __clang__
#  define UNROLL _Pragma("clang loop unroll(full)")
#else
#  define UNROLL _Pragma("GCC unroll 24")
#endif

typedef RondoReal Vector __attribute__((vector_size(RONDO_VECTOR)));

enum {
  LANES   = RONDO_VECTOR / sizeof(RondoReal),
  COLUMNS = 2 * LANES,
};

_Static_assert(RONDO_ROWS <= RONDO_MAX_TILE_ROWS, "tile too high");
_Static_assert(COLUMNS <= RONDO_MAX_TILE_COLUMNS, "tile too wide");

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

static inline Vector
spread(const RondoReal x)
{
  return x - (Vector){ 0 };
}

static void
store_narrow(const RondoTile* const tile, const Vector* const sum)
{
  RondoReal part[COLUMNS];
  for (size_t i = 0; i < tile->m; ++i) {
    store(part, sum[2 * i]);
    store(part + LANES, sum[(2 * i) + 1]);

    RondoReal* const c = tile->c + (i * tile->c_row);
    for (size_t j = 0; j < tile->n; ++j) {
      c[j] = tile->add ? c[j] + part[j] : part[j];
    }
  }
}

// With a constant number of rows, so that the sums stay in registers
static inline __attribute__((always_inline)) void
multiply_rows(const RondoTile* const tile, const size_t m)
{
  const RondoReal* a        = tile->a;
  const RondoReal* b        = tile->b;
  const size_t     a_row    = tile->a_row;
  const size_t     a_column = tile->a_column;

  Vector sum[2 * RONDO_ROWS];
  UNROLL
  for (size_t i = 0; i < 2 * m; ++i) {
    sum[i] = (Vector){ 0 };
  }

  for (size_t p = 0; p < tile->k; ++p) {
    const Vector b0 = load(b);
    const Vector b1 = load(b + LANES);
    UNROLL
    for (size_t i = 0; i < m; ++i) {
      const Vector x = spread(a[i * a_row]);
      sum[2 * i] += x * b0;
      sum[(2 * i) + 1] += x * b1;
    }
    a += a_column;
    b += COLUMNS;
  }

  if (tile->n < COLUMNS) {
    Vector spilled[2 * RONDO_ROWS];
    memcpy(spilled, sum, sizeof(Vector) * 2 * m);
    store_narrow(tile, spilled);
    return;
  }

  UNROLL
  for (size_t i = 0; i < m; ++i) {
    RondoReal* const c = tile->c + (i * tile->c_row);
    if (tile->add) {
      sum[2 * i] += load(c);
      sum[(2 * i) + 1] += load(c + LANES);
    }
    store(c, sum[2 * i]);
    store(c + LANES, sum[(2 * i) + 1]);
  }
}

static void
multiply(const RondoTile* const tile)
{
  switch (tile->m) {
#define ROWS(m)             \
  case m:                   \
    multiply_rows(tile, m); \
    return;
    ROWS(1)
    ROWS(2)
    ROWS(3)
    ROWS(4)
    ROWS(5)
    ROWS(6)
#if RONDO_ROWS > 6
    ROWS(7)
    ROWS(8)
    ROWS(9)
    ROWS(10)
    ROWS(11)
    ROWS(12)
#endif
#undef ROWS
    default:
      return;
  }
}

#ifdef RONDO_DOUBLE

static void
tanh_block(RondoReal* const x, const size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    x[i] = tanh(x[i]);
  }
}

static void
sigmoid_block(RondoReal* const x, const size_t n)
{
  for (size_t i = 0; i < n; ++i) {
    x[i] = 1.0 / (1.0 + exp(-x[i]));
  }
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

// exp(x) for |x| <= 87, within 2 units in the last place
static inline Vector
exponential(const Vector x)
{
  // x = n ln 2 + r, |r| <= ln 2 / 2; adding 1.5 * 2^23 rounds to an integer,
  // and the first part of ln 2 has so few bits that n times it is exact
  const float  rounding = 12582912.0F;
  const Vector shifted  = (x * 1.44269504F) + rounding;
  const Vector n        = shifted - rounding;
  const Vector r        = (x - (n * 0.693359375F)) + (n * 2.12194440e-4F);
  const Bits   power    = (Bits)shifted << 23U;

  // exp(r) by its series, whose next term is below 6e-9
  Vector y = spread(1.0F / 5040.0F);
  y        = (y * r) + (1.0F / 720.0F);
  y        = (y * r) + (1.0F / 120.0F);
  y        = (y * r) + (1.0F / 24.0F);
  y        = (y * r) + (1.0F / 6.0F);
  y        = (y * r) + 0.5F;
  y        = (y * r) + 1.0F;
  y        = (y * r) + 1.0F;

  // times 2^n, by the exponent's bits
  return (Vector)((Bits)y + power);
}

static inline Vector
sigmoid_vector(const Vector x)
{
  return 1.0F / (1.0F + exponential(-clamp(x, -87.0F, 87.0F)));
}

static inline Vector
tanh_vector(const Vector x)
{
  // Far from 0: tanh x = 1 - 2 / (exp(2 x) + 1); 1 in float from 9.02 on
  const Vector far =
    1.0F - (2.0F / (exponential(2.0F * clamp(x, -9.1F, 9.1F)) + 1.0F));

  // Near 0, where that cancels: the series, whose next term is below 2e-9
  const Vector s = x * x;
  Vector       y = spread(-1382.0F / 155925.0F);
  y              = (y * s) + (62.0F / 2835.0F);
  y              = (y * s) - (17.0F / 315.0F);
  y              = (y * s) + (2.0F / 15.0F);
  y              = (y * s) - (1.0F / 3.0F);
  y              = (y * s * x) + x;

  return choose(s < 0.09F, y, far);
}

#  define BLOCK(name, function)                           \
    static void name(RondoReal* const x, const size_t n)  \
    {                                                     \
      size_t i = 0;                                       \
      for (; i + LANES <= n; i += LANES) {                \
        store(x + i, function(load(x + i)));              \
      }                                                   \
      if (i < n) {                                        \
        RondoReal rest[LANES] = { 0 };                    \
        memcpy(rest, x + i, sizeof(RondoReal) * (n - i)); \
        store(rest, function(load(rest)));                \
        memcpy(x + i, rest, sizeof(RondoReal) * (n - i)); \
      }                                                   \
    }

BLOCK(tanh_block, tanh_vector)
BLOCK(sigmoid_block, sigmoid_vector)

#endif

extern const RondoTrainKernels PASTE(rondo_train_kernels_, RONDO_VARIANT);

const RondoTrainKernels PASTE(rondo_train_kernels_, RONDO_VARIANT) = {
  TEXT(RONDO_VARIANT), RONDO_ROWS, COLUMNS, multiply, tanh_block, sigmoid_block,
};
