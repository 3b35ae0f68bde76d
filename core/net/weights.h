// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file weights.h Weights in files: real numbers, or int8 with scales.

   A matrix of dtype I8 has one scale per row (the first dimension) in a tensor
   of the same name with "_scale" after it: weight = scale * integer.

   Setup (allocates nothing).
*/

#ifndef RONDO_NET_WEIGHTS_H
#define RONDO_NET_WEIGHTS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/safetensors.h"

#include <stddef.h>
#include <stdint.h>

RONDO_BEGIN_DECLS

/// What follows the name of a matrix in that of its scales
#define RONDO_SCALE_SUFFIX "_scale"

/**
   Check an I8 matrix and read its scales.

   @param[out] scales (dims[0]).
   @return RONDO_ERR_UNSUPPORTED if the tensor is no matrix, RONDO_ERR_BAD_FILE
   if it has a -128, or its scales are missing, of another shape or not finite.
*/
RONDO_NODISCARD RondoStatus
rondo_weights_get_scales(const RondoTensors* tensors,
                         const RondoTensor*  tensor,
                         float*              scales,
                         RondoError*         error);

/**
   Convert weights of any kind to float32.

   @param[out] out (n_elements).
*/
RONDO_NODISCARD RondoStatus
rondo_weights_get_floats(const RondoTensors* tensors,
                         const RondoTensor*  tensor,
                         float*              out,
                         RondoError*         error);

/**
   Quantise a matrix, each row to the nearest multiples of its scale, which is
   max |w| / 127.

   @param weights (n_rows, n_columns), finite.
   @param[out] integers (n_rows, n_columns), -127 to 127.
   @param[out] scales (n_rows).
*/
void
rondo_weights_quantise(const float* weights,
                       size_t       n_rows,
                       size_t       n_columns,
                       int8_t*      integers,
                       float*       scales);

RONDO_END_DECLS

#endif // RONDO_NET_WEIGHTS_H
