// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/random.h"
#include "core/net/stream.h"
#include "tool/interrupt.h"
#include "tool/run_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

// Return whether each output is a probability of its own
static bool
is_binary(const RondoDescription* const description)
{
  return description->layers[description->n_layers - 1U].activation ==
         RONDO_ACTIVATION_SIGMOID;
}

RondoStatus
rondo_run_generate(const RondoModel* const model,
                   const RondoArray* const in,
                   const size_t            n_steps,
                   const long              seed,
                   RondoArray* const       out,
                   RondoError* const       error)
{
  const size_t n      = rondo_model_n_inputs(model);
  const bool   binary = is_binary(rondo_model_description(model));
  RondoStatus  st     = rondo_model_check_lookahead(model, 0U, error);
  if (!st && (rondo_model_n_outputs(model) != n || !in->n_rows)) {
    st =
      rondo_error_set(error,
                      RONDO_ERR_UNSUPPORTED,
                      "--generate needs a step of input, and as many outputs "
                      "as inputs");
  }
  if (st) {
    return st;
  }

  RondoStream* stream = NULL;
  RondoRandom  random = rondo_random(seed < 0 ? 0U : (uint64_t)seed, 1U);
  float* const y      = (float*)calloc(n, sizeof(float));
  out->values         = (float*)calloc((n_steps * n) + 1U, sizeof(float));
  out->n_rows         = n_steps;
  out->n_columns      = n;
  if (!y || !out->values || rondo_stream_new(model, 1U, &stream)) {
    free(y);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t t = 0U; t < in->n_rows; ++t) {
    rondo_stream_step(stream, in->values + (t * n), y);
  }
  for (size_t t = 0U; t < n_steps && !rondo_interrupted(); ++t) {
    float* const next = out->values + (t * n);
    for (size_t i = 0U; i < n; ++i) {
      const float limit = seed < 0 ? 0.5f : rondo_random_uniform(&random);
      next[i]           = !binary ? y[i] : y[i] > limit ? 1.0f : 0.0f;
    }
    rondo_stream_step(stream, next, y);
  }
  rondo_stream_free(stream);
  free(y);
  return RONDO_SUCCESS;
}
