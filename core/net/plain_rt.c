// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// One block of one cell that is not recurrent.

#include "core/net/kernels.h"
#include "core/net/stream_private.h"

#include <stdbool.h>
#include <string.h>

void
rondo_stream_multiply(RondoStream*     stream,
                      const RondoCell* cell,
                      size_t           n_vectors,
                      RondoSource      source,
                      float*           y)
{
  stream->n_work += n_vectors * cell->n_direct;
  stream->model->kernels->multiply(&cell->w,
                                   stream->reverse,
                                   n_vectors,
                                   source.vectors,
                                   source.group_stride,
                                   &stream->quantised_x,
                                   y);
}

// Look up tokens; what is none counts as token 0
static void
look_up(const RondoCell* cell, size_t n, const float* x, float* y)
{
  const size_t n_tokens = cell->layer->n_tokens;
  for (size_t v = 0U; v < n; ++v) {
    const bool   in_range = x[v] >= 0.0f && x[v] < (float)n_tokens;
    const size_t floor    = in_range ? (size_t)x[v] : 0U;
    const size_t token    = (float)floor == x[v] ? floor : 0U;
    memcpy(y + (v * cell->stride),
           cell->w.weights + (token * cell->n_units),
           cell->n_units * sizeof(float));
  }
}

// Add `n` frames to the sums, and divide these by the frames so far
static void
average(const RondoStream* stream,
        size_t             index,
        size_t             s,
        size_t             n,
        RondoSource        source)
{
  const RondoCell* const      cell  = &stream->model->cells[index];
  const RondoCellState* const state = &stream->cells[index];
  const size_t                H     = cell->n_units;
  const size_t                first = stream->step + s - state->delay;
  for (size_t v = 0U; v < n * stream->n_channels; ++v) {
    const size_t       t    = v / stream->n_channels;
    const size_t       c    = v % stream->n_channels;
    const float* const x    = source.vectors + (v * source.stride);
    double* const      sums = state->sums + (c * H);
    float* const       y =
      rondo_stream_row(stream, index, s + t) + (c * cell->stride);
    for (size_t i = 0U; i < H; ++i) {
      sums[i] += (double)x[i];
      y[i] = (float)(sums[i] / (double)(first + t + 1U));
    }
  }
}

static void
take_over(const RondoCell* cell, size_t n, RondoSource source, float* y)
{
  for (size_t v = 0U; v < n; ++v) {
    memcpy(y + (v * cell->stride),
           source.vectors + (v * source.stride),
           cell->n_units * sizeof(float));
  }
}

void
rondo_stream_run_plain(RondoStream* stream,
                       size_t       index,
                       size_t       s,
                       size_t       n,
                       const float* in)
{
  const RondoCell* const    cell    = &stream->model->cells[index];
  const RondoLayer* const   layer   = cell->layer;
  const RondoKernels* const kernels = stream->model->kernels;
  const size_t              n_all   = n * rondo_stream_n_vectors(stream, cell);
  const RondoSource source = rondo_stream_source(stream, index, s, n, in);
  float* const      y      = rondo_stream_row(stream, index, s);
  if (layer->type == RONDO_LAYER_EMBEDDING) {
    look_up(cell, n_all, source.vectors, y);
  } else if (layer->type == RONDO_LAYER_LAYER_NORM) {
    kernels->normalise(cell->w.weights,
                       cell->w.bias,
                       (float)layer->epsilon,
                       n_all,
                       cell->n_units,
                       source.vectors,
                       source.group_stride,
                       y,
                       cell->stride);
  } else if (layer->type == RONDO_LAYER_LAST) {
    take_over(cell, n_all, source, y);
  } else if (layer->type == RONDO_LAYER_MEAN) {
    average(stream, index, s, n, source);
  } else {
    rondo_stream_multiply(stream, cell, n_all, source, y);
    kernels->activate(layer->activation, n_all, cell->n_units, y, cell->stride);
  }
}
