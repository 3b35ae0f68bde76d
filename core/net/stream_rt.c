// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/stream.h"

#include "core/net/kernels.h"
#include "core/net/stream_private.h"

#include <string.h>

// What a cell reads: vectors of all frames and channels, `stride` apart
typedef struct {
  const float* vectors;
  size_t       stride;
} Source;

static void
copy(float* to, const float* from, size_t n)
{
  memcpy(to, from, n * sizeof(float));
}

static void
clear(float* x, size_t n)
{
  memset(x, 0, n * sizeof(float));
}

// Return row `row` of a cell's outputs (n_channels, stride)
static float*
row_of(const RondoStream* stream, size_t cell, size_t row)
{
  const size_t size = stream->n_channels * stream->model->cells[cell].stride;
  return stream->cells[cell].rows + (row * size);
}

// Find one source of a cell: the network's input `in`, or a cell's rows
static Source
find_source(const RondoStream* stream,
            size_t             source,
            size_t             first,
            const float*       in)
{
  const RondoModel* const model  = stream->model;
  const Source            inputs = { in, model->description->n_inputs };
  if (source == RONDO_SOURCE_INPUTS) {
    return inputs;
  }
  const Source cell = { row_of(stream, source, first),
                        model->cells[source].stride };
  return cell;
}

// Find what `cell` reads; several sources are put side by side
static Source
gather(const RondoStream* stream,
       const RondoCell*   cell,
       size_t             first,
       size_t             n_vectors,
       const float*       in)
{
  if (cell->n_sources == 1U) {
    return find_source(stream, cell->sources[0], first, in);
  }
  const RondoModel* const model  = stream->model;
  size_t                  offset = 0U;
  for (size_t i = 0U; i < cell->n_sources; ++i) {
    const size_t source = cell->sources[i];
    const Source from   = find_source(stream, source, first, in);
    const size_t width  = source == RONDO_SOURCE_INPUTS
                            ? model->description->n_inputs
                            : model->cells[source].n_units;
    for (size_t v = 0U; v < n_vectors; ++v) {
      copy(stream->gathered + (v * cell->n_inputs) + offset,
           from.vectors + (v * from.stride),
           width);
    }
    offset += width;
  }
  const Source gathered = { stream->gathered, cell->n_inputs };
  return gathered;
}

static void
run_linear(const RondoStream* stream,
           const RondoCell*   cell,
           size_t             n_vectors,
           Source             source,
           float*             y)
{
  const RondoKernels* const kernels = stream->model->kernels;
  kernels->multiply(
    &cell->w, stream->reverse, n_vectors, source.vectors, source.stride, y);
  kernels->activate(
    cell->layer->activation, n_vectors, cell->n_units, y, cell->stride);
}

static void
run_recurrence(const RondoKernels*    kernels,
               const RondoLayer*      layer,
               const RondoRecurrence* step)
{
  switch (layer->type) {
    case RONDO_LAYER_RNN:
      kernels->rnn(step, layer->activation);
      break;
    case RONDO_LAYER_GRU:
      kernels->gru(step, layer->reset);
      break;
    case RONDO_LAYER_LSTM:
      kernels->lstm(step);
      break;
    case RONDO_LAYER_LINEAR:
      break;
  }
}

// Run a recurrent cell.  A single frame is multiplied with both matrices in
// one pass over the panels; of several, the input products come first
static void
run_recurrent(const RondoStream* stream,
              size_t             index,
              size_t             first,
              size_t             n_frames,
              Source             source)
{
  const RondoKernels* const kernels = stream->model->kernels;
  const RondoCell* const    cell    = &stream->model->cells[index];
  const size_t              size    = stream->n_channels * cell->stride;

  RondoRecurrence step = { .w          = &cell->w,
                           .u          = &cell->u,
                           .candidate  = &cell->candidate,
                           .n_channels = stream->n_channels,
                           .x          = source.vectors,
                           .x_stride   = source.stride,
                           .c          = stream->cells[index].c,
                           .work       = stream->work,
                           .stride     = cell->stride,
                           .reverse    = stream->reverse };
  if (n_frames > 1U) {
    kernels->multiply(&cell->w,
                      stream->reverse,
                      n_frames * stream->n_channels,
                      source.vectors,
                      source.stride,
                      stream->products);
  }
  for (size_t t = 0U; t < n_frames; ++t) {
    step.h      = row_of(stream, index, t ? first + t - 1U : stream->newest);
    step.h_next = row_of(stream, index, first + t);
    if (n_frames > 1U) {
      step.a       = stream->products + (t * size * cell->w.n_gates);
      step.reverse = stream->reverse != ((t & 1U) != 0U);
    }
    run_recurrence(kernels, cell->layer, &step);
  }
}

