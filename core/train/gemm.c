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

// Copy k rows of `width`, inlined with a constant width
static inline __attribute__((always_inline)) void
copy_rows(const size_t                    width,
          const size_t                    k,
          const RondoReal*                in,
          const size_t                    in_row,
          RondoReal* RONDO_RESTRICT const out)
{
  for (size_t p = 0; p < k; ++p, in += in_row) {
    memcpy(out + (p * width), in, sizeof(RondoReal) * width);
  }
}

// Pack a whole panel whose columns lie side by side
static void
pack_rows(const size_t                    width,
          const size_t                    k,
          const RondoReal* const          in,
          const size_t                    in_row,
          RondoReal* RONDO_RESTRICT const out)
{
  // The widths of the variants, in float and double
  switch (width) {
    case 4:
      copy_rows(4, k, in, in_row, out);
      break;
    case 6:
      copy_rows(6, k, in, in_row, out);
      break;
    case 8:
      copy_rows(8, k, in, in_row, out);
      break;
    case 12:
      copy_rows(12, k, in, in_row, out);
      break;
    case 16:
      copy_rows(16, k, in, in_row, out);
      break;
    default:
      copy_rows(width, k, in, in_row, out);
      break;
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
  RondoReal* out = packed;
  for (size_t j = 0; j < n; j += width, out += k * width) {
    const RondoReal* const in   = b + (j * b_column);
    const size_t           used = smaller(width, n - j);
    if (used == width && b_column == 1) {
      pack_rows(width, k, in, b_row, out);
    } else {
      pack_strided(width, used, k, in, b_row, b_column, out);
    }
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
  for (size_t p = 0; p < k; p += RONDO_GEMM_DEPTH) {
    const size_t depth = smaller(RONDO_GEMM_DEPTH, k - p);
    pack_panels(width,
                depth,
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
  const size_t columns = round_up(n, kernels->tile_columns);
  for (size_t i = 0; i < m; i += RONDO_GEMM_ROWS) {
    const size_t rows = smaller(RONDO_GEMM_ROWS, m - i);
    for (size_t p = 0; p < k; p += RONDO_GEMM_DEPTH) {
      const RondoTile tile = {
        .k        = smaller(RONDO_GEMM_DEPTH, k - p),
        .a        = a + (i * a_row) + p,
        .a_row    = a_row,
        .a_column = 1,
        .c_row    = c_row,
        .add      = add || p > 0,
      };
      multiply_panels(kernels,
                      rows,
                      n,
                      kernels->tile_rows * a_row,
                      packed + (p * columns),
                      c + (i * c_row),
                      tile);
    }
  }
}

// C += A^T B for at most RONDO_GEMM_DEPTH rows, where the right matrices are
// packed, side by side in panels
static void
outer_block(const RondoTrainKernels* const  kernels,
            const size_t                    m,
            const size_t                    k,
            const RondoReal* const          a,
            const size_t                    a_row,
            const RondoOuter* const         parts,
            const size_t                    n_parts,
            const RondoReal* const          panels,
            RondoReal* RONDO_RESTRICT const packed)
{
  const size_t height = kernels->tile_rows;
  for (size_t i = 0; i < m; i += RONDO_GEMM_ROWS) {
    const size_t     rows = smaller(RONDO_GEMM_ROWS, m - i);
    const RondoReal* from = panels;
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
}

// C += A^T B for right matrices that fit into the scratch together
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
  RondoReal* const packed_a = scratch + (RONDO_GEMM_DEPTH * RONDO_GEMM_COLUMNS);
  for (size_t p = 0; p < k; p += RONDO_GEMM_DEPTH) {
    const size_t depth  = smaller(RONDO_GEMM_DEPTH, k - p);
    RondoReal*   panels = scratch;
    for (size_t j = 0; j < n_parts; ++j) {
      const RondoOuter* const part = &parts[j];
      pack_panels(kernels->tile_columns,
                  depth,
                  part->n,
                  part->b + (p * part->b_row),
                  part->b_row,
                  1,
                  panels);
      panels += depth * round_up(part->n, kernels->tile_columns);
    }
    outer_block(kernels,
                m,
                depth,
                a + (p * a_row),
                a_row,
                parts,
                n_parts,
                scratch,
                packed_a);
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
