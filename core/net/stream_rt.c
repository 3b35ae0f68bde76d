// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/stream.h"

#include "core/net/stream_private.h"

#include <stdint.h>
#include <string.h>

static void
clear(float* x, size_t n)
{
  memset(x, 0, n * sizeof(float));
}

// Move `n` rows of `size` from row `at` to the front
static void
move_rows(float* rows, size_t at, size_t n, size_t size)
{
  memmove(rows, rows + (at * size), n * size * sizeof(float));
}

// Make room for a block: move what is kept to the front
static void
make_room(RondoStream* stream)
{
  const RondoModel* const model = stream->model;
  for (size_t i = 0U; i < model->n_cells; ++i) {
    const RondoCell* const      cell  = &model->cells[i];
    const RondoCellState* const state = &stream->cells[i];
    const size_t                size  = state->row_size;
    move_rows(state->rows, stream->at, state->n_history, size);
    move_rows(
      state->products, stream->at, state->n_kept, size * cell->w.n_gates);
  }
  move_rows(stream->inputs,
            stream->at,
            stream->n_history,
            stream->n_channels * model->description->n_inputs);
  stream->at = 0U;
}

static void
keep_inputs(RondoStream* stream, size_t n, const float* in)
{
  const size_t size = stream->n_channels * stream->model->description->n_inputs;
  if (stream->n_history && in) {
    memcpy(stream->inputs + ((stream->n_history + stream->at) * size),
           in,
           n * size * sizeof(float));
  }
}

// Write the output: zeros until the first frame has come through
static void
write_output(RondoStream* stream, size_t n_frames, float* out)
{
  const size_t size =
    stream->n_channels * stream->model->description->n_outputs;
  size_t       s = 0U;
  const size_t n = rondo_stream_steps(stream, stream->delay, n_frames, &s);
  if (n < n_frames) {
    clear(out, n_frames * size);
  }
  rondo_stream_output(stream, s, n, out + (s * size));
}

void
rondo_stream_run_block(RondoStream* stream,
                       size_t       n_frames,
                       const float* in,
                       float*       out)
{
  if (!in && stream->end == SIZE_MAX) {
    stream->end = stream->step;
  }
  if (stream->at + n_frames > stream->n_block) {
    make_room(stream);
  }
  keep_inputs(stream, n_frames, in);
  for (size_t i = 0U; i < stream->model->n_cells; ++i) {
    rondo_stream_run_cell(stream, i, n_frames, in);
  }
  write_output(stream, n_frames, out);
  stream->at += n_frames;
  stream->step += n_frames;
  stream->reverse = !stream->reverse;
}

void
rondo_stream_reset(RondoStream* stream)
{
  const RondoModel* const model = stream->model;
  for (size_t i = 0U; i < model->n_cells; ++i) {
    const RondoCell* const      cell  = &model->cells[i];
    const RondoLayer* const     layer = cell->layer;
    const RondoCellState* const state = &stream->cells[i];
    const size_t                size  = state->row_size;
    clear(state->rows, (state->n_history + stream->n_block) * size);
    if (layer->type == RONDO_LAYER_LSTM && !layer->along_groups) {
      clear(state->c, size);
    } else if (layer->type == RONDO_LAYER_MEAN) {
      memset(
        state->sums, 0, stream->n_channels * cell->n_units * sizeof(double));
    }
  }
  if (stream->n_history) {
    clear(stream->inputs,
          (stream->n_history + stream->n_block) * stream->n_channels *
            model->description->n_inputs);
  }
  stream->at      = 0U;
  stream->step    = 0U;
  stream->end     = SIZE_MAX;
  stream->reverse = false;
}

// Copy `n` rows of `size` from row `at` to the front
static void
copy_rows(float* to, const float* from, size_t at, size_t n, size_t size)
{
  if (n) {
    memcpy(to, from + (at * size), n * size * sizeof(float));
  }
}

void
rondo_stream_copy(RondoStream* stream, const RondoStream* other)
{
  const RondoModel* const model = stream->model;
  for (size_t i = 0U; i < model->n_cells; ++i) {
    const RondoCell* const      cell  = &model->cells[i];
    const RondoLayer* const     layer = cell->layer;
    const RondoCellState* const to    = &stream->cells[i];
    const RondoCellState* const from  = &other->cells[i];
    const size_t                size  = to->row_size;
    copy_rows(to->rows, from->rows, other->at, to->n_history, size);
    copy_rows(to->products,
              from->products,
              other->at,
              to->n_kept,
              size * cell->w.n_gates);
    if (layer->type == RONDO_LAYER_LSTM && !layer->along_groups) {
      copy_rows(to->c, from->c, 0U, 1U, size);
    } else if (layer->type == RONDO_LAYER_MEAN) {
      memcpy(to->sums,
             from->sums,
             stream->n_channels * cell->n_units * sizeof(double));
    }
  }
  copy_rows(stream->inputs,
            other->inputs,
            other->at,
            stream->n_history,
            stream->n_channels * model->description->n_inputs);
  stream->at      = 0U;
  stream->step    = other->step;
  stream->end     = other->end;
  stream->reverse = other->reverse;
}

void
rondo_stream_step(RondoStream* stream, const float* in, float* out)
{
  if (!stream->is_prompt || !in || stream->end != SIZE_MAX ||
      stream->at == stream->n_block) {
    rondo_stream_run_block(stream, 1U, in, out);
    return;
  }
  // The same, as short as it can be: networks of few units notice
  const size_t n_cells = stream->model->n_cells;
  for (size_t i = 0U; i < n_cells; ++i) {
    const RondoRun run = stream->cells[i].run_step;
    if (run) {
      run(stream, i, 0U, 1U, in);
    }
  }
  rondo_stream_output(stream, 0U, 1U, out);
  ++stream->at;
  ++stream->step;
  stream->reverse = !stream->reverse;
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
    const size_t n = n_frames < stream->n_block ? n_frames : stream->n_block;
    rondo_stream_run_block(stream, n, in, out);
    n_frames -= n;
    in = in ? in + (n * in_size) : NULL;
    out += n * out_size;
  }
}
