// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Built several times, with these set on the command line:
//   RONDO_VARIANT  baseline, avx2, avx512: part of a name
//   RONDO_VECTOR   bytes of a vector register
//   RONDO_ROWS     rows of a tile; twice RONDO_ROWS sums, two vectors of B and
//                  one element of A fit into the vector registers

#include "core/train/train_kernels.h"
#include "core/train/train_vectors_private.h"

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

enum { COLUMNS = 2 * LANES };

_Static_assert(RONDO_ROWS <= RONDO_MAX_TILE_ROWS, "tile too high");
_Static_assert(COLUMNS <= RONDO_MAX_TILE_COLUMNS, "tile too wide");

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

#define BLOCK(name, function)                                      \
  static void name(RondoReal* const x, const size_t n)             \
  {                                                                \
    for (size_t i = 0; i < n; i += LANES) {                        \
      store_left(x + i, n - i, function(load_left(x + i, n - i))); \
    }                                                              \
  }

BLOCK(tanh_block, tanh_vector)
BLOCK(sigmoid_block, sigmoid_vector)

extern const RondoTrainKernels PASTE(rondo_train_kernels_, RONDO_VARIANT);
extern const RondoCellKernels  PASTE(rondo_cell_kernels_, RONDO_VARIANT);

const RondoTrainKernels PASTE(rondo_train_kernels_, RONDO_VARIANT) = {
  TEXT(RONDO_VARIANT),
  RONDO_ROWS,
  COLUMNS,
  multiply,
  tanh_block,
  sigmoid_block,
  &PASTE(rondo_cell_kernels_, RONDO_VARIANT),
};