// Copy the last cell's rows to the network's output, without padding
static void
write_output(const RondoStream* stream,
             size_t             first,
             size_t             n_vectors,
             float*             out)
{
  const size_t           last = stream->model->n_cells - 1U;
  const RondoCell* const cell = &stream->model->cells[last];
  const float* const     rows = row_of(stream, last, first);
  for (size_t v = 0U; v < n_vectors; ++v) {
    copy(out + (v * cell->n_units), rows + (v * cell->stride), cell->n_units);
  }
}

// Make row `row` of all recurrent cells the first one
static void
move_state(RondoStream* stream, size_t row)
{
  for (size_t i = 0U; i < stream->model->n_cells; ++i) {
    const RondoCell* const cell = &stream->model->cells[i];
    if (cell->u.n_gates) {
      copy(row_of(stream, i, 0U),
           row_of(stream, i, row),
           stream->n_channels * cell->stride);
    }
  }
  stream->newest = 0U;
}

// Advance by 1 to RONDO_BLOCK frames.  Steps use rows 0 and 1 by turns; longer
// blocks start from row 0
static void
run_block(RondoStream* stream, size_t n_frames, const float* in, float* out)
{
  const RondoModel* const model     = stream->model;
  const size_t            n_vectors = n_frames * stream->n_channels;
  if (n_frames > 1U && stream->newest) {
    move_state(stream, stream->newest);
  }
  const size_t first = stream->newest ? 0U : 1U;
  for (size_t i = 0U; i < model->n_cells; ++i) {
    const RondoCell* const cell   = &model->cells[i];
    const Source           source = gather(stream, cell, first, n_vectors, in);
    if (cell->u.n_gates) {
      run_recurrent(stream, i, first, n_frames, source);
    } else {
      run_linear(stream, cell, n_vectors, source, row_of(stream, i, first));
    }
  }
  write_output(stream, first, n_vectors, out);
  if (n_frames > 1U) {
    move_state(stream, n_frames);
  } else {
    stream->newest = first;
  }
  stream->reverse = !stream->reverse;
}

void
rondo_stream_reset(RondoStream* stream)
{
  for (size_t i = 0U; i < stream->model->n_cells; ++i) {
    const RondoCell* const cell = &stream->model->cells[i];
    const size_t           size = stream->n_channels * cell->stride;
    clear(row_of(stream, i, 0U), size);
    if (cell->layer->type == RONDO_LAYER_LSTM) {
      clear(stream->cells[i].c, size);
    }
  }
  stream->newest  = 0U;
  stream->reverse = false;
}

void
rondo_stream_step(RondoStream* stream, const float* in, float* out)
{
  run_block(stream, 1U, in, out);
}

void
rondo_stream_process(RondoStream* stream,
                     size_t       n_frames,
                     const float* in,
                     float*       out)
{
  const size_t in_size =
    stream->n_channels * stream->model->description->n_inputs;
  const size_t out_size =
    stream->n_channels * stream->model->description->n_outputs;
  while (n_frames > 0U) {
    const size_t n = n_frames < RONDO_BLOCK ? n_frames : RONDO_BLOCK;
    run_block(stream, n, in, out);
    n_frames -= n;
    in += n * in_size;
    out += n * out_size;
  }
}
