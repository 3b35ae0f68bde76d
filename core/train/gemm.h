// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file gemm.h Products of matrices.

   After Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix
   Multiplication": the right matrix is packed into panels of as many columns
   as a tile has, so that the innermost loop reads both sides in order.  A
   right matrix that is used again and again, such as recurrent weights, is
   packed once.

   Sums run over the inner dimension in ascending order, in blocks of even size
   and at most RONDO_GEMM_DEPTH, so that a product repeats bit for bit with the
   same kernels.

   Does not allocate.
*/

#ifndef RONDO_TRAIN_GEMM_H
#define RONDO_TRAIN_GEMM_H

#include "core/base/attributes.h"
#include "core/train/real.h"
#include "core/train/train_kernels.h"

#include <stdbool.h>
#include <stddef.h>

RONDO_BEGIN_DECLS

/// The most of the inner dimension in a block
#define RONDO_GEMM_DEPTH ((size_t)256)

/// Inner dimension of a block of rondo_gemm_outer(), where panels start on
/// different lines of the first cache
#define RONDO_GEMM_OUTER_DEPTH ((size_t)240)

/// Inner dimension of as many blocks of rondo_gemm_outer() as are packed at a
/// time
#define RONDO_GEMM_OUTER_DEPTHS (4U * RONDO_GEMM_OUTER_DEPTH)

/// Rows of the left matrix in a block of rondo_gemm_outer()
#define RONDO_GEMM_ROWS ((size_t)96)

/// Columns of the right matrix in a block of rondo_gemm_outer()
#define RONDO_GEMM_COLUMNS ((size_t)640)

/// Elements that rondo_gemm_outer() needs to pack into
#define RONDO_GEMM_SCRATCH                          \
  ((RONDO_GEMM_OUTER_DEPTHS * RONDO_GEMM_COLUMNS) + \
   (RONDO_GEMM_OUTER_DEPTH * RONDO_GEMM_ROWS))

/// Return the elements that a packed matrix (k, n) needs, or 0 on overflow.
size_t
rondo_gemm_packed_size(size_t k, size_t n);

/**
   Pack B (k, n), where B(p, j) is b[(p * b_row) + (j * b_column)].

   @param[out] packed Of rondo_gemm_packed_size(), aligned to 64 bytes.
*/
void
rondo_gemm_pack(const RondoTrainKernels*  kernels,
                size_t                    k,
                size_t                    n,
                const RondoReal*          b,
                size_t                    b_row,
                size_t                    b_column,
                RondoReal* RONDO_RESTRICT packed);

/**
   Compute C = A B, or C += A B with `add`.

   @param a (m, k), rows `a_row` apart.
   @param packed B (k, n).
   @param[out] c (m, n), rows `c_row` apart.  Must not overlap A.
*/
void
rondo_gemm_multiply(const RondoTrainKernels*  kernels,
                    size_t                    m,
                    size_t                    n,
                    size_t                    k,
                    const RondoReal*          a,
                    size_t                    a_row,
                    const RondoReal*          packed,
                    bool                      add,
                    RondoReal* RONDO_RESTRICT c,
                    size_t                    c_row);

/// A right matrix B (k, n) of rondo_gemm_outer(), and what it adds to
typedef struct {
  size_t           n;
  const RondoReal* b;
  size_t           b_row; ///< Distance of rows of B
  RondoReal*       c;     ///< (m, n)
  size_t           c_row; ///< Distance of rows of C
} RondoOuter;

/**
   Compute C += A^T B: the sum of the outer products of the rows of A and B.

   With several right matrices A is packed for all of them at a time, as long
   as they have RONDO_GEMM_COLUMNS columns at most.

   @param a (k, m), rows `a_row` apart.
   @param scratch (RONDO_GEMM_SCRATCH), aligned to 64 bytes.
*/
void
rondo_gemm_outer(const RondoTrainKernels* kernels,
                 size_t                   m,
                 size_t                   k,
                 const RondoReal*         a,
                 size_t                   a_row,
                 const RondoOuter*        parts,
                 size_t                   n_parts,
                 RondoReal*               scratch);

RONDO_END_DECLS

#endif // RONDO_TRAIN_GEMM_H
