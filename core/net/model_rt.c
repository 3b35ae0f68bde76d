// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/model.h"

#include "core/base/arena.h"
#include "core/net/model_private.h"

void
rondo_model_warm(const RondoModel* const model,
                 const size_t            part,
                 const size_t            n_parts)
{
  const char* const bytes   = (const char*)model->weights;
  const size_t      n_lines = model->n_weights / RONDO_ALIGNMENT;
  const size_t      end     = n_lines * (part + 1U) / n_parts;
  for (size_t i = n_lines * part / n_parts; i < end; ++i) {
    // What is read volatile is read, even if nobody wants to know
    (void)*(const volatile char*)(bytes + (i * RONDO_ALIGNMENT));
  }
}
