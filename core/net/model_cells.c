// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/model_private.h"

#include <stdbool.h>
#include <stdlib.h>

// Return a + b, where a sum beyond all counts as the whole sequence
static size_t
add_frames(size_t a, size_t b)
{
  return a > RONDO_LOOKAHEAD_WHOLE - b ? RONDO_LOOKAHEAD_WHOLE : a + b;
}

static size_t
larger(size_t a, size_t b)
{
  return a > b ? a : b;
}

static bool
looks_ahead(const RondoCell* cell)
{
  return cell->is_reverse && !cell->layer->along_groups;
}

// Say which panels a cell at `depth` of its layer has, and how large they are
static void
shape_cell(RondoCell* cell, size_t depth)
{
  const RondoLayer* const layer = cell->layer;
  const size_t n_panels = (layer->n_units + RONDO_LANES - 1U) / RONDO_LANES;
  const size_t n_gates  = rondo_layer_n_gates(layer);
  const bool   before =
    layer->type == RONDO_LAYER_GRU && layer->reset == RONDO_RESET_BEFORE;

  cell->n_inputs = depth ? layer->n_units * layer->n_directions
                         : layer->n_inputs / layer->n_groups;
  cell->n_units  = layer->n_units;
  cell->stride   = n_panels * RONDO_LANES;
  if (layer->type == RONDO_LAYER_CONV1D) {
    cell->n_inputs *= layer->n_kernel;
  }
  if (layer->type == RONDO_LAYER_LINEAR || layer->type == RONDO_LAYER_CONV1D ||
      rondo_layer_is_recurrent(layer)) {
    cell->w.n_gates  = n_gates;
    cell->w.n_inputs = cell->n_inputs;
    cell->w.n_panels = n_panels;
    cell->n_direct   = n_gates * cell->n_inputs * cell->stride;
  }
  if (rondo_layer_is_recurrent(layer)) {
    cell->u.n_gates   = before ? 2U : n_gates;
    cell->u.n_inputs  = layer->n_units;
    cell->u.n_panels  = n_panels;
    cell->n_recurrent = n_gates * layer->n_units * cell->stride;
  }
  if (before) {
    cell->candidate.n_gates  = 1U;
    cell->candidate.n_inputs = layer->n_units;
    cell->candidate.n_panels = n_panels;
  }
}

// Find out how late the inputs of a cell are
static void
time_cell(const RondoModel* model, RondoCell* cell)
{
  for (size_t i = 0U; i < cell->n_sources; ++i) {
    const size_t source = cell->sources[i];
    for (size_t d = 0U; d < rondo_model_n_directions(model, source); ++d) {
      const RondoCell* const from = &model->cells[source + d];

      cell->input_delay = larger(cell->input_delay, rondo_cell_delay(from, 0U));
      cell->input_levels =
        larger(cell->input_levels, from->input_levels + looks_ahead(from));
    }
  }
}

// Add the cells of one layer, whose sources' cells are known in `first`
static void
add_cells(RondoModel* model, const RondoLayer* layer, const size_t* first)
{
  for (size_t depth = 0U; depth < layer->n_stacked; ++depth) {
    const size_t below = model->output;
    model->output      = model->n_cells;
    for (size_t d = 0U; d < layer->n_directions; ++d, ++model->n_cells) {
      RondoCell* const cell = &model->cells[model->n_cells];
      cell->layer           = layer;
      cell->is_reverse      = d > 0U;
      cell->n_sources       = depth ? 1U : layer->n_sources;
      for (size_t i = 0U; i < cell->n_sources; ++i) {
        const size_t source = layer->sources[i];
        cell->sources[i]    = depth                           ? below
                              : source == RONDO_SOURCE_INPUTS ? source
                                                              : first[source];
      }
      shape_cell(cell, depth);
      time_cell(model, cell);
    }
  }
}

RondoStatus
rondo_model_make_cells(RondoModel* model, RondoError* error)
{
  const RondoDescription* const description = model->description;

  size_t n_cells = 0U;
  for (size_t i = 0U; i < description->n_layers; ++i) {
    const RondoLayer* const layer = &description->layers[i];
    n_cells += layer->n_stacked * layer->n_directions;
  }
  model->cells = (RondoCell*)calloc(n_cells + 1U, sizeof(RondoCell));
  if (!model->cells) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  size_t first[RONDO_MAX_LAYERS]; // The first cell of each layer's output
  for (size_t i = 0U; i < description->n_layers; ++i) {
    add_cells(model, &description->layers[i], first);
    first[i] = model->output;
  }
  return RONDO_SUCCESS;
}

size_t
rondo_model_n_directions(const RondoModel* model, size_t source)
{
  return source == RONDO_SOURCE_INPUTS
           ? 0U
           : model->cells[source].layer->n_directions;
}

size_t
rondo_cell_n_ahead(const RondoCell* cell, size_t lookahead)
{
  if (!looks_ahead(cell)) {
    return 0U;
  }
  return lookahead && lookahead != RONDO_LOOKAHEAD_WHOLE
           ? lookahead
           : cell->layer->lookahead;
}

size_t
rondo_cell_input_delay(const RondoCell* cell, size_t lookahead)
{
  if (lookahead == RONDO_LOOKAHEAD_WHOLE) {
    return 0U;
  }
  return lookahead ? lookahead * cell->input_levels : cell->input_delay;
}

size_t
rondo_cell_delay(const RondoCell* cell, size_t lookahead)
{
  return lookahead == RONDO_LOOKAHEAD_WHOLE
           ? 0U
           : add_frames(rondo_cell_input_delay(cell, lookahead),
                        rondo_cell_n_ahead(cell, lookahead));
}
