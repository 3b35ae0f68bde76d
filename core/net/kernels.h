// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file kernels.h Inner loops, built once per instruction set.

   All variants come from one source, kernels_rt.c.  The widest one that the
   processor has is chosen when the library starts; the environment variable
   RONDO_CPU (baseline, avx2, avx512, neon) forces one, as long as the
   processor has it.
*/

#ifndef RONDO_NET_KERNELS_H
#define RONDO_NET_KERNELS_H

#include "core/base/attributes.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/// Rows of a panel: the unit of packing, whatever the instruction set
#define RONDO_LANES 16U

/// Most gates in a panel
#define RONDO_MAX_GATES 4U

/**
   Weights of G gates, packed in panels of 16 units.

   Panel p holds, for every input k, the weights of units 16 p … 16 p + 15 of
   gate 0, then of gate 1, and so on: (n_panels, n_inputs, n_gates, 16), padded
   with zeros.  One pass over a panel computes all gates of 16 units.
*/
typedef struct {
  const float* weights; ///< (n_panels, n_inputs, n_gates, 16), 64-byte aligned
  const float* bias;    ///< (n_panels, n_gates, 16), or NULL for zeros
  size_t       n_gates;
  size_t       n_inputs;
  size_t       n_panels;
} RondoPanels;

/**
   The kernels of one instruction set.

   The sum of a row runs over k in one fixed order, so that its value does not
   depend on how many vectors are multiplied at a time.
*/
typedef struct {
  const char* name;

  /**
     Multiply: y = W x + b for `n_vectors` vectors.

     @param x (n_vectors, x_stride), of which n_inputs are read.
     @param[out] y (n_vectors, n_panels, n_gates, 16).  Not `x`.
  */
  void (*multiply)(const RondoPanels*    panels,
                   size_t                n_vectors,
                   const float*          x,
                   size_t                x_stride,
                   float* RONDO_RESTRICT y) RONDO_REALTIME;

  /// Replace x (n, a multiple of 16) by tanh(x), within 1e-6.
  void (*tanh)(float* x, size_t n) RONDO_REALTIME;

  /// Replace x (n, a multiple of 16) by 1 / (1 + exp(-x)), within 1e-6.
  void (*sigmoid)(float* x, size_t n) RONDO_REALTIME;
} RondoKernels;

/// Return the kernels chosen when the library started.
RONDO_REALTIME const RondoKernels*
rondo_kernels(void);

/// Return variant `index` if it is built in and the processor has it, or NULL.
const RondoKernels*
rondo_kernels_variant(const char* name);

RONDO_END_DECLS

#endif // RONDO_NET_KERNELS_H
