// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// One block of one cell.

#include "core/net/kernels.h"
#include "core/net/stream_private.h"

#include <stdbool.h>
#include <string.h>

static void
clear(float* x, size_t n)
{
  if (x) {
    memset(x, 0, n * sizeof(float));
  }
}

// Run a step of `n` cells from `index` on
static void
run_steps(RondoStream* stream, size_t index, size_t n)
{
  RondoCellState* const state = &stream->cells[index];
  stream->n_work +=
    n * state->steps->n_channels * stream->model->cells[index].n_recurrent;
  state->advance(state->steps, n);
  for (size_t i = 0U; i < n; ++i) {
    state->steps[i].reverse = !state->steps[i].reverse;
  }
}

// Begin the input products of the first few of `n` frames from step `s` on
static RondoAhead
look_ahead(RondoStream* stream,
           size_t       index,
           size_t       s,
           size_t       n,
           const float* in,
           float*       y)
{
  const RondoCell* const cell = &stream->model->cells[index];
  const size_t           now  = n < RONDO_AHEAD ? n : RONDO_AHEAD;
  const RondoSource source    = rondo_stream_source(stream, index, s, now, in);

  RondoAhead ahead = { .panels    = &cell->w,
                       .x         = source.vectors,
                       .x_stride  = source.group_stride,
                       .quantised = &stream->quantised_x,
                       .y         = y,
                       .n = now * rondo_stream_n_vectors(stream, cell) };
  stream->n_work += ahead.n * cell->n_direct;
  stream->model->kernels->begin(&ahead);
  return ahead;
}

// Run one step along time, whose frame is multiplied with both matrices in one
// pass over the panels
static inline void
step_once(RondoStream* stream, RondoCellState* state, float* h, const float* x)
{
  RondoRecurrence* const step = state->steps;
  stream->n_work += state->n_work;
  step->x       = x;
  step->a       = NULL;
  step->ahead   = NULL;
  step->h_next  = h;
  step->h       = h - state->row_size;
  step->reverse = stream->reverse;
  state->advance(step, 1U);
}

// The same, of a cell that gathers nothing
RONDO_REALTIME static void
run_step(RondoStream* stream, size_t index, size_t s, size_t n, const float* in)
{
  RondoCellState* const state = &stream->cells[index];
  (void)n;
  step_once(stream,
            state,
            rondo_stream_row(stream, index, s),
            rondo_stream_vectors(stream, &state->source, s, in));
}

// Run along time, step by step
RONDO_REALTIME static void
run_each(RondoStream* stream, size_t index, size_t s, size_t n, const float* in)
{
  const RondoSource source = rondo_stream_source(stream, index, s, n, in);
  for (size_t t = 0U; t < n; ++t) {
    step_once(stream,
              &stream->cells[index],
              rondo_stream_row(stream, index, s + t),
              source.vectors + (t * source.stride));
  }
}

// Run along time.  Input products of a few frames come first, and those of the
// next few on the way through the steps of these
RONDO_REALTIME static void
run_forward(RondoStream* stream,
            size_t       index,
            size_t       s,
            size_t       n,
            const float* in)
{
  if (n == 1U) {
    run_each(stream, index, s, n, in);
    return;
  }
  const RondoCell* const    cell    = &stream->model->cells[index];
  const RondoKernels* const kernels = stream->model->kernels;
  const size_t              size    = stream->cells[index].row_size;
  const size_t              a_size  = size * cell->w.n_gates;
  RondoRecurrence* const    step    = stream->cells[index].steps;

  float*     a     = stream->products;
  float*     next  = a + (RONDO_AHEAD * a_size);
  RondoAhead ahead = look_ahead(stream, index, s, n, in, next);
  step->reverse    = stream->reverse;
  for (size_t t = 0U; t < n; ++t) {
    if (t % RONDO_AHEAD == 0U) {
      float* const done  = next;
      const size_t begun = t + RONDO_AHEAD;
      kernels->finish(&ahead, stream->reverse);
      next        = a;
      a           = done;
      step->ahead = NULL;
      if (begun < n) {
        ahead       = look_ahead(stream, index, s + begun, n - begun, in, next);
        step->ahead = &ahead;
      }
    }
    // Row -1 is one that is kept
    step->h_next = rondo_stream_row(stream, index, s + t);
    step->h      = step->h_next - size;
    step->a      = a + (t % RONDO_AHEAD * a_size);
    run_steps(stream, index, 1U);
  }
}

