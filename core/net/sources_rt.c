// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What cells read: rows of other cells, of the frame that they are at.

#include "core/net/stream_private.h"

#include <string.h>

size_t
rondo_stream_n_vectors(const RondoStream* stream, const RondoCell* cell)
{
  return stream->n_channels * cell->layer->n_groups;
}

float*
rondo_stream_row(const RondoStream* stream, size_t cell, size_t s)
{
  const RondoCell* const      c     = &stream->model->cells[cell];
  const RondoCellState* const state = &stream->cells[cell];
  const size_t size = rondo_stream_n_vectors(stream, c) * c->stride;
  return state->rows + ((state->n_history + stream->at + s) * size);
}

// Return the network's input of all channels at step `s`, `lag` frames before
static const float*
input_row(const RondoStream* stream, size_t s, size_t lag, const float* in)
{
  const size_t size = stream->n_channels * stream->model->description->n_inputs;
  return stream->n_history
           ? stream->inputs +
               ((stream->n_history + stream->at + s - lag) * size)
           : in + (s * size);
}

// Copy one source at step `s`, in a frame that is late by `delay`, of channel
// `c`, its groups and directions side by side.  Return the end of the copy
static float*
copy_source(const RondoStream* stream,
            size_t             source,
            size_t             s,
            size_t             delay,
            size_t             c,
            const float*       in,
            float*             to)
{
  const RondoModel* const model = stream->model;
  if (source == RONDO_SOURCE_INPUTS) {
    const size_t X = model->description->n_inputs;
    memcpy(to, input_row(stream, s, delay, in) + (c * X), X * sizeof(float));
    return to + X;
  }
  const RondoCell* const  cell  = &model->cells[source];
  const RondoLayer* const layer = cell->layer;
  const size_t            H     = cell->n_units;
  const size_t            D     = layer->n_directions;
  for (size_t d = 0U; d < D; ++d) {
    const size_t lag = delay - stream->cells[source + d].delay;
    const float* from =
      rondo_stream_row(stream, source + d, s) -
      (lag * rondo_stream_n_vectors(stream, cell) * cell->stride) +
      (c * layer->n_groups * cell->stride);
    for (size_t g = 0U; g < layer->n_groups; ++g, from += cell->stride) {
      memcpy(to + (((g * D) + d) * H), from, H * sizeof(float));
    }
  }
  return to + layer->n_outputs;
}

// Put vectors of `width` as far apart as those of all sources together
static void
spread(float* to, size_t stride, const float* from, size_t width, size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    memcpy(to + (i * stride), from + (i * width), width * sizeof(float));
  }
}

// Copy all sources, joined group by group.  Return the end of the copy
static float*
join_groups(const RondoStream* stream,
            const RondoCell*   cell,
            size_t             s,
            size_t             delay,
            size_t             c,
            const float*       in,
            float*             to)
{
  const size_t G      = cell->layer->n_groups;
  size_t       column = 0U;
  for (size_t i = 0U; i < cell->n_sources; ++i) {
    const float* const end =
      copy_source(stream, cell->sources[i], s, delay, c, in, stream->source);
    const size_t width = (size_t)(end - stream->source) / G;
    spread(to + column, cell->n_inputs, stream->source, width, G);
    column += width;
  }
  return to + (G * column);
}

// Put all that `cell` reads in `n` steps side by side
static RondoSource
gather(const RondoStream* stream,
       size_t             index,
       size_t             s,
       size_t             n,
       const float*       in)
{
  const RondoCell* const cell = &stream->model->cells[index];
  const size_t n_kernel = cell->layer->n_kernel ? cell->layer->n_kernel : 1U;
  const size_t delay    = stream->cells[index].input_delay + n_kernel - 1U;
  float*       to       = stream->gathered;
  for (size_t t = 0U; t < n; ++t) {
    for (size_t c = 0U; c < stream->n_channels; ++c) {
      // The oldest frame of a kernel first
      for (size_t k = 0U; k < n_kernel; ++k) {
        if (cell->layer->joins_groups && cell->n_sources > 1U) {
          to = join_groups(stream, cell, s + t, delay - k, c, in, to);
          continue;
        }
        for (size_t i = 0U; i < cell->n_sources; ++i) {
          to =
            copy_source(stream, cell->sources[i], s + t, delay - k, c, in, to);
        }
      }
    }
  }
  const RondoSource gathered = { stream->gathered,
                                 cell->n_inputs * cell->layer->n_groups,
                                 cell->n_inputs };
  return gathered;
}

RondoSource
rondo_stream_source(const RondoStream* stream,
                    size_t             index,
                    size_t             s,
                    size_t             n,
                    const float*       in)
{
  const RondoCell* const cell   = &stream->model->cells[index];
  const size_t           G      = cell->layer->n_groups;
  const size_t           delay  = stream->cells[index].input_delay;
  const size_t           source = cell->sources[0];
  if (cell->n_sources > 1U || cell->layer->n_kernel > 1U) {
    return gather(stream, index, s, n, in);
  }
  if (source == RONDO_SOURCE_INPUTS) {
    const RondoSource inputs = { input_row(stream, s, delay, in),
                                 cell->n_inputs * G,
                                 cell->n_inputs };
    return inputs;
  }
  const RondoCell* const from = &stream->model->cells[source];
  if (from->layer->n_directions > 1U || from->layer->n_groups != G) {
    return gather(stream, index, s, n, in);
  }
  const size_t      lag    = delay - stream->cells[source].delay;
  const size_t      stride = from->stride;
  const RondoSource rows   = { rondo_stream_row(stream, source, s) -
                                 (lag * stream->n_channels * G * stride),
                               G * stride,
                               stride };
  return rows;
}

void
rondo_stream_output(const RondoStream* stream, size_t s, size_t n, float* out)
{
  for (size_t t = 0U; t < n; ++t) {
    for (size_t c = 0U; c < stream->n_channels; ++c) {
      out = copy_source(
        stream, stream->model->output, s + t, stream->delay, c, NULL, out);
    }
  }
}
