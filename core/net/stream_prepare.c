// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What every block of a stream does, found out once.

#include "core/net/stream_private.h"

#include <stdbool.h>

// Return where vectors of `source` stand that are late by `delay`, in one piece
static RondoPlace
find_place(const RondoStream* stream, size_t source, size_t delay)
{
  RondoPlace place = { .is_gathered = false };
  if (source == RONDO_SOURCE_INPUTS) {
    place.stride   = stream->model->description->n_inputs;
    place.row_size = stream->n_channels * place.stride;
    place.rows =
      stream->n_history
        ? stream->inputs + ((stream->n_history - delay) * place.row_size)
        : NULL;
  } else {
    const RondoCell* const      cell  = &stream->model->cells[source];
    const RondoCellState* const state = &stream->cells[source];
    const size_t                lag   = delay - state->delay;
    place.is_gathered                 = cell->layer->n_directions > 1U;
    place.group_stride                = cell->stride;
    place.stride                      = cell->layer->n_groups * cell->stride;
    place.row_size                    = state->row_size;
    place.rows = state->rows + ((state->n_history - lag) * state->row_size);
  }
  return place;
}

// Return where a cell reads
static RondoPlace
find_source(const RondoStream* stream, size_t index)
{
  const RondoCell* const cell      = &stream->model->cells[index];
  const size_t           source    = cell->sources[0];
  const bool             is_inputs = source == RONDO_SOURCE_INPUTS;
  RondoPlace             place =
    find_place(stream, source, stream->cells[index].input_delay);
  place.is_gathered =
    place.is_gathered || cell->n_sources > 1U || cell->layer->n_kernel > 1U ||
    (!is_inputs &&
     stream->model->cells[source].layer->n_groups != cell->layer->n_groups);
  if (place.is_gathered || is_inputs) {
    place.group_stride = cell->n_inputs;
  }
  return place;
}

// Return where the network's output stands
static RondoPlace
find_output(const RondoStream* stream)
{
  const size_t output = stream->model->output;
  RondoPlace   place  = find_place(stream, output, stream->delay);
  place.is_gathered =
    place.is_gathered || stream->model->cells[output].layer->n_groups > 1U;
  return place;
}

// Set what all steps of a cell share; of two directions along groups, which are
// run side by side, of direction `d` of the first one's
static void
prepare_step(RondoStream* stream, size_t index, size_t d)
{
  const RondoCell* const  cell  = &stream->model->cells[index + d];
  const RondoLayer* const layer = cell->layer;
  RondoCellState* const   state = &stream->cells[index];
  RondoRecurrence* const  step  = &state->steps[d];
  const size_t            n     = RONDO_BATCH * stream->n_channels;
  const bool              is_whole =
    !state->n_ahead || state->n_ahead == RONDO_LOOKAHEAD_WHOLE;

  step->w          = &cell->w;
  step->u          = &cell->u;
  step->candidate  = &cell->candidate;
  step->n_channels = rondo_stream_n_vectors(stream, cell);
  step->x_stride   = state->source.group_stride;
  step->stride = (layer->along_groups ? layer->n_groups : 1U) * cell->stride;
  step->work   = stream->work + (2U * d * n * step->stride);
  step->quantised_x = stream->quantised_x;
  step->quantised_h = stream->quantised_h;
  if (cell->is_int8) {
    step->quantised_h.integers += d * n * step->quantised_h.stride;
    step->quantised_h.scales += d * n;
    step->quantised_h.negatives += d * n;
  }
  if (layer->type == RONDO_LAYER_LSTM) {
    step->c = is_whole && !layer->along_groups
                ? state->c
                : stream->c + (d * n * step->stride);
  }
}

// Find out what every block does with a cell
static void
prepare_cell(RondoStream* stream, size_t index)
{
  const RondoCell* const  cell  = &stream->model->cells[index];
  const RondoLayer* const layer = cell->layer;
  RondoCellState* const   state = &stream->cells[index];
  state->source                 = find_source(stream, index);
  rondo_stream_find_run(stream, index);
  if (state->run && cell->u.n_gates) {
    const size_t n_steps = layer->along_groups ? layer->n_directions : 1U;
    for (size_t d = 0U; d < n_steps; ++d) {
      prepare_step(stream, index, d);
    }
    state->advance = stream->model->kernels->choose(layer, state->steps);
    state->n_work =
      state->steps->n_channels * (cell->n_direct + cell->n_recurrent);
  }
}

void
rondo_stream_prepare(RondoStream* stream)
{
  stream->is_prompt = !stream->n_history;
  for (size_t i = 0U; i < stream->model->n_cells; ++i) {
    prepare_cell(stream, i);
    stream->is_prompt = stream->is_prompt && !stream->cells[i].delay;
  }
  stream->output = find_output(stream);
}
