// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/gemm.h"

#include <stdint.h>
#include <string.h>

static size_t
smaller(const size_t a, const size_t b)
{
  return a < b ? a : b;
}

static size_t
round_up(const size_t n, const size_t unit)
{
  return (n + unit - 1) / unit * unit;
}

// Ask for rows that are packed this many rows later
#define ROWS_AHEAD 4U

// Rows that are a multiple of so many bytes apart fall on the same lines of the
// first cache, which has room for 8 of them, and a tile reads up to 12
#define CLASH 4096U

// Rows of the left matrix in a block of rondo_gemm_multiply(), and their
// distance where they are copied
enum {
  BLOCK_ROWS = 48,
  COPY_ROW   = RONDO_GEMM_DEPTH + 16,
};

// Copy k rows of panels of `width`, inlined with a constant width
static inline __attribute__((always_inline)) void
copy_rows(const size_t                    width,
          const size_t                    k,
          const size_t                    n_panels,
          const RondoReal*                in,
          const size_t                    in_row,
          RondoReal* RONDO_RESTRICT const out)
{
  const size_t line = 64U / sizeof(RondoReal);
  for (size_t p = 0; p < k; ++p, in += in_row) {
    for (size_t j = 0; j < n_panels * width; j += line) {
      __builtin_prefetch(in + (ROWS_AHEAD * in_row) + j);
    }

    RondoReal* to = out + (p * width);
    for (size_t j = 0; j < n_panels; ++j, to += k * width) {
      memcpy(to, in + (j * width), sizeof(RondoReal) * width);
    }
  }
}

// Pack whole panels whose columns lie side by side
static void
pack_rows(const size_t                    width,
          const size_t                    k,
          const size_t                    n_panels,
          const RondoReal* const          in,
          const size_t                    in_row,
          RondoReal* RONDO_RESTRICT const out)
{
  // The widths of the variants, in float and double
  switch (width) {
#define WIDTH(n)                                \
  case n:                                       \
    copy_rows(n, k, n_panels, in, in_row, out); \
    return;
    WIDTH(4)
    WIDTH(6)
    WIDTH(8)
    WIDTH(12)
    WIDTH(16)
    WIDTH(32)
#undef WIDTH
    default:
      copy_rows(width, k, n_panels, in, in_row, out);
  }
}

// Pack a panel of `used` columns, padded with zeros up to `width`
static void
pack_strided(const size_t                    width,
             const size_t                    used,
             const size_t                    k,
             const RondoReal*                in,
             const size_t                    in_row,
             const size_t                    in_column,
             RondoReal* RONDO_RESTRICT const out)
{
  for (size_t p = 0; p < k; ++p, in += in_row) {
    RondoReal* const row = out + (p * width);
    for (size_t i = 0; i < used; ++i) {
      row[i] = in[i * in_column];
    }
    for (size_t i = used; i < width; ++i) {
      row[i] = 0;
    }
  }
}

// Pack (k, n) as panels (ceil(n / width), k, width)
static void
pack_panels(const size_t                    width,
            const size_t                    k,
            const size_t                    n,
            const RondoReal* const          b,
            const size_t                    b_row,
            const size_t                    b_column,
            RondoReal* RONDO_RESTRICT const packed)
{
  const size_t whole = b_column == 1 ? n / width : 0;
  pack_rows(width, k, whole, b, b_row, packed);

  RondoReal* out = packed + (whole * k * width);
  for (size_t j = whole * width; j < n; j += width, out += k * width) {
    pack_strided(width,
                 smaller(width, n - j),
                 k,
                 b + (j * b_column),
                 b_row,
                 b_column,
                 out);
  }
}

size_t
rondo_gemm_packed_size(const size_t k, const size_t n)
{
  if (n > SIZE_MAX - RONDO_MAX_TILE_COLUMNS) {
    return 0;
  }

  const size_t columns = round_up(n, RONDO_MAX_TILE_COLUMNS);
  return columns && k > SIZE_MAX / columns ? 0 : k * columns;
}

