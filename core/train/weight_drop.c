// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/weight_drop.h"

#include "core/train/network.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Two draws of 16 bits from every number
static void
drop(const uint32_t     limit,
     const float        kept,
     RondoRandom* const random,
     const size_t       n,
     float* const       weights)
{
  uint32_t bits = 0;
  for (size_t i = 0; i < n; ++i) {
    bits = i % 2 ? bits >> 16U : rondo_random_next(random);
    weights[i] *= (bits & 0xFFFFU) < limit ? 0.0F : kept;
  }
}

void
rondo_weight_drop(const RondoDescription* const description,
                  const double                  rate,
                  RondoRandom                   random,
                  float* const                  block)
{
  const uint32_t limit = (uint32_t)((rate * 65536.0) + 0.5);
  const float    kept  = (float)(1.0 / (1.0 - rate));
  const size_t   n     = rondo_description_n_tensors(description);
  for (size_t i = 0; i < n; ++i) {
    const RondoTensorSpec tensor = rondo_description_tensor(description, i);
    if (strstr(tensor.name, ".weight_hh_")) {
      drop(limit,
           kept,
           &random,
           tensor.dims[0] * tensor.dims[1],
           block + rondo_network_offset(description, i));
    }
  }
}
