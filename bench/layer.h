// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file layer.h A model to be timed.
*/

#ifndef RONDO_BENCH_LAYER_H
#define RONDO_BENCH_LAYER_H

#include "core/base/status.h"
#include "core/net/kernels.h"
#include "core/net/model.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Make a model of one recurrent layer, as wide as its input, from small random
   weights.

   @param cell "rnn", "gru" or "lstm".
*/
RONDO_NODISCARD RondoStatus
rondo_layer_model(const RondoKernels* kernels,
                  const char*         cell,
                  size_t              n_units,
                  bool                is_int8,
                  RondoModel**        out,
                  RondoError*         error);

#endif // RONDO_BENCH_LAYER_H
