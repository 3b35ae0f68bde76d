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

// Where to copy: pieces of `width`, `skip` apart
typedef struct {
  float* to;
  size_t width;
  size_t skip;
  size_t left; // Of the piece at `to`
} Pieces;

// Copy few elements, in a loop that is faster than a call
static void
copy_few(float* to, const float* from, size_t n)
{
  size_t i = 0U;
  for (; i + 16U <= n; i += 16U) {
    memcpy(to + i, from + i, 16U * sizeof(float));
  }
  for (; i + 4U <= n; i += 4U) {
    memcpy(to + i, from + i, 4U * sizeof(float));
  }
  for (; i < n; ++i) {
    to[i] = from[i];
  }
}

// Append `n` elements
static void
append(Pieces* pieces, const float* from, size_t n)
{
  while (n) {
    const size_t now = n < pieces->left ? n : pieces->left;
    copy_few(pieces->to, from, now);
    from += now;
    n -= now;
    pieces->to += now;
    pieces->left -= now;
    if (!pieces->left) {
      pieces->to += pieces->skip;
      pieces->left = pieces->width;
    }
  }
}

// Return the elements of a source
static size_t
source_width(const RondoModel* model, size_t source)
{
  return source == RONDO_SOURCE_INPUTS ? model->description->n_inputs
                                       : model->cells[source].layer->n_outputs;
}

// Append one source at step `s`, in a frame that is late by `delay`, of channel
// `c`, its groups and directions side by side
static void
append_source(const RondoStream* stream,
              size_t             source,
              size_t             s,
              size_t             delay,
              size_t             c,
              const float*       in,
              Pieces*            pieces)
{
  if (source == RONDO_SOURCE_INPUTS) {
    const size_t X = stream->model->description->n_inputs;
    append(pieces, input_row(stream, s, delay, in) + (c * X), X);
    return;
  }
  const RondoCell* const  cell  = &stream->model->cells[source];
  const RondoLayer* const layer = cell->layer;
  const size_t            size  = layer->n_groups * cell->stride;
  const float*            from[2];
  for (size_t d = 0U; d < layer->n_directions; ++d) {
    const size_t lag = delay - stream->cells[source + d].delay;
    from[d]          = rondo_stream_row(stream, source + d, s) -
              (lag * stream->n_channels * size) + (c * size);
  }
  for (size_t g = 0U; g < layer->n_groups; ++g) {
    for (size_t d = 0U; d < layer->n_directions; ++d) {
      append(pieces, from[d] + (g * cell->stride), cell->n_units);
    }
  }
}

RondoSource
rondo_stream_gather(const RondoStream* stream,
                    size_t             index,
                    size_t             s,
                    size_t             n,
                    const float*       in)
{
  const RondoCell* const cell = &stream->model->cells[index];
  const size_t n_kernel = cell->layer->n_kernel ? cell->layer->n_kernel : 1U;
  const size_t delay    = stream->cells[index].input_delay + n_kernel - 1U;
  const size_t G        = cell->layer->n_groups;
  const size_t n_pieces = cell->layer->joins_groups ? G : 1U;
  const size_t X        = cell->n_inputs * G / n_kernel / n_pieces;
  float*       frame    = stream->gathered;
  for (size_t t = 0U; t < n; ++t) {
    for (size_t c = 0U; c < stream->n_channels; ++c) {
      // The oldest frame of a kernel first
      for (size_t k = 0U; k < n_kernel; ++k, frame += X * n_pieces) {
        float* to = frame;
        for (size_t i = 0U; i < cell->n_sources; ++i) {
          const size_t source = cell->sources[i];
          const size_t width  = source_width(stream->model, source) / n_pieces;
          Pieces       pieces = { to, width, X - width, width };
          append_source(stream, source, s + t, delay - k, c, in, &pieces);
          to += width;
        }
      }
    }
  }
  const RondoSource gathered = { stream->gathered,
                                 cell->n_inputs * G,
                                 cell->n_inputs };
  return gathered;
}

// Write the output of a layer with groups or directions
static __attribute__((noinline)) void
gather_output(const RondoStream* stream, size_t s, size_t n, float* out)
{
  const size_t n_outputs = stream->model->description->n_outputs;
  for (size_t t = 0U; t < n; ++t) {
    for (size_t c = 0U; c < stream->n_channels; ++c) {
      Pieces pieces = { out, n_outputs, 0U, n_outputs };
      append_source(
        stream, stream->model->output, s + t, stream->delay, c, NULL, &pieces);
      out += n_outputs;
    }
  }
}

void
rondo_stream_output(const RondoStream* stream, size_t s, size_t n, float* out)
{
  const RondoPlace* const place     = &stream->output;
  const size_t            n_outputs = stream->model->description->n_outputs;
  if (place->is_gathered) {
    gather_output(stream, s, n, out);
    return;
  }
  const float*       from = rondo_stream_vectors(stream, place, s, NULL);
  const float* const end  = out + (n * stream->n_channels * n_outputs);
  for (; out < end; out += n_outputs, from += place->stride) {
    memcpy(out, from, n_outputs * sizeof(float));
  }
}