// Return the inner dimension of a block
static size_t
block_depth(const size_t k)
{
  const size_t n_blocks = (k + RONDO_GEMM_DEPTH - 1) / RONDO_GEMM_DEPTH;
  return n_blocks ? (k + n_blocks - 1) / n_blocks : RONDO_GEMM_DEPTH;
}

void
rondo_gemm_pack(const RondoTrainKernels* const  kernels,
                const size_t                    k,
                const size_t                    n,
                const RondoReal* const          b,
                const size_t                    b_row,
                const size_t                    b_column,
                RondoReal* RONDO_RESTRICT const packed)
{
  const size_t width   = kernels->tile_columns;
  const size_t columns = round_up(n, width);
  const size_t depth   = block_depth(k);
  for (size_t p = 0; p < k; p += depth) {
    pack_panels(width,
                smaller(depth, k - p),
                n,
                b + (p * b_row),
                b_row,
                b_column,
                packed + (p * columns));
  }
}

// Multiply rows by all panels; `tile` has a, a_row, a_column, c_row, k and add
static void
multiply_panels(const RondoTrainKernels* const kernels,
                const size_t                   m,
                const size_t                   n,
                const size_t                   a_panel,
                const RondoReal* const         panels,
                RondoReal* const               c,
                RondoTile                      tile)
{
  const size_t           height = kernels->tile_rows;
  const size_t           width  = kernels->tile_columns;
  const RondoReal* const a      = tile.a;

  tile.b = panels;
  for (size_t j = 0; j < n; j += width, tile.b += tile.k * width) {
    tile.n = smaller(width, n - j);
    tile.a = a;
    for (size_t i = 0; i < m; i += height, tile.a += a_panel) {
      tile.m = smaller(height, m - i);
      tile.c = c + (i * tile.c_row) + j;
      kernels->multiply(&tile);
    }
  }
}

// Have a tile read copies of the rows of A
static void
copy_block(const size_t rows, RondoTile* const tile, RondoReal* const copies)
{
  for (size_t i = 0; i < rows; ++i) {
    memcpy(copies + (i * COPY_ROW),
           tile->a + (i * tile->a_row),
           sizeof(RondoReal) * tile->k);
  }
  tile->a     = copies;
  tile->a_row = COPY_ROW;
}

void
rondo_gemm_multiply(const RondoTrainKernels* const  kernels,
                    const size_t                    m,
                    const size_t                    n,
                    const size_t                    k,
                    const RondoReal* const          a,
                    const size_t                    a_row,
                    const RondoReal* const          packed,
                    const bool                      add,
                    RondoReal* RONDO_RESTRICT const c,
                    const size_t                    c_row)
{
  RondoReal    copies[BLOCK_ROWS * COPY_ROW];
  const bool   clashes = (a_row * sizeof(RondoReal)) % CLASH == 0;
  const size_t columns = round_up(n, kernels->tile_columns);
  const size_t depth   = block_depth(k);
  for (size_t i = 0; i < m; i += BLOCK_ROWS) {
    const size_t rows = smaller(BLOCK_ROWS, m - i);
    for (size_t p = 0; p < k; p += depth) {
      RondoTile tile = {
        .k        = smaller(depth, k - p),
        .a        = a + (i * a_row) + p,
        .a_row    = a_row,
        .a_column = 1,
        .c_row    = c_row,
        .add      = add || p > 0,
      };
      if (clashes) {
        copy_block(rows, &tile, copies);
      }
      multiply_panels(kernels,
                      rows,
                      n,
                      kernels->tile_rows * tile.a_row,
                      packed + (p * columns),
                      c + (i * c_row),
                      tile);
    }
  }
}