// Run along time from the end of a sequence to its beginning, `n` frames of it
RONDO_REALTIME static void
run_backward(RondoStream* stream,
             size_t       index,
             size_t       s,
             size_t       n,
             const float* in)
{
  const RondoCell* const cell   = &stream->model->cells[index];
  const size_t           size   = stream->cells[index].row_size;
  const RondoSource      source = rondo_stream_source(stream, index, s, n, in);
  RondoRecurrence* const step   = stream->cells[index].steps;
  step->reverse                 = stream->reverse;
  rondo_stream_multiply(
    stream, cell, n * step->n_channels, source, stream->products);
  for (size_t t = n; t-- > 0U;) {
    step->h_next = rondo_stream_row(stream, index, s + t);
    step->h      = step->h_next + size;
    step->a      = stream->products + (t * size * cell->w.n_gates);
    if (s + t + 1U == stream->n_block) {
      clear(stream->states, size);
      step->h = stream->states;
    }
    run_steps(stream, index, 1U);
  }
}

// Run over the window of each of `n` frames, all windows side by side: over
// the last frame of each, then over the one before, and so on.  Those that
// reach beyond the end of the sequence, the later ones, begin later
RONDO_REALTIME static void
run_windows(RondoStream* stream,
            size_t       index,
            size_t       s,
            size_t       n,
            const float* in)
{
  const RondoCell* const      cell      = &stream->model->cells[index];
  const RondoCellState* const state     = &stream->cells[index];
  const size_t                n_vectors = rondo_stream_n_vectors(stream, cell);
  const size_t                size      = state->row_size;
  const size_t first = stream->step + s - state->delay; // Of these frames
  RondoRecurrence* const step = stream->cells[index].steps;

  (void)in;
  step->reverse = stream->reverse;
  clear(stream->states, 2U * n * size);
  clear(step->c, n * size);
  for (size_t j = 0U; j <= state->n_ahead; ++j) {
    const size_t ahead = state->n_ahead - j;
    const size_t from  = first + ahead;
    const size_t left  = stream->end > from ? stream->end - from : 0U;
    step->n_channels   = (left < n ? left : n) * n_vectors;
    step->h            = stream->states + ((j & 1U) ? n * size : 0U);
    step->h_next       = ahead ? stream->states + ((j & 1U) ? 0U : n * size)
                               : rondo_stream_row(stream, index, s);
    step->a =
      state->products + ((stream->at + s + ahead) * size * cell->w.n_gates);
    if (step->n_channels) {
      run_steps(stream, index, 1U);
    }
  }
}

// Keep the input products of `n` frames for the windows they are in
RONDO_REALTIME static void
keep_products(RondoStream* stream,
              size_t       index,
              size_t       s,
              size_t       n,
              const float* in)
{
  const RondoCell* const      cell  = &stream->model->cells[index];
  const RondoCellState* const state = &stream->cells[index];
  const size_t                row   = state->n_kept + stream->at + s;
  const size_t                size  = state->row_size * cell->w.n_gates;
  const RondoSource source = rondo_stream_source(stream, index, s, n, in);
  rondo_stream_multiply(stream,
                        cell,
                        n * rondo_stream_n_vectors(stream, cell),
                        source,
                        state->products + (row * size));
}