// C += A^T B for at most RONDO_GEMM_ROWS columns and RONDO_GEMM_DEPTH rows of
// A, where the right matrices are packed, side by side in panels
static void
outer_block(const RondoTrainKernels* const  kernels,
            const size_t                    i,
            const size_t                    rows,
            const size_t                    k,
            const RondoReal* const          a,
            const size_t                    a_row,
            const RondoOuter* const         parts,
            const size_t                    n_parts,
            const RondoReal* const          panels,
            RondoReal* RONDO_RESTRICT const packed)
{
  const size_t     height = kernels->tile_rows;
  const RondoReal* from   = panels;
  pack_panels(height, k, rows, a + i, a_row, 1, packed);
  for (size_t j = 0; j < n_parts; ++j) {
    const RondoOuter* const part = &parts[j];
    const RondoTile         tile = {
              .k        = k,
              .a        = packed,
              .a_row    = 1,
              .a_column = height,
              .c_row    = part->c_row,
              .add      = true,
    };
    multiply_panels(kernels,
                    rows,
                    part->n,
                    height * k,
                    from,
                    part->c + (i * part->c_row),
                    tile);
    from += k * round_up(part->n, kernels->tile_columns);
  }
}

// Pack the right matrices for outer_block(); return where the next ones go
static RondoReal*
pack_parts(const RondoTrainKernels* const kernels,
           const size_t                   p,
           const size_t                   k,
           const RondoOuter* const        parts,
           const size_t                   n_parts,
           RondoReal*                     panels)
{
  for (size_t j = 0; j < n_parts; ++j) {
    const RondoOuter* const part = &parts[j];
    pack_panels(kernels->tile_columns,
                k,
                part->n,
                part->b + (p * part->b_row),
                part->b_row,
                1,
                panels);
    panels += k * round_up(part->n, kernels->tile_columns);
  }
  return panels;
}

// C += A^T B for right matrices that fit into the scratch together, for at
// most RONDO_GEMM_OUTER_DEPTHS rows: rows of C stay in the cache for all of
// them
static void
outer_columns(const RondoTrainKernels* const kernels,
              const size_t                   m,
              const size_t                   k,
              const RondoReal* const         a,
              const size_t                   a_row,
              const RondoOuter* const        parts,
              const size_t                   n_parts,
              RondoReal* const               scratch)
{
  RondoReal* const packed_a =
    scratch + (RONDO_GEMM_OUTER_DEPTHS * RONDO_GEMM_COLUMNS);
  for (size_t first = 0; first < k; first += RONDO_GEMM_OUTER_DEPTHS) {
    const size_t n      = smaller(RONDO_GEMM_OUTER_DEPTHS, k - first);
    RondoReal*   panels = scratch;
    for (size_t p = 0; p < n; p += RONDO_GEMM_OUTER_DEPTH) {
      panels = pack_parts(kernels,
                          first + p,
                          smaller(RONDO_GEMM_OUTER_DEPTH, n - p),
                          parts,
                          n_parts,
                          panels);
    }
    const size_t columns = (size_t)(panels - scratch) / n;
    for (size_t i = 0; i < m; i += RONDO_GEMM_ROWS) {
      for (size_t p = 0; p < n; p += RONDO_GEMM_OUTER_DEPTH) {
        outer_block(kernels,
                    i,
                    smaller(RONDO_GEMM_ROWS, m - i),
                    smaller(RONDO_GEMM_OUTER_DEPTH, n - p),
                    a + ((first + p) * a_row),
                    a_row,
                    parts,
                    n_parts,
                    scratch + (p * columns),
                    packed_a);
      }
    }
  }
}

void
rondo_gemm_outer(const RondoTrainKernels* const kernels,
                 const size_t                   m,
                 const size_t                   k,
                 const RondoReal* const         a,
                 const size_t                   a_row,
                 const RondoOuter* const        parts,
                 const size_t                   n_parts,
                 RondoReal* const               scratch)
{
  size_t n = 0;
  for (size_t i = 0; i < n_parts; ++i) {
    n += round_up(parts[i].n, kernels->tile_columns);
  }
  if (n <= RONDO_GEMM_COLUMNS) {
    outer_columns(kernels, m, k, a, a_row, parts, n_parts, scratch);
    return;
  }
  for (size_t i = 0; i < n_parts; ++i) {
    for (size_t j = 0; j < parts[i].n; j += RONDO_GEMM_COLUMNS) {
      RondoOuter part = parts[i];
      part.n          = smaller(RONDO_GEMM_COLUMNS, part.n - j);
      part.b += j;
      part.c += j;
      outer_columns(kernels, m, k, a, a_row, &part, 1, scratch);
    }
  }
}