// Run over the groups of each frame, all frames side by side, and all
// directions of a layer at a time, so that none waits for itself alone
RONDO_REALTIME static void
run_groups(RondoStream* stream,
           size_t       index,
           size_t       s,
           size_t       n,
           const float* in)
{
  const RondoCell* const cell   = &stream->model->cells[index];
  const size_t           D      = cell->layer->n_directions;
  const size_t           G      = cell->layer->n_groups;
  const size_t           stride = cell->stride;
  const size_t           n_all  = n * stream->n_channels;
  const size_t           size   = n_all * G * stride;
  const RondoSource      source = rondo_stream_source(stream, index, s, n, in);
  RondoRecurrence* const steps  = stream->cells[index].steps;

  float* a[RONDO_MAX_STEPS];
  clear(stream->states, size);
  for (size_t d = 0U; d < D; ++d) {
    a[d] = stream->products + (d * size * cell->w.n_gates);
    rondo_stream_multiply(stream, &cell[d], n_all * G, source, a[d]);
    clear(steps[d].c, size);
    steps[d].n_channels = n_all;
    steps[d].h_next     = stream->states;
    steps[d].reverse    = stream->reverse;
  }
  for (size_t i = 0U; i < G; ++i) {
    for (size_t d = 0U; d < D; ++d) {
      const size_t at = (d ? G - 1U - i : i) * stride;
      steps[d].a      = a[d] + (at * cell->w.n_gates);
      steps[d].h      = steps[d].h_next;
      steps[d].h_next = rondo_stream_row(stream, index + d, s) + at;
    }
    run_steps(stream, index, D);
  }
}

void
rondo_stream_find_run(RondoStream* stream, size_t index)
{
  const RondoCell* const cell   = &stream->model->cells[index];
  RondoCellState* const  state  = &stream->cells[index];
  const bool             is_few = rondo_stream_n_vectors(stream, cell) == 1U &&
                      !cell->candidate.n_gates &&
                      rondo_panels_are_few(&cell->w, &cell->u);
  if (!cell->u.n_gates) {
    state->run = rondo_stream_run_plain;
  } else if (cell->layer->along_groups) {
    state->run = cell->is_reverse ? NULL : run_groups;
  } else if (!cell->is_reverse) {
    state->run = is_few ? run_each : run_forward;
  } else if (state->n_ahead == RONDO_LOOKAHEAD_WHOLE) {
    state->run = run_backward;
  } else {
    state->run = run_windows;
  }
  const bool is_forward = state->run == run_each || state->run == run_forward;
  state->run_step =
    is_forward && !state->source.is_gathered ? run_step : state->run;
}

size_t
rondo_stream_steps(const RondoStream* stream, size_t delay, size_t n, size_t* s)
{
  const size_t step = stream->step;
  const size_t left = stream->end == SIZE_MAX || stream->end + delay >= step + n
                        ? n
                      : stream->end + delay > step ? stream->end + delay - step
                                                   : 0U;
  *s                = delay > step ? delay - step : 0U;
  return left > *s ? left - *s : 0U;
}

// Run over the steps of a block whose frames, late by `delay`, are there
static void
run_frames(RondoStream* stream,
           size_t       index,
           size_t       delay,
           size_t       n_frames,
           const float* in,
           RondoRun     run)
{
  size_t       s = 0U;
  const size_t n = rondo_stream_steps(stream, delay, n_frames, &s);
  for (size_t done = 0U; done < n;) {
    const size_t left = n - done;
    const size_t most = run == run_forward ? left : RONDO_BATCH;
    const size_t now  = left < most ? left : most;
    run(stream, index, s + (run == run_backward ? left - now : done), now, in);
    done += now;
  }
}

void
rondo_stream_run_cell(RondoStream* stream,
                      size_t       index,
                      size_t       n,
                      const float* in)
{
  const RondoCellState* const state = &stream->cells[index];
  if (state->run == run_windows) {
    run_frames(stream, index, state->input_delay, n, in, keep_products);
  }
  if (state->run) {
    run_frames(stream, index, state->delay, n, in, state->run);
  }
}
